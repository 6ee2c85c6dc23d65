"""``platinum report effort``: the kill list and the keep list of a history, from event files or from a deployment's own log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from platinum.errors import UsageError
from platinum.events.columns import EVENT
from platinum.events.decode import decode
from platinum.events.plans import Decoding
from platinum.hashing import name_hash
from platinum.ids import decision_ref
from platinum.learn.kill_list import ALPHA, MARGIN, found_of
from platinum.learn.met import KINDS, contacts_met
from platinum.pipeline.checkpoint import standing
from platinum.pipeline.engine_records import MAC_HEADER, header
from platinum.policy.load import load_policy
from platinum.policy.policy import Policy
from platinum.ports import DECISIONS, INTERACTIONS, Fetched
from platinum.wiring.files import chunks_of
from platinum.wiring.parts import Parts, attach_parts
from platinum.wiring.records import record_of

_PAGE = 5_000
_BYTES = 64 << 20
_KINDS = [int(kind) for kind in KINDS]


class History:
    """What is kept of a history on the way: events of journeys, whose they are, and the names that hashes stand for."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.names: dict[int, str] = dict(policy.names)
        self.actions: dict[int, int] = {}  # decision_ref → name hash of its action
        self.events = self.rejected = 0
        self._decoding = Decoding(policy.mappings, currency=policy.currency)
        self._numbers: dict[bytes, int] = {}
        self._persons: list[NDArray[np.int64]] = []
        self._columns: list[NDArray[np.void]] = []

    def tell(self, records: Sequence[Fetched]) -> None:
        """Take in events; what is none is counted."""
        plain = [one._replace(offset=i) for i, one in enumerate(records) if one.value]
        columns, rejections = decode(plain, self._decoding)
        self.events += len(columns.events)
        self.rejected += len(rejections)
        at = np.flatnonzero(np.isin(columns.events["kind"], _KINDS))
        if not len(at):
            return
        kept = columns.events[at].copy()
        numbers = [self._numbers.setdefault(columns.keys[i], len(self._numbers)) for i in at.tolist()]
        self._learn_names(kept, records)
        self._persons.append(np.array(numbers, np.int64))
        self._columns.append(kept)

    def decided(self, body: bytes) -> None:
        """Take in a decision: what it was about is asked for when its contact met somebody."""
        decision = orjson.loads(body)
        if decision.get("action"):
            self.actions[decision_ref(decision["decision_id"])] = name_hash(decision["action"])

    def report(self, by: str) -> dict[str, Any]:
        """The lists, as ``platinum report effort --json`` prints them."""
        persons = np.concatenate(self._persons) if self._persons else np.zeros(0, np.int64)
        columns = np.concatenate(self._columns) if self._columns else np.zeros(0, EVENT)
        met = contacts_met(persons, columns, self.policy.tables, self.actions)
        rows = [asdict(one) | {by: self._name(one.name)} for one in found_of(met, by)]
        return {
            "by": by,
            "events": self.events,
            "rejected": self.rejected,
            "contacts": len(met),
            "persons": len(np.unique(met["person"])),
            "alpha": ALPHA,
            "margin": MARGIN,
            "found": [{by: row.pop(by)} | {k: _rounded(v) for k, v in row.items() if k != "name"} for row in rows],
        }

    def _name(self, hash_: int) -> str | None:
        return self.names.get(hash_, f"#{hash_:08x}") if hash_ else None

    def _learn_names(self, kept: NDArray[np.void], records: Sequence[Fetched]) -> None:
        """Columns hold hashes; what they stand for is looked up in one event of each."""
        for member in ("name_b", "channel"):
            hashes, first = np.unique(kept[member], return_index=True)
            for hash_, i in zip(hashes.tolist(), first.tolist(), strict=True):
                if hash_ and hash_ not in self.names:
                    value = records[int(kept[i]["offset"])].value
                    self.names |= {name_hash(text): text for text in _texts(orjson.loads(value)) if name_hash(text) == hash_}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)


def _rounded(value: object) -> object:
    return float(f"{value:.6g}") if isinstance(value, float) else value


class Listener(Protocol):
    """What takes in a history."""

    def tell(self, records: Sequence[Fetched]) -> None:
        """Events, in the order of the log."""

    def decided(self, body: bytes) -> None:
        """A decision."""


L = TypeVar("L", bound=Listener)


def fill_from_files(history: L, files: Sequence[Path], decisions: Path | None, advance: Callable[[int], None]) -> L:
    """Tell ``history`` event files (one event per line, plain or .gz), and ``decisions`` as ``platinum run`` writes them."""
    for path in files:
        for chunk in chunks_of(path):
            records = [record_of(line, 0) for line in chunk.lines]
            history.tell([Fetched(i, one.key, one.value, one.time_ms, one.headers) for i, one in enumerate(records)])
            advance(chunk.consumed)
    for chunk in chunks_of(decisions) if decisions is not None else ():
        for line in chunk.lines:
            history.decided(line)
    return history


async def fill_from_log(data: Path, history_of: Callable[[Policy], L]) -> L:
    """Tell a history everything that a deployment's log still holds; ``history_of`` makes one of the policy in force."""
    parts = attach_parts(data)
    try:
        await parts.connect()
        history = history_of(await _policy_in_force(parts))
        await _tell_all(parts, history)
        return history
    finally:
        await parts.close()


def report_files(files: Sequence[Path], policy: Path, decisions: Path | None, by: str, advance: Callable[[int], None]) -> dict[str, Any]:
    """The lists of event files (one event per line, plain or .gz); ``decisions`` as ``platinum run`` writes them."""
    return fill_from_files(History(load_policy(policy)), files, decisions, advance).report(by)


def report_log(data: Path, by: str) -> dict[str, Any]:
    """The lists of everything that a deployment's log still holds, under the policy in force."""
    return asyncio.run(fill_from_log(data, History)).report(by)


async def _tell_all(parts: Parts, history: Listener) -> None:
    d = parts.deployment
    for topic in (INTERACTIONS, DECISIONS):
        for partition in range(d.log.partitions):
            at, end = await d.log.start(topic, partition), await d.log.end(topic, partition)
            while at < end:
                records = await d.log.fetch(topic, partition, at, min(_PAGE, end - at), max_bytes=_BYTES)
                if topic == INTERACTIONS:
                    history.tell([one for one in records if not _is_engines(one)])
                else:
                    for one in records:
                        history.decided(one.value)
                at = records[-1].offset + 1 if records else end


async def _policy_in_force(parts: Parts) -> Policy:
    d = parts.deployment
    # A bucket in which nothing has happened since knows of no policy: the one that has come furthest does.
    _, version, semantics, _ = max(standing(packed) for packed in await d.store.checkpoints(range(d.buckets)))
    if not version:
        raise UsageError("no policy was ever in force here: `platinum policy activate` puts one there")
    return (await d.shelf.get(version, semantics)).policy


def _is_engines(record: Fetched) -> bool:
    """Records of the engine's own: they are about no contact, and others may not write them."""
    return header(record.headers, MAC_HEADER) is not None
