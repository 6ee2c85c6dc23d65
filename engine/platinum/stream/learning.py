"""The learner beside the stream: it reads what it is told, and puts its snapshots in force (design 8)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import structlog

from platinum.errors import Unavailable
from platinum.learn.linear import NoSolution
from platinum.learn.portfolio import Portfolio
from platinum.learn.refusing import NOT_FINITE, REASONS, Refusal, refusal
from platinum.learn.snapshot import Learner, Snapshot, Told, name_of, pack
from platinum.ports import LEARNING, Fetched, Log
from platinum.stream.activate import mark
from platinum.stream.models import LEARNED, Models, Refused
from platinum.stream.shelf import PolicyShelf

LOG = structlog.get_logger("platinum.learner")
#: So many new facts are worth a snapshot, where they are as large a share of all that was read, or the last one is so old: one a minute
#: for the same numbers would fill the artefacts, which everybody reads who starts or stops something.
LEARN_FROM, _NEWS, _AGE_MS = 50, 0.01, 3_600_000
_FETCH = 4096


def told(record: Fetched) -> Told:
    """A record as the learner wants it."""
    return record.offset, record.value, record.time_ms, next((value for name, value in record.headers if name == "ce_id"), b"")


class Published(NamedTuple):
    """What became of a snapshot.

    Attributes
    ----------
    model : str or None
        Its name where it is in force now.
    refusal : Refusal or None
    held_by : str or None
        The command behind which nothing is put in force (`platinum model activate latest` ends that).
    """

    model: str | None = None
    refusal: Refusal | None = None
    held_by: str | None = None


class Learning:
    """One learner of a deployment.

    Its state is what it has read; started anew it reads again, and comes to the same bytes at the same offsets.

    Attributes
    ----------
    unpublished, read : int
        Records read since the last snapshot, and in all.
    refused : Counter of str
        Snapshots that were refused, by ``learn.refusing.REASONS``.
    standing : Published
        What became of the last snapshot.
    lag : list of int
        Records of each partition that waited when it last looked.
    answers : bool
        Whether the log did when it was last asked; true before.
    in_force_ms : int
        When a snapshot was put in force last; 0 = none was.
    calibration_error, explored_share, arms_p : float or None
        Of what was read until the last snapshot; None = of nothing yet. The last: ``learn.arms.Arms.judged``.
    """

    def __init__(self, log: Log, shelf: PolicyShelf, secret: bytes) -> None:
        self._log, self._shelf, self._secret = log, shelf, secret
        self._learner = Learner(log.partitions)
        self.unpublished = self.read = 0
        self.refused: Counter[str] = Counter(dict.fromkeys(REASONS, 0))
        self.standing = Published()
        self.lag = [0] * log.partitions
        self.answers = True
        self.in_force_ms = 0
        self.calibration_error: float | None = None
        self.explored_share: float | None = None
        self.arms_p: float | None = None
        self._published_ms: int | None = None
        self._past = 0  # the last reset that it has read

    @property
    def vector(self) -> list[int]:
        """Next offset of each partition of the learning topic."""
        return self._learner.vector

    @property
    def time_ms(self) -> int:
        """Largest record time of what was read."""
        return self._learner.time_ms

    async def catch_up(self) -> int:
        """Read what there is; returns how many records were new."""
        read = 0
        for partition in range(self._log.partitions):
            at = max(self._learner.vector[partition], await self._log.start(LEARNING, partition))
            self.lag[partition] = max(0, await self._log.end(LEARNING, partition) - at)
            while records := await self._log.fetch(LEARNING, partition, at, _FETCH):
                read += self._learner.fold_all(partition, [told(record) for record in records])
                at = records[-1].offset + 1
        self.unpublished += read
        self.read += read
        return read

    def snapshot(self) -> Snapshot:
        """What was read so far says; raises as ``Learner.snapshot``."""
        return self._learner.snapshot()

    def whole(self) -> Portfolio:
        """Statistics of everything read so far, as one: reports say more than snapshots do."""
        return self._learner.whole()

    async def publish(self, time_ms: int, how: str = LEARNED, said: tuple[str, str] = ("", ""), *, anyway: bool = False) -> Published:
        """Put a snapshot of everything read so far in force on every partition, unless it is refused or a command holds the learner back.

        Parameters
        ----------
        how, said
            As ``Models.put``: of a command.
        anyway : bool
            Only numbers that are none speak against it.

        Raises
        ------
        Unavailable
            As ``stream.activate.mark``; publishing again is safe.
        """
        models = await self._shelf.standing_models()
        if how == LEARNED and models.held is not None:
            return self._told(Published(held_by=models.held.how), time_ms)
        if models.last_reset > self._past:
            await self.catch_up()  # its records were appended before it was numbered, perhaps behind what has been read
            self._past = models.last_reset
        snapshot, why = await self._examined(models, time_ms)
        if why is not None and (why.reason == NOT_FINITE or not anyway):
            await self._refuse(models, snapshot, why, time_ms)
            return self._told(Published(refusal=why), time_ms)
        marker = await self._shelf.put_model(snapshot, time_ms, how, said)
        models = await self._shelf.standing_models()
        if how == LEARNED and models.held is not None:  # the command came in between: a marker would overrule it
            return self._told(Published(held_by=models.held.how), time_ms)
        if how == LEARNED and models.last_reset > self._past:  # likewise: this one knows what is to be forgotten
            return await self.publish(time_ms)
        await mark(self._log, marker, self._secret, time_ms, range(self._log.partitions))
        return self._told(Published(marker.model), time_ms)

    def _told(self, done: Published, time_ms: int) -> Published:
        self.unpublished, self._published_ms, self.standing = 0, time_ms, done
        self.in_force_ms = self.in_force_ms if done.model is None else time_ms
        return done

    async def _examined(self, models: Models, time_ms: int) -> tuple[Snapshot, Refusal | None]:
        """A snapshot of everything read so far, and what speaks against it; an empty one where the sums have no solution."""
        whole, last = self._learner.whole(), models.in_force
        self.in_force_ms = 0 if last is None else last[1].time_ms
        recent = list(whole.taught.recent)
        self.explored_share = sum(one.explored for one in recent) / len(recent) if recent else None
        self.arms_p = whole.taught.arms.judged()["p"]
        self.calibration_error = whole.taught.reliability.judged(self._learner.time_ms)["error"]
        try:
            snapshot = self._learner.snapshot_of(whole)
        except NoSolution as none:
            return Snapshot(self._learner.vector, time_ms, {}), Refusal(NOT_FINITE, str(none))
        since_ms = models.learned_since_ms
        before = await models.read(last[1].name) if last is not None and models.holds(last[1].name) else None
        held = None if since_ms is None else whole.taught.holdout.compared(since_ms, time_ms)
        judged = None if before is None else before.judged.get("taught")
        return snapshot, refusal(snapshot.judged["taught"], judged, recent, held)

    async def _refuse(self, models: Models, snapshot: Snapshot, why: Refusal, time_ms: int) -> None:
        """Count, log and append that a snapshot is refused; the same again within the hour is in the log already."""
        self.refused[why.reason] += 1
        LOG.warning("snapshot refused; what is in force stays", reason=why.reason, cause=why.words, remedy="`platinum model list`")
        last = max(models.refused.values(), key=lambda one: one.time_ms, default=None)
        if last is None or last.reason != why.reason or time_ms - last.time_ms >= _AGE_MS:
            name = name_of(pack(snapshot)) if snapshot.judged else ""
            await models.refuse(Refused(time_ms, name, why.reason, why.words, self._learner.whole().taught.examples))

    def is_worth(self, now_ms: int) -> bool:
        """Whether what was read since the last snapshot is worth another one."""
        if self.unpublished < LEARN_FROM:
            return False
        old = self._published_ms is None or now_ms - self._published_ms >= _AGE_MS
        return old or self.unpublished >= _NEWS * self.read

    async def keep_on(self, now_ms: Callable[[], int], stop: asyncio.Event, every_s: float) -> None:
        """Learn until ``stop``: every so often what is new is read, and put in force if there is enough of it.

        A log that does not answer is asked again next time: decisions go on under the snapshot that they have.
        """
        while not stop.is_set():
            try:
                await self.catch_up()
                if self.is_worth(now_ms()):
                    await self._publish_and_say(now_ms())
                self.answers = True
            except Unavailable as error:
                self.answers = False
                LOG.warning("nothing learned this time: the log does not answer", cause=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every_s)

    async def _publish_and_say(self, now_ms: int) -> None:
        facts, before = self.unpublished, self.standing
        done = await self.publish(now_ms)
        if done.model is not None:
            LOG.info("snapshot in force", facts=facts, model=done.model)
        elif done.held_by is not None and before.held_by is None:
            LOG.warning("nothing is put in force behind a command", command=done.held_by, remedy="`platinum model activate latest`")
