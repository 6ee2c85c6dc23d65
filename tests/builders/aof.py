"""What a power cut does to Valkey's append-only file: its tail, up to some seconds of writes, is gone."""

from __future__ import annotations

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
