"""Whether stated wishes were respected, and what was left at a default, told from decisions and the rows that they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from platinum.engine import Engine
from platinum.pipeline.adherence import Adherence
from tests.builders.proof_again import Json, looked_up

POLICY = b"""
policy: adherence
currency: EUR
timezone: UTC
human: {phone: "1"}
languages: [en, de]
categories: [tea, cakes]
channels:
  email: {kind: outbound, basis: existing_customer, caps: [8 per 7d]}
  sms: {kind: outbound, basis: existing_customer, caps: [8 per 7d]}
decide_on: [page]
exploration: {gamma0: 10000, silence: 0}
tones: {warm: {responsive: 0.9}, formal: {formality: 0.9}}
default_tone: warm
actions:
  tea:
    type: help
    category: tea
    channels: [email, sms]
    value: 5
    p_accept: 0.5
    words: {en: {warm: "Tea for you.", formal: "We offer tea."}, de: {warm: "Tee.", formal: "Wir bieten Tee an."}}
"""


def said(event: str, day: int, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "userId": "ada", "timestamp": f"2026-03-{day:02d}T10:00:00Z", "properties": properties}


def page(day: int) -> dict[str, Any]:
    return {"type": "page", "userId": "ada", "timestamp": f"2026-03-{day:02d}T10:00:00Z", "context": {"locale": "de-DE"}}


ORDER = said("Order Completed", 1, order_id="o", total=10.0)


def adherence(events: Sequence[dict[str, Any]], change: Json | None = None) -> Adherence:
    """Of what is decided then; with ``change``, of decisions that somebody has tampered with."""
    with Engine.open(POLICY, partitions=1, buckets=1) as engine:
        engine.process([ORDER, *events])
        found = None
        for body, inputs, stages in looked_up(engine):
            found = found or Adherence(stages)
            found.look_at(changed(body, change or {}), inputs)
        assert found is not None
        return found


def changed(body: Json, change: Json) -> Json:
    if body["action"] is None:
        return body
    return body | {name: body[name] | value if isinstance(value, dict) else value for name, value in change.items()}


def test_what_somebody_stated_is_respected() -> None:
    wishes = [
        said("Preference Stated", 2, preference="tone", value="formal"),
        said("Preference Stated", 2, preference="channel_no", value="sms"),
        said("Preference Stated", 2, preference="language", value="en"),
    ]

    found = adherence([*wishes, page(3), page(4)])

    assert (found.wished, found.respected) == (2, 2)
    assert (found.fields, found.leaked) == (4, 0)


@pytest.mark.parametrize(
    ("wish", "change"),
    [
        ({"preference": "tone", "value": "formal"}, {"tone": {"id": "warm"}}),
        ({"preference": "channel_no", "value": "sms"}, {"channel": "sms"}),
        ({"preference": "channel_only", "value": "email"}, {"channel": "sms"}),
        ({"preference": "language", "value": "en"}, {"content": {"language": "de"}}),
        ({"preference": "type_no", "value": "offer"}, {"type": "offer"}),
    ],
)
def test_a_wish_that_is_not_respected_is_counted(wish: dict[str, str], change: Json) -> None:
    found = adherence([said("Preference Stated", 2, **wish), page(3)], change)

    assert (found.wished, found.respected) == (1, 0)


def test_a_language_that_is_known_and_not_spoken_is_a_leak() -> None:
    assert adherence([page(3)]).leaked == 0
    assert adherence([page(3)], {"content": {"language": "en"}}).leaked == 1


def test_a_tone_that_is_known_and_left_at_the_default_is_a_leak() -> None:
    wish = said("Preference Stated", 2, preference="tone", value="formal")

    assert adherence([wish, page(3)], {"tone": {"id": "warm", "source": "default"}}).leaked == 1
    assert adherence([page(3)], {"tone": {"source": "default", "confidence": 0.29}}).leaked == 0
    assert adherence([page(3)], {"tone": {"source": "default", "confidence": 0.31}}).leaked == 1
