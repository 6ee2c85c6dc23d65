"""Play a history into a log of its own: record time is the event's, timers are put in front of what came later.

Used by the library, ``platinum run`` and tests. The log that results does not depend on how many events are handed
over at once: timers fire at the starts of hours and of local days only, each in front of the first record behind one, and a
stretch never crosses one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import orjson

from platinum.emit.deadletter import origin_of
from platinum.pipeline.engine_records import TimerDue, engine_record
from platinum.pipeline.passing import ENDING
from platinum.policy.policy import Policy
from platinum.ports import DEAD_LETTERS, DECISIONS, INTERACTIONS, Record
from platinum.profile.codec import has_section
from platinum.profile.zones import day_start_ms, local_day
from platinum.stream.deployment import Deployment
from platinum.stream.learning import LEARN_FROM, Learning
from platinum.stream.partition import Partition
from platinum.vocabulary.table import BY_KIND

_FETCH = 4096
_HOUR_MS = 3_600_000
_WITHDRAWAL = b'{"type":"withdrawal"'
#: What stands in every event that makes one customer of two.
_RENAMED = b'"previousId"'
_ID_AT = len(b'{"decision_id":"')


def naming_accounts(policy: Policy) -> re.Pattern[bytes]:
    """What stands in every event that was done for an account, under the company's own names too."""
    paths = [mapping.properties["account"] for mapping in policy.mappings.values() if "account" in mapping.properties]
    names = {"account", "groupId", *(path.rpartition(".")[2] for path in paths)}
    return re.compile(b"|".join(re.escape(f'"{name}"'.encode()) for name in sorted(names)))


def ending(policy: Policy) -> re.Pattern[bytes]:
    """What stands in every event that may be about something of an account's without naming it: names of events."""
    names = {BY_KIND[kind].name for kind in ENDING}
    names |= {source for source, mapping in policy.mappings.items() if mapping.target in names}
    return re.compile(b"|".join(re.escape(orjson.dumps(name)) for name in sorted(names)))


class HistoryDriver:
    """Appends and applies records of the past in order, firing due timers in front of them.

    Attributes
    ----------
    clock_ms : int
        Largest record time appended so far.
    withdrawn : list of str
        Ids of the planned contacts that the last ``play`` took back.
    rejected : list of (int, Record)
        Dead letters of the last ``play``, in the order of its records: which of them, and the dead letter itself.
    """

    def __init__(self, deployment: Deployment, partitions: Sequence[Partition], policy: Policy) -> None:
        self._d = deployment
        self._partitions = partitions
        self.policy = policy
        self._learning = Learning(deployment.log, deployment.shelf, deployment.secret)
        self.clock_ms = 0
        self.rejected: list[tuple[int, Record]] = []
        self.withdrawn: list[str] = []
        #: Whose events named an account; whether it may be anybody: of what was kept it is not known here, and of who was renamed.
        self._acting: set[bytes | None] = set()
        self._anybody: bool | None = None
        self._has_accounts = False

    async def play(self, records: Sequence[Record]) -> list[bytes]:
        """Append and apply; returns the decisions in the order of what asked for them."""
        decisions: list[bytes] = []
        self.rejected, self.withdrawn = [], []
        done, naming = 0, (naming_accounts(self.policy), ending(self.policy))
        if self._anybody is None:
            self._anybody = self._has_accounts = self.clock_ms > 0
        while done < len(records):
            await self._learn(max(self.clock_ms, records[done].time_ms))
            self.clock_ms = max(self.clock_ms, records[done].time_ms)
            decisions += await self._fire_due(self._edge(self.clock_ms, 0))
            stop = self._stretch(records, done, naming)
            decisions += await self._append_and_apply(records[done:stop], done)
            done = stop
        return decisions

    async def advance(self, now_ms: int) -> list[bytes]:
        """Let time go by until ``now_ms`` without an event: fire what falls due; returns the decisions, earliest first."""
        self.clock_ms = max(self.clock_ms, now_ms)
        self.rejected, self.withdrawn = [], []
        return await self._fire_due(self.clock_ms)

    async def _learn(self, now_ms: int) -> None:
        """At the first record of a day, what was learned before it is put in force: the same days, however records are handed over."""
        zone = int(self.policy.tables.settings["zone"][0])
        if self.clock_ms == 0 or local_day(zone, now_ms, self.policy.tables) == local_day(zone, self.clock_ms, self.policy.tables):
            return
        await self._learning.catch_up()
        if self._learning.unpublished >= LEARN_FROM:
            await self._learning.publish(self.clock_ms)
            await self.catch_up_all()

    def _stretch(self, records: Sequence[Record], done: int, naming: tuple[re.Pattern[bytes], re.Pattern[bytes]]) -> int:
        """End of the run of records that lie between two edges, so that no timer fires inside it.

        It ends behind one that may name an account, or be about something of one's, too: what comes of it for colleagues is there before
        the next. (Behind every case that was closed, whoever's, it were a third more stretches, each with costs of its own.)
        """
        accounts, ends = naming
        end_ms = self._edge(self.clock_ms, 1)
        stop = done
        while stop < len(records) and records[stop].time_ms < end_ms:
            self.clock_ms = max(self.clock_ms, records[stop].time_ms)
            stop += 1
            record = records[stop - 1]
            self._anybody = self._anybody or _RENAMED in record.value
            if accounts.search(record.value) is not None:
                self._has_accounts = True
                self._acting.add(record.key)
                break
            if self._has_accounts and (self._anybody or record.key in self._acting) and ends.search(record.value) is not None:
                break
        return stop

    def _edge(self, at_ms: int, which: int) -> int:
        """The edge at or before an instant (``which`` 0), or the one behind it (1): starts of hours and of local days."""
        tables = self.policy.tables
        zone = int(tables.settings["zone"][0])
        day_ms = day_start_ms(zone, local_day(zone, at_ms, tables) + which, tables)
        hour_ms = (at_ms // _HOUR_MS + which) * _HOUR_MS
        return max(day_ms, hour_ms) if which == 0 else min(day_ms, hour_ms)

    async def _fire_due(self, until_ms: int) -> list[bytes]:
        """Append and apply every timer due by then, earliest first; one may arm the next."""
        decisions: list[bytes] = []
        buckets = range(self._d.buckets)
        while True:
            waiting = [(due, b) for b, due in enumerate(await self._d.store.next_due(buckets)) if 0 < due <= until_ms]
            if not waiting:
                break
            first = min(waiting)[0]
            due_at = [(key, b) for due, b in waiting if due == first for key, _ in await self._d.store.due(b, first, 1_000_000)]
            for keys in await self._runs(sorted(due_at)):
                decisions += await self._append_and_apply([engine_record(self._d.secret, key, TimerDue(first), first) for key in keys])
        return decisions

    async def _runs(self, due: Sequence[tuple[bytes, int]]) -> list[list[bytes]]:
        """Customers, of (key, bucket), whose timers fire together.

        Where the policy limits contacts per account, a run ends behind everybody who acts for one, as a stretch does behind an event that
        names one: colleagues who are due at one instant would all be contacted, none knowing of the other.
        """
        keys = [key for key, _ in due]
        if self.policy.tables.settings["account_cap"][0] < 0:
            return [keys]
        found = await self._d.store.load([(b, [key]) for key, b in due])
        acts = [blob is not None and has_section(blob, "roles") for _, (blob,) in found]
        ends = [i + 1 for i, one in enumerate(acts) if one]
        return [keys[start:end] for start, end in pairwise([0, *ends, len(keys)]) if start < end]

    async def _append_and_apply(self, records: Sequence[Record], first: int = 0) -> list[bytes]:
        if not records:
            return []
        placed = await self._d.log.append(INTERACTIONS, records)
        order = {place: i for i, place in enumerate(placed)}
        made: list[tuple[int, int, bytes]] = []
        rejected: list[tuple[int, Record]] = []
        for put_out in await self.catch_up_all():
            for topic, record in put_out:
                if topic == DECISIONS:
                    made.append((*self._asked(record.value, order), record.value))
                elif topic == DEAD_LETTERS and (i := order.get(origin_of(record), -1)) >= 0:
                    rejected.append((first + i, record))
                elif topic != INTERACTIONS and record.value.startswith(_WITHDRAWAL):
                    self.withdrawn.append(orjson.loads(record.value)["decision_id"])
        made.sort(key=lambda one: one[:2])
        self.rejected += sorted(rejected, key=lambda one: one[0])
        return [body for _, _, body in made]

    async def catch_up_all(self) -> list[list[tuple[str, Record]]]:
        """Apply what all partitions hold, and what comes of it for one another."""
        found = []
        while True:
            some = [await self.catch_up(partition) for partition in self._partitions]
            found += some
            if not any(topic == INTERACTIONS for outputs in some for topic, _ in outputs):
                return found

    @staticmethod
    def _asked(body: bytes, order: dict[tuple[int, int], int]) -> tuple[int, int]:
        """(position of the record that asked, slot), from the decision's id."""
        parts = body[_ID_AT : body.index(b'"', _ID_AT)].split(b".")
        if len(parts) != 5:
            return -1, 0  # made over HTTP: published before what this stretch decides
        return order.get((int(parts[2]), int(parts[3])), -1), int(parts[4])

    async def catch_up(self, partition: Partition) -> list[tuple[str, Record]]:
        """Apply everything that the partition's log holds; returns what was put out."""
        outputs: list[tuple[str, Record]] = []
        while records := await self._d.log.fetch(INTERACTIONS, partition.place.partition, partition.position, _FETCH):
            outputs += await partition.apply(records)
        return outputs
