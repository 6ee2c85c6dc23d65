"""What a data directory says about its deployment; written once, checked at every start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import msgspec

from platinum.errors import UsageError

#: Of a directory that holds everything (`platinum up`), and of one that says where log and store are (Kafka, Valkey).
LAYOUT, DISTRIBUTED_LAYOUT = 1, 2
#: Name of the file in the data directory, and of the log beside it.
FILE, LOG_FILE = "deployment.json", "log.sqlite"
DEFAULT_PARTITIONS = 4
DEFAULT_BUCKETS = 256
#: Memory for rows kept between batches, per process.
DEFAULT_CACHE_BYTES = 512 << 20


class DeploymentFile(msgspec.Struct, frozen=True):
    """``deployment.json``: numbers that can never change afterwards.

    Attributes
    ----------
    partitions, buckets : int
        Powers of two; partitions divides buckets.
    group : str
        Name of the consumer group; part of every checkpoint.
    brokers : str
        Kafka's bootstrap addresses, ``host:port`` separated by commas; "" = log and store lie in the directory.
    store : str
        URL of the Valkey or Redis server; a password comes from the environment.
    prefix : str
        In front of every topic's name.
    generation : int
        Grows when the topics are replaced.
    replication : int
        Replicas of topics that are made.
    snapshots : str
        Where snapshots of buckets lie: a directory or a URL; "" = ``snapshots`` in the data directory.
    """

    layout: int
    partitions: int
    buckets: int
    group: str
    brokers: str = ""
    store: str = ""
    prefix: str = ""
    generation: int = 1
    replication: int = 1
    snapshots: str = ""


def check_sizes(partitions: int, buckets: int) -> None:
    """Raise ``UsageError`` unless both are powers of two and partitions divides buckets."""
    for name, number in (("partitions", partitions), ("buckets", buckets)):
        if number < 1 or number & (number - 1):
            raise UsageError(f"{name!r} must be a power of two, got {number}; see docs/architecture.md, 'Buckets and checkpoints'")
    if buckets % partitions:
        raise UsageError(f"'partitions' ({partitions}) must divide {buckets} buckets; see docs/architecture.md, 'Buckets and checkpoints'")


def refuse_without_file(data_dir: Path) -> None:
    """Refuse a directory that holds a log, but not the numbers that say how it is divided.

    Made anew they might be others: events would be looked for where they are not.

    Raises
    ------
    UsageError
        ``deployment.json`` is missing beside a log.
    """
    if (data_dir / LOG_FILE).exists() and not (data_dir / FILE).exists():
        raise UsageError(
            f"{data_dir} holds a log, but its {FILE} is missing: restore the file from a backup of the directory "
            "(docs/how-to/run-on-one-machine.md, 'What is in the data directory'), or choose a new data directory"
        )


def deployment_of(data_dir: Path, partitions: int | None = None, buckets: int | None = None) -> tuple[DeploymentFile, bytes]:
    """Deployment numbers and MAC key of a data directory, created on first use.

    Parameters
    ----------
    partitions, buckets : int or None
        Of a new deployment; None takes the default there, and whatever an existing one has.

    Raises
    ------
    UsageError
        The directory was created with another layout, or with other numbers than were asked for; or it has lost its
        ``deployment.json``.
    """
    path, key_path = data_dir / FILE, data_dir / "secret.key"
    refuse_without_file(data_dir)
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        partitions, buckets = partitions or DEFAULT_PARTITIONS, buckets or DEFAULT_BUCKETS
        check_sizes(partitions, buckets)
        # The key first: a crash between the two leaves a directory that is simply new again.
        _write_whole(key_path, secrets.token_bytes(32))
        _write_whole(path, msgspec.json.encode(DeploymentFile(LAYOUT, partitions, buckets, "platinum")))
    try:
        deployment = msgspec.json.decode(path.read_bytes(), type=DeploymentFile)
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path} is not a deployment file: {error}") from error
    if deployment.layout not in (LAYOUT, DISTRIBUTED_LAYOUT):
        raise UsageError(f"{path} has layout {deployment.layout}, this build reads {LAYOUT} and {DISTRIBUTED_LAYOUT}")
    for name, asked, has in (("partitions", partitions, deployment.partitions), ("buckets", buckets, deployment.buckets)):
        if asked is not None and asked != has:
            raise UsageError(
                f"{name!r} cannot be {asked}: {data_dir} was created with {has}, and that is fixed for good, because it says where "
                f"everybody's events lie (docs/architecture.md, 'Placement'); leave --{name} out, or choose a new data directory"
            )
    return deployment, key_path.read_bytes()


def new_distributed(data_dir: Path, wanted: DeploymentFile) -> DeploymentFile:
    """Write down a deployment on Kafka; an existing one must be the same.

    Raises
    ------
    UsageError
        The directory holds another deployment, or the numbers are wrong.
    """
    path, key_path = data_dir / FILE, data_dir / "secret.key"
    refuse_another(data_dir, wanted)
    if path.exists():
        return wanted
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not key_path.exists():
        _write_whole(key_path, secrets.token_bytes(32))
    _write_whole(path, msgspec.json.encode(wanted))
    return wanted


def refuse_another(data_dir: Path, wanted: DeploymentFile) -> None:
    """Raise ``UsageError`` where ``new_distributed`` would; writes nothing."""
    check_sizes(wanted.partitions, wanted.buckets)
    if (data_dir / FILE).exists():
        found, _ = deployment_of(data_dir)
        if found != wanted:
            different = [name for name in wanted.__struct_fields__ if getattr(found, name) != getattr(wanted, name)]
            raise UsageError(f"{data_dir} holds another deployment: it differs in {', '.join(different)}; choose a new directory")


def existing_deployment(data_dir: Path) -> tuple[DeploymentFile, bytes]:
    """Like ``deployment_of`` for commands that only look; never creates anything."""
    refuse_without_file(data_dir)
    if not (data_dir / FILE).exists():
        raise UsageError(f"'--data' must name a data directory of `platinum up`; {data_dir} has no deployment.json")
    return deployment_of(data_dir)


def _write_whole(path: Path, content: bytes) -> None:
    """Write through a temporary file: after a crash the file is whole or absent; readable by its owner only."""
    temporary = path.with_suffix(".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    temporary.replace(path)
