"""A worker's job in Faust as Faust's documentation teaches it: one event at a time.

An agent takes an event, reads the customer's row from Redis, runs Platinum's own stages on this one event, writes the row
back and sends what was decided. No checkpoints, no compare-and-set, no timers: a crash may lose or repeat events.

In favour of this program: values reach the stages as bytes, so that no JSON is decoded twice.

``platinum bench stream --log kafka --baseline`` runs it; by itself it wants a broker, a store and events in the topic.
"""

from __future__ import annotations

import argparse
import os
import signal
from typing import Any

import faust
import numpy as np
from redis.asyncio import Redis

from load_tests.tally import Tally
from platinum.ops.population import bench_policy
from platinum.ops.population.measured_policy import OUTBOUND
from platinum.pipeline.batch import execute, prepare
from platinum.pipeline.cut import Segment
from platinum.pipeline.engine_records import MAC_HEADER
from platinum.pipeline.prepared import Place
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.ports import DEAD_LETTERS, DECISIONS, INTERACTIONS, LEARNING, Fetched, Record, contacts_topic
from platinum.profile.codec import pack_rows, unpack_rows
from platinum.profile.entries import NO_MORE
from platinum.profile.row import ROW

PARTITIONS, BUCKETS = 4, 256
OUTPUTS = (DECISIONS, DEAD_LETTERS, LEARNING, *map(contacts_topic, OUTBOUND))


class Decider:
    """Platinum's stages, for one event."""

    def __init__(self) -> None:
        self._stages = Stages(compile_policy(bench_policy()))
        self._slots = np.zeros(1, np.int64)
        shape = (PARTITIONS, BUCKETS // PARTITIONS)
        self._next_offset, self._clock_ms = np.zeros(shape, np.int64), np.zeros(shape, np.int64)

    def decide(self, event: Fetched, partition: int, stored: bytes | None) -> tuple[bytes, list[tuple[str, Record]]]:
        """The customer's new row, packed, and what is to be sent: (topic, record)."""
        place = Place(1, partition, PARTITIONS, BUCKETS)
        row = np.zeros(1, ROW)
        if stored is not None:
            unpack_rows([stored], row, self._slots)
        frontier = self._next_offset[partition], self._clock_ms[partition]
        prepared = prepare(Segment(records=[event]), self._stages, place)
        done = execute(prepared, (row, NO_MORE), self._slots, frontier, self._stages, place)
        return pack_rows(row, self._slots)[0], list(done.outputs)


def application(given: Any) -> faust.App:
    """The Faust application; it ends itself when it has measured enough."""
    app = faust.App(
        f"{given.prefix}idiomatic",
        broker=[f"kafka://{one}" for one in given.brokers.split(",")],
        store="memory://",
        consumer_auto_offset_reset="earliest",
        topic_disable_leader=True,
        topic_allow_declare=False,
        web_enabled=False,
        worker_redirect_stdouts=False,
    )
    raw: Any = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
    interactions = app.topic(given.prefix + INTERACTIONS, **raw)
    outputs = {name: app.topic(given.prefix + name, **raw) for name in OUTPUTS}
    redis, decider, tally = Redis.from_url(given.store), Decider(), Tally(given.warm_up, given.events)

    @app.agent(interactions)
    async def decide(stream: Any) -> None:
        async for event in stream.events():
            message = event.message
            headers = tuple((message.headers or {}).items())
            if any(name == MAC_HEADER for name, _ in headers):
                continue  # puts the policy in force; this program has it already
            key = b"profile:" + message.key
            fetched = Fetched(message.offset, message.key, message.value, round(message.timestamp * 1000), headers)
            stored: Any = await redis.get(key)
            row, made = decider.decide(fetched, message.partition, stored)
            await redis.set(key, row)
            for topic, record in made:
                await outputs[topic].send(key=record.key, value=record.value, headers=dict(record.headers))
            if tally.count(1, sum(topic == DECISIONS for topic, _ in made)):
                os.kill(os.getpid(), signal.SIGTERM)

    return app


def main() -> None:
    """Measure, print, end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--store", required=True, help="redis://host:port/0")
    parser.add_argument("--prefix", default="", help="in front of every topic's name")
    parser.add_argument("--warm-up", type=int, default=5_000)
    parser.add_argument("--events", type=int, default=30_000)
    given = parser.parse_args()
    faust.Worker(application(given), loglevel="WARNING", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()
