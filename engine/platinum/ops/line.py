"""One event on its way to a file or a log."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """One encoded event; ``time_ms`` is its own time, ``customer`` its ``userId``."""

    time_ms: int
    customer: str
    value: bytes
