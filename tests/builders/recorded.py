"""A log as a year of a shop leaves it, and what comes of playing it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from platinum.engine import Engine
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.ops.society import Society
from platinum.policy.load import example
from platinum.policy.stopped import stopped_source
from platinum.ports import ARTEFACTS, INTERACTIONS
from platinum.stores.memory import MemoryStore
from tests.builders.deployments import State, a_deployment, copy_log, play, state_of
from tests.builders.pages import CHECKOUT
from tests.builders.poison import poisoned

EVENTS = 200_000
STORIES = CHECKOUT / "tests" / "stories" / "policy.yaml"
#: As the orders of the society are; in another currency every one of them was rejected.
IN_POUNDS = STORIES.read_bytes().replace(b"currency: EUR", b"currency: GBP")
GIFT_SHOP = example("gift-shop")
#: The same shop with a category inserted in front: every index of the compiled policy moves.
CHANGED = GIFT_SHOP.replace(b"categories: [", b"categories: [aprons, ")


@contextmanager
def a_recorded_log(events: int, poison_every: int = 0) -> Iterator[MemoryLog]:
    """A log of simulated people, timers and markers included: a policy change in the middle, then a stop of an eighth of it.

    ``poison_every``: one in so many events breaks `tests.builders.poison.a_breaking_call`.
    """
    assert CHANGED != GIFT_SHOP
    values = list(simulate_events(seed=11, customers=3_000, events=events))
    if poison_every:
        values = poisoned(values, poison_every, first=poison_every // 2)
    with Engine.open(GIFT_SHOP) as engine:
        engine.process_json(values[: events // 2])
        engine.activate(CHANGED)
        engine.process_json(values[events // 2 : events * 5 // 8])
        engine.activate(stopped_source(CHANGED))
        engine.process_json(values[events * 5 // 8 : events * 3 // 4])
        engine.activate(CHANGED)
        engine.process_json(values[events * 3 // 4 :])
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        yield log


@contextmanager
def a_society_log(customers: int, days: int) -> Iterator[MemoryLog]:
    """A log of people who wait, call, complain and are promised things, under a policy that owes, thanks and sells; some contacts are
    claimed, an action is stopped for a fifth of the time, one person is promised 200 things, the learner's snapshots are in force."""
    with Engine.open(IN_POUNDS) as engine:
        world = Society(7, customers)
        claimed = 0
        for day in range(days):
            if day == days * 2 // 5:
                engine.stop(actions=["free-delivery"])
            if day == days * 3 // 5:
                engine.start(actions=["free-delivery"])
            events = world.day(day, [])
            if day == days // 2:
                events = [*events, *two_hundred_promises(events[-1]["timestamp"])]
            for one in engine.process(events):
                if one["channel"] == "email":
                    claimed += engine.claim(one["decision_id"], "mailer", "1", one["customer_id"]).answer == "send"
        assert claimed > 100
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        yield log


def two_hundred_promises(at: str) -> Iterator[dict[str, Any]]:
    """Made to one person at an instant, due in two months."""
    due = (datetime.fromisoformat(at) + timedelta(days=60)).isoformat()
    for n in range(200):
        promise = {"promise_id": f"p-{n}", "class": "repair", "due_at": due}
        yield {
            "type": "track", "event": "Promise Made", "userId": "promised-much", "messageId": f"promise-{n}", "timestamp": at,
            "properties": promise,
        }  # fmt: skip


async def replay(recorded: MemoryLog, batch: int, applied: Callable[[int], object] = lambda _records: None) -> State:
    """Rows and outputs of a memory log and a memory store that get ``recorded`` in batches of ``batch``."""
    log = MemoryLog()
    await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
    d = a_deployment(log, MemoryStore())
    await play(d, batch, applied=applied)
    return await state_of(d)
