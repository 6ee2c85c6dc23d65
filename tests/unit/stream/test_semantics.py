"""Which version of folds and decisions is in force is said by the log, and never guessed (design 3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from platinum.cli.main import main
from platinum.engine import Engine
from platinum.errors import Inconsistent, UsageError
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.pipeline import semantics
from platinum.pipeline.checkpoint import pack, unpack
from platinum.pipeline.engine_records import PolicyActivated, engine_record, read_engine_record
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import ARTEFACTS, INTERACTIONS, BucketWrite, Fetched
from platinum.stores.memory import MemoryStore
from platinum.stream.activate import activate
from platinum.stream.deployment import Deployment
from platinum.stream.partition import Partition
from platinum.stream.shelf import PolicyShelf
from platinum.stream.stopping import stop
from platinum.wiring.records import record_of
from tests.builders.deployments import SECRET, a_deployment, play
from tests.builders.loops import in_loop

BUCKETS = 8
POLICY = compile_policy(example("gift-shop"))
EVENTS = list(simulate_events(seed=9, customers=30, events=400))


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A build that runs versions 1 and 2."""
    monkeypatch.setattr(semantics, "NEWEST", 2)
    return monkeypatch


async def _changed_in_the_middle() -> Deployment:
    log = MemoryLog(1)
    d = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    await activate(log, d.shelf, POLICY, SECRET, 1, semantics=1)
    await log.append(INTERACTIONS, [record_of(event, 1) for event in EVENTS[:200]])
    await activate(log, d.shelf, POLICY, SECRET, 1, semantics=2)
    await log.append(INTERACTIONS, [record_of(event, 1) for event in EVENTS[200:]])
    return d


def _read(record_value: bytes) -> object:
    body = engine_record(SECRET, None, PolicyActivated("00ff00ff00ff00ff", 3), 1, partition=0)
    assert body.value == record_value
    return read_engine_record(SECRET, Fetched(0, None, body.value, 1, body.headers))


def test_markers_of_the_first_version_have_the_bytes_that_they_always_had() -> None:
    assert _read(b'{"engine":"policy_activated","policy":"00ff00ff00ff00ff","seq":3}') == PolicyActivated("00ff00ff00ff00ff", 3, 1)


@pytest.mark.usefixtures("newer")
@in_loop
async def test_the_version_of_the_marker_is_in_the_checkpoint_and_reaches_the_stages() -> None:
    d = await _changed_in_the_middle()

    (partition,) = await play(d, 50, until=150)
    before = {unpack(packed or b"").semantics for packed in await d.store.checkpoints(range(BUCKETS))}
    assert partition._claim.stages is not None
    assert (before, partition._claim.stages.semantics) == ({1}, 1)

    (partition,) = await play(d, 50)
    await partition.advance_idle()
    assert partition._claim.stages is not None
    assert partition._claim.stages.semantics == 2
    assert {unpack(packed or b"").semantics for packed in await d.store.checkpoints(range(BUCKETS))} == {2}


@pytest.mark.usefixtures("newer")
@in_loop
async def test_a_replay_begins_with_the_version_that_was_in_force_there() -> None:
    d = await _changed_in_the_middle()
    await play(d, 50)
    (packed,) = await d.store.checkpoints([3])
    old = pack(unpack(packed or b"")._replace(next_offset=120, semantics=1, policy_seq=1))
    await d.store.compare_and_set([BucketWrite(3, packed or b"", old, (), {})])

    partition = Partition(d, 0)
    await partition.claim()

    assert (partition.position, partition.progress.semantics) == (120, 1)
    assert partition._claim.stages is not None
    assert partition._claim.stages.semantics == 1


@in_loop
async def test_a_marker_of_a_version_that_this_build_does_not_run_stops_the_partition(newer: pytest.MonkeyPatch) -> None:
    d = await _changed_in_the_middle()
    newer.undo()
    old = a_deployment(d.log, d.store, buckets=BUCKETS)

    with pytest.raises(Inconsistent, match="semantics version 2 is in force, this build runs 1: run a newer build"):
        await play(old, 50)

    assert max(unpack(packed or b"").next_offset for packed in await d.store.checkpoints(range(BUCKETS))) <= 201


@in_loop
async def test_a_checkpoint_of_a_version_that_this_build_does_not_run_is_not_claimed(newer: pytest.MonkeyPatch) -> None:
    d = await _changed_in_the_middle()
    (partition,) = await play(d, 50)
    await partition.advance_idle()
    newer.undo()

    with pytest.raises(Inconsistent, match="semantics version 2 is in force"):
        await Partition(a_deployment(d.log, d.store, buckets=BUCKETS), 0).claim()


@in_loop
async def test_a_build_that_has_forgotten_a_version_says_which_build_to_run(newer: pytest.MonkeyPatch) -> None:
    d = await _changed_in_the_middle()
    newer.setattr(semantics, "NEWEST", 3)

    with pytest.raises(Inconsistent, match="version 1 is in force, this build runs 2 or 3: run the build that was here before"):
        await d.shelf.get(int(POLICY.version, 16), 1)


@pytest.mark.usefixtures("newer")
@in_loop
async def test_an_activation_keeps_the_version_in_force_and_may_go_back_by_one() -> None:
    d = await _changed_in_the_middle()
    found = []
    for asked in (None, 1, None):
        await activate(d.log, d.shelf, POLICY, SECRET, 2, semantics=asked)
        last = await PolicyShelf(d.log).last_activation()
        found.append(None if last is None else last.semantics)

    assert found == [2, 1, 1]
    with pytest.raises(UsageError, match="'--semantics' must be 1 or 2, got 3"):
        await activate(d.log, d.shelf, POLICY, SECRET, 2, semantics=3)


@in_loop
async def test_a_new_deployment_gets_the_newest_and_a_stop_keeps_what_it_finds(newer: pytest.MonkeyPatch) -> None:
    log = MemoryLog(1)
    shelf = PolicyShelf(log)
    await activate(log, shelf, POLICY, SECRET, 1)
    newer.undo()

    await stop(log, PolicyShelf(log), SECRET, 2)  # whoever must stop it must not look for the right build first

    last = await PolicyShelf(log).last_activation()
    assert last is not None
    assert (last.semantics, last.seq) == (2, 4)


def test_a_version_that_nobody_runs_is_refused_before_anything_is_appended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy, data = tmp_path / "policy.yaml", tmp_path / "data"
    policy.write_bytes(example("gift-shop"))
    with Engine.open(policy, data_dir=data) as engine:
        before = engine._run(engine._deployment.log.end(ARTEFACTS, 0))

    assert main(["policy", "activate", str(policy), "--data", str(data), "--semantics", "7"]) == 2

    assert "'--semantics' must be 1, got 7" in capsys.readouterr().err
    with Engine.open(policy, data_dir=data) as engine:
        assert engine._run(engine._deployment.log.end(ARTEFACTS, 0)) == before
