"""What aiokafka tells of the group's coordination: a disturbance is joined out of, what refuses us for good ends the worker."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import errors

from platinum.errors import Unavailable
from platinum.logs.kafka_errors import planned
from platinum.stream import faust_consumer
from platinum.stream.faust_consumer import GatedThread
from tests.builders.loops import in_loop


class Coordinator:
    """Of aiokafka's, what is asked of it once a second."""

    generation = 3

    def __init__(self) -> None:
        self.told: list[Exception] = []
        self.over = False
        self.rejoins = 0
        self._coordination_task = SimpleNamespace(done=lambda: self.over)

    def check_errors(self) -> None:
        if self.told:
            raise self.told.pop(0)

    def request_rejoin(self) -> None:
        self.rejoins += 1


@pytest.fixture
def coordinator() -> Coordinator:
    return Coordinator()


@pytest.fixture
def thread(coordinator: Coordinator) -> GatedThread:
    made: Any = GatedThread.__new__(GatedThread)
    consumer = SimpleNamespace(_coordinator=coordinator, _subscription=SimpleNamespace(fetch_context=nullcontext))
    made._ensure_consumer = lambda: consumer
    found: GatedThread = made
    return found


@in_loop
async def test_what_a_broker_that_comes_back_answers_is_joined_out_of(thread: GatedThread, coordinator: Coordinator) -> None:
    coordinator.told = [errors.KafkaError("Unexpected exception in heartbeat task: UnknownError()"), errors.NodeNotReadyError("2")]

    await thread.polled()
    await thread.polled()
    await thread.polled()

    assert coordinator.rejoins == 2


@pytest.mark.parametrize(
    "refused", [errors.GroupAuthorizationFailedError, errors.TopicAuthorizationFailedError, errors.InvalidGroupIdError]
)
@in_loop
async def test_what_refuses_us_for_good_is_raised(thread: GatedThread, coordinator: Coordinator, refused: type[Exception]) -> None:
    coordinator.told = [refused("platinum")]

    with pytest.raises(refused):
        await thread.polled()


@in_loop
async def test_an_end_of_the_coordination_is_raised(thread: GatedThread, coordinator: Coordinator) -> None:
    coordinator.told, coordinator.over = [errors.KafkaError("Unexpected error during coordination")], True

    with pytest.raises(errors.KafkaError):
        await thread.polled()


@in_loop
async def test_a_disturbance_without_an_end_is_raised_unless_the_group_held_in_between(
    thread: GatedThread, coordinator: Coordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now_s=0.0)
    monkeypatch.setattr(faust_consumer, "time", SimpleNamespace(monotonic=lambda: clock.now_s))

    async def disturbed_at(now_s: float) -> None:
        clock.now_s, coordinator.told = now_s, [errors.KafkaError("again")]
        await thread.polled()

    for now_s in (0.0, 30.0, 59.0):
        await disturbed_at(now_s)
    await thread.polled()  # an assignment holds
    for now_s in (61.0, 119.0):
        await disturbed_at(now_s)
    thread.joining = True
    await thread.polled()  # nothing is wrong, but no assignment holds either
    with pytest.raises(errors.KafkaError):
        await disturbed_at(122.0)


@pytest.mark.parametrize(
    "error", [errors.KafkaConnectionError, errors.KafkaTimeoutError, errors.NodeNotReadyError, errors.NoBrokersAvailable]
)
def test_a_broker_that_is_away_is_named_so(error: type[Exception]) -> None:
    assert isinstance(planned(error("x")), Unavailable)
    assert not isinstance(planned(errors.KafkaError("x")), Unavailable)
    assert not isinstance(planned(errors.GroupAuthorizationFailedError("x")), Unavailable)
