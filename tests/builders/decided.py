"""DECISION records as the kernel writes them, without running it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.decide.record import DECISION
from platinum.hashing import name_hash
from platinum.vocabulary.codes import Basis, Lane

#: Thursday 2011-12-01 08:26 UTC: the first order of online_retail's last month; the shop's phones open at 9.
NOW_MS = 1_322_727_960_000
HOUR = 3_600_000
DAY = 86_400_000

_NOTHING = {"evidence_offset": -1, "action": -1, "channel": -1, "candidate": -1, "tone": -1, "language": -1, "placement": -1}
_SILENT = {"lane": Lane.SILENCE, "best": -1, "runner_up": -2, "p_chosen": 1.0, "n_scored": 1, "now_ms": NOW_MS, "offset": 7, "event": 0}


def decided(*records: dict[str, Any]) -> NDArray[np.void]:
    """DECISION[D] of these; members that are not named are those of a silence in which nothing was eligible."""
    made = np.zeros(len(records), DECISION)
    for i, record in enumerate(records):
        made[i]["blocked"]["candidate"] = made[i]["hints"] = -1
        passed = {"n_passed": max(0, record.get("n_scored", 1) - 1)}
        for member, value in (_NOTHING | _SILENT | passed | record).items():
            made[i][member] = value
    return made


def a_spoken(**members: Any) -> dict[str, Any]:
    """Members of an offer by e-mail: free-delivery, in English, warm, held until nine."""
    defaults: dict[str, Any] = {
        "send_ms": NOW_MS + HOUR // 2,
        "expires_ms": NOW_MS + 3 * DAY,
        "evidence_offset": 12,
        "p_accept": 0.0512345678,
        "p_chosen": 0.75,
        "utility": 0.1949,
        "term_value": 0.205,
        "term_cost": 0.01,
        "term_fatigue": 0.0001,
        "runner_up_utility": 0.1,
        "runner_up": 4,
        "last_order_ms": NOW_MS - 20 * DAY,
        "first_day": (NOW_MS - 365 * DAY) // DAY,
        "orders": 3,
        "last_category": name_hash("candles"),
        "top_category": name_hash("garden"),
        "lane": Lane.GROWTH,
        "action": 2,
        "channel": 1,
        "candidate": 7,
        "tone": 0,
        "language": 0,
        "basis": Basis.CONSENT,
        "n_scored": 3,
    }
    return defaults | members
