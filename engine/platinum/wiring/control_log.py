"""The log of a deployment for commands that read and append a few records: nothing here loads a kernel, a store or the stages."""

from __future__ import annotations

from pathlib import Path

from platinum.clock import wall_ms
from platinum.errors import UsageError
from platinum.ports import Log
from platinum.settings import LOG_FILE, DeploymentFile


def control_log(data_dir: Path, file: DeploymentFile) -> Log:
    """The log of a deployment, wherever it is.

    Raises
    ------
    UsageError
        It is on Kafka, and the packages for that are not installed.
    """
    # Only the one that it is on is loaded.
    if not file.brokers:
        from platinum.logs.sqlite import SqliteLog

        return SqliteLog(data_dir / LOG_FILE, file.partitions, clock_ms=wall_ms)
    try:
        from platinum.logs.kafka_plain import PlainKafkaLog
    except ImportError as error:
        raise not_installed(error) from error
    return PlainKafkaLog(file.brokers, file.partitions, file.generation, wall_ms, file.prefix)


def not_installed(error: ImportError) -> UsageError:
    """What to do when a package that the distributed form needs is missing."""
    return UsageError(f"this deployment is on Kafka, and {error.name} is not installed: pip install 'platinum[kafka]'")
