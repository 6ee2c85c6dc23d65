"""A decision that somebody asks for: the stored row, the request's own events on a copy, one decision per placement.

Used by the HTTP API and by ``platinum.Engine.decide``. Pure: the caller reads the row and appends what comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from platinum.decide.kernel import decide_one
from platinum.decide.record import DECISION, TRIGGER
from platinum.emit.contacts import INPUTS_HEADER
from platinum.emit.inputs import pack_inputs
from platinum.errors import Rejected, UsageError
from platinum.events.columns import EVENT, ITEM
from platinum.events.decode import decode
from platinum.hashing import name_hash
from platinum.ids import decision_ref, http_decision_id
from platinum.jit import kernel
from platinum.pipeline.engine_records import DecisionMade, engine_record
from platinum.pipeline.stages import Stages
from platinum.ports import Fetched, Record
from platinum.profile.codec import pack_rows, unpack_rows
from platinum.profile.fold import fold
from platinum.profile.row import ROW
from platinum.vocabulary.codes import Kind

_FIRST = np.zeros(1, np.int64)
#: Most requests bring no events: an empty decode would cost a fifth of the answer.
_NO_EVENTS, _NO_ITEMS = np.zeros(0, EVENT), np.zeros(0, ITEM)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked.

    Attributes
    ----------
    customer : str
        Customer key.
    placements : sequence of str
        One decision each; an action is given at most once per request.
    now_ms : int
        Record time of the request.
    events : sequence of bytes
        Segment-shaped events of this customer that count in the answer.
    candidates : sequence of str or None
        Actions that may run; None = all.
    intent, channel, category : str
        Context: what the customer asked for, through what, about what; "" = unknown.
    client, request : str
        Who asks, and the idempotency key (or a ULID made at the edge): equal ones give the equal decision id.
    """

    customer: str
    placements: Sequence[str]
    now_ms: int
    client: str
    request: str
    events: Sequence[bytes] = ()
    candidates: Sequence[str] | None = None
    intent: str = ""
    channel: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Decisions of a request and what has to be appended to the log for them.

    Attributes
    ----------
    decisions : list of bytes
        Canonical decision JSON, one per placement.
    records : list of Record
        The request's own events, then one `decision made` per decision; all under the customer's key.
    binding : bool
        An answer holds an offer or a promise: it must not leave before the append is durable.
    """

    decisions: list[bytes]
    records: list[Record]
    binding: bool


@kernel
def decide_placements(rows: Any, events: Any, items: Any, triggers: Any, run: Any, out: Any) -> None:
    """Fold ``events`` into ``rows[0]``, then decide each trigger; an action is taken once per request."""
    tables, model, scratch = run
    row = rows[0]
    for i in range(events.shape[0]):
        fold(row, events[i], items, tables)
    for i in range(triggers.shape[0]):
        decide_one(row, triggers[i], tables, model, scratch, out[i])
        out[i]["event"] = -1
        if out[i]["action"] >= 0:
            scratch.allowed[out[i]["action"]] = 0


def answer(ask: Ask, blob: bytes | None, bucket: int, stages: Stages, secret: bytes, generation: int, partition: int) -> Answer:
    """Decide one request from the customer's packed row (None = unknown person).

    Raises
    ------
    UsageError
        A placement or candidate that the policy does not have.
    Rejected
        One of the request's events breaks its schema.
    """
    key = ask.customer.encode()
    triggers, ids = _triggers(ask, bucket, stages)
    rows = np.zeros(1, ROW)
    if blob is not None:
        unpack_rows([blob], rows, _FIRST)
    events, items = _events(ask, key, stages)
    out = np.zeros(len(triggers), DECISION)
    _allow(ask, stages)
    decide_placements(rows, events, items, triggers, stages.run, out)
    barred = _barred(stages, out["action"].tolist(), ask.candidates is not None)
    stages.scratch.allowed[:] = 1
    # Nothing folded: what was stored is what was decided on, and packing it again would give the same bytes.
    folded = blob if blob is not None and not ask.events else pack_rows(rows, _FIRST)[0]
    bodies = stages.encoder.encode(out, [key] * len(out), ids, generation, partition)
    inputs = pack_inputs([folded] * len(out), triggers, stages.version, barred)
    records = [Record(key, event, ask.now_ms) for event in ask.events]
    records += [_made(stages, out[i], ids[i], bodies[i], inputs[i], key, secret) for i in range(len(out))]
    binding = any(stages.policy.actions[a].offer is not None for a in out["action"].tolist() if a >= 0)
    return Answer(bodies, records, binding)


def _events(ask: Ask, key: bytes, stages: Stages) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """EVENT[*] and ITEM[*] of the request's own events."""
    if not ask.events:
        return _NO_EVENTS, _NO_ITEMS
    columns, rejections = decode([Fetched(-1, key, event, ask.now_ms, ()) for event in ask.events], stages.decoding)
    if rejections:
        first = rejections[0]
        raise Rejected(first.reason, f"events[{first.index}]: {first.message}", f"events[{first.index}].{first.field}")
    return columns.events, columns.items


def _triggers(ask: Ask, bucket: int, stages: Stages) -> tuple[NDArray[np.void], list[str]]:
    """TRIGGER[n] and the decision ids, one per placement."""
    triggers = np.zeros(len(ask.placements), TRIGGER)
    ids = []
    for slot, name in enumerate(ask.placements):
        index = stages.placement_index.get(name)
        if index is None:
            known = ", ".join(stages.policy.placements) or "none"
            raise UsageError(f"'placement' must be one of the policy's placements ({known}); see placements in the policy")
        ids.append(http_decision_id(bucket, ask.client, ask.customer, name, slot, ask.request))
        one = triggers[slot]
        one["ref"] = decision_ref(ids[-1])
        one["now_ms"] = ask.now_ms
        one["offset"] = -1
        one["placement"] = index
        one["kind"] = Kind.REQUEST_MADE if ask.intent else Kind.OTHER
        one["intent"] = name_hash(ask.intent) if ask.intent else 0
        one["channel"] = name_hash(ask.channel) if ask.channel else 0
        one["category"] = name_hash(ask.category) if ask.category else 0
    return triggers, ids


def _allow(ask: Ask, stages: Stages) -> None:
    """Restrict the actions to the request's candidates."""
    if ask.candidates is None:
        return
    allowed = []
    for name in ask.candidates:
        index = stages.action_index.get(name)
        if index is None:
            raise UsageError("'candidates' must name actions of the policy in force; see actions in the policy")
        allowed.append(index)
    stages.scratch.allowed[:] = 0
    stages.scratch.allowed[allowed] = 1


def _barred(stages: Stages, chosen: list[int], restricted: bool) -> list[list[int]] | None:
    """Actions that each decision was not allowed: not a candidate, or given for an earlier placement."""
    if not restricted and len(chosen) == 1:
        return None
    given = set(chosen)
    never = [a for a in np.flatnonzero(stages.scratch.allowed == 0).tolist() if a not in given]
    return [never + [a for a in chosen[:i] if a >= 0] for i in range(len(chosen))]


def _made(stages: Stages, out: np.void, decision_id: str, body: bytes, inputs: bytes, key: bytes, secret: bytes) -> Record:
    """`decision made` of one decision, the decision verbatim."""
    action = int(out["action"])
    now_ms = int(out["now_ms"])
    chosen = stages.policy.actions[action] if action >= 0 else None
    closes_ms = now_ms + int(stages.policy.tables.actions["reward_window_ms"][action]) if chosen else now_ms
    made = DecisionMade(
        decision_id=decision_id,
        action=chosen.name if chosen else None,
        type=chosen.type.name.lower() if chosen else "silence",
        channel=stages.policy.channels[int(out["channel"])] if chosen else None,
        decided_ms=now_ms,
        closes_ms=closes_ms,
        expires_ms=int(out["expires_ms"]),
        explored=bool(out["explored"]),
        decision=msgspec.Raw(body),
    )
    return engine_record(secret, key, made, now_ms, extra=((INPUTS_HEADER, inputs),))
