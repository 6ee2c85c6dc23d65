"""What one segment puts out: dead letters, decisions, contacts and withdrawals, as records for the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from platinum.emit.contacts import INPUTS_HEADER, Withdrawal, decision_headers, withdrawal_records
from platinum.emit.deadletter import dead_letter
from platinum.emit.decided import Decided, names_of
from platinum.emit.envelope import name_decisions
from platinum.emit.inputs import pack_live_inputs
from platinum.emit.outgoing import Outgoing, merged, outgoing, texts
from platinum.pieces import laid_out
from platinum.ids import stream_decision_id, stream_ref
from platinum.pipeline.cut import Poisoned
from platinum.pipeline.engine_records import header
from platinum.pipeline.kernel import APPLIED
from platinum.pipeline.prepared import Place, Prepared
from platinum.pipeline.stages import Room, Stages
from platinum.ports import DEAD_LETTERS, DECISIONS, INTERACTIONS, Record, contacts_topic
from platinum.vocabulary.codes import Kind

_REASON = {int(kind): kind.name.lower() for kind in Kind}

Output = tuple[str, Record]
#: Records of one topic, and the event (index in the segment) that each came from.
_Put = tuple[Outgoing, NDArray[np.integer[Any]]]


class Outputs(Sequence[Output]):
    """What a batch puts out, in the order in which it is to be appended.

    Attributes
    ----------
    topics : list of (topic, records)
        Of one topic in the order of the events that they came from; a topic may be there more than once.
    """

    def __init__(self, topics: Sequence[tuple[str, Sequence[Record]]] = ()) -> None:
        self.topics = list(topics)

    def __len__(self) -> int:
        return sum(len(records) for _, records in self.topics)

    def __iter__(self) -> Iterator[Output]:
        return ((topic, record) for topic, records in self.topics for record in records)

    @overload
    def __getitem__(self, index: int) -> Output: ...
    @overload
    def __getitem__(self, index: slice) -> list[Output]: ...
    def __getitem__(self, index: int | slice) -> Output | list[Output]:
        return list(self)[index]


def outputs_of(prepared: Prepared, became: NDArray[np.int8], stages: Stages, place: Place, outs: Room, n: int) -> Outputs:
    """Everything to be appended; of one topic, in the order of the events that it came from.

    Parameters
    ----------
    became : int8[B]
        What ``run_batch`` made of each event.
    outs : Room
        As ``run_batch`` left it, with ``n`` decisions.
    """
    decided = _decided(prepared, stages, place, outs, n) if n else None
    topics: list[tuple[str, Sequence[Record]]] = []
    if prepared.rejected:
        topics.append((DEAD_LETTERS, _dead_letters(prepared, place)))
    published = _published(prepared, became, place)
    mine = None if decided is None else (decided.decisions(), outs[1][:n]["event"])
    if (both := _merged(published, mine)) is not None:
        topics.append((DECISIONS, both))
    # A contact never follows its own withdrawal, whatever was in one batch.
    withdrawn = _withdrawals(prepared, stages, place, outs[3]) if len(became) and outs[3][2][0] else {}
    for channel, which, contacts in decided.contacts() if decided is not None else ():
        topic = contacts_topic(stages.policy.channels[channel])
        both = _merged(withdrawn.pop(topic, None), (contacts, outs[1][:n]["event"][which]))
        topics.append((topic, both or contacts))
    topics += [(topic, records) for topic, (records, _) in withdrawn.items()]
    return Outputs(topics)


def _merged(first: _Put | None, then: _Put | None) -> Outgoing | None:
    """Both in the order of their events; what came from one event, the ``first`` first."""
    if first is None or then is None:
        return (first or then or (None,))[0]
    order = np.argsort(np.concatenate([first[1], then[1]]), kind="stable")
    return merged(first[0], then[0], order)


def _withdrawals(
    prepared: Prepared, stages: Stages, place: Place, gone: tuple[NDArray[np.void], NDArray[np.int32], NDArray[np.int64]]
) -> dict[str, _Put]:
    """Per topic, what channel systems must not send any more, each with the event that ruled it out as reason."""
    count = int(gone[2][0])
    # A channel that left the policy has no topic any more; what HTTP answered was never a contact.
    names, planned = stages.policy.names, gone[0][:count]
    channels = [names.get(channel) if offset >= 0 else None for channel, offset in zip(*_lists(planned, "channel", "offset"), strict=True)]
    kept = np.array([channel is not None for channel in channels], np.bool_)
    planned, at = planned[kept], gone[1][:count][kept]
    events, keys = prepared.columns.events[at], prepared.columns.keys
    ids = _planned_as(planned, place)
    _, causes = name_decisions(place.generation, place.partition, events["offset"], planned["slot"])
    withdrawn = [
        Withdrawal(decision_id, keys[i], channel, _REASON[kind], at_ms, cause)
        for decision_id, i, channel, kind, at_ms, cause in zip(
            ids, at.tolist(), filter(None, channels), *_lists(events, "kind", "record_ms"), causes, strict=True
        )
    ]
    made = withdrawal_records(withdrawn, place.partition)
    of: dict[str, list[int]] = {}
    for i, (topic, _) in enumerate(made):
        of.setdefault(topic, []).append(i)
    return {topic: (outgoing([made[i][1] for i in some], place.partition), at[some]) for topic, some in of.items()}


def _planned_as(planned: NDArray[np.void], place: Place) -> list[bytes]:
    """Ids of planned contacts; those from before a log was accepted anew have an earlier generation, which their ref tells."""
    ids, _ = name_decisions(place.generation, place.partition, planned["offset"], planned["slot"])
    if place.generation == 1:
        return ids
    for i, (ref, offset, slot) in enumerate(zip(*_lists(planned, "ref", "offset", "slot"), strict=True)):
        for generation in range(place.generation - 1, 0, -1):
            if stream_ref(generation, place.partition, offset, slot) == ref:
                ids[i] = stream_decision_id(generation, place.partition, offset, slot).encode()
    return ids


def _lists(records: NDArray[np.void], *names: str) -> list[list[int]]:
    return [records[name].tolist() for name in names]


def _decided(prepared: Prepared, stages: Stages, place: Place, outs: Room, n: int) -> Decided:
    """The first ``n`` decisions, inputs riding as a header."""
    triggers, decisions, before = outs[0][:n], outs[1][:n].copy(), outs[2][:n]
    event_index = decisions["event"]
    keys = [prepared.columns.keys[i] for i in event_index.tolist()]
    laid = laid_out(keys)
    # Number of the decision among those of its event, which lie side by side.
    slots = np.arange(n) - np.searchsorted(event_index, event_index)
    names = names_of(place.generation, place.partition, decisions["offset"], slots)
    bodies = stages.encoder.encode_together(decisions, (laid, (names.text, names.ends[1])), place.generation, place.partition)
    inputs = pack_live_inputs(before, triggers, stages.version)
    named = (place.generation, place.partition, slots, names)
    return Decided(stages.policy, decisions, (keys, texts(*laid)), named, bodies, inputs)


def _published(prepared: Prepared, became: NDArray[np.int8], place: Place) -> _Put | None:
    """Decisions made over HTTP are published verbatim when the stream folds them."""
    if not prepared.made:
        return None
    index = {offset: i for i, offset in enumerate(prepared.columns.events["offset"].tolist())}
    records: list[Record] = []
    at = []
    for record, body in prepared.made:
        i = index.get(record.offset, -1)
        if i < 0 or became[i] != APPLIED or record.key is None:
            continue
        cause = f"{place.generation}.{place.partition}.{record.offset}"
        headers = decision_headers(body.decision_id, record.time_ms, cause, record.key, header(record.headers, INPUTS_HEADER))
        records.append(Record(record.key, bytes(body.decision), record.time_ms, headers, place.partition))
        at.append(i)
    return (outgoing(records, place.partition), np.array(at, np.int64)) if records else None


def _dead_letters(prepared: Prepared, place: Place) -> list[Record]:
    """Rejected records; a replay reports them again, with the same coordinates and bytes."""
    return [
        dead_letter(record, why, INTERACTIONS, place.partition, why.stage if isinstance(why, Poisoned) else "decode")
        for record, why in prepared.rejected
    ]
