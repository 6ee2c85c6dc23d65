"""Rows, checkpoints and timers in Valkey or Redis.

Keys: ``platinum:{b0042}:p:<customer>``, ``platinum:{b0042}:ck``, ``platinum:{b0042}:timers`` (sorted set of due times).
The bucket's tag comes first, so braces in a customer key choose no slot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import hiredis
import numpy as np

from platinum.pieces import laid_out
from platinum.ports import BucketContent, BucketWrite
from platinum.profile.packed import PackedBatch
from platinum.stores.address import parse_address
from platinum.stores.client import Command, ValkeyClient
from platinum.stores.memory import refuse_ambiguous
from platinum.stores.scripts import CLAIM, COMPARE_AND_SET, RESTORE, Script
from platinum.stores.written import Around, Constant, whole_batch, written

_SCAN_COUNT = 1000
#: Rows, on a busy machine; some 20,000 were measured there, 100,000 rows of 600 bytes in 5 s.
_RESTORED_PER_S = 2_000


class _Names(NamedTuple):
    checkpoint: bytes
    timers: bytes
    row: bytes  # prefix


@cache
def _names(bucket: int) -> _Names:
    tag = b"platinum:{b%04d}:" % bucket
    return _Names(tag + b"ck", tag + b"timers", tag + b"p:")


class ValkeyStore:
    """Store in one Valkey or Redis server (6.2 or later).

    Parameters
    ----------
    address : str
        ``valkey://host:port/db`` or ``unix:///path``; see ``stores.address``.
    timeout_s : float
        For each call's answer.
    password : str or None
        From ``stores.address.password_from``; never part of the URL.
    """

    def __init__(self, address: str, timeout_s: float = 5.0, password: str | None = None) -> None:
        self._client = ValkeyClient(parse_address(address), timeout_s, password)

    async def connect(self, wait_s: float = 10.0) -> None:
        """Wait until the server answers; ``Unavailable`` when it does not within ``wait_s``."""
        await self._client.connect(wait_s)

    async def checkpoints(self, buckets: Sequence[int]) -> list[bytes | None]:
        """Stored checkpoints in the order asked for."""
        # One GET per bucket, not one MGET: on a Cluster the buckets lie in different slots.
        return await self._client.pipe([(b"GET", _names(bucket).checkpoint) for bucket in buckets])

    async def create(self, checkpoints: Mapping[int, bytes]) -> None:
        """Create the checkpoints of a new deployment; an existing one is left alone."""
        await self._client.pipe([(b"SET", _names(bucket).checkpoint, value, b"NX") for bucket, value in checkpoints.items()])

    async def claim(self, bucket_nonces: Mapping[int, tuple[bytes | None, bytes]]) -> list[bool]:
        """See ``ports.ProfileStore.claim``."""
        commands: list[Command] = []
        for bucket, (expected, new) in bucket_nonces.items():
            command = (b"EVALSHA", CLAIM.sha, 1, _names(bucket).checkpoint, new)
            commands.append(command if expected is None else (*command, expected))
        return await self._run(CLAIM, commands)

    async def load(self, bucket_keys: Sequence[tuple[int, Sequence[bytes]]]) -> list[tuple[bytes | None, list[bytes | None]]]:
        """See ``ports.ProfileStore.load``; one MGET per bucket, which is atomic."""
        commands: list[Command] = []
        for bucket, keys in bucket_keys:
            checkpoint, _, prefix = _names(bucket)
            commands.append((b"MGET", checkpoint, *[prefix + key for key in keys]))
        return [(reply[0], reply[1:]) for reply in await self._client.pipe(commands)]

    async def compare_and_set(self, writes: Sequence[BucketWrite]) -> list[bool]:
        """See ``ports.ProfileStore.compare_and_set``; one script per bucket, one round trip."""
        refuse_ambiguous(writes)
        batch = whole_batch(writes)
        if batch is None:
            return await self._run(COMPARE_AND_SET, [_put(*write) for write in writes])
        # Everything is copied before anybody is waited for: the next batch packs into the same room.
        payload = payload_of(batch, writes)
        replies = await self._client.pipe_written(payload, len(writes))
        return await self._again(COMPARE_AND_SET, replies, lambda i: _put(*writes[i]))

    async def due(self, bucket: int, until_ms: int, limit: int) -> list[tuple[bytes, int]]:
        """See ``ports.ProfileStore.due``."""
        query = (b"ZRANGEBYSCORE", _names(bucket).timers, b"-inf", until_ms, b"WITHSCORES", b"LIMIT", 0, limit)
        (flat,) = await self._client.pipe([query])
        return [(key, int(float(due))) for key, due in zip(flat[::2], flat[1::2], strict=True)]

    async def next_due(self, buckets: Sequence[int]) -> list[int]:
        """Earliest due time of each bucket in ms, 0 = no timer."""
        replies = await self._client.pipe([(b"ZRANGE", _names(bucket).timers, 0, 0, b"WITHSCORES") for bucket in buckets])
        return [int(float(reply[1])) if reply else 0 for reply in replies]

    async def keys(self, buckets: Sequence[int]) -> list[list[bytes]]:
        """See ``ports.ProfileStore.keys``; walks the whole server with SCAN."""
        found: dict[int, set[bytes]] = {bucket: set() for bucket in buckets}
        cursor: Any = b"0"
        while True:
            ((cursor, names),) = await self._client.pipe([(b"SCAN", cursor, b"MATCH", b"platinum:{b*}:p:*", b"COUNT", _SCAN_COUNT)])
            for name in names:
                tag, _, key = name.partition(b"}:p:")
                if (bucket := int(tag.removeprefix(b"platinum:{b"))) in found:
                    found[bucket].add(key)  # SCAN may give a key twice
            if cursor == b"0":
                return [await _sorted(found[bucket]) for bucket in buckets]

    async def restore(self, bucket: int, content: BucketContent, strays: Sequence[bytes]) -> bool:
        """See ``ports.ProfileStore.restore``; one script."""
        checkpoint, timer_set, prefix = _names(bucket)
        command: list[bytes | str | int] = [b"EVALSHA", RESTORE.sha, 2, checkpoint, timer_set, len(strays), len(content.rows) + 1]
        command += [prefix + key for key in strays]
        for key, row in content.rows:
            command += (prefix + key, row)
        command += (checkpoint, content.checkpoint)
        for key, due_ms in content.timers.items():
            command += (due_ms, key)
        return (await self._run(RESTORE, [tuple(command)], len(content.rows) / _RESTORED_PER_S))[0]

    async def discard(self, buckets: Sequence[int]) -> None:
        """See ``ports.ProfileStore.discard``."""
        await self._client.pipe([(b"DEL", _names(bucket).checkpoint, _names(bucket).timers) for bucket in buckets])
        for bucket, keys in zip(buckets, await self.keys(buckets), strict=True):
            prefix = _names(bucket).row
            for at in range(0, len(keys), _SCAN_COUNT):
                await self._client.pipe([(b"UNLINK", *(prefix + key for key in keys[at : at + _SCAN_COUNT]))])

    async def used_bytes(self) -> int:
        """Memory that the server has in use (``used_memory``), in bytes."""
        (text,) = await self._client.pipe([(b"INFO", b"memory")])
        return int(text.split(b"used_memory:", 1)[1].split(b"\r\n", 1)[0])

    async def close(self) -> None:
        """Release the connection; idempotent."""
        await self._client.close()

    async def _run(self, script: Script, commands: Sequence[Command], more_s: float = 0.0) -> list[bool]:
        """EVALSHA commands of one script; loads it where the server does not know it (new, restarted, failed over)."""
        return await self._again(script, await self._client.pipe(commands, more_s), commands.__getitem__, more_s)

    async def _again(self, script: Script, replies: list[Any], command: Callable[[int], Command], more_s: float = 0.0) -> list[bool]:
        """Those that the server did not know, once more."""
        unknown = [i for i, reply in enumerate(replies) if isinstance(reply, hiredis.ReplyError)]
        if unknown:
            _, *again = await self._client.pipe([(b"SCRIPT", b"LOAD", script.source), *map(command, unknown)], more_s)
            for i, reply in zip(unknown, again, strict=True):
                replies[i] = reply
        return [reply == 1 for reply in replies]


async def _sorted(keys: Iterable[bytes]) -> list[bytes]:
    """In byte order; between two buckets others have their turn: 400,000 names at once took 0.2 s."""
    await asyncio.sleep(0)
    return sorted(keys)


def payload_of(batch: PackedBatch, writes: Sequence[BucketWrite]) -> memoryview:
    """Commands of writes whose rows are those of ``batch``."""
    numbers, expected, new, rows, timers = zip(*writes, strict=True)
    counts = np.zeros((2, len(writes)), np.int64)
    texts = [b""] * len(writes)
    for i in [i for i, some in enumerate(timers) if some]:
        words = _timer_words(timers[i])
        texts[i] = b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)
        counts[:, i] = len(words), sum(map(bool, timers[i].values()))
    buckets, stops = np.array(numbers, np.int64), np.array([some.stop for some in rows], np.int64)
    around = Around(buckets, stops, laid_out(expected), laid_out(new), laid_out(texts), counts)
    return written(batch, _constant(1 << max(numbers).bit_length()), around)


@cache
def _constant(buckets: int) -> Constant:
    """Of that many buckets."""
    names = list(map(_names, range(buckets)))
    begin = b"$7\r\nEVALSHA\r\n$40\r\n%b\r\n$1\r\n2\r\n" % COMPARE_AND_SET.sha
    checkpoints, timers = ([b"$%d\r\n%b\r\n" % (len(one[i]), one[i]) for one in names] for i in range(2))
    fronts = [begin + checkpoint + timer_set for checkpoint, timer_set in zip(checkpoints, timers, strict=True)]
    return Constant(laid_out(fronts), laid_out([one.row for one in names]), laid_out(checkpoints))


def _timer_words(timers: Mapping[bytes, int]) -> list[bytes]:
    """Those to be set (due, customer), then those to be removed."""
    if not timers:
        return []
    words = [word for key, due_ms in timers.items() if due_ms for word in (b"%d" % due_ms, key)]
    return words + [key for key, due_ms in timers.items() if not due_ms]


def _put(bucket: int, expected: bytes, new: bytes, rows: Sequence[tuple[bytes, bytes]], timers: Mapping[bytes, int]) -> Command:
    checkpoint, timer_set, prefix = _names(bucket)
    n_set = sum(map(bool, timers.values()))
    command: list[bytes | str | int] = [b"EVALSHA", COMPARE_AND_SET.sha, 2, checkpoint, timer_set, expected, new, len(rows) + 1, n_set]
    for key, row in rows:
        command += (prefix + key, row)
    command += (checkpoint, new)
    command += _timer_words(timers)
    return tuple(command)
