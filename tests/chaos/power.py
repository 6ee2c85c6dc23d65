"""What a power cut takes: everything after the last sync of each file."""

from __future__ import annotations

import struct
import time
from pathlib import Path

_HEADER, _FRAME_HEADER = 32, 24


def cut_wal_to_last_commit(database: Path) -> int:
    """Cut SQLite's write-ahead log behind its last commit frame; returns the bytes that went.

    With synchronous=FULL every commit is synced before it is acknowledged, so this is what a disk that kept nothing
    else would hold.
    """
    wal = database.with_name(database.name + "-wal")
    if not wal.exists() or (size := wal.stat().st_size) < _HEADER:
        return 0
    content = wal.read_bytes()
    page_bytes, salt = struct.unpack(">I", content[8:12])[0], content[16:24]
    keep, at = _HEADER, _HEADER
    while at + _FRAME_HEADER + page_bytes <= size and content[at + 8 : at + 16] == salt:
        committed_pages = struct.unpack(">I", content[at + 4 : at + 8])[0]
        at += _FRAME_HEADER + page_bytes
        if committed_pages:
            keep = at
    with wal.open("r+b") as file:
        file.truncate(keep)
    return size - keep


class AofSizes:
    """Sizes of the append-only file over time, so that its last seconds can be taken away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: list[tuple[float, Path, int]] = []

    def watch(self, seconds: float) -> None:
        """Look ten times a second for ``seconds``."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            file = self._newest()
            if file is not None:
                self._seen.append((time.monotonic(), file, file.stat().st_size))
            time.sleep(0.1)

    def cut(self, seconds: float) -> int:
        """Cut the newest file to what it was ``seconds`` before the last look; returns the bytes that went."""
        file = self._newest()
        if file is None or not self._seen:
            return 0
        last = self._seen[-1][0]
        then = [size for at, path, size in self._seen if path == file and at <= last - seconds]
        keep = then[-1] if then else min(size for _, path, size in self._seen if path == file)
        gone = file.stat().st_size - keep
        with file.open("r+b") as opened:
            opened.truncate(keep)
        return gone

    def _newest(self) -> Path | None:
        files = sorted(self._folder.rglob("*.incr.aof"), key=lambda path: path.stat().st_mtime)
        return files[-1] if files else None
