"""When somebody may be surprised: seldom, on a day that nobody can wait for, and never after a broken word (treatment-formulas 3.14).

Where trust is low (``decide.wary``), where something of ours is being made right (gate ``QUARANTINE``), and beyond a budget, there are none
in any case.
"""

from __future__ import annotations

from typing import Any

from platinum.decide.explore import person_unit
from platinum.decide.record import FREE
from platinum.jit import constant, inner, int64, uint64
from platinum.profile.zones import local_day

Record = Any

_NO, _YES = constant(0), constant(1)
#: A draw about one person; 101 to 103 are those of thanks, 104 that of ramps.
LAYER_SURPRISE = uint64(105)


@inner
def look_at_surprise(row: Record, trigger: Record, tables: Any, person: Record) -> None:
    """Fill whether today is a day on which this person may be surprised, and until when the last surprise rests."""
    settings = tables.settings[0]
    day = local_day(int64(settings["zone"]), int64(trigger["now_ms"]), tables)
    drawn = settings["surprise_daily"] >= 1.0 or person_unit(uint64(trigger["person"]), LAYER_SURPRISE, day) < settings["surprise_daily"]
    person["surprise_day"] = _YES if drawn else _NO
    rests = row["surprised_ms"] != 0 and settings["surprise_interval_ms"] > 0
    person["surprise_from_ms"] = int64(row["surprised_ms"]) + int64(settings["surprise_interval_ms"]) if rests else int64(FREE)
