"""Every store keeps the promises of ``ports.ProfileStore``."""

from __future__ import annotations

import asyncio

import pytest

from platinum.errors import Unavailable
from platinum.ports import BucketContent, ProfileStore
from tests.builders.loops import in_loop
from tests.builders.stores import CK, Stores, a_write

HOSTILE = [b"{b0001}", b"}{", b"\x00", b"a\r\nDEL x\r\n", b"", b"*?[a]", "κ\U0001f600".encode(), b"p:", b"}:p:x", b"\xff\xfe"]


@pytest.fixture(params=["memory", "valkey"])
def stores(request: pytest.FixtureRequest) -> Stores:
    return Stores(None if request.param == "memory" else request.getfixturevalue("valkey"))


async def _state(store: ProfileStore, bucket: int = 3) -> tuple[bytes | None, dict[bytes, bytes | None], list[tuple[bytes, int]]]:
    """Checkpoint, rows and timers of a bucket."""
    (keys,) = await store.keys([bucket])
    ((checkpoint, rows),) = await store.load([(bucket, keys)])
    return checkpoint, dict(zip(keys, rows, strict=True)), await store.due(bucket, 1 << 52, 10_000)


@in_loop
async def test_rows_timers_and_checkpoint_are_written_together(stores: Stores) -> None:
    store = await stores.open()

    done = await store.compare_and_set([a_write(rows=[(b"a", b"row a"), (b"b", b"row b")], timers={b"a": 500})])

    assert done == [True]
    assert await _state(store) == (CK(1), {b"a": b"row a", b"b": b"row b"}, [(b"a", 500)])


@in_loop
async def test_a_refused_write_changes_nothing(stores: Stores) -> None:
    store = await stores.open()
    await store.compare_and_set([a_write(rows=[(b"a", b"1")], timers={b"a": 5})])
    before = await _state(store)

    # Older, newer, of a bucket that was never created: equality, never "at most".
    for expected in (0, 2):
        assert await store.compare_and_set([a_write(3, expected, 3, [(b"a", b"X")], {b"a": 0})]) == [False]
    assert await store.compare_and_set([a_write(4, 0, 1, [(b"a", b"X")], {b"a": 9})]) == [False]

    assert await _state(store) == before
    assert await _state(store, 4) == (None, {}, [])


@in_loop
async def test_a_try_that_had_succeeded_is_a_success_again(stores: Stores) -> None:
    store = await stores.open()
    write = a_write(rows=[(b"a", b"1")], timers={b"a": 5, b"b": 0})

    assert await store.compare_and_set([write]) == [True]
    assert await store.compare_and_set([write]) == [True]

    assert await _state(store) == (CK(1), {b"a": b"1"}, [(b"a", 5)])


@in_loop
async def test_buckets_of_one_call_are_independent(stores: Stores) -> None:
    store = await stores.open()
    await store.create({4: CK(9), 5: CK(0)})

    done = await store.compare_and_set([a_write(b, rows=[(b"k", b"%d" % b)]) for b in (3, 4, 5)])

    assert done == [True, False, True]
    assert [rows for _, rows in await store.load([(3, [b"k"]), (4, [b"k"]), (5, [b"k"])])] == [[b"3"], [None], [b"5"]]


@in_loop
async def test_an_empty_write_checks_that_the_bucket_is_still_ours(stores: Stores) -> None:
    store = await stores.open()

    assert await store.compare_and_set([a_write(expected=0, new=0)]) == [True]
    assert await store.compare_and_set([a_write(expected=1, new=1)]) == [False]
    assert await store.compare_and_set([]) == []
    with pytest.raises(ValueError, match="must change the checkpoint"):
        await store.compare_and_set([a_write(expected=0, new=0, rows=[(b"a", b"1")])])


@in_loop
async def test_a_zombie_is_refused_from_the_claim_on(stores: Stores) -> None:
    zombie, successor = await stores.open(), await stores.open()
    await zombie.compare_and_set([a_write(expected=0, new=1, rows=[(b"a", b"1")])])

    assert await successor.claim({3: (CK(1), CK(100))}) == [True]

    assert await zombie.compare_and_set([a_write(expected=1, new=2, rows=[(b"a", b"zombie")])]) == [False]
    assert await successor.compare_and_set([a_write(expected=100, new=101, rows=[(b"a", b"2")])]) == [True]
    assert (await _state(successor))[:2] == (CK(101), {b"a": b"2"})


@in_loop
async def test_of_two_claims_one_wins(stores: Stores) -> None:
    first, second = await stores.open(), await stores.open()

    done = await asyncio.gather(first.claim({3: (CK(0), CK(1))}), second.claim({3: (CK(0), CK(2))}))

    assert sorted(done) == [[False], [True]]
    assert await first.checkpoints([3]) == [CK(1) if done[0] == [True] else CK(2)]


@in_loop
async def test_a_claim_says_per_bucket_what_it_found(stores: Stores) -> None:
    store = await stores.open()

    done = await store.claim({3: (None, CK(5)), 4: (None, CK(6)), 5: (CK(0), CK(7))})
    again = await store.claim({4: (None, CK(6)), 3: (CK(0), CK(8))})

    assert (done, again) == ([False, True, False], [True, True])
    assert await store.checkpoints([5, 4, 3]) == [None, CK(6), CK(8)]


@in_loop
async def test_create_leaves_what_exists_alone(stores: Stores) -> None:
    store = await stores.open()
    await store.compare_and_set([a_write(new=7)])

    await store.create({3: CK(0), 8: CK(0)})

    assert await store.checkpoints([3, 8, 9]) == [CK(7), CK(0), None]
    assert await store.checkpoints([]) == []


@in_loop
async def test_a_store_that_went_back_in_time_refuses_the_next_write(stores: Stores) -> None:
    store = await stores.open()
    await store.compare_and_set([a_write(expected=0, new=1, rows=[(b"a", b"1")], timers={b"a": 5})])
    backup = await stores.backup()
    then = await _state(store)
    await store.compare_and_set([a_write(expected=1, new=2, rows=[(b"a", b"2"), (b"b", b"2")], timers={b"a": 0})])

    await stores.restore(backup)

    assert await store.compare_and_set([a_write(expected=2, new=3, rows=[(b"a", b"3")])]) == [False]
    assert await _state(store) == then


@in_loop
async def test_load_answers_in_the_order_asked_for(stores: Stores) -> None:
    store = await stores.open()
    await store.compare_and_set([a_write(rows=[(b"%d" % i, b"row %d" % i) for i in range(5)])])

    loaded = await store.load([(9, [b"1"]), (3, [b"4", b"none", b"0", b"4"]), (3, [])])

    assert loaded == [(None, [None]), (CK(1), [b"row 4", None, b"row 0", b"row 4"]), (CK(1), [])]


@in_loop
async def test_customer_keys_are_any_bytes_and_reach_nothing_else(stores: Stores) -> None:
    store = await stores.open()
    rows = [(key, b"\x00\r\n" + key) for key in HOSTILE]

    await store.create({1: CK(0)})
    await store.compare_and_set([a_write(rows=rows, timers={key: 1 + i for i, key in enumerate(HOSTILE)})])

    assert (await store.load([(3, HOSTILE)]))[0][1] == [row for _, row in rows]
    assert await store.keys([3, 1]) == [sorted(HOSTILE), []]
    assert await store.due(3, 100, 100) == [(key, 1 + i) for i, key in enumerate(HOSTILE)]
    assert await _state(store, 1) == (CK(0), {}, [])


@pytest.mark.parametrize("n", [999, 1000, 1001, 9000])
@in_loop
async def test_many_rows_and_timers_fit_into_one_write(stores: Stores, n: int) -> None:
    store = await stores.open()
    keys = [b"c-%05d" % i for i in range(n)]

    await store.compare_and_set([a_write(rows=[(key, b"r" + key) for key in keys], timers={key: 1 + i for i, key in enumerate(keys)})])
    checkpoint, rows, timers = await _state(store)
    await store.compare_and_set([a_write(expected=1, new=2, timers=dict.fromkeys(keys[1:], 0))])

    assert (checkpoint, rows) == (CK(1), {key: b"r" + key for key in keys})
    assert timers == [(key, 1 + i) for i, key in enumerate(keys)]
    assert await store.due(3, 1 << 52, 10) == [(keys[0], 1)]


@in_loop
async def test_due_gives_the_earliest_first_then_by_key(stores: Stores) -> None:
    store = await stores.open()

    await store.compare_and_set([a_write(timers={b"late": 900, b"z": 100, b"a": 100, b"mid": 500, b"gone": 50})])
    await store.compare_and_set([a_write(expected=1, new=2, timers={b"gone": 0, b"mid": 300, b"never set": 0})])

    assert await store.due(3, 899, 10) == [(b"a", 100), (b"z", 100), (b"mid", 300)]
    assert await store.due(3, 300, 2) == [(b"a", 100), (b"z", 100)]
    assert await store.due(3, 900, 10) == [(b"a", 100), (b"z", 100), (b"mid", 300), (b"late", 900)]
    assert await store.due(3, 99, 10) == []
    assert await store.next_due([7, 3]) == [0, 100]


@in_loop
async def test_a_timer_that_moves_back_and_forth_is_there_once(stores: Stores) -> None:
    store = await stores.open()
    times_ms = [1_700_000_000_000 + shift for shift in (500, 900, 500, 700, 500)]

    for i, due_ms in enumerate(times_ms):
        await store.compare_and_set([a_write(expected=i, new=i + 1, timers={b"a": due_ms})])

    assert await store.due(3, 1 << 52, 10) == [(b"a", times_ms[-1])]
    assert await store.next_due([3]) == [times_ms[-1]]


@in_loop
async def test_a_row_is_replaced_and_others_stay(stores: Stores) -> None:
    store = await stores.open()
    await store.compare_and_set([a_write(rows=[(b"a", b"1"), (b"b", b"1")], timers={b"a": 5, b"b": 6})])

    await store.compare_and_set([a_write(expected=1, new=2, rows=[(b"b", b"2")], timers={b"b": 7})])

    assert await _state(store) == (CK(2), {b"a": b"1", b"b": b"2"}, [(b"a", 5), (b"b", 7)])


@in_loop
async def test_a_bucket_is_restored_whole_and_only_where_nothing_is_stored(stores: Stores) -> None:
    store = await stores.open()
    rows = [(b"r-%d" % i, b"row" * 50) for i in range(5_000)]  # more than one chunk of a script
    await store.compare_and_set([a_write(rows=[(b"stray", b"1"), (b"r-1", b"old")], timers={b"stray": 5, b"r-1": 6})])
    content = BucketContent(CK(9), rows, {b"r-%d" % i: 100 + i for i in range(5_000)})

    refused = await store.restore(3, content, [b"stray", b"r-1"])
    unchanged = await _state(store)
    await store.discard([3])
    done = await store.restore(3, content, [])

    assert (refused, done) == (False, True)
    assert unchanged[:2] == (CK(1), {b"stray": b"1", b"r-1": b"old"})
    assert (await store.checkpoints([3]), await store.next_due([3])) == ([CK(9)], [100])
    ((_, blobs),) = await store.load([(3, [key for key, _ in rows])])
    assert blobs == [row for _, row in rows]


@in_loop
async def test_what_was_left_of_a_lost_bucket_goes_when_it_is_restored(stores: Stores) -> None:
    store = await stores.open()
    await store.compare_and_set([a_write(rows=[(b"stray", b"1"), (b"a", b"old")], timers={b"stray": 5})])
    await stores.lose_checkpoint(3)

    assert await store.restore(3, BucketContent(CK(9), [(b"a", b"new")], {b"a": 7}), (await store.keys([3]))[0])

    assert await store.keys([3]) == [[b"a"]]
    assert await _state(store) == (CK(9), {b"a": b"new"}, [(b"a", 7)])


@in_loop
async def test_discarding_leaves_other_buckets_alone(stores: Stores) -> None:
    store = await stores.open()
    await store.create({7: CK(0)})
    for bucket in (3, 7):
        await store.compare_and_set([a_write(bucket, rows=[(b"a", b"1")], timers={b"a": 5})])

    await store.discard([3])

    assert await store.checkpoints([3, 7]) == [None, CK(1)]
    assert await store.keys([3, 7]) == [[], [b"a"]]
    assert await store.next_due([3, 7]) == [0, 5]


@in_loop
async def test_close_is_final_and_may_be_repeated(stores: Stores) -> None:
    store = await stores.open()

    await store.close()
    await store.close()

    with pytest.raises(Unavailable):
        await store.checkpoints([3])
    with pytest.raises(Unavailable):
        await store.compare_and_set([a_write()])
