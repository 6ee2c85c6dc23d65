"""Slow twin of ``decide.hours``: every instant to choose from, in a list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from platinum.hashing import mix64
from platinum.vocabulary.codes import Lane
from tests.reference import contact_rules as rules
from tests.reference.draw import unit
from tests.reference.drawing import is_spared

HOUR = 3_600_000


def sent(w: Any, action: Any, h: int, send_ms: int, expires_ms: int) -> dict[str, Any]:
    """``send_ms``, ``hour_p`` and ``hour_source`` of a contact that could leave at ``send_ms``."""
    channel = w.tables.channels[h]
    waits = channel["best_hour"] and channel["outbound"] and int(action["lane"]) == Lane.GROWTH
    if not waits or action["promises"] or w.trigger["placement"] >= 0 or w.trigger["account"] or w.row["n_planned"]:
        return {"send_ms": send_ms, "hour_p": 1.0, "hour_source": 0}
    zone, last = rules.zone_of(w.row, w.tables), min(expires_ms, w.now + 24 * HOUR) - HOUR
    options, at = [send_ms], send_ms
    while True:
        local = datetime.fromtimestamp(at // 1000, UTC).astimezone(zone)
        at += HOUR - (local.minute * 60 + local.second) * 1000 - at % 1000
        if at > last:
            break
        if rules.send_at(w.row, channel, at, w.tables) == at:
            options.append(at)

    def rate(at_ms: int) -> float:
        local = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(zone)
        return float(channel["hour_rate"][local.weekday() * 24 + local.hour])

    best = max(options, key=rate)
    best = best if rate(best) > 1.05 * rate(send_ms) else send_ms
    share = 0.0 if is_spared(w) else float(w.settings["hour_trial"])
    if len(options) == 1 or (share == 0.0 and rate(send_ms) == 0.0):
        return {"send_ms": send_ms, "hour_p": 1.0, "hour_source": 0}
    u = unit(mix64(mix64(mix64(0, int(w.trigger["ref"])), int(w.settings["policy"])), 108))
    chosen, source = (options[int(u / share * len(options))], 2) if u < share else (best, 3 if best == send_ms else 1)
    return {"send_ms": chosen, "hour_p": share / len(options) + (1 - share) * (chosen == best), "hour_source": source}
