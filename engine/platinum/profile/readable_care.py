"""Particular care, and sensitive traits, as people read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platinum.profile.care import needs_care
from platinum.profile.row import Record
from platinum.vocabulary.codes import Purpose

Say = Callable[[Any], Any]


def care(row: Record, now_ms: int, name: Say, instant: Say) -> dict[str, Any]:
    """Group ``care`` of a readable profile; ``name`` and ``instant`` as in ``readable_ledger``."""
    uses = [row["trait_uses"][i] for i in range(int(row["n_trait_uses"]))]
    return {
        "vulnerable": bool(needs_care(row, now_ms)),
        "until": instant(int(row["care_until_ms"])) if row["care"] > 0 else None,
        "trait_uses": [
            {
                "trait": name(use["trait"]),
                "purpose": Purpose(int(use["purpose"])).name.lower(),
                "permitted": bool(use["state"] > 0),
                "since": instant(int(use["at_s"]) * 1000),
                "evidence_offset": int(use["evidence_offset"]),
            }
            for use in uses
        ],
    }
