"""Checkpoints: their bytes are what a store compares."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.errors import Inconsistent
from platinum.pipeline.checkpoint import Progress, buckets_of, pack, standing, unpack
from platinum.ports import Checkpoint, Mark

U64 = st.integers(0, 2**64 - 1)
I64 = st.integers(-(2**63), 2**63 - 1)
U32 = st.integers(0, 2**32 - 1)
MARKS = st.lists(st.builds(Mark, U32, I64, I64, U32), max_size=3).map(tuple)
CHECKPOINTS = st.builds(Checkpoint, I64, I64, I64, U64, I64, U64, I64, U64, U64, U32, U64, MARKS)


def a_checkpoint(**changes: Any) -> Checkpoint:
    return Checkpoint(1, 0, -1, 0, 0, 7, 0, 0, 0, 1, 99)._replace(**changes)


@given(CHECKPOINTS)
def test_bytes_give_the_checkpoint_back(checkpoint: Checkpoint) -> None:
    assert unpack(pack(checkpoint)) == checkpoint
    assert standing(pack(checkpoint)) == (checkpoint.next_offset, checkpoint.policy, checkpoint.semantics, checkpoint.model)


@given(CHECKPOINTS, CHECKPOINTS)
def test_equal_bytes_mean_equal_checkpoints(a: Checkpoint, b: Checkpoint) -> None:
    assert (pack(a) == pack(b)) == (a == b)


def test_a_bucket_that_nothing_came_to_keeps_the_bytes_that_builds_before_wrote() -> None:
    plain = a_checkpoint(next_offset=5)

    assert len(pack(plain)) == 88
    assert pack(plain)[0] == 1
    assert pack(plain._replace(marks=(Mark(2, 1, 30, 0),)))[0] == 2  # those builds refuse it: they would take the same again


@pytest.mark.parametrize("broken", [b"", b"\x02" + pack(a_checkpoint())[1:], pack(a_checkpoint())[:-1], pack(a_checkpoint()) + bytes(24)])
def test_bytes_of_another_build_are_refused_with_the_remedy(broken: bytes) -> None:
    with pytest.raises(Inconsistent, match="run the build that wrote it"):
        unpack(broken)
    with pytest.raises(Inconsistent, match="run the build that wrote it"):
        standing(broken)


def test_every_bucket_belongs_to_exactly_one_partition() -> None:
    buckets = sorted(b for p in range(4) for b in buckets_of(p, 4, 256))

    assert buckets == list(range(256))


def test_a_partition_is_read_from_its_bucket_that_is_furthest_behind_and_under_that_buckets_policy() -> None:
    ahead, behind = (
        a_checkpoint(next_offset=90, policy=5, policy_seq=2, semantics=3),
        a_checkpoint(next_offset=40, policy=4, policy_seq=1, semantics=2),
    )

    progress = Progress.of([ahead, behind], nonce=7)

    assert (progress.position(), progress.policy, progress.policy_seq, progress.semantics) == (40, 4, 1, 2)


@given(CHECKPOINTS, I64, I64)
def test_checkpoints_that_differ_in_their_clock_alone_are_packed_like_any_other(
    checkpoint: Checkpoint, next_offset: int, clock_ms: int
) -> None:
    progress = Progress.of([checkpoint], nonce=7)

    assert progress.packed_at(next_offset)(0, clock_ms) == progress.packed(0, next_offset, clock_ms)
