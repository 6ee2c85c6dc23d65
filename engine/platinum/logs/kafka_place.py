"""Where one partition is read, and whether the log there may be another one."""

from __future__ import annotations

from collections.abc import Sequence

from platinum.ports import Fetched

FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 0.05, 2.0
#: Where a record batch says under which leader it was written.
_EPOCH_AT = 12


class ReadPlace:
    """Where one partition is read.

    Attributes
    ----------
    next_offset : int
        To ask for next: behind ``rest``, which was not handed over yet.
    asked : bool
        A question about it is on its way.
    doubted, told : bool
        It may be another log now: a broker had none, or was away. Once that is told, nothing is asked until it is moved.
    epoch, end : int
        Leader epoch of the batch that was read last, and the log's end then; -1 = nothing was read since it was moved.
    """

    def __init__(self, offset: int) -> None:
        self.next_offset = offset
        self.rest: Sequence[Fetched] = ()
        self.asked = self.doubted = self.told = False
        self.epoch = self.end = -1
        self.not_before_s = 0.0
        self.backoff_s = FIRST_BACKOFF_S

    @property
    def is_behind(self) -> bool:
        """Whether the log had more than was read last."""
        return self.end > self.next_offset

    def move(self, offset: int) -> None:
        """Ask there; what is on its way from elsewhere will be thrown away."""
        self.next_offset, self.rest = offset, ()
        self.doubted = self.told = False
        self.epoch = self.end = -1

    def is_another_log(self, end: int, epoch: int) -> bool:
        """Whether it may be: a topic that was made again, or lost its tail to another leader, goes on at any offset.

        Offsets alone show it only while it is shorter than where we are. A new leader is looked at once, for nothing.
        """
        self.told = self.doubted or end < self.end or -1 < self.epoch != epoch > -1
        self.end, self.epoch = end, self.epoch if epoch < 0 else epoch
        return self.told

    def hold_off(self, now_s: float) -> None:
        """Ask later."""
        self.not_before_s = now_s + self.backoff_s
        self.backoff_s = min(2 * self.backoff_s, LONGEST_BACKOFF_S)

    def take(self, most: int) -> Sequence[Fetched]:
        """Up to so many of what is there."""
        taken = self.rest
        self.rest = taken[most:] if len(taken) > most else ()
        return taken[:most]


def epoch_of(data: bytes) -> int:
    """Leader epoch of the first batch, -1 without one."""
    return int.from_bytes(data[_EPOCH_AT : _EPOCH_AT + 4], "big", signed=True) if len(data) >= _EPOCH_AT + 4 else -1
