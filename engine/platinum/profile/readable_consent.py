"""Consents and objections as people read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platinum.profile.consent import DENIED, GRANTED, OBJECTED, WITHDRAWN_OBJECTION
from platinum.profile.consent_summary import SUMMARY_DENIED, SUMMARY_OBJECTED, SUMMARY_SILENT
from platinum.profile.row import Record
from platinum.vocabulary.codes import Purpose

Say = Callable[[Any], Any]
_STATES = {
    GRANTED: "granted",
    WITHDRAWN_OBJECTION: "objection_withdrawn",
    DENIED: "denied",
    OBJECTED: "objected",
    SUMMARY_SILENT: "summary_withdrawn",
    SUMMARY_DENIED: "summary_denied",
    SUMMARY_OBJECTED: "summary_objected",
}


def consents(row: Record, name: Say, instant: Say) -> list[dict[str, Any]]:
    """Group ``consent`` of a readable profile; ``name`` and ``instant`` as in ``readable_ledger``."""
    return [
        {
            "purpose": Purpose(int(entry["purpose"])).name.lower(),
            "channel": name(entry["channel"]),
            "state": _STATES[int(entry["state"])],
            "since": instant(int(entry["at_s"]) * 1000),
            "evidence_offset": int(entry["evidence_offset"]),
        }
        for entry in row["consents"][: int(row["n_consents"])]
    ]
