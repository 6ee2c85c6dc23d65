"""Slow twin of ``decide.ramp``: whom an action reaches, in plain Python."""

from __future__ import annotations

from typing import Any

from platinum.hashing import mix64
from tests.reference.contact_rules import FREE, NEVER
from tests.reference.draw import unit

_LAYER = 104


def place(person: int, name: int) -> float:
    """Where in [0, 1) a person stands in the row of those whom an action (name hash) reaches one after the other."""
    return unit(mix64(mix64(mix64(0, person), _LAYER), name))


def share(action: Any, now: int) -> float:
    """Share of people whom it reaches: none before its first day, then a straight line, then what it ends with."""
    begin, length = int(action["ramp_from_ms"]), int(action["ramp_ms"])
    least, most = 1.0 - float(action["kept_out"]), 1.0 - float(action["kept_out_at_last"])
    if now < begin:
        return 0.0
    if length == 0 or now <= begin:
        return least
    return most if now >= begin + length else least + (most - least) * (now - begin) / length


def release(person: int, action: Any, now: int) -> int:
    """FREE, NEVER or the instant at which it reaches them: looked for by halving the time."""
    at = place(person, int(action["name"]))
    if at < share(action, now):
        return FREE
    low, high = now, int(action["ramp_from_ms"]) + int(action["ramp_ms"])
    if at >= share(action, high) or high <= now:
        return NEVER
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if at < share(action, middle) else (middle, high)
    return high
