"""The ramp of an action: at first a share of all people may get it, the same people from then on, and more of them as it grows.

Who comes when is a hash of person and action, never of the policy's version: a ramp that is raised takes it from nobody.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.explore import unit
from platinum.decide.record import NEVER
from platinum.hashing_kernels import mix64_u
from platinum.jit import inner, int64, uint64

Record = Any

#: A draw about one person and one action; independent of the others (``decide.thanking``).
LAYER_RAMP = uint64(104)


@inner
def place_of(action: Record, person: np.uint64) -> float:
    """Where in [0, 1) a person stands in the row of those whom an action reaches one after the other."""
    return unit(mix64_u(mix64_u(mix64_u(uint64(0), person), LAYER_RAMP), uint64(action["name"])))


@inner
def share_at(action: Record, now_ms: int) -> float:
    """Share of people whom an action reaches at an instant; 1 without a ramp."""
    if now_ms < action["ramp_from_ms"]:
        return 0.0
    grown = 1.0 if action["ramp_ms"] <= 0 else min(1.0, float(now_ms - action["ramp_from_ms"]) / float(action["ramp_ms"]))
    return float(1.0 - (action["kept_out"] + (action["kept_out_at_last"] - action["kept_out"]) * grown))


@inner
def is_kept_out(action: Record, person: np.uint64, now_ms: int) -> bool:
    """Whether the ramp of an action has not reached a person (``TRIGGER.person``) yet."""
    if action["kept_out"] == 0.0 and action["ramp_from_ms"] == 0:
        return False
    return place_of(action, person) >= share_at(action, now_ms)


@inner
def is_immature(action: Record, person: np.uint64, outbound: bool) -> bool:
    """Whether an action is not sent to a person because too few have taken it so far (treatment-formulas 5.2, maturity)."""
    return bool(outbound and action["immature"] > 0.0 and place_of(action, person) >= 1.0 - action["immature"])


@inner
def reaches_ms(action: Record, person: np.uint64, outbound: bool) -> int:
    """Instant at which the ramp of an action reaches a person; NEVER where it ends before them, or nobody knows when."""
    place, first_ms = place_of(action, person), int64(action["ramp_from_ms"])
    if is_immature(action, person, outbound):
        return int(NEVER)
    least, most = 1.0 - action["kept_out"], 1.0 - action["kept_out_at_last"]
    if place >= most:
        return int(NEVER)
    if place < least or action["ramp_ms"] <= 0:
        return int(first_ms)
    at_ms = first_ms + int64((place - least) / (most - least) * float(action["ramp_ms"]))
    while is_kept_out(action, person, at_ms):
        at_ms += 1  # rounding: a millisecond or two
    return int(at_ms)
