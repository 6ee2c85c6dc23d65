"""What Valkey adds to the contract: unknown answers, forgotten scripts, one command per batch in the file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from platinum.errors import Unavailable
from platinum.stores.server import ValkeyServer
from platinum.stores.valkey import ValkeyStore
from tests.builders.aof import tail_file
from tests.builders.loops import in_loop
from tests.builders.stores import CK, Stores, a_write


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("valkey")


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[ValkeyServer]:
    one = ValkeyServer(directory)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def stores(server: ValkeyServer) -> Stores:
    return Stores(server.address)


@in_loop
async def test_a_server_that_forgot_the_scripts_is_taught_again(stores: Stores) -> None:
    store = await stores.open()
    await stores.command(b"SCRIPT", b"FLUSH")

    assert await store.compare_and_set([a_write(rows=[(b"a", b"1")]), a_write(bucket=9)]) == [True, False]
    await stores.command(b"SCRIPT", b"FLUSH")
    assert await store.claim({3: (CK(1), CK(2))}) == [True]


@in_loop
async def test_a_write_with_an_unknown_answer_may_be_tried_again(stores: Stores, server: ValkeyServer) -> None:
    store = await stores.open()
    hasty = ValkeyStore(server.address, timeout_s=0.1)
    await hasty.connect()
    write = a_write(rows=[(b"a", b"1")], timers={b"a": 7})
    await stores.command(b"CLIENT", b"PAUSE", 400, b"ALL")

    with pytest.raises(Unavailable):
        await hasty.compare_and_set([write])
    await asyncio.sleep(0.4)
    await hasty.connect()

    assert await hasty.compare_and_set([write]) == [True]
    assert await store.load([(3, [b"a"])]) == [(CK(1), [b"1"])]
    await hasty.close()


@in_loop
async def test_a_store_finds_its_server_again_after_a_restart(stores: Stores, server: ValkeyServer) -> None:
    store = ValkeyStore(server.address)
    await stores.open()
    await store.compare_and_set([a_write(rows=[(b"a", b"1")])])

    server.stop()
    with pytest.raises(Unavailable):
        await store.checkpoints([3])
    server.start()
    await store.connect()

    assert await store.load([(3, [b"a"])]) == [(CK(1), [b"1"])]
    await store.close()


@in_loop
async def test_keys_are_named_as_the_manual_says(stores: Stores) -> None:
    store = await stores.open()

    await store.compare_and_set([a_write(rows=[(b"c{x}", b"1")], timers={b"c{x}": 5})])

    assert sorted(await stores.command(b"KEYS", b"*")) == [b"platinum:{b0003}:ck", b"platinum:{b0003}:p:c{x}", b"platinum:{b0003}:timers"]


@in_loop
async def test_a_check_or_a_refusal_writes_nothing_to_the_file(stores: Stores, directory: Path) -> None:
    store = await stores.open()
    await store.compare_and_set([a_write(rows=[(b"a", b"1")])])
    await stores.command(b"WAITAOF", 1, 0, 5000)
    before = tail_file(directory).stat().st_size

    await store.compare_and_set([a_write(expected=1, new=1), a_write(expected=0, new=2, rows=[(b"a", b"2")])])
    await store.compare_and_set([a_write(rows=[(b"a", b"1")])])
    await stores.command(b"WAITAOF", 1, 0, 5000)

    assert tail_file(directory).stat().st_size == before


@in_loop
async def test_a_full_server_refuses_whole_writes_and_forgets_nobody(stores: Stores) -> None:
    store = await stores.open()
    await store.compare_and_set([a_write(rows=[(b"a", b"1")])])
    await stores.command(b"CONFIG", b"SET", b"maxmemory", 1)
    try:
        with pytest.raises(Unavailable, match="OOM"):
            await store.compare_and_set([a_write(expected=1, new=2, rows=[(b"a", b"2")], timers={b"a": 5})])
    finally:
        await stores.command(b"CONFIG", b"SET", b"maxmemory", 0)

    assert await store.load([(3, [b"a"])]) == [(CK(1), [b"1"])]
    assert await store.compare_and_set([a_write(expected=1, new=2, rows=[(b"a", b"2")])]) == [True]


@in_loop
async def test_used_bytes_grow_with_the_rows(stores: Stores) -> None:
    store = ValkeyStore(stores.server or "")
    await stores.open()
    before = await store.used_bytes()

    await store.compare_and_set([a_write(rows=[(b"c-%d" % i, b"x" * 1000) for i in range(1000)])])

    assert 1_000_000 < await store.used_bytes() - before < 1_500_000
    await store.close()
