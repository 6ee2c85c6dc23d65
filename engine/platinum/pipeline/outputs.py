"""What one segment puts out: dead letters, decisions, contacts and withdrawals, as records for the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from platinum.emit.contacts import INPUTS_HEADER, decision_headers
from platinum.emit.deadletter import dead_letter
from platinum.emit.decided import Decided, names_of
from platinum.emit.examples import example_records
from platinum.emit.facts import fact_records
from platinum.emit.outgoing import Outgoing, joined, outgoing, picked, texts
from platinum.emit.withdrawn import Told, withdrawn
from platinum.hashing import name_hash
from platinum.ids import stream_ref
from platinum.pieces import laid_out
from platinum.pipeline.cut import Poisoned
from platinum.pipeline.engine_records import header
from platinum.pipeline.kernel import APPLIED
from platinum.pipeline.prepared import Place, Prepared
from platinum.pipeline.stages import Noted, Room, Stages
from platinum.ports import DEAD_LETTERS, DECISIONS, INTERACTIONS, LEARNING, Record, contacts_topic
from platinum.vocabulary.codes import Kind

#: Why a contact was withdrawn: the event that ruled it out.
_REASON = {
    **{int(kind): kind.name.lower() for kind in Kind},
    **{int(kind): "policy_stopped" for kind in (Kind.CONTACT_CLAIMED, Kind.CONTACTS_SWEPT)},
    int(Kind.ACCOUNT_STANDS): "account_case",
    int(Kind.TIMER_DUE): "promise_broken",  # nothing else that time brings rules a contact out
}

Output = tuple[str, Record]
#: Records of one topic, and the event (index in the segment) that each came from.
_Put = tuple[Outgoing, NDArray[np.integer[Any]]]
#: The same of all channels' topics, and the index of each one's channel.
_Sent = tuple[Outgoing, NDArray[np.integer[Any]], NDArray[np.integer[Any]]]


class Outputs(Sequence[Output]):
    """What a batch puts out, in the order in which it is to be appended.

    Attributes
    ----------
    topics : list of (topic, records)
        Of one topic in the order of the events that they came from; a topic may be there more than once.
    """

    def __init__(self, topics: Sequence[tuple[str, Sequence[Record]]] = ()) -> None:
        self.topics = list(topics)

    def in_time(self, now_ms: int) -> tuple[Outputs, int]:
        """Without contacts whose end has come: a stream that was behind plans what nobody may send any more; and how many they were."""
        topics: list[tuple[str, Sequence[Record]]] = []
        late = 0
        for topic, records in self.topics:
            ends = records.expires_ms if isinstance(records, Outgoing) else None
            if isinstance(records, Outgoing) and ends is not None and len(ends) and ends.min() <= now_ms:
                kept = (ends > now_ms).nonzero()[0]
                late += len(ends) - len(kept)
                if len(kept):
                    topics.append((topic, picked(records, kept)))
            else:
                topics.append((topic, records))
        return (Outputs(topics), late) if late else (self, 0)

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
    if told := _told(prepared, stages, place, outs[4], outs[6]):
        topics.append((LEARNING, told))
    return Outputs([*topics, *_by_channel(_withdrawn(prepared, stages, place, outs[3]), _contacts(decided, outs[1][:n]), stages)])


def _told(prepared: Prepared, stages: Stages, place: Place, facts: Noted, examples: Noted) -> list[Record]:
    """What the learner is told, in the order of events; of one event, its facts first."""
    some, of = _noted(prepared, place, facts, partial(fact_records, names=stages.policy.names))
    others, of_others = _noted(prepared, place, examples, partial(example_records, policy=stages.policy))
    if not some or not others:
        return some or others
    order = np.argsort(np.concatenate([of, of_others]), kind="stable")
    both = [*some, *others]
    return [both[i] for i in order.tolist()]


def _noted(
    prepared: Prepared, place: Place, noted: Noted, records_of: Callable[..., list[Record]]
) -> tuple[list[Record], NDArray[np.int32]]:
    """Records of what was noted, and the event (index in the segment) of each."""
    count = int(noted[2][0]) if len(prepared.columns.events) else 0
    of = noted[1][:count]
    if not count:
        return [], of
    events = prepared.columns.events[of]
    where = (place.generation, place.partition)
    return records_of(noted[0][:count], events["offset"], events["record_ms"], where), of


def _contacts(decided: Decided | None, decisions: NDArray[np.void]) -> _Sent | None:
    if decided is None:
        return None
    which, records = decided.contacts()
    return (records, decisions["event"][which], decisions["channel"][which]) if len(which) else None


def _by_channel(withdrawn: _Sent | None, contacts: _Sent | None, stages: Stages) -> list[tuple[str, Outgoing]]:
    """Each channel's topic. A contact never follows its own withdrawal, whatever was in one batch."""
    if withdrawn is None or contacts is None:
        found = withdrawn or contacts
        if found is None:
            return []
        records, _, channels = found
    else:
        records, channels = joined(withdrawn[0], contacts[0]), np.concatenate([withdrawn[2], contacts[2]])
        order = np.argsort(np.concatenate([withdrawn[1], contacts[1]]), kind="stable")
        records, channels = picked(records, order), channels[order]
    return [
        (contacts_topic(stages.policy.channels[channel]), picked(records, (channels == channel).nonzero()[0]))
        for channel in np.unique(channels).tolist()
    ]


def _merged(first: _Put | None, then: _Put | None) -> Outgoing | None:
    """Both in the order of their events; what came from one event, the ``first`` first."""
    if first is None or then is None:
        return (first or then or (None,))[0]
    order = np.argsort(np.concatenate([first[1], then[1]]), kind="stable")
    return picked(joined(first[0], then[0]), order)


def _withdrawn(
    prepared: Prepared, stages: Stages, place: Place, gone: tuple[NDArray[np.void], NDArray[np.int32], NDArray[np.int64]]
) -> _Sent | None:
    """What channel systems must not send any more, each with the event that ruled it out as reason."""
    count = int(gone[2][0]) if len(prepared.columns.events) else 0
    if not count:
        return None
    # A channel that left the policy has no topic any more; what HTTP answered was never a contact.
    index = {name_hash(name): i for i, name in enumerate(stages.policy.channels)}
    planned = gone[0][:count]
    channel = [index.get(hashed, -1) if offset >= 0 else -1 for hashed, offset in zip(*_lists(planned, "channel", "offset"), strict=True)]
    channels = np.array(channel, np.int64)
    kept = (channels >= 0).nonzero()[0]
    if not len(kept):
        return None
    planned, at, channels = planned[kept], gone[1][:count][kept], channels[kept]
    events = prepared.columns.events[at]
    keys = [prepared.columns.keys[i] for i in at.tolist()]
    reasons = [_REASON[kind] for kind in events["kind"].tolist()]
    told = Told(
        names_of(_generations(planned, place), place.partition, planned["offset"], planned["slot"].astype(np.int64)),
        names_of(place.generation, place.partition, events["offset"], np.zeros(len(at), np.int64)),
        texts(*laid_out(keys)),
        texts(*laid_out([reason.encode() for reason in reasons])),
        np.ascontiguousarray(events["record_ms"]),
    )
    names = [stages.policy.channels[i] for i in channels.tolist()]
    return withdrawn(told, place.partition, keys, names, reasons), at, channels


def _generations(planned: NDArray[np.void], place: Place) -> int | NDArray[np.int64]:
    """Of the decisions that planned these contacts; before a log was accepted anew it was an earlier one, which their ref tells."""
    if place.generation == 1:
        return 1
    found = np.full(len(planned), place.generation, np.int64)
    for i, (ref, offset, slot) in enumerate(zip(*_lists(planned, "ref", "offset", "slot"), strict=True)):
        for generation in range(place.generation - 1, 0, -1):
            if stream_ref(generation, place.partition, offset, slot) == ref:
                found[i] = generation
    return found


def _lists(records: NDArray[np.void], *names: str) -> list[list[int]]:
    return [records[name].tolist() for name in names]


def _decided(prepared: Prepared, stages: Stages, place: Place, outs: Room, n: int) -> Decided:
    """The first ``n`` decisions, inputs riding as a header."""
    decisions, kept = outs[1][:n].copy(), outs[2]
    event_index = decisions["event"]
    keys = [prepared.columns.keys[i] for i in event_index.tolist()]
    laid = laid_out(keys)
    # Number of the decision among those of its event, which lie side by side.
    slots = np.arange(n) - np.searchsorted(event_index, event_index)
    names = names_of(place.generation, place.partition, decisions["offset"], slots)
    bodies = stages.encoder.encode_together(decisions, (laid, (names.text, names.ends[1])), place.generation, place.partition)
    inputs = kept.text[: kept.ends[n]].tobytes(), kept.ends[1 : n + 1].copy()
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
