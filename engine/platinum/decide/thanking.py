"""Who is thanked when: a delay and a share of each day drawn by hash, and people who are not thanked (treatment-formulas 3.1, 5.4).

Without a delay and a share of the day thanks are a schedule, and without people who are not thanked nobody could say what thanks do.
What is drawn depends on the person, the layer and the day or month, never on the policy's version: a change of the policy moves
nobody to the other side.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.arms import is_spared
from platinum.decide.explore import person_unit
from platinum.decide.lanes import first_lane, first_two
from platinum.decide.record import FREE
from platinum.jit import constant, inner, int64, uint64
from platinum.profile.zones import day_start_ms, local_day, month_of
from platinum.vocabulary.codes import ActionType, Lane

Record = Any

_THANK, _THANK_YOU = constant(Lane.THANK), constant(ActionType.THANK_YOU)
#: Draws about one person; each is independent of the others.
LAYER_HOLDOUT, LAYER_DAY, LAYER_DELAY = uint64(101), uint64(102), uint64(103)


@inner
def look_at_thanks(row: Record, trigger: Record, tables: Any, person: Record) -> None:
    """Fill from when thanks that are due may be given, and whether this person is one of those who are not thanked this month."""
    settings, now_ms, whose = tables.settings[0], int64(trigger["now_ms"]), uint64(trigger["person"])
    person["thanks_from_ms"], person["held_out"] = FREE, 0
    if person["thank_due"] == 0:
        return
    zone = int64(settings["zone"])
    day = local_day(zone, now_ms, tables)
    if settings["thank_holdout"] > 0.0 and person_unit(whose, LAYER_HOLDOUT, month_of(day)) < settings["thank_holdout"]:
        person["held_out"] = 1
    if settings["thank_daily"] < 1.0 and person_unit(whose, LAYER_DAY, day) >= settings["thank_daily"]:
        person["thanks_from_ms"] = day_start_ms(zone, day + 1, tables)
    if settings["thank_delay_ms"] > 0:
        waits = int64(person_unit(whose, LAYER_DELAY, int64(row["last_thanked_ms"])) * settings["thank_delay_ms"])
        person["thanks_from_ms"] = max(int64(person["thanks_from_ms"]), int64(row["gratitude_as_of_ms"]) + waits)


@inner
def hold_out(n: int, ref: np.uint64, tables: Any, scratch: Any, out: Record) -> int:
    """Where a thank-you would be chosen for somebody who is held out: note it, and leave the others; returns how many survive.

    It is noted where it would have been chosen and nowhere else, so those who were thanked and those who were not are alike. In need of
    care, in recovery, or where trust is low nobody is held out, as nobody is in an arm.
    """
    out["held_out"] = 0
    if scratch.person[0]["held_out"] == 0 or is_spared(scratch.person[0]) or first_lane(n, tables, scratch) != _THANK:
        return n
    chosen, _ = first_two(_THANK, n, ref, tables, scratch)
    if tables.actions[tables.candidates[chosen]["action"]]["type"] != _THANK_YOU:
        return n
    out["held_out"] = 1
    kept = int64(0)
    for i in range(n):
        c = scratch.passed[i]
        if tables.actions[tables.candidates[c]["action"]]["type"] != _THANK_YOU:
            scratch.passed[kept] = c
            kept += 1
    return int(kept)
