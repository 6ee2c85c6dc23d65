"""Writes of buckets, and every store adapter behind one face for the contract suite."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from platinum.ports import BucketWrite, ProfileStore
from platinum.stores.address import parse_address
from platinum.stores.client import ValkeyClient
from platinum.stores.memory import MemoryStore
from platinum.stores.valkey import ValkeyStore

CK = b"checkpoint-%d".__mod__


def a_write(
    bucket: int = 3, expected: int = 0, new: int = 1, rows: Sequence[tuple[bytes, bytes]] = (), timers: Mapping[bytes, int] | None = None
) -> BucketWrite:
    """A write that moves the bucket's checkpoint from number ``expected`` to number ``new``."""
    return BucketWrite(bucket, CK(expected), CK(new), rows, timers or {})


class Stores:
    """Opens stores on one state; ``backup`` and ``restore`` take that state back in time.

    ``server`` is the address of a Valkey server whose content the test may delete, or None for the memory store.
    """

    def __init__(self, server: str | None) -> None:
        self.server = server
        self._memory = MemoryStore()
        self._opened: list[ProfileStore] = []

    async def open(self) -> ProfileStore:
        """A store with bucket 3 created at checkpoint 0; what a second call opens sees the same state."""
        store: ProfileStore = ValkeyStore(self.server) if self.server else self._memory
        if self.server and not self._opened:
            await self.command(b"FLUSHALL")
        self._opened.append(store)
        await store.create({3: CK(0)})
        return store

    async def backup(self) -> object:
        """A copy of everything that is stored."""
        if not self.server:
            return copy.deepcopy(self._memory.__dict__)
        return {key: await self.command(b"DUMP", key) for key in await self.command(b"KEYS", b"*")}

    async def restore(self, backup: object) -> None:
        """Make the stores hold what ``backup`` held."""
        if isinstance(backup, dict) and not self.server:
            self._memory.__dict__.update(copy.deepcopy(backup))
        elif isinstance(backup, dict):
            await self.command(b"FLUSHALL")
            for key, value in backup.items():
                await self.command(b"RESTORE", key, 0, value)

    async def lose_checkpoint(self, bucket: int) -> None:
        """Take a bucket's checkpoint away and leave the rest."""
        if self.server:
            await self.command(b"DEL", b"platinum:{b%04d}:ck" % bucket)
        else:
            del self._memory._checkpoints[bucket]

    async def command(self, *command: bytes | str | int) -> Any:
        """Answer of the server to one command."""
        assert self.server
        client = ValkeyClient(parse_address(self.server))
        try:
            (reply,) = await client.pipe([command])
        finally:
            await client.close()
        return reply

    async def close_all(self) -> None:
        """Close what was opened."""
        for store in self._opened:
            await store.close()
