"""Questions are asked once in so long, wherever: one in an e-mail and one on a page are two questions to the same person."""

from __future__ import annotations

from typing import Any

from platinum.decide.record import FREE
from platinum.jit import constant, inner
from platinum.vocabulary.codes import ActionType

Record = Any

LISTEN = constant(ActionType.LISTEN)


@inner
def ask_release(row: Record, at_ms: int, now_ms: int, interval_ms: int) -> int:
    """When the next question may be asked, if one at ``at_ms`` were too soon after the last or one that is planned; FREE = at once."""
    if interval_ms <= 0:
        return int(FREE)
    release = FREE
    for i in range(row["n_contacts"]):
        contact = row["contacts"][i]
        if contact["type"] == LISTEN and contact["at_ms"] + interval_ms > at_ms:
            release = max(release, contact["at_ms"] + interval_ms)
    for i in range(row["n_planned"]):
        planned = row["planned"][i]
        if planned["type"] == LISTEN and planned["expires_ms"] > now_ms and planned["expires_ms"] + interval_ms > at_ms:
            release = max(release, planned["expires_ms"], planned["send_ms"] + interval_ms)
    return int(release)
