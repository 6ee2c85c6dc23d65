"""The Faust application of a worker: settings that were measured, and the record path in place of agents."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple

import faust
from faust.transport.drivers import aiokafka as driver
from mode.supervisors import CrashingSupervisor

from platinum.ports import INTERACTIONS
from platinum.stream.deployment import MOST_RECORDS, Deployment
from platinum.stream.faust_consumer import RecordConsumer
from platinum.stream.fetching import Fetching
from platinum.stream.ownership import Ownership

#: How often partitions are looked after: retries, timers, idle buckets.
TEND_S = 0.25
#: A member learns of a rebalance from the answer to its heartbeat: a hand-over takes as long as the slowest of them.
_HEARTBEAT_S = 1.0


class RecordTransport(driver.Transport):
    """aiokafka, with our consumer."""

    Consumer = RecordConsumer


class WorkerApp(faust.App):
    """Faust's application with what the record path needs.

    Attributes
    ----------
    ownership : Ownership
    fetching : Fetching
    record_topic : str
        The interactions, with the deployment's prefix.
    prepare, finish : callable
        Awaited before the consumer starts, and after its last batch.
    """

    ownership: Ownership
    fetching: Fetching
    record_topic: str
    prepare: Callable[[], Awaitable[None]]
    finish: Callable[[], Awaitable[None]]

    async def on_first_start(self) -> None:
        """Faust would make a directory for tables here, of which there are none."""
        await self.prepare()

    async def on_stop(self) -> None:
        """Leave the group, then let go of log and store."""
        self.ownership.end()
        await super().on_stop()
        await self.finish()

    @property
    def is_in_group(self) -> bool:
        """Whether the consumer group has given this worker its share."""
        return self.ownership.rebalances > 0 and _consumer(self).is_in_group

    def _new_transport(self) -> Any:
        return RecordTransport(self.conf.broker_consumer, self)


class Group(NamedTuple):
    """Whom a worker joins, and how.

    Attributes
    ----------
    brokers : str
        Bootstrap addresses.
    name : str
        Of the consumer group.
    prefix : str
        In front of every topic's name.
    session_s : float
        A worker that was killed leaves its partitions idle so long.
    max_records : int
        Of one partition, applied at once.
    """

    brokers: str
    name: str
    prefix: str = ""
    session_s: float = 10.0
    max_records: int = MOST_RECORDS

    @property
    def record_topic(self) -> str:
        """What the members share."""
        return self.prefix + INTERACTIONS


async def _nothing() -> None:
    """Until somebody says otherwise."""


def worker_app(deployment: Deployment, group: Group, fetching: Fetching, clock_ms: Callable[[], int] | None) -> WorkerApp:
    """A worker that owns its share of a deployment's partitions while it runs.

    ``deployment.still_member`` and ``deployment.committed`` are set here: only the consumer can tell.
    """
    app = WorkerApp(group.name, **_settings(group))
    app.record_topic, app.fetching = group.record_topic, fetching
    app.prepare = app.finish = _nothing
    app.ownership = Ownership(deployment, lambda p, offset: _consumer(app).move(p, offset), clock_ms, fetching.ahead)
    deployment.distributed = True
    deployment.still_member = lambda p: _consumer(app).is_member(p)
    deployment.committed = lambda p: _consumer(app).committed(p)
    records = app.topic(app.record_topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    @app.agent(records)
    async def subscribed(stream: Any) -> None:
        """Makes Faust subscribe to the topic; the consumer delivers it nothing.

        Faust cancels agents before it tells them that they stop, and takes what they then raise for a crash: one orderly end in a run
        of the suite had exit code 1.
        """
        with suppress(asyncio.CancelledError):
            async for _ in stream:
                raise RuntimeError("a record reached an agent: RecordConsumer.getmany was not used")

    @app.task  # type: ignore[untyped-decorator]
    async def tend() -> None:
        while not app.should_stop:
            await app.ownership.tend()
            await asyncio.sleep(TEND_S)

    return app


def _settings(group: Group) -> dict[str, Any]:
    """Faust's, each measured or with the trap that it avoids."""
    return {
        "broker": [f"kafka://{one}" for one in group.brokers.split(",")],
        "store": "memory://",
        "consumer_auto_offset_reset": "earliest",  # where a new group begins before its first seek; never decides anything
        "topic_disable_leader": True,
        "topic_allow_declare": False,
        "web_enabled": False,
        "stream_wait_empty": False,
        "stream_recovery_delay": 0.0,
        "table_standby_replicas": 0,  # 1 selects Faust's own assignor: 3 workers got [0, 2], [1, 3] and none
        "broker_commit_interval": 1.0,
        "broker_commit_every": 10**9,
        "broker_session_timeout": group.session_s,
        "broker_heartbeat_interval": min(_HEARTBEAT_S, group.session_s / 3),
        "broker_rebalance_timeout": group.session_s,
        "agent_supervisor": CrashingSupervisor,
        "worker_redirect_stdouts": False,
    }


def _consumer(app: WorkerApp) -> RecordConsumer:
    consumer = app.consumer
    if not isinstance(consumer, RecordConsumer):
        raise TypeError("Faust made another consumer than RecordConsumer: its transport has changed")
    return consumer
