"""Caps: at most so many contacts in any rolling window, of the person's own cadence as of the policy's rules (5.7).

A contact made counts for one window from when it was made. A planned one has no time yet: it may go out at any
instant until it expires, so it counts until then and, seen from a later send time, for one window after that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.decide.record import FREE, N_TYPES, NEVER
from platinum.jit import constant, inner, int64
from platinum.vocabulary.codes import Preference

Record = Any

_CADENCE = constant(Preference.CADENCE)
_DAY_MS = 86_400_000
_EVERY_TYPE = constant((1 << N_TYPES) - 1)
_ALL_OUTBOUND = constant(0)


@inner
def later(a: int, b: int) -> int:
    """The release of two rules together: NEVER if either never ends, else the later one."""
    return NEVER if a == NEVER or b == NEVER else max(a, b)


@inner
def counts(entry: Record, types: int, channel: int) -> bool:
    """Whether a contact, made or planned, is of these types (bit mask) and on this channel (hash, 0 = all outbound)."""
    if (types >> entry["type"] & 1) == 0:
        return False
    return bool(entry["outbound"] != 0 if channel == 0 else entry["channel"] == channel)


@inner
def release_of(row: Record, i: int, rule: tuple[int, int, int, int], at_ms: int, now_ms: int) -> int:
    """Instant at which entry ``i`` (contacts, then planned) stops counting; FREE = it does not count at ``at_ms``.

    ``rule`` is (types, channel, limit, window_ms).
    """
    types, channel, _, window_ms = rule
    n = row["n_contacts"]
    if i < n:
        contact = row["contacts"][i]
        ends = contact["at_ms"] + window_ms
        return int(ends if ends > at_ms and counts(contact, types, channel) else FREE)
    planned = row["planned"][i - n]
    expires = planned["expires_ms"]
    if expires <= now_ms or expires + window_ms <= at_ms or not counts(planned, types, channel):
        return int(FREE)
    return int(max(expires, planned["send_ms"] + window_ms))


@inner
def nth_latest(row: Record, rule: tuple[int, int, int, int], at_ms: int, now_ms: int) -> int:
    """Release of the ``limit``-th entry from the end: from then on fewer than ``limit`` count."""
    limit = rule[2]
    n = row["n_contacts"] + row["n_planned"]
    for i in range(n):
        ends = release_of(row, i, rule, at_ms, now_ms)
        if ends == FREE:
            continue
        above, level = 0, 0
        for j in range(n):
            other = release_of(row, j, rule, at_ms, now_ms)
            above += 1 if other > ends else 0
            level += 1 if other == ends else 0
        if above < limit <= above + level:
            return ends
    return int(NEVER)


@inner
def cap_release(row: Record, rule: tuple[int, int, int, int], at_ms: int, now_ms: int) -> int:
    """When one more contact sent at ``at_ms`` would be within the rule: FREE = it is, NEVER = the limit is 0.

    Parameters
    ----------
    rule : (types, channel, limit, window_ms)
        Bit mask of the action types that count; channel name hash, 0 = all outbound channels together.
    at_ms, now_ms : int
        Send time of the contact in question; time of the decision.
    """
    limit = rule[2]
    if limit <= 0:
        return int(NEVER)
    n = row["n_contacts"] + row["n_planned"]
    if n < limit:
        return int(FREE)
    counted = 0
    for i in range(n):
        counted += 1 if release_of(row, i, rule, at_ms, now_ms) != FREE else 0
    return FREE if counted < limit else nth_latest(row, rule, at_ms, now_ms)


@inner
def cap_releases(h: int, row: Record, at_ms: int, now_ms: int, caps: Any, channel: Record, out: NDArray[np.int64]) -> None:
    """Release of the caps of channel ``h`` for every action type; ``out`` is int64[N_TYPES], overwritten.

    A cap over all channels is about outbound contacts; an inbound channel obeys only caps that name it.
    """
    for kind in range(N_TYPES):
        out[kind] = FREE
    for i in range(caps.shape[0]):
        cap = caps[i]
        if cap["channel"] != h and (cap["channel"] >= 0 or channel["outbound"] == 0):
            continue
        name = int64(channel["name"]) if cap["channel"] >= 0 else _ALL_OUTBOUND
        rule = (int64(cap["types"]), name, int64(cap["limit"]), int64(cap["window_ms"]))
        release = cap_release(row, rule, at_ms, now_ms)
        if release == FREE:
            continue
        for kind in range(N_TYPES):
            if cap["types"] >> kind & 1 == 1:
                out[kind] = later(out[kind], release)


@inner
def cadence_release(row: Record, at_ms: int, now_ms: int) -> int:
    """When one more outbound contact would be within the cadence the person stated, FREE = it is or none is stated."""
    release = FREE
    for i in range(row["n_preferences"]):
        wish = row["preferences"][i]
        if wish["kind"] != _CADENCE or wish["on"] == 0:
            continue
        rule = (_EVERY_TYPE, _ALL_OUTBOUND, int64(wish["low"]), int64(float(wish["high"]) * _DAY_MS))
        release = later(release, cap_release(row, rule, at_ms, now_ms))
    return int(release)
