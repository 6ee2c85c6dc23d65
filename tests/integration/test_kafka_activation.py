"""Activations on Kafka: from two machines at once, cut short, retried late, forged. Every partition ends on the same policy."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest

from platinum.pipeline.checkpoint import unpack
from platinum.pipeline.engine_records import MAC_HEADER, PolicyActivated, engine_record
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import ARTEFACTS, DEAD_LETTERS, INTERACTIONS, Log, Record
from platinum.stores.server import ValkeyServer
from platinum.stream.activate import mark
from platinum.stream.artefacts import ACTIVATION_KEY
from platinum.stream.shelf import PolicyShelf
from tests.builders.deployments import BUCKETS, SECRET, read_all
from tests.builders.kafka import a_broker
from tests.builders.processes import platinum
from tests.builders.workers import Workers

SHOP = example("gift-shop")
POLICIES = {name: SHOP.replace(b"policy: gift-shop", b"policy: " + name) for name in (b"one", b"other", b"third")}
VERSION = {name: compile_policy(source).version for name, source in POLICIES.items()}


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """Two workers on an empty log."""
    folder = tmp_path_factory.mktemp("activation")
    server = ValkeyServer(folder / "valkey", tcp=True)
    server.start()
    for name, source in POLICIES.items():
        (folder / f"{name.decode()}.yaml").write_bytes(source)
    with a_broker(folder / "kafka") as broker:
        workers = Workers(broker.address, server.address, "act.", folder, "--group", "test")
        asyncio.run(workers.prepare())
        for _ in range(2):
            workers.start()
        yield workers
        workers.end()
    server.stop()


async def _in_force(workers: Workers, wait_s: float = 30.0) -> set[tuple[str, int]]:
    """(policy, number) in the checkpoints, once everything is applied and every bucket has moved on."""
    await workers.caught_up()
    log, store = await workers.connected()
    until = time.monotonic() + wait_s
    try:
        while True:
            stored = [unpack(packed or b"") for packed in await store.checkpoints(range(BUCKETS))]
            found = {(f"{c.policy:016x}", c.policy_seq) for c in stored}
            if len(found) == 1 or time.monotonic() > until:
                return found
            await asyncio.sleep(0.2)
    finally:
        await log.close()
        await store.close()


def test_two_activations_at_once_from_two_machines_end_on_one_policy_everywhere(workers: Workers) -> None:
    data, folder = workers.directory(), workers.directory().parent
    words = [sys.executable, "-m", "platinum", "policy", "activate"]
    both = [subprocess.Popen([*words, str(folder / f"{name}.yaml"), "--data", str(data), "--json"]) for name in ("one", "other")]

    assert [process.wait(60) for process in both] == [0, 0]
    ((policy, seq),) = asyncio.run(_in_force(workers))

    log_says = asyncio.run(_activations(workers))
    assert sorted(version for version, _ in log_says) == sorted([VERSION[b"one"], VERSION[b"other"]])
    assert (policy, seq) == max(log_says, key=lambda one: one[1])


def test_markers_of_the_earlier_one_that_come_again_change_nothing(workers: Workers) -> None:
    before = asyncio.run(_in_force(workers))
    earlier = PolicyActivated(*min(asyncio.run(_activations(workers)), key=lambda one: one[1]))

    async def late(log: Log) -> None:
        await mark(log, earlier, SECRET, int(time.time() * 1000), range(4))

    asyncio.run(_on(workers, late))

    assert earlier.policy != next(iter(before))[0]
    assert asyncio.run(_in_force(workers)) == before


def test_an_activation_that_was_cut_short_converges_when_it_is_repeated(workers: Workers) -> None:
    async def cut_short(log: Log) -> None:
        now_ms = int(time.time() * 1000)
        await PolicyShelf(log).put(compile_policy(POLICIES[b"third"]), now_ms)
        ((_, offset),) = await log.append(ARTEFACTS, [Record(ACTIVATION_KEY, VERSION[b"third"].encode(), now_ms, partition=0)])
        await mark(log, PolicyActivated(VERSION[b"third"], offset + 1), SECRET, now_ms, [0, 3])

    asyncio.run(_on(workers, cut_short))
    repeated = platinum("policy", "activate", str(workers.directory().parent / "third.yaml"), "--data", str(workers.directory()))

    assert repeated.returncode == 0, repeated.stderr
    ((policy, seq),) = asyncio.run(_in_force(workers))
    assert (policy, seq) == max(asyncio.run(_activations(workers)), key=lambda one: one[1])
    assert policy == VERSION[b"third"]


def test_forged_markers_are_dead_letters_and_change_nothing(workers: Workers) -> None:
    before = asyncio.run(_in_force(workers))
    now_ms = int(time.time() * 1000)
    forged = PolicyActivated(VERSION[b"one"], 1_000_000)
    signed = engine_record(b"x" * 32, None, forged, now_ms, partition=1)

    async def forge(log: Log) -> None:
        await log.append(INTERACTIONS, [signed, signed._replace(headers=()), signed._replace(headers=((MAC_HEADER, b""),))])

    asyncio.run(_on(workers, forge))
    assert asyncio.run(_in_force(workers)) == before

    async def letters(log: Log) -> None:
        found = (await read_all(log, DEAD_LETTERS))[1]
        assert [dict(letter.headers)["platinum.dlq.reason"] for letter in found] == 3 * [b"bad_mac"]

    asyncio.run(_on(workers, letters))


def test_the_emergency_stop_reaches_every_partition_and_is_lifted_by_an_activation(workers: Workers) -> None:
    data = str(workers.directory())

    stopped = json.loads(platinum("policy", "stop", "--data", data, "--json").stdout)
    assert asyncio.run(_in_force(workers)) == {(stopped["version"], stopped["activation"])}
    assert stopped["stopped"]

    started = json.loads(platinum("policy", "activate", f"{workers.directory().parent}/one.yaml", "--data", data, "--json").stdout)
    assert asyncio.run(_in_force(workers)) == {(VERSION[b"one"], started["activation"])}


async def _activations(workers: Workers) -> list[tuple[str, int]]:
    """(policy, number) of each that the log holds."""
    log, store = await workers.connected()
    found = [(r.value.decode(), r.offset + 1) for r in (await read_all(log, ARTEFACTS))[0] if r.key == ACTIVATION_KEY]
    await log.close()
    await store.close()
    return found


async def _on(workers: Workers, work: Callable[[Log], Awaitable[None]]) -> None:
    log, store = await workers.connected()
    try:
        await work(log)
    finally:
        await log.close()
        await store.close()
