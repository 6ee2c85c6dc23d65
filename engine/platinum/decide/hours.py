"""When a contact leaves that may wait: at the hour at which people take what comes through its channel oftenest (``learn.hours``).

Only what helps or sells waits, and only on channels that say ``best_hour: yes``; at most a day, never into quiet hours nor beyond its own
end. ``exploration.hour`` draws the hour for a share of them, and decisions say with which probability theirs was chosen.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.arms import is_spared
from platinum.decide.explore import draw_seed, unit
from platinum.decide.timing import send_at
from platinum.jit import constant, inner, int64, uint64
from platinum.profile.zones import customer_zone, local_ms
from platinum.vocabulary.codes import Lane

Record = Any

#: Whether and which hour is tried out; independent of the other draws of one decision.
LAYER_HOUR = uint64(108)
#: ``DECISION.hour_source``: it left when it could; at a later hour, which is the best as far as is known; at one that was drawn; when it
#: could, which was the best of several.
AT_ONCE, BEST, DRAWN, FIRST = constant(0), constant(1), constant(2), constant(3)
#: Another hour must be so much better than the first: who waits for nothing waits in vain.
BETTER = 1.05
_HOUR_MS, _DAY_MS, _HOURS, _FROM_MONDAY = constant(3_600_000), constant(86_400_000), constant(168), constant(72)
_GROWTH = constant(Lane.GROWTH)


@inner
def choose_hour(h: int, row: Record, trigger: Record, tables: Any, scratch: Any, out: Record) -> None:
    """Move ``send_ms`` of the chosen contact on channel ``h``; after ``expires_ms`` is known.

    Where other contacts are planned, or an account's cap may count it, it leaves when the gates were asked about: they let it pass then.
    """
    out["hour_p"], out["hour_source"] = 1.0, AT_ONCE
    if not may_wait(h, row, trigger, tables, out):
        return
    settings, first = tables.settings[0], int64(out["send_ms"])
    last = min(int64(out["expires_ms"]), int64(trigger["now_ms"]) + _DAY_MS) - _HOUR_MS
    zone = int64(customer_zone(row, tables))
    best, n = best_of(h, row, (first, last), zone, tables)
    share = np.float64(0.0 if is_spared(scratch.person[0]) else settings["hour_trial"])
    if n == 1 or (share == 0.0 and rate_at(h, first, zone, tables) == 0.0):
        return  # there is no other, or nothing is known of any
    u = np.float64(unit(draw_seed(trigger["ref"], settings["policy"], LAYER_HOUR)))
    out["hour_source"], out["send_ms"] = FIRST if best == first else BEST, best
    if u < share:
        out["hour_source"], out["send_ms"] = DRAWN, nth_of(int64(u / share * n), h, row, (first, last), zone, tables)
    out["hour_p"] = share / n + (1.0 - share if out["send_ms"] == best else 0.0)


@inner
def may_wait(h: int, row: Record, trigger: Record, tables: Any, out: Record) -> bool:
    """Whether the hour of a contact may be chosen; what promises something is not kept back, for it is due from now on."""
    channel = tables.channels[h]
    if channel["best_hour"] == 0 or channel["outbound"] == 0 or out["lane"] != _GROWTH or tables.actions[out["action"]]["promises"] != 0:
        return False
    return bool(trigger["placement"] < 0 and trigger["account"] == 0 and row["n_planned"] == 0)


@inner
def next_hour(t_ms: int, zone: int, tables: Any) -> int:
    """When the next hour begins on a clock of this zone."""
    return int(t_ms + _HOUR_MS - int64(local_ms(zone, t_ms, tables)) % _HOUR_MS)


@inner
def rate_at(h: int, t_ms: int, zone: int, tables: Any) -> float:
    """How often people take what comes through channel ``h`` then; everywhere the same while nothing is learned."""
    hour = (int64(local_ms(zone, t_ms, tables)) // _HOUR_MS + _FROM_MONDAY) % _HOURS
    return float(tables.channels[h]["hour_rate"][hour])


@inner
def best_of(h: int, row: Record, span: tuple[int, int], zone: int, tables: Any) -> tuple[int, int]:
    """(instant at which it is best sent, how many there are to choose from): the first of ``span``, or the beginning of an hour."""
    first, last = span
    best, n, t = first, int64(1), int64(next_hour(first, zone, tables))
    most = BETTER * rate_at(h, first, zone, tables)
    while t <= last:
        if send_at(row, tables.channels[h], t, tables) == t:
            n += 1
            rate = rate_at(h, t, zone, tables)
            if rate > most:
                best, most = t, rate
        t = int64(next_hour(t, zone, tables))
    return best, n


@inner
def nth_of(n: int, h: int, row: Record, span: tuple[int, int], zone: int, tables: Any) -> int:
    """The ``n``-th instant to choose from; the first is 0."""
    first, last = span
    t, left = int64(first), int64(n)
    while left > 0 and t <= last:
        t = int64(next_hour(t, zone, tables))
        if send_at(row, tables.channels[h], t, tables) == t:
            left -= 1
    return int(t) if left == 0 and t <= last else int(first)
