"""Bytes of a bucket's snapshot: checkpoint, rows and timers, compressed, with a checksum over all of it.

Never pickle: the file lies where others may write, and pickle runs what it reads.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from platinum.errors import Inconsistent
from platinum.ports import BucketContent

VERSION = 1
_MAGIC = b"PLSN"
#: Magic, layout version, CRC-32 of everything behind it.
_HEAD = struct.Struct("<4sB3xI")
#: Generation, bucket, group, then how many bytes the checkpoint has, how many rows and timers there are.
_WHOSE = struct.Struct("<IIQIII")
#: Fast: it runs beside the stream. Level 6 takes four times as long for a tenth less.
_LEVEL = 1


class Snapshot(NamedTuple):
    """One bucket as it was, and whose it is.

    Attributes
    ----------
    generation : int
        Of the log.
    group : int
        Hash of the consumer group's name, as in checkpoints.
    """

    generation: int
    group: int
    bucket: int
    content: BucketContent


def encode(snapshot: Snapshot) -> bytes:
    """The file's content."""
    checkpoint, rows, timers = snapshot.content
    keys, blobs = [key for key, _ in rows], [blob for _, blob in rows]
    lengths = np.array([len(part) for parts in (keys, blobs, timers) for part in parts], "<u4")
    due = np.array(list(timers.values()), "<i8")
    body = zlib.compress(b"".join([checkpoint, lengths.tobytes(), due.tobytes(), *keys, *blobs, *timers]), _LEVEL)
    whose = _WHOSE.pack(snapshot.generation, snapshot.bucket, snapshot.group, len(checkpoint), len(rows), len(timers))
    return _HEAD.pack(_MAGIC, VERSION, zlib.crc32(body, zlib.crc32(whose))) + whose + body


def decode(content: bytes) -> Snapshot:
    """Snapshot from a file's content.

    Raises
    ------
    Inconsistent
        It is no snapshot, is damaged, or was written by a newer build.
    """
    if len(content) < _HEAD.size + _WHOSE.size or content[:4] != _MAGIC:
        raise Inconsistent("it is no snapshot, or its beginning is lost")
    _, version, crc = _HEAD.unpack_from(content)
    if version != VERSION:
        raise Inconsistent(f"it has layout {version}, this build reads {VERSION}: run the build that wrote it")
    if zlib.crc32(memoryview(content)[_HEAD.size :]) != crc:
        raise Inconsistent("it is damaged: its checksum does not match")
    generation, bucket, group, n_checkpoint, n_rows, n_timers = _WHOSE.unpack_from(content, _HEAD.size)
    body = zlib.decompress(memoryview(content)[_HEAD.size + _WHOSE.size :])
    lengths = np.frombuffer(body, "<u4", 2 * n_rows + n_timers, n_checkpoint).tolist()
    at = n_checkpoint + 4 * len(lengths)
    due = np.frombuffer(body, "<i8", n_timers, at).tolist()
    parts = _cut(body, at + 8 * n_timers, lengths)
    rows = list(zip(parts[:n_rows], parts[n_rows : 2 * n_rows], strict=True))
    timers = dict(zip(parts[2 * n_rows :], due, strict=True))
    return Snapshot(generation, group, bucket, BucketContent(body[:n_checkpoint], rows, timers))


def _cut(body: bytes, at: int, lengths: Sequence[int]) -> list[bytes]:
    return [body[a:z] for a, z in pairwise(accumulate(lengths, initial=at))]
