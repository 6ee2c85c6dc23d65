"""Snapshots that are refused, put in force by hand, taken back; and that the learner leaves alone what somebody chose."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import pytest

from platinum.errors import UsageError
from platinum.learn.refusing import NOT_FINITE
from platinum.learn.snapshot import Learner, pack
from platinum.logs.memory import MemoryLog
from platinum.pipeline.engine_records import ModelActivated, read_engine_record
from platinum.ports import INTERACTIONS, LEARNING, Record
from platinum.stream.learning import Learning
from platinum.stream.model_commands import choose, go_on, reset, roll_back
from platinum.stream.models import Models, Refused
from platinum.stream.shelf import PolicyShelf
from tests.builders.taught import NOW_MS, a_fact, tell

SECRET, SAID = b"secret", ("ada", "a test")
HOUR_MS = 3_600_000


class Shop(NamedTuple):
    """A log with a learner."""

    log: MemoryLog
    learning: Learning


async def a_shop(*tells: range) -> Shop:
    """After each of ``tells`` a snapshot was put in force."""
    log = MemoryLog(2)
    learning = Learning(log, PolicyShelf(log), SECRET)
    for i, seeds in enumerate(tells):
        await tell(log, seeds)
        await learning.catch_up()
        await learning.publish(NOW_MS + i * HOUR_MS)
    return Shop(log, learning)


async def marked(log: MemoryLog) -> list[str]:
    """Per partition, the snapshot that its markers put in force."""
    found = []
    for p in range(log.partitions):
        bodies = [read_engine_record(SECRET, one) for one in await log.fetch(INTERACTIONS, p, 0, 1000)]
        found.append(max((body for body in bodies if isinstance(body, ModelActivated)), key=lambda one: one.seq).model)
    return found


async def standing(log: MemoryLog) -> Models:
    models = Models(log)
    await models.catch_up()
    return models


def test_what_is_not_finite_is_refused_and_what_is_in_force_stays() -> None:
    async def trial() -> None:
        log, learning = await a_shop(range(60))
        before = await marked(log)
        await log.append(LEARNING, [Record(None, a_fact(99), NOW_MS, partition=1)])
        await learning.catch_up()
        for statistic in learning._learner._statistics:
            for model, _ in statistic.taught.models.values():
                model.sums.xy[0, 0, -1] = 1e60  # weights that float32 does not hold

        for hour in (1.0, 1.1, 3.0):
            done = await learning.publish(NOW_MS + int(hour * HOUR_MS))
            assert done.model is None
            assert done.refusal is not None
            assert done.refusal.reason == NOT_FINITE

        assert await marked(log) == before
        assert learning.refused[NOT_FINITE] == 3
        models = await standing(log)
        assert models.in_force is not None
        assert [models.in_force[1].name] * 2 == before
        # Said once an hour, with the reason; the snapshot itself is not kept.
        assert [(one.reason, one.examples) for one in models.refused.values()] == [(NOT_FINITE, 61)] * 2
        assert not any(models.holds(one.name) for one in models.refused.values())

    asyncio.run(trial())


def test_behind_a_way_back_the_learner_puts_nothing_in_force_until_it_may() -> None:
    async def trial() -> None:
        log, learning = await a_shop(range(60), range(60, 200))
        models = await standing(log)
        first, second = (one.name for _, one in models.counting)

        done = await roll_back(log, models, SECRET, NOW_MS + 3 * HOUR_MS, SAID)
        assert (done.model, done.changed) == (first, True)
        assert await marked(log) == [first, first]
        again = await roll_back(log, await standing(log), SECRET, NOW_MS + 3 * HOUR_MS + 1, SAID)
        assert (again.model, again.activation, again.changed) == (first, done.activation, False)

        await tell(log, range(200, 400))
        for one in (learning, Learning(log, PolicyShelf(log), SECRET)):  # one started anew reads that it is held, too
            await one.catch_up()
            assert (await one.publish(NOW_MS + 4 * HOUR_MS)).held_by == "rollback"
        assert await marked(log) == [first, first]

        latest, _ = await go_on(log, PolicyShelf(log), SECRET, NOW_MS + 5 * HOUR_MS, SAID)
        assert latest is not None
        assert latest.model not in {first, second}
        assert await marked(log) == [latest.model] * 2
        await tell(log, range(400, 500))
        await learning.catch_up()
        assert (await learning.publish(NOW_MS + 6 * HOUR_MS)).model is not None
        told = [(one.how, one.who, one.why) for _, one in (await standing(log)).counting]
        assert told == [("learned", "", ""), ("learned", "", ""), ("rollback", *SAID), ("latest", *SAID), ("learned", "", "")]

    asyncio.run(trial())


def test_what_a_learner_numbered_while_somebody_went_back_gets_no_markers_and_does_not_count() -> None:
    async def trial() -> None:
        log, learning = await a_shop(range(60), range(60, 200))
        models = await standing(log)
        first = models.counting[0][1].name
        await tell(log, range(200, 300))
        await learning.catch_up()
        put_model = learning._shelf.put_model

        async def overtaken(*given: object) -> ModelActivated:
            await roll_back(log, models, SECRET, NOW_MS + 3 * HOUR_MS, SAID)
            return await put_model(*given)  # type: ignore[arg-type]

        learning._shelf.put_model = overtaken  # type: ignore[assignment]
        done = await learning.publish(NOW_MS + 3 * HOUR_MS)

        assert (done.model, done.held_by) == (None, "rollback")
        assert await marked(log) == [first, first]
        found = (await standing(log)).in_force
        assert found is not None
        assert found[1].name == first

    asyncio.run(trial())


def test_a_snapshot_is_chosen_by_the_beginning_of_its_name() -> None:
    async def trial() -> None:
        log, _ = await a_shop(range(60), range(60, 200), range(200, 300))
        models = await standing(log)
        first = models.counting[0][1].name

        done = await choose(log, models, first[:6], SECRET, NOW_MS + 4 * HOUR_MS, SAID)
        assert (done.model, done.changed) == (first, True)
        assert not (await choose(log, await standing(log), first, SECRET, NOW_MS + 5 * HOUR_MS, SAID)).changed
        assert await marked(log) == [first, first]
        for wrong in ("", "no-such-name"):
            with pytest.raises(UsageError, match="platinum model list"):
                await choose(log, models, wrong, SECRET, NOW_MS, SAID)

    asyncio.run(trial())


def test_there_is_a_way_back_only_to_what_was_in_force_before() -> None:
    async def trial() -> None:
        log, _ = await a_shop(range(60))
        with pytest.raises(UsageError, match="platinum model reset"):
            await roll_back(log, await standing(log), SECRET, NOW_MS, SAID)
        with pytest.raises(UsageError, match="no snapshot is in force"):
            await roll_back(MemoryLog(2), Models(MemoryLog(2)), SECRET, NOW_MS, SAID)

    asyncio.run(trial())


def test_after_a_reset_nothing_from_before_counts_and_a_learner_started_anew_comes_to_the_same_bytes() -> None:
    async def trial() -> None:
        log, learning = await a_shop(range(200))
        await log.append(LEARNING, [Record(None, b'{"fact":"case_ended","said":1.0,"kept":1.0,"made_ms":5}', NOW_MS, partition=0)])
        done = await reset(log, PolicyShelf(log), SECRET, NOW_MS + HOUR_MS, SAID)
        assert done.changed
        assert not (await reset(log, PolicyShelf(log), SECRET, NOW_MS + 2 * HOUR_MS, SAID)).changed
        models = await standing(log)
        after = await models.read(done.model)
        assert after.judged["taught"]["examples"] == 0
        assert after.judged["taught"]["models"] == {}
        assert after.judged["cases"]["n"] > 0.0  # how promises are kept was not what went wrong
        assert models.learned_since_ms is None

        await tell(log, range(300, 370))
        await learning.catch_up()
        assert learning.snapshot().judged["taught"]["examples"] == 70
        fresh, only = Learning(log, PolicyShelf(log), SECRET), MemoryLog(2)
        await fresh.catch_up()
        assert pack(fresh.snapshot()) == pack(learning.snapshot())
        await only.append(LEARNING, [Record(None, b'{"fact":"another"}', NOW_MS + HOUR_MS, partition=0)])  # as of the same instant
        await tell(only, range(300, 370))
        alone = Learning(only, PolicyShelf(only), SECRET)
        await alone.catch_up()
        assert alone.snapshot().judged["taught"]["models"] == learning.snapshot().judged["taught"]["models"]

    asyncio.run(trial())


@pytest.mark.parametrize("while_it_publishes", [False, True])
def test_a_learner_that_has_read_what_is_forgotten_puts_nothing_of_it_in_force(while_it_publishes: bool) -> None:
    async def trial() -> None:
        log, learning = await a_shop(range(60))
        await tell(log, range(60, 90))
        await learning.catch_up()
        put_model = learning._shelf.put_model

        async def overtaken(*given: object) -> ModelActivated:
            learning._shelf.put_model = put_model  # type: ignore[method-assign]
            await reset(log, PolicyShelf(log), SECRET, NOW_MS + HOUR_MS, SAID)
            return await put_model(*given)  # type: ignore[arg-type]

        if while_it_publishes:
            learning._shelf.put_model = overtaken  # type: ignore[assignment]
        else:
            await reset(log, PolicyShelf(log), SECRET, NOW_MS + HOUR_MS, SAID)
        done = await learning.publish(NOW_MS + 2 * HOUR_MS)

        assert done.model is not None
        assert await marked(log) == [done.model] * 2
        assert (await (await standing(log)).read(done.model)).judged["taught"]["examples"] == 0

    asyncio.run(trial())


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_reset_counts_where_it_stands_however_records_come(size: int) -> None:
    values = [*(a_fact(i) for i in range(10)), b'{"fact":"reset","who":"","why":""}', *(a_fact(i) for i in range(10, 15))]
    learner, expected = Learner(1), Learner(1)
    records = [(i, value, NOW_MS, b"") for i, value in enumerate(values)]
    for start in range(0, len(records), size):
        learner.fold_all(0, records[start : start + size])
    expected.fold_all(0, [(i, value, NOW_MS, b"") for i, value in enumerate(values[11:], 11)])

    assert pack(learner.snapshot()) == pack(expected.snapshot())


def test_refusals_leave_the_artefacts_with_the_log_that_they_were_about() -> None:
    async def left(days: int) -> list[str]:
        log = MemoryLog(2)
        await Models(log).refuse(Refused(NOW_MS, "", NOT_FINITE, "why", 5))
        await (await standing(log)).forget(NOW_MS + days * 24 * HOUR_MS)
        return [one.reason for one in (await standing(log)).refused.values()]

    assert asyncio.run(left(6)) == [NOT_FINITE]
    assert asyncio.run(left(8)) == []
