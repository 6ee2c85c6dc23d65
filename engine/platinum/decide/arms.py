"""Always-on arms: a few people by whom it is known what deciding does (treatment-formulas 5.4).

Who is in one is a hash of person and month, whatever the policy's version; one layer, so nobody is in two. An arm changes what is chosen
among what passed the gates, and nothing else: no gate asks for it. In need of care, in recovery or where trust is low nobody is in one.
"""

from __future__ import annotations

from typing import Any

from platinum.decide.explore import person_unit
from platinum.decide.record import SILENCE
from platinum.jit import constant, inner, int64, uint64
from platinum.profile.zones import local_day, month_of
from platinum.vocabulary.arms import Arm

Record = Any

#: A draw about one person and one month; independent of the others (``decide.thanking``).
LAYER_ARM = uint64(106)
_NONE, _RANDOM, _SILENT, _SAME = constant(Arm.NONE), constant(Arm.RANDOM), constant(Arm.SILENT), constant(Arm.SAME_FOR_ALL)
#: ``PERSON.quarantine_ms`` of somebody who is in no recovery.
_NO_QUARANTINE = int64(-1)


@inner
def arm_at(unit: float, settings: Record) -> int:
    """Arm of whom the hash puts at ``unit`` in [0, 1)."""
    edge = settings["arm_random"]
    if unit < edge:
        return int(_RANDOM)
    edge += settings["arm_silent"]
    if unit < edge:
        return int(_SILENT)
    return int(_SAME) if unit < edge + settings["arm_same"] else int(_NONE)


@inner
def is_spared(person: Record) -> bool:
    """Whether nothing is tried out on somebody."""
    return bool(person["care"] != 0 or person["wary"] != 0 or person["quarantine_ms"] != _NO_QUARANTINE)


@inner
def look_at_arm(trigger: Record, tables: Any, person: Record) -> None:
    """Fill ``arm``; after trust and quarantine are known."""
    settings = tables.settings[0]
    person["arm"] = _NONE
    if settings["arm_random"] + settings["arm_silent"] + settings["arm_same"] > 0.0 and not is_spared(person):
        month = month_of(local_day(int64(settings["zone"]), int64(trigger["now_ms"]), tables))
        person["arm"] = arm_at(person_unit(uint64(trigger["person"]), LAYER_ARM, month), settings)


@inner
def stay_silent(n: int, scratch: Any) -> int:
    """Make silence certain among the ``n`` that are scored; returns where it stands."""
    at = int64(0)
    for i in range(n):
        scratch.p[i] = 0.0
        if scratch.scored[i] == SILENCE:
            at = int64(i)
    scratch.p[at] = 1.0
    return int(at)


@inner
def evenly(n: int, scratch: Any) -> None:
    """Everything that is scored is as likely."""
    for i in range(n):
        scratch.p[i] = 1.0 / n
