"""The same records give the same snapshot, byte for byte: however they come, whoever reads which partition, whatever was put out twice."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from platinum.learn.snapshot import _REMEMBERED, Learner, Told, pack
from tests.builders.taught import NOW_MS, a_fact

PARTITIONS = 4


def some_records(n: int = 120) -> list[list[Told]]:
    """Of each partition: examples of two schemas, and facts beside them."""
    found: list[list[Told]] = [[] for _ in range(PARTITIONS)]
    for i in range(n):
        p = i % PARTITIONS
        value = a_fact(i, schema="00c0ffee" if i % 11 else "0000beef")
        if i % 7 == 0:
            value = b'{"fact":"case_ended","said":1.0,"kept":1.0,"made_ms":%d}' % (NOW_MS + i)
        found[p].append((len(found[p]), value, NOW_MS + i, b"e.1.%d.%d.0" % (p, i)))
    return found


def read_by_one(records: list[list[Told]], size: int) -> Learner:
    """Every partition, in batches of so many."""
    learner = Learner(PARTITIONS)
    for p, some in enumerate(records):
        for start in range(0, len(some), size):
            learner.fold_all(p, some[start : start + size])
    return learner


def read_partition(p: int, records: list[Told]) -> Learner:
    """One partition, in a process of its own."""
    learner = Learner(PARTITIONS)
    learner.fold_all(p, records)
    return learner


@pytest.mark.parametrize("size", [1, 7, 13])
def test_batches_of_any_size_give_the_same_bytes(size: int) -> None:
    records = some_records()

    assert pack(read_by_one(records, size).snapshot()) == pack(read_by_one(records, 10_000).snapshot())


def test_partitions_read_by_processes_of_their_own_give_the_same_bytes() -> None:
    records, whole = some_records(), Learner(PARTITIONS)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(read_partition, range(PARTITIONS), records))
    for p, part in reversed(list(enumerate(parts))):  # in whatever order they are done
        whole.take(part, p)

    assert pack(whole.snapshot()) == pack(read_by_one(records, 10_000).snapshot())
    # ... and the one who took them goes on as if it had read them itself.
    again = [(offset + 1000, *rest) for offset, *rest in records[0][-3:]]
    whole.fold_all(0, again)  # type: ignore[arg-type]
    assert whole.snapshot().judged == read_by_one(records, 10_000).snapshot().judged


@pytest.mark.parametrize("size", [1, 5, 10_000])
def test_what_was_put_out_twice_counts_once(size: int) -> None:
    once = some_records()
    twice: list[list[Told]] = []
    for some in once:
        doubled = [*some[:12], *some[5:14], *some[12:]]  # a successor that starts behind, a batch that lands late
        twice.append([(offset, *rest) for offset, (_, *rest) in enumerate(doubled)])  # type: ignore[misc]

    assert read_by_one(twice, size).snapshot().judged == read_by_one(once, 10_000).snapshot().judged


def test_few_identities_are_remembered() -> None:
    learner = Learner(1)
    learner.fold_all(0, [(i, b'{"fact":"another"}', NOW_MS, b"%d" % i) for i in range(_REMEMBERED + 500)])

    assert len(learner._known[0]) == len(learner._last[0]) == _REMEMBERED
