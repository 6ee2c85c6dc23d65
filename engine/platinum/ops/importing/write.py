"""Where event lines go. The history of a deployment is another ``Sink``; it lives with the deployment's client."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Protocol, cast

from platinum.ops.line import Line

__all__ = ["FileSink", "Line", "Sink", "write_events"]


class Sink(Protocol):
    """Takes events in time order."""

    def put(self, line: Line) -> None:
        """Take one event; may keep it until ``close``."""

    def close(self, complete: bool) -> None:
        """Everything was put (``complete``), or something broke: what was not finished must not look finished."""


class FileSink:
    """JSON lines in a file (``.gz`` = compressed), or ``-`` for standard output.

    The file appears under its name only when it is complete. What is no file, such as a pipe, is written to as it stands.
    """

    def __init__(self, target: str) -> None:
        self.target = Path(target).resolve()  # behind a link, the file that it names is replaced, not the link
        self._in_place = self.target.exists() and not self.target.is_file()
        self.part = self.target if self._in_place else self.target.with_name(self.target.name + ".part")
        self._raw: IO[bytes] = sys.stdout.buffer if target == "-" else self.part.open("wb")
        compressed = target.endswith(".gz")
        # No time stamp and no name inside: the same events give the same file.
        self._out = cast("IO[bytes]", gzip.GzipFile("", "wb", 6, self._raw, mtime=0)) if compressed else self._raw

    def put(self, line: Line) -> None:
        """Write one line."""
        self._out.write(line.value)
        self._out.write(b"\n")

    def close(self, complete: bool) -> None:
        """Flush; rename the finished file into place, or remove the unfinished one."""
        if self._out is not self._raw:
            self._out.close()
        self._raw.flush()
        if self._raw is sys.stdout.buffer:
            return
        self._raw.close()
        if self._in_place:
            return
        if complete:
            os.replace(self.part, self.target)
        else:
            self.part.unlink()


def write_events(lines: Iterable[Line], sink: Sink) -> int:
    """Put every line into ``sink`` and close it; returns how many there were."""
    count = 0
    complete = False
    try:
        for line in lines:
            sink.put(line)
            count += 1
        complete = True
    finally:
        sink.close(complete)
    return count
