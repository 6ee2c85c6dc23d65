"""Replay dead letters: a copy of what was rejected is appended to the interactions, the record itself stays rejected or skipped.

What was replayed before is found in the log itself: a copy carries the place of the record that it is of, and lies behind it
in the log. A list of our own could be wrong after a crash between the two appends, and the log can not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from platinum.emit.deadletter import cut_of, size_of, without_verdict
from platinum.errors import Rejected
from platinum.hashing import murmur2
from platinum.ops.deadletters import PAGE_BYTES, Letter, Place
from platinum.pipeline.engine_records import MAC_HEADER, FromElsewhere, header, read_engine_record
from platinum.ports import INTERACTIONS, Fetched, Headers, Log, Record

#: Value: ``partition.offset`` of the record that this one is a copy of.
REPLAY_HEADER = "platinum-replay-of"
#: Appended in one call: a crash leaves whole calls, and the next replay passes over what they hold.
CHUNK = 500
_PAGE = 5_000
#: Of an offset. Python refuses to read numbers of thousands of digits.
_MOST_DIGITS = 19
#: Of key, value and headers together: with what Kafka puts around them they stay below ``max.message.bytes`` of the interactions.
MOST_COPY_BYTES = (1 << 20) - (1 << 10)


class Plan(NamedTuple):
    """What a replay does.

    Attributes
    ----------
    copies : list of (Letter, Record)
        To be appended.
    before : list of Letter
        Were replayed before, or stand twice among those asked for.
    refused : list of (Letter, str)
        Can not be replayed, and why.
    """

    copies: list[tuple[Letter, Record]]
    before: list[Letter]
    refused: list[tuple[Letter, str]]


def refusal(letter: Letter, secret: bytes) -> str:
    """Why a letter can not be replayed; "" = it can."""
    if letter.reason == "suppressed":
        return "suppressed: the customer was erased"
    if cut := cut_of(letter.record):
        return f"cut: too large to be kept whole, its {cut.replace(',', ' and ')} ended here; send the event again from its source"
    if not letter.record.value:
        return "erased: nothing is left of the record"
    if size_of(copy_of(letter, 1, 0)) > MOST_COPY_BYTES:
        return f"too large: the interactions take {MOST_COPY_BYTES} bytes in one record, unless its sender compresses it"
    if header(letter.record.headers, MAC_HEADER) is not None:
        try:
            body = read_engine_record(secret, letter.record)
        except Rejected as rejected:
            return f"{rejected.reason}: {rejected}"
        if isinstance(body, FromElsewhere):
            return "passed on: it is taken once, in the order of its sender's log, and a copy would be left out as a repeat"
    return ""


def copy_of(letter: Letter, partitions: int, now_ms: int) -> Record:
    """Record to append: the original's key, value and headers; a keyed one goes where its key belongs."""
    kept: Headers = tuple(pair for pair in without_verdict(letter.record.headers) if pair[0] != REPLAY_HEADER)
    headers = (*kept, (REPLAY_HEADER, str(letter.source).encode()))
    return Record(letter.record.key, letter.record.value, now_ms, headers, target_of(letter, partitions))


def target_of(letter: Letter, partitions: int) -> int:
    """Partition that a copy goes to."""
    key = letter.record.key
    return letter.source.partition if key is None else murmur2(key) % partitions


async def replayed(log: Log, some: Iterable[Letter]) -> set[Place]:
    """Places of records of which the log holds a copy, looked for behind the oldest of ``some`` in each partition.

    Whoever may append can write any header: only what has the letter's key and value is a copy of it.
    """
    first: dict[int, int] = {}
    wanted: dict[Place, list[tuple[bytes | None, bytes]]] = {}
    for letter in some:
        p = target_of(letter, log.partitions)
        behind = letter.source.offset + 1 if p == letter.source.partition else 0
        first[p] = min(first.get(p, behind), behind)
        wanted.setdefault(letter.source, []).append((letter.record.key, letter.record.value))
    found: set[Place] = set()
    for p, offset in first.items():
        at, end = max(offset, await log.start(INTERACTIONS, p)), await log.end(INTERACTIONS, p)
        while at < end and (page := await log.fetch(INTERACTIONS, p, at, _PAGE, PAGE_BYTES)):
            at = page[-1].offset + 1
            copied = ((_copied(record), record) for record in page)
            found.update(place for place, record in copied if place and (record.key, record.value) in wanted.get(place, ()))
    return found


def _copied(record: Fetched) -> Place | None:
    written = header(record.headers, REPLAY_HEADER) if record.headers else None
    parts = (written or b"").split(b".")
    is_place = len(parts) == 2 and all(part.isdigit() and len(part) <= _MOST_DIGITS for part in parts)
    return Place(int(parts[0]), int(parts[1])) if is_place else None


async def plan(log: Log, some: Sequence[Letter], secret: bytes, now_ms: int, again: bool) -> Plan:
    """What replaying ``some`` would do; nothing is appended.

    Parameters
    ----------
    again : bool
        Also what was replayed before.
    """
    done = set() if again else await replayed(log, some)
    made = Plan([], [], [])
    for letter in some:
        why = refusal(letter, secret)
        if why:
            made.refused.append((letter, why))
        elif letter.source in done:
            made.before.append(letter)
        else:
            done.add(letter.source)  # a crash may have put out one rejection twice
            made.copies.append((letter, copy_of(letter, log.partitions, now_ms)))
    return made


async def carry_out(log: Log, made: Plan) -> list[Place]:
    """Append the copies; returns where they lie, in their order."""
    places: list[Place] = []
    for at in range(0, len(made.copies), CHUNK):
        placed = await log.append(INTERACTIONS, [record for _, record in made.copies[at : at + CHUNK]])
        places += [Place(*place) for place in placed]
    return places
