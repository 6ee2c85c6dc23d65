"""Event files are whole or not there."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from platinum.ops.importing import FileSink, write_events
from platinum.ops.line import Line

LINES = [Line(1, "a", b'{"n":1}'), Line(2, "b", b'{"n":2}')]


def test_lines_are_written_in_order_one_per_row(tmp_path: Path) -> None:
    count = write_events(iter(LINES), FileSink(str(tmp_path / "out.jsonl")))

    assert count == 2
    assert (tmp_path / "out.jsonl").read_bytes() == b'{"n":1}\n{"n":2}\n'


def test_the_same_events_give_the_same_compressed_bytes(tmp_path: Path) -> None:
    for name in ("one.jsonl.gz", "two.jsonl.gz"):
        write_events(iter(LINES), FileSink(str(tmp_path / name)))

    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "two.jsonl.gz").read_bytes()
    assert (tmp_path / "one.jsonl.gz").read_bytes()[4:8] == bytes(4)  # the time of writing is not in it
    assert gzip.decompress((tmp_path / "one.jsonl.gz").read_bytes()) == b'{"n":1}\n{"n":2}\n'


def test_an_import_that_breaks_leaves_the_file_of_before(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("before")

    def broken() -> Iterator[Line]:
        yield LINES[0]
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError):
        write_events(broken(), FileSink(str(target)))

    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    """A pipe was once replaced by a file, and so was /dev/full."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as other:
        read = other.submit(pipe.read_bytes)
        write_events(iter(LINES), FileSink(str(pipe)))
        assert read.result(10) == b"".join(line.value + b"\n" for line in LINES)
    assert pipe.is_fifo()


def test_a_link_goes_on_naming_its_file(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_bytes(b"old")
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    write_events(iter(LINES), FileSink(str(tmp_path / "link.jsonl")))
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").read_bytes() != b"old"
