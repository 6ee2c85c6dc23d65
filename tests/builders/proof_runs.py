"""A society lived through under a policy, hour by hour, and what the log holds then."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import orjson

from platinum.engine import Engine
from platinum.ops.population.draws import one
from platinum.ops.population.lines import timestamps_of
from platinum.ops.population.simulate import START_MS
from platinum.ops.society import MODEL, Model, Society
from platinum.ports import DECISIONS, INTERACTIONS, Fetched, contacts_topic
from tests.builders.deployments import read_all
from tests.builders.proof_channels import HOUR_MS, ChannelSystem, Claim, Json
from tests.builders.proof_ledgers import Ledgers, Reading
from tests.builders.proof_statements import PROMISED_MUCH, Statements

POLICIES = Path(__file__).parent.parent / "proof" / "policies"
DAY_MS = 24 * HOUR_MS
_UNREAD = frozenset({"human_path", "tone", "reasons", "runner_up", "blocked", "p_accept", "p_chosen", "explored", "policy", "model"})


class Entry(NamedTuple):
    """One thing that the log holds, in the order of its customer's partition.

    Attributes
    ----------
    what : str
        ``event``, ``decision``, ``withdrawal``, ``claim``, or ``ledger``: somebody's ledger, as the store holds it then.
    at : str
        Coordinate of the record that it stands in or follows from, ``generation.partition.offset``.
    """

    time_ms: int
    customer: str
    what: str
    at: str
    body: Json


class Lived(NamedTuple):
    """What a run leaves behind; ``refused`` events became dead letters."""

    entries: list[Entry]
    refused: int


def lived(policy: bytes, seed: int, customers: int, days: int) -> Lived:
    """Live through some days under a policy."""
    with Engine.open(policy, buckets=16) as engine:
        run = live(engine, seed, customers, days)
        run.ledgers.read(run.people)
        return Lived(list(_entries(engine, run.channels, run.ledgers)), run.refused)


def live(engine: Engine, seed: int, customers: int, days: int, model: Model = MODEL) -> Run:
    """Live through some days under the policy of an engine."""
    run = Run(engine, seed, customers, days, model)
    for day in range(days):
        run.live_a_day(day)
    return run


class Run:
    """A society, its channel system, and what each has yet to hear of the other."""

    def __init__(self, engine: Engine, seed: int, customers: int, days: int, model: Model) -> None:
        self._engine, self._seed = engine, seed
        self._world = Society(seed, customers, model, START_MS)
        self._statements = Statements(seed, self._world.person_ids(), START_MS, days).events
        self._outbox = _Outbox(engine)
        self._promised: set[str] = set()
        self.ledgers = Ledgers(engine)
        self.people = self._world.person_ids()
        self._told: list[Json] = []
        self._heard: list[Json] = []
        self.channels = ChannelSystem(seed)
        self.refused = 0

    def live_a_day(self, day: int) -> None:
        """A day, hour by hour: what was due before an hour is done as it begins, what is told in it is processed at once."""
        # That a contact was sent is told by the channel system, in its time; the society tells the rest.
        todays = [event for event in self._world.day(day, self._heard) if event.get("event") != "Contact Dispatched"]
        self._heard = []
        begin_ms = START_MS + day * DAY_MS
        for end_ms in range(begin_ms + HOUR_MS, begin_ms + DAY_MS + 1, HOUR_MS):
            self._told += self.channels.due(end_ms - HOUR_MS, self._ask)
            edge = timestamps_of(end_ms)
            told = [event for event in self._told if event["receivedAt"] < edge]
            self._told = [event for event in self._told if event["receivedAt"] >= edge]
            self._live_an_hour(_before(todays, edge) + _before(self._statements, edge) + told)
        self._heard += self.channels.sent
        self.channels.sent = []
        # Whoever was promised something is read every evening until nothing is promised any more: what is lost is missed that day.
        self._promised = self.ledgers.read(sorted(self._promised.union(self.people[:PROMISED_MUCH])))

    def _live_an_hour(self, events: list[Json]) -> None:
        events.sort(key=lambda event: str(event["receivedAt"]))
        made = self._engine.process(events)
        self.refused += len(self._engine.rejected)
        self.channels.take(made)
        answered = list(self._asked(events))
        self._heard += answered
        self._promised.update(str(d["customer_id"]) for d in (*made, *answered) if d["promise"])
        self.channels.withdraw(self._outbox.withdrawn())

    def _ask(self, claim: Claim) -> str:
        return self._engine.claim(claim.decision_id, claim.claimant, "n-1", claim.customer, timestamps_of(claim.at_ms)).answer

    def _asked(self, events: list[Json]) -> Iterator[Json]:
        """Decisions on pages and on the agent's screen, for some of those who are there."""
        for event in events:
            serves = event.get("event") in ("Contact Started", "Request Made")
            place, share = ("screen", 0.4) if serves else ("home", 0.06) if event["type"] == "page" else ("", 0.0)
            if place and one(self._seed, str(event["messageId"]), "asks") < share:
                context = {"intent": event["properties"]["intent"]} if serves else None
                decision = self._engine.decide(str(event["userId"]), place, context=context)
                if decision["type"] != "silence":
                    yield decision


def _before(events: list[Json], edge: str) -> list[Json]:
    """Take the events before an instant out of a list in order of time."""
    at = bisect_left(events, edge, key=lambda event: str(event["receivedAt"]))
    taken = events[:at]
    del events[:at]
    return taken


class _Outbox:
    """Withdrawals as they are published."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._log = engine, engine._deployment.log
        self._topics = [contacts_topic(c) for c in engine.policy.channels]
        self._read = {(t, p): 0 for t in self._topics for p in range(self._log.partitions)}

    def withdrawn(self) -> list[str]:
        """Ids of what was withdrawn since it was last asked for."""
        return self._engine._run(self._fetch())

    async def _fetch(self) -> list[str]:
        found = []
        for (topic, p), at in self._read.items():
            records = await self._log.fetch(topic, p, at, 100_000)
            self._read[topic, p] = at + len(records)
            found += [orjson.loads(r.value)["decision_id"] for r in records if r.value.startswith(b'{"type":"withdrawal"')]
        return found


def _entries(engine: Engine, channels: ChannelSystem, ledgers: Ledgers) -> Iterator[Entry]:
    """Everything in the order of the partitions."""
    log = engine._deployment.log
    topics = [contacts_topic(c) for c in engine.policy.channels]
    interactions = engine._run(read_all(log, INTERACTIONS))
    decisions = engine._run(read_all(log, DECISIONS))
    published = [engine._run(read_all(log, topic)) for topic in topics]
    asked: dict[str, int] = {}
    for p, records in enumerate(interactions):
        follows: dict[str, list[tuple[str, Json]]] = {}
        for topic in published:
            for record in topic[p]:
                if record.value.startswith(b'{"type":"withdrawal"'):
                    follows.setdefault(_header(record, "ce_causationid"), []).append(("withdrawal", orjson.loads(record.value)))
        for record in decisions[p]:
            body = _kept_of(orjson.loads(record.value))
            follows.setdefault(_header(record, "ce_causationid"), []).append(("decision", body))
        readings = ledgers.of(p)
        for record in records:
            while readings and readings[0].offset <= record.offset:
                yield _told(readings.pop(0))
            yield from _of_record(p, record, follows, asked, channels)
        yield from map(_told, readings)


def _kept_of(decision: Json) -> Json:
    """What the checker reads of a decision: a hundred thousand whole ones take a gigabyte."""
    if decision["type"] == "silence":
        return {key: decision[key] for key in ("decision_id", "decided_at", "type", "placement", "action")}
    return {key: value for key, value in decision.items() if key not in _UNREAD}


def _told(reading: Reading) -> Entry:
    return Entry(reading.time_ms, reading.customer, "ledger", "", {"open": reading.open})


def _of_record(
    p: int, record: Fetched, follows: Mapping[str, list[tuple[str, Json]]], asked: dict[str, int], channels: ChannelSystem
) -> Iterator[Entry]:
    """A record, and what follows from it."""
    if record.key is None:
        return
    at, customer, body = f"1.{p}.{record.offset}", record.key.decode(), orjson.loads(record.value)
    if "engine" not in body:
        yield Entry(record.time_ms, customer, "event", at, body)
    elif body["engine"] == "contact_claimed":
        n = asked[body["decision_id"]] = asked.get(body["decision_id"], -1) + 1
        claimant, answer = channels.answers[body["decision_id"]][n]
        yield Entry(record.time_ms, customer, "claim", at, {"decision_id": body["decision_id"], "claimant": claimant, "answer": answer})
    for what, more in follows.get(at, ()):
        yield Entry(record.time_ms, customer, what, at, more)


def _header(record: Fetched, name: str) -> str:
    return next(value.decode() for key, value in record.headers if key == name)
