"""Find the records of a batch that break the stages, and say when it is the build that is broken (design 3, "Poison").

A record is poison when the stages raise an exception that nobody planned as they apply it to what all records before it left,
without those that are poison themselves. That does not depend on where batches are cut. A slow twin that goes one by one is
in ``tests/reference/poison.py``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog

from platinum.errors import Inconsistent, PlatinumError, Rejected
from platinum.pipeline.cut import Poisoned
from platinum.pipeline.engine_records import PolicyActivated, read_engine_record
from platinum.ports import Fetched

LOG = structlog.get_logger("platinum.stream")
#: From so many records on, half of a batch is too much; from so few on, all of them, also of several small batches in a row.
HALF_OF, ALL_OF = 20, 8

#: Applies the records lo..hi-1 of a batch to rows in memory; returns what broke, and then has changed nothing.
Attempt = Callable[[int, int], Awaitable["StageFailed | None"]]


class StageFailed(Exception):
    """A stage raised something that nobody planned.

    Attributes
    ----------
    stage : str
        ``decode`` (finding out what the record says) or ``fold`` (the compiled call, and turning its results into records).
    """

    def __init__(self, stage: str, cause: Exception) -> None:
        super().__init__(stage)
        self.stage, self.cause = stage, cause

    @property
    def poisoned(self) -> Poisoned:
        """Verdict on the record that did it: the type of the exception, never its text."""
        return Poisoned(type(self.cause).__name__, self.stage)


class BuildBroken(Inconsistent):
    """So much fails that the events cannot be the reason; the partition stops and nothing is dead-lettered."""


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Exceptions that nobody planned leave as `StageFailed`. No memory is the machine's fault, not the record's."""
    try:
        yield
    except (PlatinumError, MemoryError):
        raise
    except Exception as error:
        raise StageFailed(name, error) from error


class Search:
    """Finds poison in the batches of one partition, and counts how much of it comes in a row."""

    def __init__(self, partition: int) -> None:
        self._partition = partition
        self._in_a_row = 0

    def went_well(self) -> None:
        """A batch had something in it that is not poison."""
        self._in_a_row = 0

    async def among(self, n: int, attempt: Attempt) -> list[tuple[int, Poisoned]]:
        """Indexes of the poison among ``n`` records, and why.

        Notes
        -----
        Halves from left to right, each applied on top of what went well before: k poisonous records cost about
        n (1 + log2 k) applied ones. Single records are always tried again, so what fails once and never again is no poison.

        Raises
        ------
        BuildBroken
            Too much of the batch is poison; see ``HALF_OF`` and ``ALL_OF``.
        """
        found: list[tuple[int, Poisoned]] = []
        left = [(0, n, 0)]  # with each range: how much had been found when a range that fails was halved into it
        while left:
            lo, hi, before = left.pop()
            # It fails for sure if the whole does and everything before it in the whole was well.
            failed = await attempt(lo, hi) if hi - lo == 1 or before != len(found) else None
            if hi - lo == 1 and failed is not None:
                found.append((lo, failed.poisoned))
                self._refuse_too_much(len(found), n, failed)
            elif hi - lo > 1 and (failed is not None or before == len(found)):
                middle = (lo + hi) // 2
                left += [(middle, hi, len(found)), (lo, middle, -1)]
        self._in_a_row = self._in_a_row + n if len(found) == n else 0
        return found

    def _refuse_too_much(self, found: int, n: int, failed: StageFailed) -> None:
        all_of_them = found == n and self._in_a_row + n >= ALL_OF
        if all_of_them or (n >= HALF_OF and 2 * found > n):
            raise BuildBroken(
                f"partition {self._partition}: {found} of {n} records ended in an error nobody planned "
                f"({failed.poisoned.exception} in stage {failed.stage}): that is this build, or the machine, not the events. Nothing was "
                "dead-lettered; install the build that worked before and start again, see docs/how-to/work-with-dead-letters.md"
            )


def refuse_marker(partition: int, record: Fetched, secret: bytes) -> None:
    """A policy marker cannot be skipped: nobody would know what is in force behind it.

    Raises
    ------
    BuildBroken
        The record is one.
    """
    try:
        body = read_engine_record(secret, record)
    except Rejected:
        return
    if isinstance(body, PolicyActivated):
        raise BuildBroken(
            f"partition {partition}: the policy marker at offset {record.offset} ends in an error nobody planned, and a marker cannot "
            "be skipped; install the build that worked before and start again"
        )


def report(partition: int, found: Sequence[tuple[Fetched, Poisoned]]) -> None:
    """A line per record that is skipped from now on: where it lies, and the type of the exception."""
    for record, poison in found:
        LOG.error("event skipped: it broke a stage", partition=partition, offset=record.offset, exception=poison.exception)
