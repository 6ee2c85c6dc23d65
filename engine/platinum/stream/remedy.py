"""What whoever is woken up can do about a store and a log that contradict each other, with commands that exist."""

from __future__ import annotations

#: What a replay puts out of what was put out before, see ``muting``.
PUBLISHED_AGAIN = "what was published is not published again, save the newest record of each topic's partitions, with the same id"
#: Embedded form: the log is the truth, and a start without a store makes it again from the log.
REBUILD = f"stop `platinum up`, move <data>/valkey away and start it again: the store is rebuilt from the log, and {PUBLISHED_AGAIN}"
#: The same when the log itself may be the wrong one of the two.
DECIDE = f"restore the log it belongs to, or accept the log as it now is: {REBUILD}"
