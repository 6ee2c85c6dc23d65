"""The tone that a decision names is that of its words."""

from __future__ import annotations

import pytest

from platinum.engine import Engine

POLICY = b"""
policy: tones
currency: EUR
timezone: UTC
languages: [en, de]
human: {email: a@example.org}
channels: {web: inbound}
tones: {warm: {responsive: 0.8}, formal: {formality: 0.9}}
default_tone: warm
decide_on: [review_written]
thank: {threshold: 0.1}
actions:
  thanks:
    type: thank_you
    channels: [web]
    words:
      en: {warm: "Thank you for {orders} orders."}
      de: {warm: "Danke zu {orders}.", formal: "Wir danken Ihnen zu {orders}."}
"""


def said(what: str, value: str) -> dict[str, object]:
    """A preference."""
    return {
        "type": "track",
        "event": "Preference Stated",
        "messageId": what,
        "userId": "a",
        "properties": {"preference": what, "value": value},
    }


@pytest.mark.parametrize(
    ("language", "tone", "source", "begins"), [("en", "warm", "nearest", "Thank"), ("de", "formal", "stated", "Wir danken")]
)
def test_a_stated_tone_is_named_only_where_the_language_has_words_in_it(language: str, tone: str, source: str, begins: str) -> None:
    order = {"type": "track", "event": "Order Completed", "messageId": "o", "userId": "a", "properties": {"order_id": "1", "total": 50}}
    at = {"timestamp": "2026-03-01T10:00:00Z"}
    with Engine.open(POLICY) as engine:
        engine.process([order | at, said("language", language) | at, said("tone", "formal") | at])
        decision = engine.decide("a", "web", now="2026-03-02T10:00:00Z")

    assert (decision["tone"]["id"], decision["tone"]["source"]) == (tone, source)
    assert decision["content"]["blocks"][0]["text"].startswith(begins)
