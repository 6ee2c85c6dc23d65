"""A pause behind every look for brokers that found none.

aiokafka's loops look again at once when one fails: a worker whose brokers were gone kept two threads busy and wrote a line every half
millisecond.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka.client import AIOKafkaClient

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 1.0


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
