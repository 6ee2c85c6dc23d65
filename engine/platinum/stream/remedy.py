"""What whoever is woken up can do about a store and a log that contradict each other, with commands that exist."""

from __future__ import annotations

#: What a replay puts out of what was put out before, see ``frontier``.
PUBLISHED_AGAIN = "what was published is not published again"
#: Embedded form: the log is the truth, and a start without a store makes it again from the log.
REBUILD = f"stop `platinum up`, move <data>/valkey away and start it again: the store is rebuilt from the log, and {PUBLISHED_AGAIN}"
#: The same when the log itself may be the wrong one of the two.
DECIDE = f"restore the log it belongs to, or accept the log as it now is: {REBUILD}"
#: Distributed form: the group's own offset contradicts the log.
RESET = (
    "the log lost its tail or was replaced: restore it, or accept it as it is: stop the workers and set the group's offset to the "
    "log's end with Kafka's kafka-consumer-groups --reset-offsets --to-latest"
)
#: Distributed form: other partitions go on, and whoever decides need not stop a worker.
ACCEPT = (
    "restore the log it belongs to, or accept the log as it now is: `platinum topics accept --data DIR --partition {partition} "
    "--from earliest|latest|OFFSET` (docs/how-to/run-on-kafka.md, 'Accept a log that contradicts the profiles')"
)
RESTORE = "restore the store from a backup, or `platinum rebuild` (docs/how-to/run-on-kafka.md, 'What survives what')"


def decide(distributed: bool, partition: int) -> str:
    """What to do where log and profiles of a partition contradict each other."""
    return ACCEPT.format(partition=partition) if distributed else DECIDE


def rebuild(distributed: bool) -> str:
    """What to do about checkpoints that are gone."""
    return RESTORE if distributed else REBUILD
