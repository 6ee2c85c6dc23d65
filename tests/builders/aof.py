"""What a power cut does to Valkey's append-only file: its tail, up to some seconds of writes, is gone."""

from __future__ import annotations

import time
from pathlib import Path


def tail_file(directory: Path) -> Path:
    """The file of a server's directory that is being appended to."""
    return max((directory / "appendonlydir").glob("*.incr.aof"), key=lambda path: int(path.name.split(".")[-3]))


def cut_tail(directory: Path, n_bytes: int) -> int:
    """Remove the last ``n_bytes`` of the append-only file (or all of it); returns what is left."""
    path = tail_file(directory)
    left = max(0, path.stat().st_size - n_bytes)
    with path.open("r+b") as file:
        file.truncate(left)
    return left


def grown_in_last(directory: Path, watch_s: float, last_s: float) -> int:
    """Watch the file for ``watch_s``; returns the bytes of its last ``last_s`` seconds."""
    began, sizes = time.monotonic(), []
    while (at := time.monotonic() - began) < watch_s:
        sizes.append((at, tail_file(directory), tail_file(directory).stat().st_size))
        time.sleep(0.1)
    file, size = sizes[-1][1:]
    since = [size for at, path, size in sizes if path == file and at >= watch_s - last_s]
    return size - since[0]
