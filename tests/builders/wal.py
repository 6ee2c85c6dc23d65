"""What a power cut does to SQLite's write-ahead log: the file ends at some synced commit, perhaps with a torn tail.

Format: https://sqlite.org/fileformat2.html, section 4. A frame whose salts or checksum do not fit is a leftover of an
earlier round through the file.
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER, _FRAME_HEADER = 32, 24


def commit_ends(wal: Path) -> list[int]:
    """File positions at which the valid commits of a write-ahead log end, oldest first."""
    data = wal.read_bytes()
    if len(data) < _HEADER:
        return []
    magic, _, page_bytes, _, salt1, salt2 = struct.unpack(">6I", data[:24])
    order = ">" if magic & 1 else "<"
    sums = _checksum(data[:24], (0, 0), order)
    ends = []
    for at in range(_HEADER, len(data) - _FRAME_HEADER - page_bytes + 1, _FRAME_HEADER + page_bytes):
        frame = data[at : at + _FRAME_HEADER + page_bytes]
        _, pages_after_commit, frame_salt1, frame_salt2, *stored = struct.unpack(">6I", frame[:_FRAME_HEADER])
        sums = _checksum(frame[:8] + frame[_FRAME_HEADER:], sums, order)
        if (frame_salt1, frame_salt2) != (salt1, salt2) or tuple(stored) != sums:
            break
        if pages_after_commit:
            ends.append(at + len(frame))
    return ends


def cut(wal: Path, at: int, torn_bytes: int = 0) -> None:
    """End the file at ``at``, followed by so many bytes that were never synced."""
    with wal.open("r+b") as file:
        file.truncate(at)
        file.seek(at)
        file.write(b"\x5a" * torn_bytes)


def _checksum(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    s0, s1 = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        s0 = (s0 + even + s1) & 0xFFFFFFFF
        s1 = (s1 + odd + s0) & 0xFFFFFFFF
    return s0, s1
