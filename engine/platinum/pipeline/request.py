"""Decisions that somebody asks for: stored rows, each request's own events on a copy, one decision per placement.

Used by the HTTP API, for all requests of a moment at once, and by ``platinum.Engine.decide``. Pure: the caller reads the
rows and appends what comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.decide.record import TRIGGER
from platinum.errors import Rejected, UsageError
from platinum.events.decode import decode
from platinum.events.rejection import Rejection
from platinum.hashing import hash64, name_hash
from platinum.ids import http_decision_id, http_decision_ref
from platinum.pipeline.asking import NO_EVENTS, Asking, Folding, Ran, pack_trigger, run_requests
from platinum.pipeline.engine_events import event_of
from platinum.pipeline.engine_records import HISTORY_HEADER, DecisionMade
from platinum.pipeline.intents import answered_events, take_intents
from platinum.pipeline.request_records import Given, binding, decision_bodies, decisions_made, made_records, packed_inputs, verdicts
from platinum.pipeline.stages import Stages
from platinum.pipeline.whose import keep_own
from platinum.ports import Fetched, Record
from platinum.profile.codec import pack_rows
from platinum.vocabulary.codes import Kind

#: ``Asking.at`` of requests for one placement each, without candidates.
_PLAIN = np.stack([np.arange(256), np.zeros(256, np.int64)], axis=1)
_REQUEST_MADE, _OTHER = int(Kind.REQUEST_MADE), int(Kind.OTHER)
_NONE_OWN = np.zeros(0, np.int64)
#: Folded, and nothing is decided about it: what the customer asks for has been answered already.
_ANSWERED = ((HISTORY_HEADER, b"1"),)


class Ask(NamedTuple):
    """What is asked.

    Attributes
    ----------
    customer : str
        Customer key.
    placements : sequence of str
        One decision each, in this order: each knows of those before it. An action is given at most once per request.
    now_ms : int
        Record time of the request.
    client, request : str
        Who asks, and the idempotency key (or a ULID made at the edge): equal ones give the equal decision id.
    events : sequence of bytes
        Segment-shaped events of this customer that count in the answer.
    candidates : sequence of str or None
        Actions that may run; None = all.
    intent, channel, category : str
        Context: what the customer asked for, through what, about what; "" = unknown. For an unknown intent stands that of
        the newest `Request Made` or `Contact Started` among ``events``.
    fingerprint : str
        Of the whole request, kept with its decisions; "" = it has no idempotency key.
    account : str
        Id of the account in whose role the person asks; "" = for themselves, or as the event says that the intent was taken from.
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
    fingerprint: str = ""
    account: str = ""


class Earlier(NamedTuple):
    """What was answered to the same customer and is not in the stored row yet: the decisions, then the events sent along."""

    now_ms: int
    events: Sequence[bytes]
    made: Sequence[DecisionMade]


class Asked(NamedTuple):
    """An ``Ask`` and what was found about its customer.

    Attributes
    ----------
    blob : bytes or None
        The packed row; None = unknown person.
    earlier : sequence of Earlier
        To be folded onto the row first, in this order.
    """

    ask: Ask
    blob: bytes | None
    bucket: int
    partition: int
    earlier: Sequence[Earlier] = ()


class Answer(NamedTuple):
    """Decisions of a request and what has to be appended to the log for them.

    Attributes
    ----------
    decisions : list of bytes
        Canonical decision JSON, one per placement.
    records : list of Record
        One `decision made` per decision, then the request's own events; all under the customer's key. In this order,
        because the stream may decide about those events too: it must know then what they were answered with.
    binding : bool
        An answer holds an offer or a promise: it must not leave before the append is durable.
    made : list of DecisionMade
        What the records of the decisions say.
    """

    decisions: list[bytes]
    records: list[Record]
    binding: bool
    made: list[DecisionMade]


#: A placement or candidate that the policy does not have; an event that breaks its schema.
Refusal = UsageError | Rejected


def answer(ask: Ask, blob: bytes | None, bucket: int, stages: Stages, secret: bytes, generation: int, partition: int) -> Answer:
    """``answer_all`` of one request.

    Raises
    ------
    UsageError
        A placement or candidate that the policy does not have.
    Rejected
        One of the request's events breaks its schema.
    """
    (given,) = answer_all([Asked(ask, blob, bucket, partition)], stages, secret, generation)
    if isinstance(given, Exception):
        raise given
    return given


def answer_all(asked: Sequence[Asked], stages: Stages, secret: bytes, generation: int) -> list[Answer | Refusal]:
    """Answer requests together: each as it would be answered alone, the bytes included.

    A request that is refused has its error in the place of its answer. Requests of one customer do not see each other:
    each starts from the row, and what was answered earlier, that it came with.
    """
    refused: dict[int, Refusal] = {}
    triggers, places, ids = _triggers(asked, stages, refused)
    folding, own = _folding(asked, stages, refused)
    sets = _sets(asked, stages, refused)
    if refused:
        good = [i for i in range(len(asked)) if i not in refused]
        among = iter(answer_all([asked[i] for i in good], stages, secret, generation) if good else ())
        return [refused[i] if i in refused else next(among) for i in range(len(asked))]
    of = [row for row, _ in places]
    at = _PLAIN[: len(asked)] if len(sets) == 1 and len(places) == len(asked) <= len(_PLAIN) else np.array(places, np.int64).reshape(-1, 2)
    asking = Asking(np.frombuffer(triggers, TRIGGER), at, sets)
    if len(own):
        take_intents(asking.triggers, of, folding, own)
    ran = run_requests([one.blob for one in asked], folding, asking, stages)
    given = Given([asked[i].ask.customer.encode() for i in of], ids, [asked[i].partition for i in of], ran.out, verdicts(ran.out))
    bodies = decision_bodies(given, stages, generation)
    inputs = packed_inputs(_decided_on(asked, of, ran), asking, given, stages)
    made = decisions_made(given, bodies, stages, [asked[i].ask.fingerprint for i in of], ran.seen)
    records = _Records(made_records(given, made, inputs, secret), answered_events(of, made, folding, own))
    return _answers(asked, binding(given, stages), bodies, made, records)


@lru_cache(maxsize=65_536)
def person_of(customer: str) -> int:
    """What is drawn once per person is drawn from this: ``TRIGGER.person``."""
    return hash64(customer.encode())


def _triggers(asked: Sequence[Asked], stages: Stages, refused: dict[int, Refusal]) -> tuple[bytearray, list[tuple[int, int]], list[str]]:
    """Bytes of TRIGGER[T], (row, allowed set) and decision id of each; one per placement."""
    triggers, places, ids = bytearray(), [], []
    n_sets = 0
    for i, (ask, _, bucket, _, _) in enumerate(asked):
        kind = _REQUEST_MADE if ask.intent else _OTHER
        category, channel, intent = ask.category, ask.channel, ask.intent
        names = [name_hash(name) if name else 0 for name in (category, channel, intent, ask.account)]
        n_sets += ask.candidates is not None
        person = person_of(ask.customer)
        place = (i, n_sets if ask.candidates is not None else 0)
        for slot, name in enumerate(ask.placements):
            index = stages.placement_index.get(name)
            if index is None:
                known = ", ".join(stages.policy.placements) or "none"
                refused[i] = UsageError(f"'placement' must be one of the policy's placements ({known}); see placements in the policy")
                break
            decision_id = http_decision_id(bucket, ask.client, ask.customer, name, slot, ask.request)
            triggers += pack_trigger(http_decision_ref(decision_id), ask.now_ms, -1, 0.0, person, *names, kind, index)
            places.append(place)
            ids.append(decision_id)
    return triggers, places, ids


def _folding(asked: Sequence[Asked], stages: Stages, refused: dict[int, Refusal]) -> tuple[Folding, NDArray[np.int64]]:
    """What was answered earlier, then the requests' own events; and of each of these which it is, -1 for the others."""
    of: list[tuple[int, int]] = []  # request, and which of its own events; -1: from earlier
    fetched: list[Fetched] = []
    made = []
    for i, one in enumerate(asked):
        if not (one.ask.events or one.earlier) or i in refused:
            continue
        key = one.ask.customer.encode()
        for now_ms, sent, decisions in one.earlier:
            made += [event_of(body, Fetched(len(of) + n, key, b"", now_ms, ())) for n, body in enumerate(decisions)]
            of += [(i, -1)] * len(decisions)
            fetched += [Fetched(len(of) + n, key, event, now_ms, ()) for n, event in enumerate(sent)]
            of += [(i, -1)] * len(sent)
        fetched += [Fetched(len(of) + n, key, event, one.ask.now_ms, ()) for n, event in enumerate(one.ask.events)]
        of += [(i, n) for n in range(len(one.ask.events))]
    if not of:
        return NO_EVENTS, _NONE_OWN
    events, items = NO_EVENTS.events, NO_EVENTS.items
    if fetched:
        columns, rejections = decode(fetched, stages.decoding)
        keep_own(columns.events, columns.keys)
        events, items = columns.events, columns.items
        for rejection in reversed(rejections):  # of several, a request is told its first
            i, j = of[fetched[rejection.index].offset]
            if j >= 0:  # what an earlier policy took is folded by the stream as this one says
                refused[i] = _rejected(rejection, j)
    if made:
        events = np.concatenate([events, *made])
        events = events[np.argsort(events["offset"])]
    places = [of[n] for n in events["offset"].tolist()]
    at, own = np.array([i for i, _ in places], np.int64), np.array([j for _, j in places], np.int64)
    events["offset"] = -1  # they have none before they are appended
    return Folding(events, items, at), own


def _rejected(rejection: Rejection, at: int) -> Rejected:
    where = f"events[{at}]"
    return Rejected(rejection.reason, f"{where}: {rejection.message}", f"{where}.{rejection.field}")


def _sets(asked: Sequence[Asked], stages: Stages, refused: dict[int, Refusal]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """uint8[K, A]: everything (nothing while stopped), then the candidates of each request that names some, in order."""
    restricted = [i for i, one in enumerate(asked) if one.ask.candidates is not None]
    allowed = 0 if stages.policy.stopped else 1
    if not restricted:
        return _all(len(stages.action_index), allowed)
    sets = np.zeros((1 + len(restricted), len(stages.action_index)), np.uint8)
    sets[0] = allowed
    for k, i in enumerate(restricted, 1):
        indices = [stages.action_index.get(name, -1) for name in asked[i].ask.candidates or ()]
        if -1 in indices:
            refused.setdefault(i, UsageError("'candidates' must name actions of the policy in force; see actions in the policy"))
        sets[k, indices] = allowed
    return sets


@lru_cache(maxsize=8)
def _all(actions: int, allowed: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.full((1, actions), allowed, np.uint8)


def _decided_on(asked: Sequence[Asked], of: Sequence[int], ran: Ran) -> list[bytes]:
    """The packed row that each decision was made on; ``of`` is the request of each."""
    # Nothing folded: what was stored is what was decided on, but for plans that have expired, which no decision looks at.
    changed = [i for i, one in enumerate(asked) if one.blob is None or one.ask.events or one.earlier]
    packed = dict(zip(changed, pack_rows(ran.rows, np.array(changed, np.int64)), strict=True)) if changed else {}
    rows = [packed.get(i, asked[i].blob or b"") for i in of]
    if len(of) > len(asked):
        later = [t for t in range(1, len(of)) if of[t - 1] == of[t]]
        for t, row in zip(later, pack_rows(ran.later, np.array(later, np.int64)), strict=True):
            rows[t] = row
    return rows


class _Records(NamedTuple):
    """`decision made` records, and which events (request, number) of the requests have been answered by them."""

    made: list[Record]
    answered: Collection[tuple[int, int]]


def _answers(
    asked: Sequence[Asked], binds: Sequence[bool], bodies: list[bytes], made: list[DecisionMade], records: _Records
) -> list[Answer | Refusal]:
    answers: list[Answer | Refusal] = []
    start = 0
    for i, (ask, _, _, partition, _) in enumerate(asked):
        end = start + len(ask.placements)
        some = records.made[start:end]
        if ask.events:
            key, over = ask.customer.encode(), records.answered
            heads = [_ANSWERED if (i, j) in over else () for j in range(len(ask.events))]
            some = [*some, *(Record(key, event, ask.now_ms, head, partition) for event, head in zip(ask.events, heads, strict=True))]
        answers.append(Answer(bodies[start:end], some, True in binds[start:end], made[start:end]))
        start = end
    return answers
