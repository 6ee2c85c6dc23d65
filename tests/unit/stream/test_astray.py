"""An offset that the log does not hold: the claim finds out what that means, nothing is reset."""

from __future__ import annotations

from platinum.errors import Inconsistent
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.ports import INTERACTIONS
from platinum.stores.memory import MemoryStore
from platinum.stream.create import ensure_checkpoints
from platinum.stream.deployment import Deployment
from platinum.stream.ownership import Ownership
from platinum.wiring.records import record_of
from tests.builders.deployments import a_deployment
from tests.builders.loops import in_loop

BUCKETS = 8


async def _held(log: MemoryLog) -> tuple[Deployment, Ownership, list[tuple[int, int]]]:
    d = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    await ensure_checkpoints(log, d.store, BUCKETS, d.group)
    moved: list[tuple[int, int]] = []

    async def seek(partition: int, offset: int) -> None:
        moved.append((partition, offset))

    owner = Ownership(d, seek, None)
    await owner.take([0])
    return d, owner, moved


async def _a_log(events: int) -> MemoryLog:
    log = MemoryLog(1)
    await log.append(INTERACTIONS, [record_of(event, 1) for event in simulate_events(seed=3, customers=5, events=20)][:events])
    return log


@in_loop
async def test_a_partition_whose_offset_the_log_holds_after_all_is_claimed_and_read_on() -> None:
    _, owner, moved = await _held(await _a_log(20))
    nonce = owner.held[0].partition.progress.nonce

    await owner.claim_again(0)
    await owner.claim_again(3)  # lost meanwhile

    assert owner.held[0].partition.progress.nonce != nonce
    assert (moved, owner.positions()) == ([(0, 0), (0, 0)], {0: 0})


@in_loop
async def test_a_log_that_lost_what_was_applied_stops_the_partition_and_says_so() -> None:
    log = await _a_log(20)
    d, owner, moved = await _held(log)
    await owner.apply({0: await log.fetch(INTERACTIONS, 0, 0, 20)}, owner.positions())
    assert owner.positions() == {0: 20}

    d.log = await _a_log(10)
    await owner.claim_again(0)

    assert "holds 0 to 10" in owner.held[0].stopped
    assert (moved, owner.positions()) == ([(0, 0)], {})


@in_loop
async def test_records_that_cannot_be_read_here_stop_the_partition_and_say_so() -> None:
    _, owner, moved = await _held(await _a_log(20))

    await owner.stop(0, Inconsistent("install platinum[kafka] again"))
    await owner.stop(3, Inconsistent("lost meanwhile"))

    assert (owner.held[0].stopped, owner.held[0].stopped_by) == ("install platinum[kafka] again", "inconsistent")
    assert (moved, owner.positions()) == ([(0, 0)], {})

    owner.held[0].retry_at_s = 0.0  # somebody may have installed it meanwhile, and the next owner has it
    await owner.tend()
    assert (moved, owner.positions()) == ([(0, 0), (0, 0)], {0: 0})
