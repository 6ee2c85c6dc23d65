"""One segment through the stages: decode → rows → fold and decide → records for the log.

The caller loads the rows between ``prepare`` and ``execute``; nothing here waits, and nothing here knows where
rows or records are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platinum.emit.contacts import CAUSE_AT, INPUTS_HEADER, Withdrawal, decision_headers, decision_records, withdrawal_records
from platinum.emit.deadletter import dead_letter
from platinum.emit.inputs import pack_inputs
from platinum.errors import Rejected
from platinum.events.columns import Columns
from platinum.events.decode import decode
from platinum.hashing import murmur2_spans
from platinum.ids import stream_decision_ids
from platinum.pipeline.cut import Segment
from platinum.pipeline.engine_records import DecisionMade, event_of, header
from platinum.pipeline.kernel import APPLIED, DUPLICATE, SKIPPED, run_batch
from platinum.pipeline.stages import Room, Stages
from platinum.ports import DEAD_LETTERS, DECISIONS, INTERACTIONS, Fetched, Record
from platinum.profile.codec import pack_rows
from platinum.vocabulary.codes import Kind

_REASON = {int(kind): kind.name.lower() for kind in Kind}


@dataclass(frozen=True, slots=True)
class Place:
    """Which partition of which deployment this is."""

    generation: int
    partition: int
    partitions: int
    buckets: int


@dataclass(slots=True)
class Prepared:
    """A decoded segment, waiting for its rows.

    Attributes
    ----------
    columns : Columns
        Interactions and engine records merged in log order.
    bucket : int64[B]
        Index of each event's bucket within the partition.
    rejected : list of (Fetched, Rejected)
    """

    columns: Columns
    bucket: NDArray[np.int64]
    rejected: list[tuple[Fetched, Rejected]]
    made: list[tuple[Fetched, DecisionMade]]
    markers: int


@dataclass(slots=True)
class Executed:
    """What a segment produced.

    Attributes
    ----------
    outputs : list of (topic, Record)
        To be acknowledged before any row is stored.
    slots : int64[U]
        Rows that changed, each once.
    slot_bucket : int64[U]
    applied, duplicates, skipped, rejected, markers, decisions : int
        Conservation: applied + duplicates + skipped + rejected + markers = records of the segment.
    """

    outputs: list[tuple[str, Record]]
    slots: NDArray[np.int64]
    slot_bucket: NDArray[np.int64]
    applied: int
    duplicates: int
    skipped: int
    rejected: int
    markers: int
    decisions: int


def key_hashes(keys: Sequence[bytes]) -> NDArray[np.int32]:
    """``murmur2`` of each key, int32[B]."""
    text = np.frombuffer(b"".join(keys), np.uint8)
    ends = np.cumsum(np.fromiter(map(len, keys), np.int64, len(keys)))
    out = np.empty(len(keys), np.int32)
    murmur2_spans(text, ends, out)
    return out


def prepare(segment: Segment, stages: Stages, place: Place) -> Prepared:
    """Decode a segment and find each event's bucket; events on a wrong partition are rejected."""
    columns, rejections = decode(segment.records, stages.decoding)
    rejected = list(segment.rejected)
    rejected.extend((segment.records[r.index], Rejected(r.reason, r.message, r.field)) for r in rejections)
    made: list[tuple[Fetched, DecisionMade]] = []
    if segment.engine:
        columns = _merge(columns, segment)
        made = [(record, body) for record, body in segment.engine if isinstance(body, DecisionMade)]
    hashes = key_hashes(columns.keys)
    wrong = np.flatnonzero(hashes % place.partitions != place.partition)
    if wrong.size:
        columns, hashes = _drop_wrong(columns, hashes, wrong, segment, rejected)
    bucket = (hashes % place.buckets // place.partitions).astype(np.int64)
    return Prepared(columns, bucket, rejected, made, int(segment.activated is not None))


def _merge(columns: Columns, segment: Segment) -> Columns:
    """Engine records take their place among the interactions by offset."""
    events = np.concatenate([columns.events, *(event_of(body, record) for record, body in segment.engine)])
    keys = [*columns.keys, *(record.key or b"" for record, _ in segment.engine)]
    order = np.argsort(events["offset"], kind="stable")
    return columns._replace(events=events[order], keys=[keys[i] for i in order.tolist()])


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
    rows: NDArray[np.void],
    slots: NDArray[np.int64],
    frontier: tuple[NDArray[np.int64], NDArray[np.int64]],
    stages: Stages,
    place: Place,
) -> Executed:
    """Run the compiled call over a prepared segment and turn what it decided into records.

    Parameters
    ----------
    rows, slots : ROW[N], int64[B]
        The table, and the row of each event; changed in place.
    frontier : (next_offset int64[K], clock_ms int64[K])
        The clocks are advanced, the offsets are the caller's to advance.
    """
    events = prepared.columns.events
    n_events = len(events)
    became = np.empty(n_events, np.int8)
    outs = stages.room(n_events)
    where = (place.generation, place.partition)
    n = 0
    if n_events:
        n = run_batch(rows, (slots, prepared.bucket), (events, prepared.columns.items), frontier, where, stages.run, outs, became)
    withdrawn = _withdrawals(prepared, stages, place, outs[3]) if n_events and outs[3][2][0] else []
    decided = _decisions(prepared, stages, place, outs, n) if n else []
    published = _published(prepared, became, place)
    if withdrawn or published:  # in log order: a contact never follows its own withdrawal, whatever was in one batch
        decided = sorted([*withdrawn, *decided, *published], key=_asked_at)
    outputs = [*_dead_letters(prepared, place), *decided]
    counts = np.bincount(became, minlength=3)
    changed = became != SKIPPED
    unique, first = np.unique(slots[changed], return_index=True)
    return Executed(
        outputs=outputs,
        slots=unique,
        slot_bucket=prepared.bucket[changed][first],
        applied=int(counts[APPLIED]),
        duplicates=int(counts[DUPLICATE]),
        skipped=int(counts[SKIPPED]),
        rejected=len(prepared.rejected),
        markers=prepared.markers,
        decisions=n,
    )


def _asked_at(output: tuple[str, Record]) -> int:
    """Offset of the record that an output came from."""
    cause = output[1].headers[CAUSE_AT][1]
    return int(cause[cause.rindex(b".") + 1 :])


def _withdrawals(
    prepared: Prepared, stages: Stages, place: Place, gone: tuple[NDArray[np.void], NDArray[np.int32], NDArray[np.int64]]
) -> list[tuple[str, Record]]:
    """What channel systems must not send any more, each with the event that ruled it out as reason."""
    count = int(gone[2][0])
    planned, at = gone[0][:count], gone[1][:count]
    events, keys, names = prepared.columns.events[at], prepared.columns.keys, stages.policy.names
    ids = stream_decision_ids(place.generation, place.partition, planned["offset"].tolist(), planned["slot"].tolist())
    causes = zip(at.tolist(), events["kind"].tolist(), events["record_ms"].tolist(), events["offset"].tolist(), strict=True)
    withdrawn = []
    for decision_id, offset, channel_hash, (i, kind, at_ms, asked) in zip(
        ids, planned["offset"].tolist(), planned["channel"].tolist(), causes, strict=True
    ):
        channel = names.get(channel_hash)
        if channel is not None and offset >= 0:  # a channel that left the policy has no topic any more
            cause = b"%d.%d.%d" % (place.generation, place.partition, asked)
            withdrawn.append(Withdrawal(decision_id, keys[i], channel, _REASON[kind], at_ms, cause))
    return withdrawal_records(withdrawn, place.partition)


def _decisions(prepared: Prepared, stages: Stages, place: Place, outs: Room, n: int) -> list[tuple[str, Record]]:
    """Decision and contact records of the first ``n`` decisions, inputs riding as a header."""
    triggers, decisions, before = outs[0][:n], outs[1][:n], outs[2][:n]
    event_index = decisions["event"]
    keys = [prepared.columns.keys[i] for i in event_index.tolist()]
    # Number of the decision among those of its event, which lie side by side.
    slots = np.arange(n) - np.searchsorted(event_index, event_index)
    ids = stream_decision_ids(place.generation, place.partition, decisions["offset"].tolist(), slots.tolist())
    bodies = stages.encoder.encode(decisions, keys, ids, place.generation, place.partition)
    packed = pack_rows(before, np.arange(n))
    inputs = pack_inputs(packed, triggers, stages.version)
    return decision_records(stages.policy, decisions, keys, ids, bodies, inputs, place.partition)


def _published(prepared: Prepared, became: NDArray[np.int8], place: Place) -> list[tuple[str, Record]]:
    """Decisions made over HTTP are published verbatim when the stream folds them."""
    if not prepared.made:
        return []
    state = dict(zip(prepared.columns.events["offset"].tolist(), became.tolist(), strict=True))
    outputs = []
    for record, body in prepared.made:
        if state.get(record.offset) == APPLIED and record.key is not None:
            cause = f"{place.generation}.{place.partition}.{record.offset}"
            inputs = header(record.headers, INPUTS_HEADER)
            headers = decision_headers(body.decision_id, record.time_ms, cause, record.key, inputs)
            outputs.append((DECISIONS, Record(record.key, bytes(body.decision), record.time_ms, headers, place.partition)))
    return outputs


def _dead_letters(prepared: Prepared, place: Place) -> list[tuple[str, Record]]:
    """Rejected records; a replay reports them again, with the same coordinates and bytes."""
    return [(DEAD_LETTERS, dead_letter(record, rejected, INTERACTIONS, place.partition)) for record, rejected in prepared.rejected]
