"""``platinum topics create | check``: what a deployment on Kafka needs before its first worker."""

from __future__ import annotations

import asyncio
from pathlib import Path

from platinum.errors import UsageError
from platinum.logs.kafka_topics import Fault, admin, create, faults_of, topics_of
from platinum.policy.load import load_policy
from platinum.policy.policy import Policy
from platinum.settings import DISTRIBUTED_LAYOUT, FILE, DeploymentFile, existing_deployment, new_distributed, refuse_another
from platinum.stores.address import parse_address
from platinum.stream.shelf import PolicyShelf
from platinum.wiring.parts import kafka_log, snapshots_of
from platinum.wiring.topic_options import check_brokers, check_prefix, check_replication


def create_topics(  # what a deployment on Kafka is
    data: Path, brokers: str, store: str, policy: Path, sizes: tuple[int, int, int], prefix: str, snapshots: str = ""
) -> list[str]:
    """Write the deployment down and make its missing topics; returns their names.

    Parameters
    ----------
    sizes : (partitions, buckets, replication)
    """
    check_brokers(brokers)
    check_prefix(prefix)
    parse_address(store)
    compiled = load_policy(policy)
    partitions, buckets, replication = sizes
    if snapshots and "://" not in snapshots:
        snapshots = str(Path(snapshots).absolute())  # workers start elsewhere
    file = DeploymentFile(DISTRIBUTED_LAYOUT, partitions, buckets, f"{prefix}platinum", brokers, store, prefix, 1, replication, snapshots)
    snapshots_of(data, file)  # a URL that cannot be used is said now
    refuse_another(data, file)
    if not (data / FILE).exists():  # one that exists may miss a broker for a while
        with admin(brokers) as client:
            check_replication(replication, len(client.describe_cluster()["brokers"]))
    made = make_topics(file, compiled)
    # Last: a call that failed leaves a directory in which the corrected one succeeds; topics that were made are left as they are.
    new_distributed(data, file)
    return made


def make_topics(file: DeploymentFile, policy: Policy) -> list[str]:
    """Make the topics that a policy needs and that are missing; returns their names."""
    with admin(file.brokers) as client:
        return create(client, topics_of(file.partitions, outbound_channels(policy), prefix=file.prefix), file.replication)


def check_topics(data: Path) -> list[Fault]:
    """What is not as it must be, for the policy that was activated last.

    Raises
    ------
    UsageError
        The deployment is not on Kafka.
    """
    file, _ = existing_deployment(data)
    if not file.brokers:
        raise UsageError(f"{data} is no deployment on Kafka: it has no topics to check")
    with admin(file.brokers) as client:
        return faults_of(client, topics_of(file.partitions, asyncio.run(_channels(file)), prefix=file.prefix))


async def _channels(file: DeploymentFile) -> list[str]:
    log = kafka_log(file, None)
    try:
        return outbound_channels((await PolicyShelf(log).newest_stages()).policy)
    finally:
        await log.close()


def outbound_channels(policy: Policy) -> list[str]:
    """Channels that have a topic of contacts."""
    return [name for name, channel in zip(policy.channels, policy.tables.channels, strict=True) if channel["outbound"] != 0]
