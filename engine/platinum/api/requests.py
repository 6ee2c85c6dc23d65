"""Bodies of requests: typed, bounded, decoded once; every refusal names the field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, TypeVar, get_args

import msgspec

from platinum.api.envelopes import opened_all, opened_or_left
from platinum.api.problems import FieldError, Problem, invalid, malformed
from platinum.api.service import DecisionRequest
from platinum.events.keys import ACCOUNT, is_free_of_control
from platinum.events.party import party_event
from platinum.events.times import parse_ms
from platinum.ids import decision_ref
from platinum.pipeline.claim import Claim
from platinum.pipeline.offers import Redemption
from platinum.vocabulary.bonds import PARTIES
from platinum.vocabulary.limits import MAX_MONEY

MAX_EVENT_BYTES = 256 << 10
MAX_BATCH_BYTES = 1 << 20
MAX_CLAIM_BYTES = 4 << 10
MAX_PLACEMENTS = 16
MAX_EVENTS = 100
MAX_BATCH_EVENTS = 10_000

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=256, description="As sent with events; no control characters.")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
IdempotencyKey = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=128,
        description="New for every new request of a customer: the same request sent again with its key gets its first answer. "
        "See docs/explanation/time-and-ids.md for how long that is remembered.",
    ),
]
Names = Annotated[list[Name], msgspec.Meta(max_length=256)]
Party = Literal["customer", "employee", "partner", "supplier", "owner"]
assert get_args(Party) == PARTIES
_PATH = re.compile(r"^(?P<want>.*?)(?: - at `\$?\.?(?P<path>[^`]*)`)?$", re.DOTALL)
T = TypeVar("T")


class Context(msgspec.Struct, frozen=True):
    """What the asker knows about the moment; other members are ignored."""

    channel: Name | None = None
    intent: Name | None = None
    category: Name | None = None
    account: Annotated[Name, msgspec.Meta(description="Account in whose role the person asks; stands before groupId.")] | None = None
    groupId: Name | None = None  # noqa: N815 - Segment's name
    party: Annotated[Party, msgspec.Meta(description="What the person is to you: kept, as an identify call would be.")] | None = None


class DecisionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/decisions``: one person, one or more placements."""

    customer_id: Key | None = None
    userId: Key | None = None  # noqa: N815 - Segment's name
    anonymousId: Key | None = None  # noqa: N815
    placement: Name | None = None
    placements: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=MAX_PLACEMENTS)] | None = None
    context: Context | None = None
    events: (
        Annotated[
            list[msgspec.Raw],
            msgspec.Meta(
                max_length=MAX_EVENTS,
                description="Events of this customer that count in the answer and are appended behind it. The intent of the newest "
                "Request Made or Contact Started among them stands for context.intent where that is absent.",
            ),
        ]
        | None
    ) = None
    candidates: Names | None = None
    idempotency_key: IdempotencyKey | None = None
    now: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class ClaimBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/contacts/{decision_id}/claim``."""

    customer_id: Annotated[Key, msgspec.Meta(description="Of the contact, as its record has it.")]
    claimant: Annotated[Name, msgspec.Meta(description="The system that would send it.")]
    nonce: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            max_length=128,
            description="New for every try to send: the same claim sent again with its nonce gets the same answer.",
        ),
    ]


class RedeemBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/offers/{decision_id}/redeem``."""

    customer_id: Annotated[Key, msgspec.Meta(description="Of the decision that made the offer.")]
    redeemed_by: Annotated[Name, msgspec.Meta(description="Number of the receipt or booking: the same again gets the same answer.")]
    value: (
        Annotated[float, msgspec.Meta(ge=-MAX_MONEY, le=MAX_MONEY, description="What it was worth, in the policy's currency.")] | None
    ) = None
    channel: Annotated[Name, msgspec.Meta(description="Where it was used.")] | None = None


class Envelope(msgspec.Struct, frozen=True):
    """What has to be known of a Segment event to complete it; all else stays as it came."""

    type: str | None = None
    sentAt: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    context: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class BatchBody(msgspec.Struct, frozen=True):
    """Body of ``POST /v1/batch``; ``sentAt`` and ``context`` hold for every event that has none of its own."""

    batch: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=MAX_BATCH_EVENTS)]
    sentAt: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    context: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_NO_CONTEXT = Context()
_DECISION = msgspec.json.Decoder(DecisionBody)
_CLAIM = msgspec.json.Decoder(ClaimBody)
_REDEEM = msgspec.json.Decoder(RedeemBody)
_BATCH = msgspec.json.Decoder(BatchBody)
_ENVELOPE = msgspec.json.Decoder(Envelope)


def _decode(decoder: msgspec.json.Decoder[T], body: bytes | msgspec.Raw) -> T:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        match = _PATH.match(str(error))
        assert match is not None
        raise Problem(422, "invalid", f"{error}; see /openapi.json", [FieldError(match["path"] or "", match["want"])]) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else "it is not UTF-8 encoded JSON"
        raise malformed(f"the body must be JSON: {reason}") from None


def decision_request(body: bytes, accepts_now: bool) -> DecisionRequest:
    """Check a body of ``POST /v1/decisions``.

    Raises
    ------
    Problem
        400 or 422.
    """
    asked = _decode(_DECISION, body)
    if (asked.placement is None) == (asked.placements is None):
        raise invalid("placement", "given once, either as placement or as placements")
    if asked.now is not None and not accepts_now:
        raise invalid("now", "absent: this deployment decides by its own clock")
    placements = (asked.placement,) if asked.placement is not None else tuple(asked.placements or ())
    customer, context, events = _customer(asked), asked.context or _NO_CONTEXT, asked.events or ()
    _check_texts(context, "account", "groupId", within="context.")
    for event in events:
        if len(memoryview(event)) > MAX_EVENT_BYTES:
            raise invalid("events", f"events of at most {MAX_EVENT_BYTES} bytes each")
    return DecisionRequest(  # by position: naming the members of a tuple took as long as decoding the body
        customer,
        placements,
        opened_all([bytes(event) for event in events]) + (() if context.party is None else (party_event(customer, context.party),)),
        None if asked.candidates is None else tuple(asked.candidates),
        context.channel or "",
        context.intent or "",
        context.category or "",
        asked.idempotency_key,
        None if asked.now is None else round(asked.now.timestamp() * 1000),
        "",
        context.account or context.groupId or "",
    )


def _customer(asked: DecisionBody) -> str:
    """The one customer key of a request."""
    named = [name for name in (asked.customer_id, asked.userId) if name is not None]
    if not named and asked.anonymousId is None:
        raise invalid("customer_id", "given, or userId, or anonymousId")
    if len(named) > 1:
        raise invalid("customer_id", "given once, either as customer_id or as userId")
    if asked.userId is not None and asked.userId.startswith("anon:"):
        raise invalid("userId", "an id that does not begin with 'anon:', which marks anonymous ids")
    if named and named[0].startswith(ACCOUNT):
        raise invalid("customer_id", "a person: nothing is decided for an account itself; ask for one of its members")
    key = named[0] if named else f"anon:{asked.anonymousId}"
    if not is_free_of_control(key):
        raise invalid("customer_id", "free of control characters")
    return key


def claim_of(decision_id: str, body: bytes) -> Claim:
    """Check a body of ``POST /v1/contacts/{decision_id}/claim``.

    Raises
    ------
    Problem
        400 or 422.
    """
    asked = _decode(_CLAIM, body)
    _check_texts(asked, "customer_id", "claimant", "nonce")
    _check_decision(decision_id)
    return Claim(decision_id, asked.customer_id, asked.claimant, asked.nonce)


def _check_texts(asked: object, *names: str, within: str = "") -> None:
    for name in names:
        if not is_free_of_control(getattr(asked, name) or ""):
            raise invalid(within + name, "free of control characters")


def redemption_of(decision_id: str, body: bytes) -> Redemption:
    """Check a body of ``POST /v1/offers/{decision_id}/redeem``.

    Raises
    ------
    Problem
        400 or 422.
    """
    asked = _decode(_REDEEM, body)
    _check_texts(asked, "customer_id", "redeemed_by", "channel")
    _check_decision(decision_id)
    return Redemption(decision_id, asked.customer_id, asked.redeemed_by, asked.value, asked.channel or "")


def offer_asked(decision_id: str, query: Sequence[tuple[str, str]]) -> str:
    """Customer key in the query of ``GET /v1/offers/{decision_id}``.

    Raises
    ------
    Problem
        422.
    """
    if unknown := [name for name, _ in query if name != "customer_id"]:
        raise invalid(unknown[0], "absent: an offer takes no query member but 'customer_id'")
    if len(query) != 1 or not 1 <= len(query[0][1]) <= 256 or not is_free_of_control(query[0][1]):
        raise invalid("customer_id", "given once, 1 to 256 characters without control characters")
    _check_decision(decision_id)
    return query[0][1]


def _check_decision(decision_id: str) -> None:
    if not decision_ref(decision_id):
        raise invalid("decision_id", "the id of a decision, as the contact or the answer has it")


def segment_event(body: bytes, kind: str) -> bytes:
    """A single event of ``POST /v1/<kind>``, with its type filled in; the rest byte for byte as sent."""
    envelope = _decode(_ENVELOPE, body)
    if envelope.type is None:
        return splice(body, f'"type":"{kind}"'.encode())
    if envelope.type != kind:
        raise invalid("type", f"{kind!r} or absent at this address")
    return body


def batch_events(body: bytes) -> list[bytes]:
    """Events of ``POST /v1/batch``, each with the batch's ``sentAt`` and ``context`` where it has none."""
    batch = _decode(_BATCH, body)
    events = []
    for raw in batch.batch:
        event = opened_or_left(bytes(raw))
        if not event.startswith(b"{"):
            events.append(event)  # no object: rejected by its schema, like any other broken event
            continue
        envelope = _decode(_ENVELOPE, event)
        for name, given, shared in (("sentAt", envelope.sentAt, batch.sentAt), ("context", envelope.context, batch.context)):
            if given is msgspec.UNSET and shared is not msgspec.UNSET:
                event = splice(event, f'"{name}":'.encode() + bytes(shared))
        events.append(event)
    return events


def splice(body: bytes, member: bytes) -> bytes:
    """A JSON object with one more member in front; the rest keeps its bytes."""
    rest = body.lstrip()[1:]
    return b"{" + member + (b"" if rest.lstrip().startswith(b"}") else b",") + rest


def profile_now(query: Sequence[tuple[str, str]]) -> int | None:
    """Instant (ms) that a profile is to be seen from, from the query of ``GET /v1/profiles/<customer>``; None = now.

    Raises
    ------
    Problem
        422: a member that is not known, or no instant.
    """
    if unknown := [name for name, _ in query if name != "now"]:
        raise invalid(unknown[0], "absent: a profile takes no query member but 'now'")
    if not query:
        return None
    now_ms = parse_ms(query[0][1]) if len(query) == 1 else None
    if now_ms is None:
        raise invalid("now", "given once, as an RFC 3339 date-time such as 2026-11-22T10:00:00Z (a + in it as %2B)")
    return now_ms
