"""Compare-and-sets written by a kernel: the bytes that hiredis makes of the same commands."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from platinum.ports import BucketWrite
from platinum.profile.packed import PackedBatch, PackedRows
from platinum.profile.row import ROW
from platinum.stores.client import _pack
from platinum.stores.valkey import _put, payload_of
from platinum.stores.written import whole_batch


def some_writes(random: Random, buckets: list[int], *, timers: bool) -> tuple[PackedBatch, list[BucketWrite]]:
    """A write for each bucket, of one to twelve rows with keys of any bytes."""
    ends = np.cumsum([random.randint(1, 12) for _ in buckets]).tolist()
    keys = [b"%d-" % i + random.randbytes(random.choice((0, 1, 7, 90))) for i in range(ends[-1])]
    rows = np.zeros(len(keys), ROW)
    rows["timer_due_ms"] = [random.randrange(0, 2**40) for _ in keys]
    batch = PackedBatch(keys, rows, np.arange(len(keys)))
    writes = []
    for bucket, first, stop in zip(buckets, [0, *ends], ends, strict=False):
        due = {key: random.choice((0, 9, 1_700_000_000_123)) for key in keys[first:stop]} if timers and random.random() < 0.7 else {}
        expected, new = random.randbytes(random.choice((0, 9, 10, 91))), random.randbytes(random.choice((1, 99, 100, 120)))
        writes.append(BucketWrite(bucket, expected, new, PackedRows(batch, first, stop), due))
    return batch, writes


@pytest.mark.parametrize("timers", [False, True])
@pytest.mark.parametrize("buckets", [[0], [255], [3, 1, 2], [9_999, 10_000, 4, 70_001], list(range(0, 256, 4))])
def test_the_bytes_are_those_of_the_commands_one_by_one(buckets: list[int], timers: bool) -> None:
    random = Random(len(buckets))
    for _ in range(20):
        batch, writes = some_writes(random, buckets, timers=timers)

        commands = [_put(bucket, expected, new, list(rows), due) for bucket, expected, new, rows, due in writes]
        assert bytes(payload_of(batch, writes)) == b"".join(map(_pack, commands))


def test_a_batch_that_is_not_whole_is_written_otherwise() -> None:
    batch, writes = some_writes(Random(1), [1, 2, 3], timers=False)

    assert whole_batch(writes) is batch
    assert whole_batch(writes[:2]) is whole_batch(writes[1:]) is whole_batch([writes[1], writes[0], writes[2]]) is None
