"""What the record path needs of whoever reads the log for it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Protocol

from platinum.errors import Inconsistent
from platinum.ports import Fetched


class Fetching(Protocol):
    """Reads partitions ahead, each from where it was last moved to."""

    async def start(self) -> None:
        """Connect; raises ``Unavailable``."""

    async def close(self) -> None:
        """Give up what is on its way."""

    def seek(self, partition: int, offset: int) -> None:
        """Read on there. What was read elsewhere is never handed over, and ``take`` ends."""

    def wake(self) -> None:
        """End a ``take`` that waits."""

    async def take(self, wanted: Container[int], timeout_s: float) -> Mapping[int, Sequence[Fetched]]:
        """What each partition holds where it is read, once any has something; nothing after ``timeout_s``, or when woken.

        Parameters
        ----------
        wanted : container of int
            Partitions that are applied. Others are let go, until somebody moves them.
        """

    def ahead(self) -> None:
        """What was taken last is nearly applied: whatever follows may be asked for now."""

    def astray(self) -> list[int]:
        """Partitions that the log does not hold where they are read; each is told once, and asked for again later."""

    def unreadable(self) -> Mapping[int, Inconsistent]:
        """Partitions whose next records this installation cannot read, and why; each is told once, and asked for again later."""
