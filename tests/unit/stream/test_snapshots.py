"""Snapshots: what is read is what was written, what is damaged is named, and how a bucket comes back (design 3)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.errors import Inconsistent, Unavailable, UsageError
from platinum.pipeline.checkpoint import SEMANTICS, pack
from platinum.ports import BucketContent, Checkpoint
from platinum.stream.snapshot_file import Snapshot, decode, encode
from platinum.stream.snapshots import Snapshots
from tests.builders.loops import in_loop

KEY = st.binary(min_size=1, max_size=40)
CONTENT = st.builds(
    BucketContent,
    st.binary(min_size=1, max_size=120),
    st.dictionaries(KEY, st.binary(max_size=300), max_size=20).map(lambda rows: list(rows.items())),
    st.dictionaries(KEY, st.integers(1, 1 << 50), max_size=20),
)


def a_checkpoint(next_offset: int, group: int = 7) -> bytes:
    return pack(Checkpoint(1, next_offset, next_offset - 1, 5, 99, 42, 1, 2, 3, SEMANTICS, group))


def a_snapshot(next_offset: int, bucket: int = 3, rows: tuple[tuple[bytes, bytes], ...] = ((b"c-1", b"row"),)) -> Snapshot:
    return Snapshot(1, 7, bucket, BucketContent(a_checkpoint(next_offset), list(rows), {b"c-1": 5_000}))


@given(CONTENT, st.integers(0, (1 << 32) - 1), st.integers(0, (1 << 64) - 1), st.integers(0, 65_535))
def test_what_is_read_is_what_was_written(content: BucketContent, generation: int, group: int, bucket: int) -> None:
    snapshot = Snapshot(generation, group, bucket, content)

    assert decode(encode(snapshot)) == snapshot


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    content = bytearray(encode(a_snapshot(10)))
    at = data.draw(st.integers(0, len(content) - 1).filter(lambda i: not 5 <= i < 8))  # padding
    content[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(Inconsistent):
        decode(bytes(content))


@given(st.integers(0, 100))
def test_a_file_that_was_cut_off_is_noticed(length: int) -> None:
    content = encode(a_snapshot(10))

    with pytest.raises(Inconsistent):
        decode(content[: min(length, len(content) - 1)])


@in_loop
async def test_the_newest_and_the_one_before_are_kept(tmp_path: Path) -> None:
    snapshots = Snapshots(str(tmp_path))
    for offset in (100, 5, 300, 200):
        await snapshots.write(a_snapshot(offset), log_end=1_000)

    assert [file.next_offset for file in await snapshots.named(3)] == [300, 200]
    assert await snapshots.named(4) == []
    assert await snapshots.read((await snapshots.named(3))[1]) == a_snapshot(200)


@in_loop
async def test_what_claims_to_lie_behind_the_logs_end_goes(tmp_path: Path) -> None:
    """A log that lost its tail and grew again would otherwise keep the snapshots of what is gone, and delete the new ones."""
    snapshots = Snapshots(str(tmp_path))
    for offset in (400, 500):
        await snapshots.write(a_snapshot(offset), log_end=500)

    await snapshots.write(a_snapshot(310), log_end=320)

    assert [file.next_offset for file in await snapshots.named(3)] == [310]


@in_loop
async def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    snapshots = Snapshots(str(tmp_path))
    path = Path(await snapshots.write(a_snapshot(100), log_end=100))
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    with pytest.raises(Inconsistent, match=r"b0003\.g1\.o0+100\.snapshot: it is damaged"):
        await snapshots.read((await snapshots.named(3))[0])


@in_loop
async def test_a_place_that_cannot_be_written_is_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "b0003").write_text("a file where a folder should be")

    with pytest.raises(Unavailable, match="snapshot of bucket 3"):
        await Snapshots(str(tmp_path)).write(a_snapshot(100), log_end=100)


@in_loop
async def test_any_url_of_fsspec_will_do() -> None:
    snapshots = Snapshots("memory://snapshots-of-a-test")
    for offset in (1, 2, 3):
        await snapshots.write(a_snapshot(offset), log_end=9)

    newest, before = await snapshots.named(3)

    assert (newest.next_offset, before.next_offset) == (3, 2)
    assert await snapshots.read(newest) == a_snapshot(3)


def test_a_url_that_nothing_serves_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="nowhere://x"):
        Snapshots("nowhere://x")
