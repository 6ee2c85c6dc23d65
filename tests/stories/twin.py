"""A second engine that has lived through the same, to ask what would be decided without its happening."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import orjson

from platinum import Engine
from platinum.api.decided import find_decision
from platinum.emit.contacts import INPUTS_HEADER
from platinum.logs.memory import MemoryLog
from platinum.pipeline.engine_records import header
from platinum.pipeline.explain import explain
from platinum.pipeline.stages import PRIOR
from platinum.ports import contacts_topic
from platinum.wiring.parts import Parts


def twin(engine: Engine) -> Engine:
    """A copy of an engine in memory; neither knows of the other."""
    deployment = engine._parts.deployment
    assert isinstance(deployment.log, MemoryLog)
    log = MemoryLog(deployment.log.partitions, deployment.log.generation)
    log._shelves = {place: list(records) for place, records in deployment.log._shelves.items()}
    log._largest = dict(deployment.log._largest)
    shelf = copy.copy(deployment.shelf)
    shelf._log = log
    parts = Parts(replace(deployment, log=log, store=copy.deepcopy(deployment.store), shelf=shelf))
    other = Engine(parts, engine.policy)
    other._run(other._start(engine.policy, False))
    return other


def derivation(engine: Engine, decision: dict[str, Any]) -> dict[str, Any]:
    """Why a decision of this engine fell as it did: ``emit.derive.derivation``."""
    deployment = engine._parts.deployment
    record = engine._run(find_decision(deployment.log, decision["decision_id"]))
    assert record is not None
    inputs = header(record.headers, INPUTS_HEADER)
    assert inputs is not None, "inputs are kept for every decision"
    model = 0 if decision["model"] == PRIOR else engine._run(deployment.shelf.seq_of(decision["model"]))
    return explain(record.value, inputs, engine._run(deployment.shelf.get(int(decision["policy"], 16), model=model)))


class Withdrawals:
    """Reads what an engine withdraws."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, int], int] = {}

    def new(self, engine: Engine) -> list[dict[str, Any]]:
        """Withdrawals since the last time."""
        log, found = engine._parts.deployment.log, []
        for channel in engine.policy.channels:
            topic = contacts_topic(channel)
            for partition in range(log.partitions):
                at = self._read.get((topic, partition), 0)
                records = engine._run(log.fetch(topic, partition, at, 100_000))
                self._read[topic, partition] = at + len(records)
                bodies = [orjson.loads(record.value) for record in records]
                found += [body for body in bodies if body.get("type") == "withdrawal"]
        return found
