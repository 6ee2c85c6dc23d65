"""How somebody likes to be spoken to, as people read it."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.policy.policy import Policy
from platinum.profile.decay import decayed
from platinum.profile.entries import WRITING
from platinum.profile.manner import MANNER, look_at_manner
from platinum.profile.row import Record
from platinum.profile.style import HALF_LIFE_MS
from platinum.vocabulary.manner import DIMENSIONS


def manner(row: Record, policy: Policy, now_ms: int) -> dict[str, Any] | None:
    """Group ``manner`` of a readable profile; None while nothing is known."""
    if not row["style_as_of_ms"]:
        return None
    found = np.zeros(1, MANNER)
    look_at_manner(row, now_ms, policy.tables, found[0])
    left = decayed(1.0, int(row["style_as_of_ms"]), now_ms, HALF_LIFE_MS)
    return {
        "tone": {name: _six(found[0]["tone"][d]) for d, name in enumerate(DIMENSIONS)},
        "confidence": {name: _six(found[0]["confidence"][d]) for d, name in enumerate(DIMENSIONS)},
        "words": _six(left * row["writing"][WRITING.index("words")]),
        "notes": _six(left * row["noted_n"].sum()),
        "readings": _six(left * row["read_n"]),
    }


def _six(x: float) -> float:
    return float(f"{float(x):.6g}") + 0.0
