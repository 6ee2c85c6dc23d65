"""The emergency stop: rows are what they would have been, and nothing is decided until somebody activates a policy again."""

from __future__ import annotations

import numpy as np
import pytest

from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.pipeline.engine_records import HISTORY_HEADER
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.policy.stopped import STOPPED, stopped_source
from platinum.ports import ARTEFACTS, DECISIONS, INTERACTIONS
from platinum.stores.memory import MemoryStore
from platinum.stream.activate import activate
from platinum.stream.deployment import Deployment
from platinum.stream.keeping import keep_in_force
from platinum.stream.stopping import stop
from platinum.wiring.records import record_of
from tests.builders.deployments import SECRET, a_deployment, play, state_of
from tests.builders.loops import in_loop

GIFT_SHOP = example("gift-shop")
POLICY = compile_policy(GIFT_SHOP)
EVENTS = list(simulate_events(seed=9, customers=60, events=1_500))
FIRST, THEN, LAST = EVENTS[:500], EVENTS[500:1_000], EVENTS[1_000:]


async def _lived(stopped: bool) -> Deployment:
    """Three stretches with a marker between them; the one in the middle stopped, or marked as an imported past instead."""
    log = MemoryLog(1)
    d = a_deployment(log, MemoryStore())
    await activate(log, d.shelf, POLICY, SECRET, 1)
    for events, silent in ((FIRST, False), (THEN, True), (LAST, False)):
        if silent and stopped:
            await stop(log, d.shelf, SECRET, 2)
        elif events is not FIRST:
            await activate(log, d.shelf, POLICY, SECRET, 2)
        history = ((HISTORY_HEADER, b"1"),) if silent and not stopped else ()
        await log.append(INTERACTIONS, [record_of(event, 1)._replace(headers=history) for event in events])
    return d


@in_loop
async def test_rows_and_later_decisions_are_those_of_a_past_that_was_only_folded() -> None:
    stopped, imported = await _lived(stopped=True), await _lived(stopped=False)

    await play(stopped, 64)
    await play(imported, 64)

    one, other = await state_of(stopped), await state_of(imported)
    assert len(one.rows) > 40
    assert len(one.decisions[0]) > 30
    assert one.rows == other.rows
    assert one.decisions == other.decisions


@in_loop
async def test_nothing_is_decided_between_stop_and_start() -> None:
    d = await _lived(stopped=True)

    await play(d, 64)

    asked = {int(dict(r.headers)["ce_causationid"].split(b".")[2]) for r in await d.log.fetch(DECISIONS, 0, 0, 10_000)}
    assert min(asked) <= len(FIRST)
    assert not asked & set(range(len(FIRST) + 1, len(FIRST) + len(THEN) + 2))
    assert max(asked) > len(FIRST) + len(THEN) + 2


@in_loop
async def test_cuts_change_nothing_across_a_stop() -> None:
    states = []
    for batch in (1, 7, 4_096):
        d = await _lived(stopped=True)
        await play(d, batch)
        states.append(await state_of(d))

    assert states[0] == states[1] == states[2]


def test_timers_that_fall_due_while_stopped_are_closed_and_ask_for_nothing() -> None:
    policy = GIFT_SHOP  # days_since_last is among its rules
    with Engine.open(policy) as running, Engine.open(policy) as stopped:
        for engine in (running, stopped):
            engine.process_json(FIRST)
        stopped.activate(stopped_source(policy))
        later = "2031-01-01T00:00:00Z"

        assert running.advance(later)
        assert stopped.advance(later) == []
        stopped.activate(policy)
        assert stopped.advance("2031-01-02T00:00:00Z") == []


def test_an_answer_is_silence_that_names_the_stop_and_can_be_explained() -> None:
    with Engine.open(GIFT_SHOP) as engine:
        engine.process_json(EVENTS)
        customer = next(iter(engine.customers())).decode()
        before = engine.profile(customer)
        version = engine.activate(stopped_source(GIFT_SHOP))
        decided = engine.decide(customer, "home-hero")
        after = engine.profile(customer)

    assert (decided["type"], decided["reasons"]) == ("silence", [{"code": "stopped", "value": None}])
    assert decided["policy"] == version != POLICY.version
    assert before is not None
    assert after is not None
    assert after["value"] == before["value"]


@in_loop
async def test_a_start_with_a_policy_does_not_lift_a_stop() -> None:
    d = await _lived(stopped=True)
    stopped, seq = await stop(d.log, d.shelf, SECRET, 3)
    before = await d.log.end(ARTEFACTS, 0)

    assert await keep_in_force(a_deployment(d.log, d.store), POLICY, 4)
    (partition,) = await play(d, 64)

    assert await d.log.end(ARTEFACTS, 0) == before
    assert (partition.progress.policy, partition.progress.policy_seq) == (int(stopped.version, 16), seq)


@in_loop
async def test_stopping_twice_is_one_stop() -> None:
    d = await _lived(stopped=True)

    (first, seq), (again, later) = [await stop(d.log, d.shelf, SECRET, 3) for _ in range(2)]

    assert first.version == again.version
    assert later > seq


@in_loop
async def test_where_nothing_is_in_force_there_is_nothing_to_stop() -> None:
    d = a_deployment(MemoryLog(1), MemoryStore())

    with pytest.raises(UsageError, match="nothing is in force here"):
        await stop(d.log, d.shelf, SECRET, 1)


@pytest.mark.parametrize(
    "source",
    [
        GIFT_SHOP,
        b"\xef\xbb\xbf" + GIFT_SHOP,
        b"%YAML 1.2\n---\n" + GIFT_SHOP + b"...\n",
        b'{"policy": "tiny", "timezone": "UTC", "currency": "GBP"}',
        GIFT_SHOP + b"#" * ((1 << 20) - len(GIFT_SHOP)),
    ],
    ids=["plain", "with a mark", "with a directive", "in braces", "as long as may be"],
)
def test_every_policy_can_be_stopped_however_it_is_written(source: bytes) -> None:
    running, stopped = compile_policy(source), compile_policy(stopped_source(source))

    assert stopped.source.startswith(STOPPED)
    assert stopped.stopped
    assert not running.stopped
    assert stopped.version != running.version
    tables = [(np.asarray(a), np.asarray(b)) for a, b in zip(stopped.tables, running.tables, strict=True)]
    assert all(a.tobytes() == b.tobytes() for a, b in tables if a.dtype.names is None)
    assert stopped_source(stopped.source) == stopped.source
