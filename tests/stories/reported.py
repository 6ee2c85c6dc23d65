"""What a story says of ``platinum report firm``: its numbers by name, and what it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platinum import Engine
from platinum.wiring.firm_report import found_in
from tests.stories.wrong import StoryWrong


def report_of(engine: Engine) -> dict[str, Any]:
    """Numbers of the report by name, its ``alarms``, the segments that are ``superficial`` and those that are ``counted``."""
    now_ms = engine.clock_ms
    found = engine.within(lambda parts: found_in(parts, now_ms, lambda _: None))
    segments = found["segments"]["segments"]
    return {
        **{one["name"]: one["value"] for one in found["measures"]},
        "customers": found["customers"],
        "alarms": found["alarms"],
        "superficial": [one["segment"] for one in segments if one["superficial"]],
        "counted": [one["segment"] for one in segments if one["counts"]],
    }


def differences(wanted: Any, report: Mapping[str, Any]) -> list[str]:
    """What is not as wanted, a line each; ``present`` is any number, ``none`` nothing."""
    if not isinstance(wanted, Mapping):
        raise StoryWrong("'report' must name numbers, 'alarms', 'superficial' or 'counted' of the report")
    if unknown := sorted(wanted.keys() - report.keys()):
        raise StoryWrong(f"the report has no {unknown[0]!r}: {', '.join(sorted(report))}")
    return [f"report: {name}: wanted {value!r}, was {report[name]!r}" for name, value in wanted.items() if not _is(value, report[name])]


def _is(wanted: Any, was: Any) -> bool:
    if isinstance(was, list):
        listed = [] if wanted == "none" else wanted if isinstance(wanted, list) else [wanted]
        return sorted(listed) == sorted(was)
    if wanted in ("present", "none"):
        return bool((was is None) == (wanted == "none"))
    return was is not None and abs(float(wanted) - float(was)) < 1e-6
