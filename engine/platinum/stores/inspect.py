"""What a Valkey or Redis server says about itself, for ``platinum doctor``."""

from __future__ import annotations

from typing import NamedTuple

from platinum.errors import UsageError
from platinum.stores.address import parse_address
from platinum.stores.client import ValkeyClient


class ServerFacts(NamedTuple):
    """One server.

    Attributes
    ----------
    eviction : str
        Its ``maxmemory-policy``.
    persists : bool or None
        An append-only file or snapshots are on; None = it does not tell.
    most_bytes : int
        Limit of its memory, 0 = none.
    time_ms : int
        Its clock.
    """

    version: str
    eviction: str
    persists: bool | None
    used_bytes: int
    most_bytes: int
    time_ms: int


async def server_facts(address: str, password: str | None, wait_s: float = 2.0) -> ServerFacts:
    """Ask a server.

    Raises
    ------
    Unavailable
        It does not answer within ``wait_s``.
    UsageError
        It wants another password, or does not let us ask.
    """
    client = ValkeyClient(parse_address(address), wait_s, password)
    try:
        await client.connect(wait_s)
        info, (seconds, micros) = await client.pipe([(b"INFO",), (b"TIME",)])
        said = dict(line.split(":", 1) for line in info.decode().splitlines() if ":" in line)
        persists = said["aof_enabled"] == "1" or await _snapshots(client)
    finally:
        await client.close()
    version = f"Valkey {said['valkey_version']}" if "valkey_version" in said else f"Redis {said['redis_version']}"
    used, most = int(said["used_memory"]), int(said["maxmemory"])
    return ServerFacts(version, said["maxmemory_policy"], persists, used, most, int(seconds) * 1000 + int(micros) // 1000)


async def _snapshots(client: ValkeyClient) -> bool | None:
    try:
        (found,) = await client.pipe([(b"CONFIG", b"GET", b"save")])
    except (UsageError, RuntimeError):
        return None  # a server that somebody else runs seldom lets us ask
    return bool(found and found[1])
