"""One segment through the stages: decode → rows → fold and decide → records for the log.

The caller loads the rows between ``prepare`` and ``execute``; nothing here waits, and nothing here knows where
rows or records are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.errors import Rejected
from platinum.events.columns import EVENT, FLAG_ACCOUNT, FLAG_HISTORY, Columns
from platinum.events.decode import decode
from platinum.events.rejection import Rejection
from platinum.hashing_kernels import murmur2_spans
from platinum.pieces import laid_out
from platinum.pipeline.arriving import arrived, put_together, taken
from platinum.pipeline.checkpoint import NO_MARKS, Marks
from platinum.pipeline.cut import Segment
from platinum.pipeline.engine_events import Plain, event_of
from platinum.pipeline.engine_records import OPENING, DecisionMade, PassedOn, no_mac
from platinum.pipeline.examples import items_of
from platinum.pipeline.kernel import APPLIED, DUPLICATE, FULL, SKIPPED, run_batch
from platinum.pipeline.outputs import Outputs, outputs_of
from platinum.pipeline.passing import NOBODY_STOOD, Passed, Stood, contacted, of_accounts, passed_on, told_apart
from platinum.pipeline.prepared import Joining, Place, Prepared
from platinum.pipeline.stages import Noted, Stages
from platinum.pipeline.whose import keep_own
from platinum.ports import Fetched
from platinum.profile.entries import CLOSED_BITS
from platinum.profile.obligations import MOST_OPEN
from platinum.vocabulary.codes import Closed, Fact


def _offset(one: tuple[Fetched, Rejected]) -> int:
    return one[0].offset


class Ended(NamedTuple):
    """How many promises came to an end, or turned out to have been kept after all (``late`` too)."""

    kept: int = 0
    late: int = 0
    broken: int = 0


class Examples(NamedTuple):
    """How many examples were opened, how many ended in each way (``codes.Closed``), and how many answers came when it was too late."""

    opened: int
    ended: tuple[int, ...]
    late: int = 0


NO_EXAMPLES = Examples(0, (0,) * len(Closed))


@dataclass(slots=True)
class Executed:
    """What a segment produced.

    Attributes
    ----------
    outputs : Outputs
        To be acknowledged before any row is stored.
    slots, slot_buckets : int64[*]
        Rows that changed and their buckets; a row is there once per event that changed it.
    applied, duplicates, skipped, rejected, markers, decisions : int
        Conservation: applied + duplicates + skipped + rejected + markers = records of the segment.
    promises : Ended
        What became of promises.
    passed : list of Passed
        For accounts, to be appended like outputs.
    stood : Stood
        What members of accounts are to be told (``pipeline.passing.told_members``).
    examples : Examples
        Conservation: decisions of the scored lane that the row remembers are ``opened``, and each of those ends once.
    """

    outputs: Outputs
    slots: NDArray[np.int64]
    slot_buckets: NDArray[np.int64]
    applied: int
    duplicates: int
    skipped: int
    rejected: int
    markers: int
    decisions: int
    promises: Ended
    passed: list[Passed]
    stood: Stood
    examples: Examples


def key_hashes(keys: Sequence[bytes]) -> NDArray[np.int32]:
    """``murmur2`` of each key, int32[B]."""
    text, ends = laid_out(keys)
    out = np.empty(len(keys), np.int32)
    murmur2_spans(text, ends, out)
    return out


def prepare(segment: Segment, stages: Stages, place: Place, marks: Marks = NO_MARKS) -> Prepared:
    """Decode a segment and find each event's bucket; events on a wrong partition are rejected.

    Parameters
    ----------
    marks : mapping of bucket index to marks
        Of the buckets before the segment.
    """
    columns, rejections = decode(segment.records, stages.decoding)
    keep_own(columns.events, columns.keys)
    rejected = list(segment.rejected)
    rejected.extend((segment.records[r.index], _verdict(r, segment.records[r.index])) for r in rejections)
    made: list[tuple[Fetched, DecisionMade]] = []
    joining: list[Joining] = []
    engine, marks, repeated = taken(segment.engine, marks, place) if segment.engine else ([], marks, 0)
    passed = [(record, body) for record, body in engine if isinstance(body, PassedOn)]
    if passed:
        others, refused, joining = arrived(passed, stages.standard)
        columns = put_together(columns, others)
        rejected.extend(refused)
    if engine:
        columns = _merge(columns, [(record, body) for record, body in engine if not isinstance(body, PassedOn)])
        made = [(record, body) for record, body in engine if isinstance(body, DecisionMade)]
        # A timer of an account falls due: promises to it are broken then, and nothing is decided.
        columns.events["flags"][of_accounts(columns.keys)] |= FLAG_ACCOUNT | FLAG_HISTORY
    if stages.policy.stopped:
        # As in an imported past: folded, timers that fall due are closed, nothing is decided.
        columns.events["flags"] |= FLAG_HISTORY
    hashes = key_hashes(columns.keys)
    wrong = (hashes % place.partitions != place.partition).nonzero()[0]
    if wrong.size:
        columns, hashes = _drop_wrong(columns, hashes, wrong, segment, rejected)
    bucket = (hashes % place.buckets // place.partitions).astype(np.int64)
    rejected.sort(key=_offset)  # whoever rejected them: dead letters lie in the order of the log
    markers = int(segment.activated is not None)
    came = [record for record, _ in passed]
    return Prepared(columns, bucket, rejected, made, markers, segment.records, marks, repeated, came, joining)


def _verdict(rejection: Rejection, record: Fetched) -> Rejected:
    """Why an interaction is rejected: what would be an engine record lacks its MAC, whatever else is wrong with it."""
    if record.value.startswith(OPENING):
        return no_mac()
    return Rejected(rejection.reason, rejection.message, rejection.field)


def _merge(columns: Columns, engine: Sequence[tuple[Fetched, Plain]]) -> Columns:
    """Engine records take their place among the interactions by offset."""
    # Concatenating structured arrays compares their types anew each time, 60 µs: most segments of engine records are nothing else.
    others = np.zeros(len(engine), EVENT)
    items = [columns.items]
    start = len(columns.items)
    for i, (record, body) in enumerate(engine):
        others[i] = event_of(body, record)[0]
        if isinstance(body, DecisionMade) and body.seen:
            own = items_of(body)
            others[i]["item_start"], others[i]["item_count"] = start, len(own)
            items.append(own)
            start += len(own)
    events = np.concatenate([columns.events, others]) if len(columns.events) else others
    keys = [*columns.keys, *(record.key or b"" for record, _ in engine)]
    order = np.argsort(events["offset"], kind="stable")
    return columns._replace(events=events[order], items=_joined(items), keys=[keys[i] for i in order.tolist()])


def _joined(items: Sequence[NDArray[np.void]]) -> NDArray[np.void]:
    """ITEM[*], one behind the other."""
    some = [part for part in items if len(part)] or items[:1]
    return np.concatenate(some) if len(some) > 1 else some[0]


def _refuse_full(prepared: Prepared, became: NDArray[np.int8]) -> None:
    """Dead letters of events that would have opened something for somebody whose ledger is full."""
    by_offset = {record.offset: record for record in [*prepared.records, *prepared.arrived]}
    why = f"a customer with at most {MOST_OPEN} things open; this event is kept here, and can be sent again when some of them are closed"
    for i in (became == FULL).nonzero()[0].tolist():
        record = by_offset[int(prepared.columns.events["offset"][i])]
        prepared.rejected.append((record, Rejected("too_large", why, "userId")))
    prepared.rejected.sort(key=_offset)


def _drop_wrong(
    columns: Columns,
    hashes: NDArray[np.int32],
    wrong: NDArray[np.int64],
    segment: Segment,
    rejected: list[tuple[Fetched, Rejected]],
) -> tuple[Columns, NDArray[np.int32]]:
    """Events whose key belongs to another partition: a producer with another partitioner."""
    by_offset = {record.offset: record for record in segment.records}
    by_offset.update({record.offset: record for record, _ in segment.engine})
    for i in wrong.tolist():
        record = by_offset[int(columns.events["offset"][i])]
        want = "the record must lie on the partition that murmur2 of its key gives; see docs/architecture.md, 'Placement'"
        rejected.append((record, Rejected("wrong_partition", want, "key")))
    keep = np.ones(len(columns.keys), np.bool_)
    keep[wrong] = False
    keys = [key for key, kept in zip(columns.keys, keep.tolist(), strict=True) if kept]
    return columns._replace(events=columns.events[keep], keys=keys), hashes[keep]


def execute(
    prepared: Prepared,
    table: tuple[NDArray[np.void], NDArray[np.void]],
    slots: NDArray[np.int64],
    frontier: tuple[NDArray[np.int64], NDArray[np.int64]],
    stages: Stages,
    place: Place,
) -> Executed:
    """Run the compiled call over a prepared segment and turn what it decided into records.

    Parameters
    ----------
    table, slots : (ROW[N], MORE[*]), int64[B]
        The table, with a free second row per event, and the row of each event; changed in place.
    frontier : (next_offset int64[K], clock_ms int64[K])
        The clocks are advanced, the offsets are the caller's to advance.
    """
    events = prepared.columns.events
    n_events = len(events)
    became = np.empty(n_events, np.int8)
    outs = stages.room(n_events, table[0])
    where = (place.generation, place.partition)
    n = 0
    if n_events:
        batch = (events, prepared.columns.items, table[1])
        n = run_batch(table[0], (slots, prepared.bucket), batch, frontier, where, stages.run, outs, became)
    counts = np.bincount(became, minlength=4)
    if counts[FULL]:
        _refuse_full(prepared, became)
    told, stood = told_apart(prepared, outs[4]) if n_events else (outs[4], NOBODY_STOOD)
    passed = passed_on(prepared, became, outs[5], stages.decoding, place) if n_events else []
    changed = slice(None) if counts[SKIPPED] == 0 else became != SKIPPED
    return Executed(
        outputs=outputs_of(prepared, became, stages, place, (*outs[:4], told, *outs[5:]), n),
        slots=slots[changed],
        slot_buckets=prepared.bucket[changed],
        applied=int(counts[APPLIED]),
        duplicates=int(counts[DUPLICATE]) + prepared.repeated,
        skipped=int(counts[SKIPPED]),
        rejected=len(prepared.rejected),
        markers=prepared.markers,
        decisions=n,
        promises=_ended(told) if n_events else Ended(),
        passed=[*passed, *contacted(outs[1][:n], stages.policy, place)],
        stood=stood,
        examples=_examples(outs[6], told) if n_events else NO_EXAMPLES,
    )


def _examples(noted: Noted, told: Noted) -> Examples:
    """Of a segment."""
    n, opened = noted[2].tolist()
    late = int((told[0][: int(told[2][0])]["kind"] == Fact.LATE_OUTCOME).sum())
    ended = np.bincount(noted[0][:n]["seen"]["state"] & CLOSED_BITS, minlength=len(Closed))
    return Examples(opened, tuple(ended.tolist()), late)


def _ended(noted: tuple[NDArray[np.void], NDArray[np.int32], NDArray[np.int64]]) -> Ended:
    """Promises among the facts of a segment (``profile.facts``): nothing kept, kept in part or after a word that it was broken, kept."""
    count = int(noted[2][0])
    if not count:
        return Ended()
    facts = noted[0][:count]
    facts = facts[facts["kind"] == Fact.PROMISE_ENDED]
    facts = facts[facts["weight"] >= 0.0]  # less than nothing takes back what was told before
    broken, kept = facts["amount"] == 0.0, (facts["weight"] > 0.0) & (facts["amount"] >= facts["weight"])
    return Ended(int(kept.sum()), int((~broken & ~kept).sum()), int(broken.sum()))
