"""``platinum doctor`` on a deployment that is on Kafka: brokers, topics, store, checkpoints, workers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from platinum.clock import wall_ms
from platinum.errors import Inconsistent, Unavailable, UsageError
from platinum.ops.checkup import Ends, arms_finding, checkpoint_findings, group_finding, model_finding, store_findings
from platinum.ops.doctor import Finding, examine
from platinum.ports import DECISIONS, INTERACTIONS
from platinum.settings import DEFAULT_CACHE_BYTES, FILE, DeploymentFile, existing_deployment
from platinum.stores.address import password_from
from platinum.stores.inspect import server_facts
from platinum.stream.create import group_hash
from platinum.stream.models import Models
from platinum.wiring.control_log import control_log
from platinum.wiring.parts import distributed_parts

_REMEDY = "`platinum topics accept` reads a log on as it is, see docs/how-to/run-on-kafka.md, 'What survives what'"
#: A broker that has not answered by then is down for whoever waits for this command.
_WAIT_S = 5.0
_PACKAGES = ("faust-streaming", "aiokafka", "kafka-python")


def examine_deployment(data: Path | None) -> list[Finding]:
    """Look at this machine, and at the deployment if ``data`` describes one on Kafka."""
    if data is None or not (data / FILE).exists():
        return examine(data)
    file, secret = existing_deployment(data)
    if not file.brokers:
        return [*examine(data), *_carefully("learner", lambda: asyncio.run(_models(data, file)))]
    findings = [*examine(), *_packages()]
    if not findings[-1].ok:
        return findings
    cluster = _carefully("Kafka", lambda: _cluster(file))
    store = _carefully("store", lambda: asyncio.run(_store(file)))
    topics = _carefully("topics", lambda: _topics(data)) if _answers(cluster) else []
    both = _answers(cluster) and _answers(store)
    checkpoints = _carefully("checkpoints", lambda: asyncio.run(_checkpoints(file, secret))) if both else []
    models = _carefully("learner", lambda: asyncio.run(_models(data, file))) if _answers(cluster) and _answers(topics) else []
    return [*findings, *cluster, *topics, *store, *checkpoints, *models]


def _answers(findings: list[Finding]) -> bool:
    """Whether it makes sense to ask on: what is down takes seconds to be found so, each time."""
    return not any(one.how == "down" for one in findings)


def _carefully(what: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    """One look; what is down is a finding, and the next look goes on."""
    try:
        return look()
    except Unavailable as gone:
        return [Finding(what, False, str(gone), "start it, or correct its address in deployment.json", how="down")]
    except (UsageError, Inconsistent) as wrong:
        return [Finding(what, False, str(wrong), "as it says", how="wrong")]


def _packages() -> list[Finding]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    said = ", ".join(f"{name} {is_}" for name, is_ in found.items())
    return [Finding("packages for Kafka", "missing" not in found.values(), said, "pip install 'platinum[kafka]'")]


def _cluster(file: DeploymentFile) -> list[Finding]:
    from platinum.logs.kafka_group import cluster_of, members_of
    from platinum.logs.kafka_topics import admin

    with admin(file.brokers, _WAIT_S) as client:
        cluster = cluster_of(client)
        members = members_of(client, file.group, file.prefix + INTERACTIONS, file.partitions)
    enough = cluster.brokers >= file.replication
    said = f"{cluster.brokers} broker{'s' * (cluster.brokers != 1)}, version {cluster.version}"
    return [
        Finding("Kafka", enough, said, f"topics have {file.replication} replicas: start the brokers that are missing", how="wrong"),
        group_finding(*members),
    ]


def _topics(data: Path) -> list[Finding]:
    from platinum.wiring.topics import check_topics

    faults = check_topics(data)
    remedy = "make missing ones with `platinum topics create` (as at first); set others with kafka-configs.sh --alter"
    if not faults:
        return [Finding("topics", True, "as they must be", "")]
    return [Finding("topics", False, str(fault), remedy, how="wrong") for fault in faults]


async def _store(file: DeploymentFile) -> list[Finding]:
    facts = await server_facts(file.store, password_from(os.environ))
    memory, off_ms = (facts.used_bytes, facts.most_bytes), wall_ms() - facts.time_ms
    return store_findings(facts.version, facts.eviction, facts.persists, memory, off_ms)


async def _models(data: Path, file: DeploymentFile) -> list[Finding]:
    log = control_log(data, file)
    try:
        models = Models(log)
        await models.catch_up()
        last = models.in_force
        snapshot = await models.read(last[1].name) if last is not None and models.holds(last[1].name) else None
    finally:
        await log.close()
    taught = {} if snapshot is None else snapshot.judged.get("taught") or {}
    return [model_finding(models.in_force, models.held, models.refused.values()), arms_finding(taught.get("arms"))]


async def _checkpoints(file: DeploymentFile, secret: bytes) -> list[Finding]:
    parts = distributed_parts(file, secret, DEFAULT_CACHE_BYTES)
    d = parts.deployment
    try:
        packed = await d.store.checkpoints(range(file.buckets))
        ends = [
            Ends(
                await d.log.start(INTERACTIONS, p),
                await d.log.end(INTERACTIONS, p),
                await d.log.end(DECISIONS, p) > 0,
                await d.shelf.generation(p),
            )
            for p in range(file.partitions)
        ]
    finally:
        await parts.close()
    return checkpoint_findings(packed, ends, group_hash(file.group), _REMEDY)
