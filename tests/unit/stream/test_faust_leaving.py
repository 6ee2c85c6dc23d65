"""Leaving a group that was never joined, and one whose coordination has ended by itself."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from platinum.stream.faust_leaving import leave_while_joining


def test_a_worker_that_is_told_to_end_before_kafka_answered_has_nothing_to_leave() -> None:
    leave_while_joining(SimpleNamespace(_coordinator=None))


def test_where_the_coordination_ends_by_itself_nothing_more_is_sent() -> None:
    async def trial() -> None:
        async def ends() -> None:
            await asyncio.sleep(0)

        coordinator = SimpleNamespace(_coordination_task=asyncio.ensure_future(ends()))
        leave_while_joining(SimpleNamespace(_coordinator=coordinator))
        await coordinator._coordination_task  # with a request it would ask for members that this one has not

    asyncio.run(trial())
