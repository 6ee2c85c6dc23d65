"""What the ledger tells the learner, as records of ``platinum.learning.v1``: no customer in them (design 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
import orjson
from numpy.typing import NDArray

from platinum.emit.agents import overridden_body, resolved_body
from platinum.emit.introductions import introduction_body
from platinum.emit.standing import standing_body, worth_body
from platinum.emit.writing import writing_body
from platinum.ports import Headers, Record
from platinum.vocabulary.codes import Fact

_OVERRIDDEN, _RESOLVED = int(Fact.OVERRIDDEN), int(Fact.RESOLVED)
_STANDING, _WORTH, _WRITING = int(Fact.STANDING), int(Fact.WORTH), int(Fact.WRITING)
_INTRODUCED = (int(Fact.INTEREST), int(Fact.INTRODUCTION))
_NAMES = {int(fact): fact.name.lower() for fact in Fact}


def fact_records(
    facts: NDArray[np.void], offsets: NDArray[np.int64], times_ms: NDArray[np.int64], where: tuple[int, int], names: Mapping[int, str]
) -> list[Record]:
    """One record per fact.

    Parameters
    ----------
    facts : OBLIGATION[F]
        As ``profile.facts`` notes them.
    offsets, times_ms : int64[F]
        Of the record that brought each about.
    where : (generation, partition)
    names : mapping of hash to name
        The policy's; a name that it does not know is ``#`` and eight hex digits.
    """
    generation, partition = where
    opening = b"%d.%d." % (generation, partition)
    records, slot, last = [], 0, -1
    for body, offset, time_ms in zip(_bodies(facts, names), offsets.tolist(), times_ms.tolist(), strict=True):
        slot = slot + 1 if offset == last else 0
        last = offset
        cause = opening + b"%d" % offset
        headers: Headers = (("ce_id", b"f.%b.%d" % (cause, slot)), ("ce_causationid", cause))
        records.append(Record(None, body, time_ms, headers, partition))
    return records


def _bodies(facts: NDArray[np.void], names: Mapping[int, str]) -> Iterator[bytes]:
    """JSON of each.

    From columns, and what recurs is written once: a dictionary per fact took ten times as long, and in the bench every
    twentieth event brings a fact.
    """
    whos = zip(*(facts[name].tolist() for name in ("kind", "name", "owner", "channel")), strict=True)
    whens = zip(*(facts[name].tolist() for name in ("made_ms", "due_ms", "offset", "weight", "amount", "ref")), strict=True)
    opening: dict[tuple[int, ...], bytes] = {}
    for who, (made_ms, due_ms, ended_ms, said, kept, ref) in zip(whos, whens, strict=True):
        if who[0] == _STANDING:
            yield standing_body(_name(who[2], names), _name(who[1], names), made_ms, (said, kept, due_ms / 1000.0))
            continue
        if who[0] == _WRITING:
            yield writing_body(_name(who[2], names), _name(who[1], names), made_ms, (ref, due_ms))
            continue
        if who[0] == _WORTH:
            alike = (_name(who[2], names), _name(who[1], names), _name(who[3], names))
            yield worth_body(alike, made_ms, said, kept, due_ms / 1000.0)
            continue
        if who[0] == _OVERRIDDEN:
            yield overridden_body((_name(who[1], names), _name(who[2], names), _name(who[3], names)), _whose(ref, names), made_ms)
            continue
        if who[0] == _RESOLVED:
            yield resolved_body(_whose(ref, names), made_ms, kept > 0.0)
            continue
        if who[0] in _INTRODUCED:
            yield introduction_body(_NAMES[who[0]], _name(who[1], names), (ref, due_ms), made_ms, said)
            continue
        head = opening.get(who)
        if head is None:
            head = opening[who] = _head(who, names)
        ended = b"%d" % ended_ms if ended_ms else b"null"
        yield b'%b"made_ms":%d,"due_ms":%d,"ended_ms":%b,"said":%b,"kept":%b}' % (
            head,
            made_ms,
            due_ms,
            ended,
            _number(said),
            _number(kept),
        )


def _head(who: tuple[int, ...], names: Mapping[int, str]) -> bytes:
    kind, name, owner, channel = who
    said = {"name": _name(name, names), "owner": _name(owner, names), "channel": _name(channel, names)}
    return orjson.dumps({"fact": _NAMES[kind], **said})[:-1] + b","


@lru_cache(4096)
def _number(value: float) -> bytes:
    return orjson.dumps(float(f"{value:.6g}"))


def _whose(ref: int, names: Mapping[int, str]) -> tuple[str | None, str | None]:
    """Team, and agent: a pseudonym, so it stays a hash."""
    agent = ref >> 32
    return _name(ref & 0xFFFFFFFF, names), f"#{agent:08x}" if agent else None


def _name(hashed: int, names: Mapping[int, str]) -> str | None:
    return (names.get(hashed) or f"#{hashed:08x}") if hashed else None
