"""What ``topics create`` is told, checked before a broker is asked for anything; kafka-python's own texts are dumps of requests."""

from __future__ import annotations

import re

from platinum.errors import UsageError

_PREFIX = re.compile(r"[A-Za-z0-9._-]*\Z")
#: Kafka's longest topic name is 249; the longest of ours, a channel's contacts, has room beside it.
LONGEST_PREFIX = 100
_LAST_PORT = 65_535


def check_brokers(brokers: str) -> None:
    """Raise ``UsageError`` unless it is ``host:port`` once or more, separated by commas."""
    for one in brokers.split(","):
        host, _, port = one.strip().rpartition(":")
        if not host or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= _LAST_PORT:
            raise UsageError(f"'--brokers' must be host:port, several separated by commas, with a port from 1 to {_LAST_PORT}; got {one!r}")


def check_prefix(prefix: str) -> None:
    """Raise ``UsageError`` unless topics can be named so."""
    if not _PREFIX.match(prefix) or len(prefix) > LONGEST_PREFIX:
        raise UsageError(
            f"'--prefix' must be at most {LONGEST_PREFIX} of the letters a-z and A-Z, digits, '.', '_' and '-': "
            "Kafka's topics can have no others"
        )


def check_replication(replication: int, there: int) -> None:
    """Raise ``UsageError`` where fewer brokers are ``there`` than replicas were asked for."""
    if replication > there:
        raise UsageError(
            f"'--replication' must be at most the number of brokers that run: {replication} were asked for, {there} run. "
            "Nothing was made; start more brokers or say a smaller number"
        )
