"""Which snapshot of the learner another policy is evaluated with: alone here, because every ``--help`` loads it."""

from __future__ import annotations

from enum import StrEnum


class Snapshot(StrEnum):
    """That of the decision knows nothing of what came of it. The newest does, and looks better on what it learned from."""

    THEN = "then"
    NEWEST = "newest"
    NONE = "none"
