"""What a learner says of itself follows from what it has read and put in force."""

from __future__ import annotations

import asyncio

import pytest

from platinum.errors import Unavailable
from platinum.logs.memory import MemoryLog
from platinum.stream.learning import Learning
from platinum.stream.models import ROLLED_BACK
from platinum.stream.shelf import PolicyShelf
from platinum.wiring.learner_view import LearnerView
from tests.builders.deployments import SECRET
from tests.builders.loops import in_loop
from tests.builders.taught import NOW_MS, tell
from tests.integration.test_worker_watch import values_of

LATER_MS = NOW_MS + 86_400_000


class _Log(MemoryLog):
    """A log that may not answer."""

    away = False

    async def end(self, topic: str, partition: int) -> int:
        if self.away:
            raise Unavailable("no broker")
        return await super().end(topic, partition)


class _World:
    """A learner of two partitions, and who looks at it."""

    def __init__(self) -> None:
        self.log = _Log(2)
        self.learning = Learning(self.log, PolicyShelf(self.log, SECRET), SECRET)
        self.view = LearnerView(self.learning)

    async def values(self) -> dict[str, float]:
        return values_of((await self.view.metrics()).decode())


@in_loop
async def test_before_anything_is_read_nothing_is_in_force_and_what_is_not_known_has_no_number() -> None:
    world = _World()

    found = await world.values()

    assert found["platinum_learner_records_total"] == found["platinum_model_timestamp_seconds"] == found["platinum_model_held"] == 0
    assert not any(name.startswith(("platinum_calibration_error", "platinum_explored_share", "platinum_arms_p_value")) for name in found)


@in_loop
async def test_what_was_read_what_waited_and_what_is_in_force() -> None:
    world = _World()
    await tell(world.log, range(300), explored=False)
    await tell(world.log, range(300, 400), explored=True)

    await world.learning.catch_up()
    read = await world.values()
    done = await world.learning.publish(LATER_MS)
    found = await world.values()

    assert read['platinum_learner_lag_records{partition="0"}'] == read['platinum_learner_lag_records{partition="1"}'] == 200
    assert read["platinum_learner_records_total"] == 400
    assert read["platinum_model_timestamp_seconds"] == 0
    assert done.model is not None
    assert found["platinum_model_timestamp_seconds"] == LATER_MS / 1000
    assert found["platinum_explored_share"] == pytest.approx(0.25)
    assert 0.0 < found["platinum_calibration_error"] < 1.0


@in_loop
async def test_a_command_that_holds_the_learner_back_is_seen() -> None:
    world = _World()
    await tell(world.log, range(100))
    await world.learning.catch_up()
    first = await world.learning.publish(LATER_MS)
    assert first.model is not None
    await world.learning.publish(LATER_MS, ROLLED_BACK, ("ada", "too bold"))
    await world.learning.publish(LATER_MS)

    assert (await world.values())["platinum_model_held"] == 1


@in_loop
async def test_a_learner_whose_log_does_not_answer_is_not_ready_and_says_why() -> None:
    world, stop = _World(), asyncio.Event()
    assert await world.view.ready() == (True, {})
    world.log.away = True
    asyncio.get_running_loop().call_later(0.05, stop.set)

    await world.learning.keep_on(lambda: LATER_MS, stop, 0.01)

    assert await world.view.ready() == (False, {"log": "does not answer"})
    assert (await world.values())["platinum_ready"] == 0
