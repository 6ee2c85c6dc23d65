"""`policy stop`: nothing of what is stopped is decided or claimed from then on, and what was planned of it is taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import orjson
import pytest
from numpy.random import default_rng

from platinum.engine import Engine
from platinum.errors import Unavailable, UsageError
from platinum.logs.memory import MemoryLog
from platinum.pipeline.engine_records import MAC_HEADER, ContactsSwept, header, read_engine_record
from platinum.policy.compile import compile_policy
from platinum.policy.stopped import Stops
from platinum.ports import INTERACTIONS, BucketWrite, Record
from platinum.profile.row import ROW
from platinum.stores.memory import MemoryStore
from platinum.stream.activate import activate, stops_in_force
from platinum.stream.create import ensure_checkpoints
from platinum.stream.deployment import Deployment
from platinum.stream.keeping import keep_in_force
from platinum.stream.runner import Runner
from platinum.stream.stopping import start, stop
from platinum.stream.sweep import Sweeper, sweep, to_take_back
from platinum.vocabulary.codes import Kind
from tests.builders.claims import Customer, stopping
from tests.builders.deployments import SECRET, a_deployment, play, read_all
from tests.builders.loops import in_loop
from tests.builders.mailing import POLICY, an_order, contacts
from tests.builders.rows import NOON, an_event
from tests.builders.tables import HOUR

T0 = "2026-01-01T10:00:00Z"
NOW_MS = 1_790_000_000_000


def test_an_action_that_is_stopped_is_not_chosen_its_contacts_are_taken_back_and_others_go_on() -> None:
    with Engine.open(POLICY) as engine:
        planned = engine.process([an_order("ada", 1, at=T0), an_order("bea", 1, "candles", at=T0), an_order("cleo", 1, at=T0)])
        claimed = engine.claim(planned[2]["decision_id"], "mailer", "1", "cleo")
        version = engine.stop(actions=["garden-week"])
        after = engine.process([an_order("dora", 1, at=T0), an_order("eva", 1, "candles", at=T0)])
        asked = [one for one in (*planned, *after) if one["channel"]]
        answers = [engine.claim(one["decision_id"], "mailer", "1", one["customer_id"]).reason for one in asked]
        shown = engine.decide("ada", "hero")
        _, withdrawn = engine._run(contacts(engine._deployment.log))

    assert claimed.answer == "send"
    taken_back = [(one["decision_id"], "policy_stopped") for one in (planned[0], planned[2])]  # the second when it was claimed again
    assert [(one["decision_id"], one["reason"]) for one in withdrawn] == taken_back
    assert [one["action"] for one in after] == [None, "candle-week"]
    assert (shown["type"], shown["policy"]) == ("silence", version)
    assert answers == ["stopped", "", "stopped", ""]


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ({"channels": ["card"]}, ["garden-week"]),
        ({"sending": True}, []),
        ({}, []),
        ({"actions": ["candle-week", "garden-week"]}, []),
    ],
)
def test_channels_all_sending_and_everything_are_taken_back_too(what: dict[str, Any], left: list[str]) -> None:
    with Engine.open(POLICY) as engine:
        engine.process([an_order("ada", 1, at=T0), an_order("bea", 1, "candles", at=T0)])
        engine.stop(**what)
        kept = [one["action"] for name in ("ada", "bea") for one in (engine.profile(name) or {})["contacts"]["planned"]]
        answers = engine.process([an_order("cleo", 1, at=T0)])
        inbound = engine.decide("ada", "hero", context={"category": "garden"})["type"]
        engine.start()
        (again,) = engine.process([an_order("dora", 1, at=T0)])

    assert kept == left
    assert [one["action"] for one in answers if one["action"]] == left
    assert inbound == ("silence" if not what or "actions" in what else "offer")
    assert again["action"] == "garden-week"


def test_what_is_stopped_adds_up_and_is_started_piece_by_piece() -> None:
    with Engine.open(POLICY) as engine:
        running = engine.policy.version
        engine.stop(actions=["garden-week"])
        engine.stop(channels=["card"])
        both = engine.policy.stops
        engine.start(channels=["card"])
        one = engine.policy.stops
        engine.start(actions=["garden-week"])
        with pytest.raises(UsageError, match=r"no action 'garden-weak'.*Did you mean 'garden-week'"):
            engine.stop(actions=["garden-weak"])
        last = engine.policy.version
        engine.stop()
        with pytest.raises(UsageError, match="without options"):
            engine.start(actions=["garden-week"])

    assert both.named() == ["action garden-week", "channel card"]
    assert one.named() == ["action garden-week"]
    assert last == running


def test_the_look_finds_whom_a_sweep_takes_something_from_and_nobody_else() -> None:
    rng, found = default_rng(5), 0
    for _ in range(300):
        stops = [(str(rng.choice(["", "free-delivery", "candle-offer"])), str(rng.choice(["", "email", "card"])))]
        customer = Customer()
        for n in range(1, int(rng.integers(1, 5))):
            customer.plans(n, str(rng.choice(["free-delivery", "candle-offer"])), str(rng.choice(["email", "card", "web"])))
            if rng.random() < 0.3:
                customer.asks(n, "one")
        customer.tables = stopping(*stops)
        rows = np.array([customer.row], ROW)

        looked = bool(to_take_back(rows, customer.tables)[0])

        assert looked == bool(customer.hears(an_event(Kind.CONTACTS_SWEPT, NOON + 2 * HOUR)))
        found += looked
    assert 60 < found < 240


class _Away(MemoryStore):
    """A store that does not tell its keys at first."""

    left = 2

    async def keys(self, buckets: Any) -> list[list[bytes]]:
        if self.left:
            self.left -= 1
            raise Unavailable
        return await super().keys(buckets)


async def _planned(store: MemoryStore, customers: int = 30) -> Deployment:
    """Everybody has a contact planned."""
    d = a_deployment(MemoryLog(4), store)
    await ensure_checkpoints(d.log, d.store, d.buckets, d.group)
    await activate(d.log, d.shelf, compile_policy(POLICY), SECRET, NOW_MS)
    orders = [an_order(f"c-{i}", 1, "garden" if i % 2 else "candles") for i in range(customers)]
    await d.log.append(INTERACTIONS, [Record(order["userId"].encode(), orjson.dumps(order), NOW_MS) for order in orders])
    return d


async def _running(d: Deployment, until: Callable[[], Any], wait_s: float = 10.0) -> None:
    """A runner over the deployment until something holds."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    task, began_s = asyncio.create_task(Runner(d, lambda: NOW_MS + 1_000).run(ended)), loop.time()
    while not await until():
        assert loop.time() - began_s < wait_s
        assert not task.done(), task.exception()
        await asyncio.sleep(0.02)
    ended.set()
    await task


@in_loop
async def test_the_owner_sweeps_after_the_marker_also_when_the_store_is_away_at_first_and_once() -> None:
    d = await _planned(_Away())

    async def all_taken_back() -> bool:
        return len((await contacts(d.log))[1]) == 15

    async def all_planned() -> bool:
        return len((await contacts(d.log))[0]) == 30

    await _running(d, all_planned)
    await stop(d.log, d.shelf, SECRET, NOW_MS, Stops(actions=("garden-week",)))
    await _running(d, all_taken_back)
    before = await _swept(d)
    await _running(d, all_taken_back)  # claimed anew: it looks again, and finds nothing

    assert before == await _swept(d) == 15
    assert {one["reason"] for one in (await contacts(d.log))[1]} == {"policy_stopped"}


class _Slow(MemoryStore):
    """A store that does not write before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_write = asyncio.Event()
        self.may_write.set()

    async def compare_and_set(self, writes: Sequence[BucketWrite]) -> list[bool]:
        await self.may_write.wait()
        return await super().compare_and_set(writes)


@in_loop
async def test_what_was_planned_in_the_batch_that_holds_the_marker_is_found_too() -> None:
    store = _Slow()
    d = await _planned(store, customers=1)
    partitions = await play(d, 64, until=0)
    await stop(d.log, d.shelf, SECRET, NOW_MS)
    sweeper, tasks = Sweeper(d, lambda: NOW_MS), []

    store.may_write.clear()
    for partition in partitions:  # the order and the marker: in memory the contact is planned and its action stopped, in the store not yet
        records = await d.log.fetch(INTERACTIONS, partition.place.partition, 0, 100)
        tasks.append(asyncio.create_task(partition.apply(records)))
    await asyncio.sleep(0.01)
    assert all(partition.stopping is not None for partition in partitions)
    sweeper.tick(partitions)
    await asyncio.sleep(0.01)
    store.may_write.set()
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.01)

    assert await _swept(d) == 1


@in_loop
async def test_a_crash_between_stop_and_sweep_leaves_it_to_the_next_owner() -> None:
    d = await _planned(MemoryStore())
    await stop(d.log, d.shelf, SECRET, NOW_MS)
    await play(d, 64)  # the marker is folded, and nobody sweeps

    async def all_taken_back() -> bool:
        return len((await contacts(d.log))[1]) == 30

    await _running(d, all_taken_back)


@in_loop
async def test_a_sweep_that_is_folded_after_the_start_takes_nothing_back() -> None:
    d = await _planned(MemoryStore())
    await play(d, 64)
    stopped, seq = await stop(d.log, d.shelf, SECRET, NOW_MS)
    await start(d.log, d.shelf, SECRET, NOW_MS)
    late = await sweep(d.log, d.store, SECRET, range(d.buckets), (await d.shelf.policy(int(stopped.version, 16))).tables, seq, NOW_MS)

    await play(d, 64)

    assert late == 30
    assert (await contacts(d.log))[1] == []


@in_loop
async def test_a_start_of_a_process_lifts_no_stop_of_a_part() -> None:
    d = await _planned(MemoryStore())
    await stop(d.log, d.shelf, SECRET, NOW_MS, Stops(channels=("card",)))

    assert await keep_in_force(a_deployment(d.log, d.store), compile_policy(POLICY.replace(b"900.00", b"901.00")), NOW_MS)

    assert (await stops_in_force(a_deployment(d.log, d.store).shelf)).named() == ["channel card"]
    await start(d.log, d.shelf, SECRET, NOW_MS)
    assert not await stops_in_force(a_deployment(d.log, d.store).shelf)


@in_loop
async def test_a_bug_in_a_sweep_ends_the_process() -> None:
    d = await _planned(MemoryStore())
    (partition, *_) = await play(d, 64)
    await stop(d.log, d.shelf, SECRET, NOW_MS)
    await partition.apply(await d.log.fetch(INTERACTIONS, partition.place.partition, partition.position, 100))
    sweeper = Sweeper(d, lambda: NOW_MS)
    d.store = None  # type: ignore[assignment]

    sweeper.tick([partition])
    await asyncio.sleep(0.01)
    with pytest.raises(AttributeError):
        sweeper.tick([partition])


async def _swept(d: Deployment) -> int:
    records = [record for some in await read_all(d.log, INTERACTIONS) for record in some]
    marked = [record for record in records if header(record.headers, MAC_HEADER) is not None]
    return sum(isinstance(read_engine_record(SECRET, record), ContactsSwept) for record in marked)
