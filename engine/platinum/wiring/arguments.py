"""What is given to ``platinum.Engine``, checked before anything is done with it; every error names the argument.

A wrong type is a ``TypeError``, a wrong value a ``ValueError``, a rule of events or deployments the package's own error.
Values are never quoted: they may be personal data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from platinum.errors import EventRejected, UsageError
from platinum.events.keys import ANONYMOUS, is_free_of_control, is_personal
from platinum.events.party import party_event
from platinum.events.times import parse_ms
from platinum.vocabulary.bonds import PARTIES
from platinum.vocabulary.limits import MAX_ID, MAX_MONEY, MAX_NAME

_EVENTS = "docs/reference/events.md"
_POLICY = "docs/reference/policy.md"
_OFFERS = "docs/how-to/honour-an-offer.md"
_ENGINE = "README.md, 'As a library'"
#: Members of ``context`` that count; others are ignored, as over HTTP.
CONTEXT = ("intent", "channel", "category", "account", "groupId", "party", "idempotency_key")


def wrong_type(name: str, want: str, got: object, page: str) -> TypeError:
    """An argument of another type than was wanted."""
    return TypeError(f"{name!r} must be {want}, got {type(got).__name__}; see {page}")


def text(name: str, value: object, want: str, page: str, longest: int) -> str:
    """A text of 1 to ``longest`` characters that UTF-8 can hold."""
    if not isinstance(value, str):
        raise wrong_type(name, want, value, page)
    if not 1 <= len(value) <= longest or not _encodable(value):
        raise ValueError(f"{name!r} must be {want}: 1 to {longest} characters, no lone surrogates; see {page}")
    return value


def customer_key(customer_id: object) -> str:
    """The key of a customer, as it is sent with events.

    Raises
    ------
    EventRejected
        ``schema`` where it holds a control character; ``personal_key``, as for an event in a log: only the HTTP API can
        replace what was sent by a hash that nobody can try addresses against, because only a deployment has a key of its own.
    """
    key = text("customer_id", customer_id, "a customer key, the userId of events", _EVENTS, MAX_ID + len(ANONYMOUS))
    if not is_free_of_control(key):
        raise EventRejected("schema", "customer_id", "free of control characters")
    if is_personal(key.removeprefix(ANONYMOUS)):
        raise EventRejected(
            "personal_key", "customer_id", "a pseudonym, not an e-mail address or a phone number (only the HTTP API replaces those)"
        )
    return key


def placement_name(placement: object) -> str:
    """The name of a placement."""
    return text("placement", placement, "the name of a placement of the policy", _POLICY, MAX_NAME)


def instant_ms(now: object) -> int:
    """An RFC 3339 instant in milliseconds since 1970.

    Raises
    ------
    UsageError
        It is a text, but no instant.
    """
    if not isinstance(now, str):
        raise wrong_type("now", "an RFC 3339 date-time such as '2026-11-22T10:00:00Z', or None", now, _ENGINE)
    ms = parse_ms(now)
    if ms is None:
        raise UsageError("'now' must be an RFC 3339 date-time such as 2026-11-22T10:00:00Z")
    return ms


def receipt(redeemed_by: object) -> str:
    """The number of a receipt or booking."""
    return text("redeemed_by", redeemed_by, "the number of a receipt or booking", _OFFERS, MAX_NAME)


def channel_name(channel: object) -> str:
    """The name of a channel, "" where none is said."""
    return "" if channel is None else text("channel", channel, "the name of a channel, or None", _OFFERS, MAX_NAME)


def money(value: object) -> float | None:
    """An amount in the policy's currency."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type("value", "an amount of money, or None", value, _OFFERS)
    if not -MAX_MONEY <= value <= MAX_MONEY:
        raise ValueError(f"'value' must be an amount from {-MAX_MONEY:g} to {MAX_MONEY:g}; see {_OFFERS}")
    return value


def context_of(context: object) -> dict[str, str]:
    """The members of ``context`` that count, ``""`` where one is absent."""
    if context is None:
        context = {}
    if not isinstance(context, Mapping):
        raise wrong_type("context", f"a mapping with any of {', '.join(CONTEXT)}, or None", context, _ENGINE)
    given = {name: context.get(name) for name in CONTEXT}
    for name in ("account", "groupId"):
        if isinstance(said := given[name], str) and not is_free_of_control(said):
            raise ValueError(f"context[{name!r}] must be free of control characters, as `groupId` of a `group` call; see {_ENGINE}")
    return {
        name: "" if value is None or value == "" else text(f"context[{name!r}]", value, "text", _ENGINE, MAX_NAME)
        for name, value in given.items()
    }


def party_said(customer: str, party: str) -> list[bytes]:
    """The event that says what a person is to the firm; none where that is not said.

    Raises
    ------
    UsageError
        It is none of the parties.
    """
    if party and party not in PARTIES:
        raise UsageError(f"context['party'] must be one of {', '.join(PARTIES)}; see docs/reference/bonds.md, 'Parties'")
    return [party_event(customer, party)] if party else []


def action_names(candidates: object) -> list[str] | None:
    """The actions to which a decision is restricted; None = all."""
    if candidates is None:
        return None
    if isinstance(candidates, str | bytes | Mapping) or not isinstance(candidates, Iterable):
        raise wrong_type("candidates", "a list of names of actions, or None", candidates, _POLICY)
    return [text(f"candidates[{i}]", one, "the name of an action", _POLICY, MAX_NAME) for i, one in enumerate(candidates)]


def event_bytes(events: object) -> list[bytes]:
    """Events as JSON, each as it was given or made from a mapping; what is no valid event is the decoder's to say."""
    if isinstance(events, str | bytes | bytearray | Mapping) or not isinstance(events, Iterable):
        raise wrong_type("events", "a list of events, each a mapping or JSON as bytes", events, _EVENTS)
    return [_event(i, event) for i, event in enumerate(events)]


def _event(i: int, event: object) -> bytes:
    name = f"events[{i}]"
    if isinstance(event, bytes | bytearray | memoryview):
        return bytes(event)
    if not isinstance(event, Mapping):
        raise wrong_type(name, "a mapping, or JSON as bytes", event, _EVENTS)
    try:
        return orjson.dumps(event if isinstance(event, dict) else dict(event))
    except orjson.JSONEncodeError as error:
        # Its own message names a type or a limit, never a value.
        raise TypeError(f"{name!r} must be a mapping that JSON can hold ({error}); see {_EVENTS}") from None


def policy_source(policy: object) -> tuple[bytes, str]:
    """The YAML of a policy and what it is called in messages."""
    if isinstance(policy, bytes):
        return policy, "policy"
    if not isinstance(policy, str | Path):
        raise wrong_type("policy", "the path of a policy, or its YAML as bytes", policy, _POLICY)
    return Path(policy).read_bytes(), str(policy)


def whole_numbers(**numbers: Any) -> None:
    """Raise ``TypeError`` unless each is a whole number or None."""
    for name, number in numbers.items():
        if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
            raise wrong_type(name, "a whole number", number, _ENGINE)


def folder(data_dir: object) -> Path | None:
    """Where an engine is kept; None = in memory."""
    if data_dir is not None and not isinstance(data_dir, str | Path):
        raise wrong_type("data_dir", "a path, or None", data_dir, _ENGINE)
    return None if data_dir is None else Path(data_dir)


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
