"""What aiokafka's client is taught about brokers that are away.

A pause behind every look for brokers that found none: its loops look again at once, so a worker whose brokers were gone kept two threads
busy and wrote a line every half millisecond. And that a connection which is being closed is none: until its reader has noticed, aiokafka
writes into it. asyncio drops what is written there; uvloop raises RuntimeError, of which no retry and no orderly end of a worker knows.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.conn import CloseReason

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 1.0


def teach(client: AIOKafkaClient) -> None:
    """Both: pause after looks that failed, and renew connections that are being closed."""
    calm(client)
    renew_closing(client)


def calm(client: AIOKafkaClient) -> None:
    """Let whoever waits for fresh metadata wait longer after each look that failed; one that succeeds sets this back."""
    look, pause_s = client._metadata_update, FIRST_PAUSE_S  # noqa: SLF001 - held by tests/contract/test_faust_hooks.py

    async def looking(cluster: Any, topics: Any) -> bool:
        nonlocal pause_s
        if await look(cluster, topics):
            pause_s = FIRST_PAUSE_S
            return True
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        return False

    client._metadata_update = looking  # noqa: SLF001


def renew_closing(client: AIOKafkaClient) -> None:
    """Whoever asks for a connection that is being closed gets another one."""
    connection = client._get_conn  # noqa: SLF001 - held by tests/contract/test_faust_hooks.py

    async def connected(node_id: Any, *, group: Any = ConnectionGroup.DEFAULT, no_hint: bool = False) -> Any:
        known = client._conns.get((node_id, group))  # noqa: SLF001
        if known is not None and known._writer is not None and known._writer.is_closing():  # noqa: SLF001
            known.close(reason=CloseReason.CONNECTION_BROKEN)
        return await connection(node_id, group=group, no_hint=no_hint)

    client._get_conn = connected  # noqa: SLF001
