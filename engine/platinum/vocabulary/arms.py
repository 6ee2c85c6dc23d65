"""Always-on arms."""

from __future__ import annotations

from enum import IntEnum


class Arm(IntEnum):
    """Who is decided about differently for a month, by hash, so that it is known what deciding does (``decide.arms``)."""

    NONE = 0
    RANDOM = 1  # any of what passed its gates, as likely
    SILENT = 2  # no contact in the lanes that sell
    SAME_FOR_ALL = 3  # by what the policy expects of everybody, not by what was learned
