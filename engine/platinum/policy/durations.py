"""Keys that hold a duration, and what was meant where its unit is odd."""

from __future__ import annotations

import re

from platinum.policy.scalars import DURATION, duration_ms, some_duration_ms
from platinum.policy.shapes import Parsed


def tidy_duration(text: str) -> str:
    """A duration as it should be written, when only its unit is odd."""
    match = re.fullmatch(r"\s*(\d{1,6})\s*-?\s*([A-Za-z]*)\s*", text)
    if match is None:
        return ""
    unit = match[2].lower()
    for short, forms in {
        "min": ("m", "mi", "mins", "minutes"),
        "h": ("hr", "hrs", "hour", "hours"),
        "d": ("day", "dy", "", "days"),
        "w": ("wk", "wks", "week", "weeks"),
    }.items():
        if unit in forms or unit == short:
            return match[1] + short
    return ""


def duration(example: str) -> Parsed:
    """Shape of a duration."""
    return Parsed(duration_ms, f"a duration such as {example}", DURATION, tidy_duration)


def some_duration(example: str) -> Parsed:
    """Shape of a duration that is not 0."""
    return Parsed(some_duration_ms, f"a duration such as {example}", DURATION, tidy_some)


def tidy_some(text: str) -> str:
    """``tidy_duration`` of one that is not 0."""
    meant = tidy_duration(text)
    return "" if re.match("0+[a-z]", meant) else meant  # "0d" is no help to who wrote 0 days
