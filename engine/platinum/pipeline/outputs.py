"""What one segment puts out: dead letters, decisions, contacts and withdrawals, as records for the log."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.emit.contacts import INPUTS_HEADER, Withdrawal, decision_headers, decision_records, withdrawal_records
from platinum.emit.deadletter import dead_letter
from platinum.emit.envelope import name_decisions
from platinum.emit.inputs import pack_live_inputs
from platinum.ids import stream_decision_id, stream_ref
from platinum.pipeline.cut import Poisoned
from platinum.pipeline.engine_records import header
from platinum.pipeline.kernel import APPLIED
from platinum.pipeline.prepared import Place, Prepared
from platinum.pipeline.stages import Room, Stages
from platinum.ports import DEAD_LETTERS, DECISIONS, INTERACTIONS, Record
from platinum.vocabulary.codes import Kind

_REASON = {int(kind): kind.name.lower() for kind in Kind}
_NO_EVENTS = np.zeros(0, np.int64)

Output = tuple[str, Record]


class _Put(NamedTuple):
    """Records and the event (index in the segment) that each came from."""

    outputs: list[Output]
    event: NDArray[np.integer[Any]]


_NOTHING = _Put([], _NO_EVENTS)


def outputs_of(prepared: Prepared, became: NDArray[np.int8], stages: Stages, place: Place, outs: Room, n: int) -> list[Output]:
    """Everything to be appended; of one topic, in the order of the events that it came from.

    Parameters
    ----------
    became : int8[B]
        What ``run_batch`` made of each event.
    outs : Room
        As ``run_batch`` left it, with ``n`` decisions.
    """
    decisions, contacts = _decisions(prepared, stages, place, outs, n) if n else (_NOTHING, _NOTHING)
    withdrawn = _withdrawals(prepared, stages, place, outs[3]) if len(became) and outs[3][2][0] else _NOTHING
    # A contact never follows its own withdrawal, whatever was in one batch.
    return [
        *_dead_letters(prepared, place),
        *_merged(_published(prepared, became, place), decisions),
        *_merged(withdrawn, contacts),
    ]


def _merged(first: _Put, then: _Put) -> list[Output]:
    """Both in the order of their events; what came from one event, the ``first`` first."""
    if not first.outputs or not then.outputs:
        return first.outputs or then.outputs
    both = first.outputs + then.outputs
    order = np.argsort(np.concatenate([first.event, then.event]), kind="stable")
    return [both[i] for i in order.tolist()]


def _withdrawals(
    prepared: Prepared, stages: Stages, place: Place, gone: tuple[NDArray[np.void], NDArray[np.int32], NDArray[np.int64]]
) -> _Put:
    """What channel systems must not send any more, each with the event that ruled it out as reason."""
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
    return _Put(withdrawal_records(withdrawn, place.partition), at)


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


def _decisions(prepared: Prepared, stages: Stages, place: Place, outs: Room, n: int) -> tuple[_Put, _Put]:
    """Decision and contact records of the first ``n`` decisions, inputs riding as a header."""
    triggers, decisions, before = outs[0][:n], outs[1][:n], outs[2][:n]
    event_index = decisions["event"]
    keys = [prepared.columns.keys[i] for i in event_index.tolist()]
    # Number of the decision among those of its event, which lie side by side.
    slots = np.arange(n) - np.searchsorted(event_index, event_index)
    named = name_decisions(place.generation, place.partition, decisions["offset"], slots)
    bodies = stages.encoder.encode(decisions, keys, named.ids, place.generation, place.partition)
    inputs = pack_live_inputs(before, triggers, stages.version)
    made = decision_records(stages.policy, decisions, keys, named, bodies, inputs, place.partition)
    return _Put(made.decisions, event_index), _Put(made.contacts, event_index[made.contact_of])


def _published(prepared: Prepared, became: NDArray[np.int8], place: Place) -> _Put:
    """Decisions made over HTTP are published verbatim when the stream folds them."""
    if not prepared.made:
        return _NOTHING
    index = {offset: i for i, offset in enumerate(prepared.columns.events["offset"].tolist())}
    outputs: list[Output] = []
    at = []
    for record, body in prepared.made:
        i = index.get(record.offset, -1)
        if i < 0 or became[i] != APPLIED or record.key is None:
            continue
        cause = f"{place.generation}.{place.partition}.{record.offset}"
        headers = decision_headers(body.decision_id, record.time_ms, cause, record.key, header(record.headers, INPUTS_HEADER))
        outputs.append((DECISIONS, Record(record.key, bytes(body.decision), record.time_ms, headers, place.partition)))
        at.append(i)
    return _Put(outputs, np.array(at, np.int64))


def _dead_letters(prepared: Prepared, place: Place) -> list[Output]:
    """Rejected records; a replay reports them again, with the same coordinates and bytes."""
    return [
        (DEAD_LETTERS, dead_letter(record, why, INTERACTIONS, place.partition, why.stage if isinstance(why, Poisoned) else "decode"))
        for record, why in prepared.rejected
    ]
