"""What is in force after a start is what the log says was activated last, whatever became of the store."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from platinum.errors import Unavailable
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.policy.policy import Policy
from platinum.ports import ARTEFACTS, DEAD_LETTERS, DECISIONS, INTERACTIONS, Record
from platinum.stores.memory import MemoryStore
from platinum.stream import activate as activation
from platinum.stream.activate import activate
from platinum.stream.artefacts import ACTIVATION_KEY
from platinum.stream.deployment import Deployment
from platinum.stream.keeping import keep_in_force
from platinum.wiring.records import record_of
from tests.builders.deployments import SECRET, a_deployment, play, read_all, state_of
from tests.builders.loops import in_loop

# In the currency of the simulated shop.
SOURCE = example("minimal").replace(b"currency: EUR", b"currency: GBP")
MINIMAL = compile_policy(SOURCE, "minimal")
OTHER = compile_policy(SOURCE.replace(b"days_since_last: 30]", b"days_since_last: 31]"), "other")
NOW_MS = 1_900_000_000_000


async def _lived(policy: Policy = MINIMAL) -> Deployment:
    """A deployment of one partition in which things have happened."""
    log = MemoryLog(1)
    d = a_deployment(log, MemoryStore())
    await activate(log, d.shelf, policy, SECRET, 1)
    await log.append(INTERACTIONS, [record_of(event, 1) for event in simulate_events(seed=3, customers=20, events=600)])
    await play(d, 50)
    return d


def _with_an_empty_store(d: Deployment) -> Deployment:
    again = a_deployment(d.log, MemoryStore())
    again.whole_appends = True
    return again


async def _sizes(d: Deployment) -> list[int]:
    return [await d.log.end(topic, 0) for topic in (ARTEFACTS, INTERACTIONS)]


@in_loop
async def test_a_lost_store_is_rebuilt_under_the_policy_of_the_log() -> None:
    d = await _lived()
    before, lost = await state_of(d), _with_an_empty_store(d)

    assert await keep_in_force(lost, None, NOW_MS)
    await play(lost, 50)

    assert (await state_of(lost)).rows == before.rows != {}


@in_loop
async def test_the_same_file_on_a_rebuilt_store_is_no_new_activation() -> None:
    d = await _lived()
    artefacts, _ = await _sizes(d)
    lost = _with_an_empty_store(d)

    assert await keep_in_force(lost, MINIMAL, NOW_MS)
    (partition,) = await play(lost, 50)

    assert (await _sizes(lost))[0] == artefacts
    assert partition.progress.policy == int(MINIMAL.version, 16)


@in_loop
async def test_of_what_was_published_a_rebuild_publishes_nothing_again() -> None:
    d = await _lived()
    await d.log.append(INTERACTIONS, [Record(b"c-1", broken, 1) for broken in (b"no JSON", b"nor this")])
    await play(d, 50)
    before = {topic: (await read_all(d.log, topic))[0] for topic in (DECISIONS, DEAD_LETTERS)}
    lost = _with_an_empty_store(d)

    await keep_in_force(lost, None, NOW_MS)
    await play(lost, 50)

    for topic, records in before.items():
        assert len(records) > 1
        (after,) = await read_all(lost.log, topic)
        assert after == records


@in_loop
async def test_a_policy_that_was_activated_while_nothing_ran_counts_as_activated() -> None:
    d = await _lived()
    await activate(d.log, d.shelf, OTHER, SECRET, NOW_MS)
    artefacts, _ = await _sizes(d)

    again = a_deployment(d.log, d.store)
    await keep_in_force(again, OTHER, NOW_MS)
    assert (await _sizes(again))[0] == artefacts

    await keep_in_force(again, MINIMAL, NOW_MS)
    (partition,) = await play(again, 50)
    assert partition.progress.policy == int(MINIMAL.version, 16)


@in_loop
async def test_markers_that_a_crash_left_out_are_appended_at_the_next_start() -> None:
    d = a_deployment(MemoryLog(4), MemoryStore())
    await d.shelf.put(MINIMAL, 1)
    await d.log.append(ARTEFACTS, [Record(ACTIVATION_KEY, MINIMAL.version.encode(), 1, partition=0)])

    again = a_deployment(d.log, d.store)
    assert await keep_in_force(again, None, NOW_MS)

    assert [p.progress.policy for p in await play(again, 50)] == 4 * [int(MINIMAL.version, 16)]


@in_loop
async def test_a_start_on_rows_that_are_up_to_date_appends_nothing() -> None:
    d = await _lived()
    before = await _sizes(d)

    assert await keep_in_force(a_deployment(d.log, d.store), MINIMAL, NOW_MS)

    assert await _sizes(d) == before


@in_loop
async def test_nothing_is_in_force_before_the_first_activation() -> None:
    assert not await keep_in_force(a_deployment(MemoryLog(1), MemoryStore()), None, NOW_MS)


class LeaderlessLog(MemoryLog):
    """Markers on partition 2 are refused ``left`` times."""

    left = 3

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        if topic == INTERACTIONS and self.left and any(r.partition == 2 for r in records):
            self.left -= 1
            raise Unavailable("no leader")
        return await super().append(topic, records)


@in_loop
async def test_a_marker_that_is_refused_is_appended_again_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activation, "_PAUSE_S", 0.001)
    d = a_deployment(LeaderlessLog(4), MemoryStore())

    seq = await activate(d.log, d.shelf, MINIMAL, SECRET, 1)

    assert [await d.log.end(INTERACTIONS, p) for p in range(4)] == [1, 1, 1, 1]
    assert {p.progress.policy_seq for p in await play(d, 50)} == {seq}


@in_loop
async def test_an_activation_that_ends_half_way_says_how_far_it_came_and_converges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activation, "MARKING_S", 0.0)
    log = LeaderlessLog(4)
    d = a_deployment(log, MemoryStore())
    log.left = 1

    with pytest.raises(Unavailable, match=r"activation 1 .* is on 3 of 4 partitions, partition 2 takes nothing: .* repeating is safe"):
        await activate(log, d.shelf, MINIMAL, SECRET, 1)
    seq = await activate(log, d.shelf, MINIMAL, SECRET, 1)

    assert {(p.progress.policy_seq, p.progress.policy) for p in await play(d, 50)} == {(seq, int(MINIMAL.version, 16))}
