"""Registers of single events, and how a refusal reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from platinum.events.columns import FLAG_HISTORY, Columns
from platinum.events.decode import Decoding, Rejection, decode
from platinum.events.style import COUNTERS
from platinum.hashing import hash64, name_hash
from platinum.ids import decision_ref
from platinum.policy.policy import EventMapping
from platinum.vocabulary.codes import Kind, Preference, Purpose
from tests.builders.events import NOW_MS, a_record, an_event

LINES = [{"category": "candles", "price": 2.55, "quantity": 6}, {"category": "toys", "price": 4.0}, {"price": 1.0}]


def one(event: Any, key: bytes | None = None, headers: Mapping[str, str] | None = None) -> Any:
    """The EVENT of a single accepted event."""
    columns, rejections = decode([a_record(event, key, headers=headers)], Decoding())
    assert rejections == []
    return columns.events[0]


def refused(event: Any, key: bytes | None = None, headers: Mapping[str, str] | None = None) -> Rejection:
    columns, rejections = decode([a_record(event, key, headers=headers)], Decoding())
    assert len(columns.events) == len(columns.keys) == 0
    return rejections[0]


def test_an_order_brings_its_number_total_and_lines() -> None:
    columns, _ = decode([a_record(an_event(order_id="o-1", total=20.0, products=LINES))], Decoding())

    event = columns.events[0]
    assert (event["kind"], event["ref"], event["amount"]) == (Kind.ORDER_COMPLETED, hash64(b"o-1"), 20.0)
    assert columns.items.tolist() == [(pytest.approx(15.3), name_hash("candles"), 0), (4.0, name_hash("toys"), 0)]
    assert (event["item_start"], event["item_count"]) == (0, 2)


@pytest.mark.parametrize(
    ("properties", "amount"),
    [({"total": 5, "revenue": 4}, 5.0), ({"revenue": 4}, 4.0), ({"products": LINES}, 20.3), ({"total": None, "revenue": 0}, 0.0)],
)
def test_an_order_is_worth_its_total_else_its_revenue_else_its_lines(properties: dict[str, Any], amount: float) -> None:
    event = one(an_event(order_id="o-1", **properties))

    assert event["amount"] == pytest.approx(amount)


@pytest.mark.parametrize(
    ("kind", "properties", "registers"),
    [
        ("product_viewed", {"category": "toys", "price": 2.5, "quantity": 2}, {"name_a": name_hash("toys"), "amount": 5.0}),
        ("cart_viewed", {"value": 12}, {"amount": 12.0}),
        ("order_refunded", {"order_id": "o-1", "total": 3}, {"ref": hash64(b"o-1"), "amount": 3.0}),
        ("consent_changed", {"purpose": "promotion", "state": "revoked"}, {"code": Purpose.PROMOTION, "low": -1.0, "name_b": 0}),
        ("consent_changed", {"purpose": "all", "state": "granted", "channel": "email"}, {"low": 1.0, "name_b": name_hash("email")}),
        ("objection_made", {"purpose": "profiling"}, {"code": Purpose.PROFILING, "low": -2.0}),
        ("objection_made", {"purpose": "profiling", "withdrawn": True}, {"low": 2.0}),
        ("unsubscribed", {"channel": "email"}, {"code": Purpose.PROMOTION, "low": -1.0, "name_b": name_hash("email")}),
        ("unsubscribed", {"channel": "EMail"}, {"name_b": name_hash("email")}),
        ("consent_changed", {"purpose": "all", "state": "denied", "channel": "SMS"}, {"name_b": name_hash("sms")}),
        ("objection_made", {"purpose": "all", "channel": "Email"}, {"name_b": name_hash("email")}),
        ("preference_stated", {"preference": "channel_no", "value": "EMAIL"}, {"name_a": name_hash("email")}),
        ("preference_stated", {"preference": "channel_only", "value": "Email"}, {"name_a": name_hash("email")}),
        ("preference_stated", {"preference": "type_no", "value": "Offer"}, {"name_a": name_hash("offer")}),
        ("preference_stated", {"preference": "detail", "value": "Brief"}, {"name_a": name_hash("brief"), "code": Preference.DETAIL}),
        ("style_noted", {"tag": "familiar"}, {"low": -3.0}),
        ("content_read", {"share": 0.25}, {"low": 0.25}),
        ("preference_stated", {"preference": "category_no", "value": "Tea"}, {"name_a": name_hash("Tea")}),
        ("preference_stated", {"preference": "quiet_hours", "from": "00:00", "to": "24:00"}, {"low": 0.0, "high": 1440.0}),
        ("preference_stated", {"preference": "quiet_hours", "from": "21:00", "to": "24:00"}, {"low": 1260.0, "high": 0.0}),
        ("preference_stated", {"preference": "channel_no", "value": "email"}, {"code": Preference.CHANNEL_NO, "amount": 1.0}),
        ("preference_stated", {"preference": "language", "value": "de-AT"}, {"name_a": name_hash("de")}),
        ("preference_stated", {"preference": "quiet_hours", "from": "21:00", "to": "08:30"}, {"low": 1260.0, "high": 510.0}),
        ("preference_stated", {"preference": "cadence", "limit": 2, "days": 7}, {"low": 2.0, "high": 7.0}),
        ("preference_stated", {"preference": "tone", "value": "x", "withdrawn": True}, {"amount": -1.0, "name_a": name_hash("x")}),
        ("decision_accepted", {"decision_id": "d.1.0.7.0", "value": 4.2}, {"ref": decision_ref("d.1.0.7.0"), "amount": 4.2}),
        ("contact_bounced", {"decision_id": "h.0042." + "0a" * 16}, {"ref": decision_ref("h.0042." + "0a" * 16)}),
        ("decision_shown", {"decision_id": "of another system"}, {"ref": 0}),
        ("survey_answered", {"score": 6, "scale": 7}, {"low": 6.0, "high": 7.0}),
        ("promise_made", {"promise_id": "p", "class": "reply", "due_at": "2011-12-01T08:26:00Z"}, {"high": 1_322_727_960_000.0}),
        ("failure_reported", {"severity": 3, "fault": "ours", "about": "o-1"}, {"low": 3.0, "code": 1, "ref": hash64(b"o-1")}),
        ("group", {}, {"ref": hash64(b"firm-1"), "account": name_hash("firm-1"), "role": 0, "code": 1, "low": 0.0, "high": 0.0}),
        (
            "group",
            {"role": "buyer", "basis": "verified", "until": "2011-12-01T08:26:00Z", "left": True},
            {"role": name_hash("buyer"), "code": 2, "low": 1.0, "high": 1_322_727_960_000.0},
        ),
        (
            "order_delivered",
            {"order_id": "o", "account": "firm-2", "role": "buyer"},
            {"account": name_hash("firm-2"), "role": name_hash("buyer")},
        ),
    ],
)
def test_registers(kind: str, properties: dict[str, Any], registers: dict[str, Any]) -> None:
    event = one(an_event(kind, **properties) | {"groupId": "firm-1"})

    assert {name: event[name].item() for name in registers} == registers


def test_traits_become_items_and_columns() -> None:
    told: dict[str, Any] = {"loyalty_card": True, "age": 41, "region": "north", "language": "de-AT"}
    ignored: dict[str, Any] = {"address": {"country": "at"}, "list": [1], "no": None}

    columns, _ = decode([a_record(an_event("identify", **told, **ignored) | {"context": {"locale": "en-GB"}})], Decoding())

    assert columns.items.tolist() == [
        (1.0, name_hash("loyalty_card"), 0),
        (41.0, name_hash("age"), 0),
        (0.0, name_hash("region"), name_hash("north")),
        (0.0, name_hash("language"), name_hash("de-AT")),
    ]
    assert (columns.events[0]["language"], columns.events[0]["country"]) == (name_hash("de"), name_hash("AT"))


def test_a_late_event_keeps_its_time_and_a_future_one_is_clamped() -> None:
    late = one(an_event() | {"timestamp": "2011-12-01T08:26:00.123456+01:00"})
    future = one(an_event() | {"timestamp": "2013-01-01T00:00:00Z"})
    unknown = one(an_event() | {"timestamp": None})

    assert late["occurred_ms"] == 1_322_724_360_123
    assert future["occurred_ms"] == unknown["occurred_ms"] == NOW_MS


def test_message_text_becomes_counters_and_is_dropped() -> None:
    event = an_event("message_received", text="Hello! Where is my order?", intent="delivery") | {"context": {"locale": "en-GB"}}

    columns, _ = decode([a_record(event, offset=7)], Decoding())

    assert columns.events[0]["name_a"] == name_hash("delivery")
    counted = {COUNTERS[item["name"]]: item["amount"] for item in columns.items}
    assert (counted["words"], counted["questions"], counted["greetings"], counted["known_words"]) == (5, 1, 1, 5)
    assert columns.events[0]["item_count"] == len(columns.items)


def test_anonymous_customers_have_a_key_of_their_own() -> None:
    columns, _ = decode([a_record(an_event(customer=None) | {"anonymousId": "c-1"})], Decoding())

    assert columns.keys == [b"anon:c-1"]


@pytest.mark.parametrize(
    ("event", "reason", "field"),
    [
        (b"\xef\xbb\xbf{}", "not_json", ""),
        (b'{"userId": "\xff"}', "not_utf8", ""),
        (b"[" * 33 + b"]" * 33, "too_deep", ""),
        (b" " * 262_145, "too_large", ""),
        (b"17", "schema", ""),
        (an_event() | {"type": "purchase"}, "unknown_type", "type"),
        (an_event(customer=None), "missing_customer", "userId"),
        (an_event(customer="anon:1"), "reserved_key", "userId"),
        (an_event(customer="jo@example.org"), "personal_key", "userId"),
        (an_event(customer="+44 20 7946 0000"), "personal_key", "userId"),
        (an_event(customer="  jo@example.org "), "personal_key", "userId"),
        (an_event(customer=" 0171/1234567"), "personal_key", "userId"),
        (an_event(customer="\u00a0tel:02079460000"), "personal_key", "userId"),
        (an_event(customer=None) | {"anonymousId": "jo@example.org "}, "personal_key", "anonymousId"),
        (an_event(customer="c\n1"), "schema", "userId"),
        (an_event(customer="c\x7f1"), "schema", "userId"),
        (an_event() | {"anonymousId": "c\x7f1"}, "schema", "anonymousId"),
        (an_event() | {"anonymousId": "c\x001"}, "schema", "anonymousId"),
        (an_event() | {"timestamp": "2011-02-30T00:00:00Z"}, "time_range", "timestamp"),
        (an_event() | {"timestamp": "yesterday"}, "schema", "timestamp"),
        (an_event() | {"event": "Timer Due"}, "engine_name", "event"),
        (an_event() | {"event": None}, "schema", "event"),
        (an_event() | {"context": {"channel": 5}}, "schema", "context.channel"),
        (an_event(order_id="o-1"), "schema", "properties.total"),
        (an_event(total=5.0), "schema", "properties.order_id"),
        (an_event(order_id="o-1", total="5"), "schema", "properties.total"),
        (an_event(order_id="o-1", products=[{"price": 1}, {}]), "schema", "properties.total"),
        (an_event(order_id="o-1", products=[{"price": "1"}]), "schema", "properties.products[0].price"),
        (an_event("preference_stated", preference="cadence", limit=1), "schema", "properties.days"),
        (an_event("preference_stated", preference="type_no", value="offers"), "schema", "properties.value"),
        (an_event("preference_stated", preference="type_no", value="silence"), "schema", "properties.value"),
        (an_event("preference_stated", preference="order", value="facts"), "schema", "properties.value"),
        (an_event("style_noted", tag="rude"), "schema", "properties.tag"),
        (an_event("preference_stated", preference="quiet_hours", **{"from": "00:00", "to": "00:00"}), "schema", "properties.to"),
        (an_event("preference_stated", preference="quiet_hours", **{"from": "24:00", "to": "00:00"}), "schema", "properties.to"),
        (an_event("preference_stated", preference="quiet_hours", **{"from": "24:01", "to": "08:00"}), "schema", "properties.from"),
        (an_event("consent_changed", purpose="marketing", state="granted"), "schema", "properties.purpose"),
        (an_event("promise_kept") | {"properties": None}, "schema", "properties"),
        (an_event("goal_stated", goal="g", due_at="2011-02-30T00:00:00Z"), "time_range", "properties.due_at"),
        (an_event("identify", age=1e16), "schema", "traits"),
    ],
)
def test_a_refusal_names_reason_and_field(event: Any, reason: str, field: str) -> None:
    rejection = refused(event)

    assert (rejection.reason, rejection.field) == (reason, field)


def test_a_refusal_says_what_was_wanted_and_never_quotes_what_was_sent() -> None:
    rejection = refused(an_event("consent_changed", purpose="jo@example.org", state="granted"))

    assert rejection.message == (
        "'properties.purpose' must be given, and one of promotion, relationship, service, profiling, style, all; see schemas/event/v1.json"
    )


def test_the_record_key_must_be_the_customer() -> None:
    assert refused(an_event(), key=b"17851").reason == "key_mismatch"
    assert one(an_event(), key=b"17850")["kind"] == Kind.ORDER_COMPLETED


def test_a_deployment_may_allow_personal_keys() -> None:
    columns, _ = decode([a_record(an_event(customer="jo@example.org"))], Decoding(allow_personal_keys=True))

    assert columns.keys == [b"jo@example.org"]


def test_the_last_of_equal_names_counts() -> None:
    twice = json.dumps(an_event()).replace('"userId"', '"userId": 5, "userId"').encode()

    columns, rejections = decode([a_record(twice)], Decoding())

    assert (columns.keys, rejections) == ([b"17850"], [])


def test_cloud_events_in_both_modes_give_the_same_event_and_message_id() -> None:
    event = an_event() | {"messageId": None}
    envelope = {"specversion": "1.0", "id": "e-1", "source": "//shop", "type": "track", "data": event}

    attributes = {"ce_specversion": "1.0", "ce_id": "e-1", "ce_source": "//shop", "ce_type": "track"}
    structured = one(envelope, headers={"content-type": "application/cloudevents+json; charset=utf-8"})
    binary = one(event, headers=attributes | {"content-type": "application/json"})

    assert structured == binary
    assert structured["message"] == hash64(b"e-1")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/cloudevents+avro"},
        {"ce_specversion": "0.3", "ce_id": "e", "ce_source": "s", "ce_type": "t"},
        {"ce_specversion": "1.0", "ce_id": "e", "ce_source": "s"},
        {"ce_specversion": "1.0", "ce_id": "e", "ce_source": "s", "ce_type": "t", "content-type": "application/avro"},
        {"content-type": "application/cloudevents+json"},
    ],
)
def test_other_envelopes_are_refused(headers: dict[str, str]) -> None:
    assert refused(an_event(), headers=headers).reason == "unsupported_envelope"


def test_the_header_history_sets_its_flag() -> None:
    assert one(an_event(), headers={"history": "1"})["flags"] == FLAG_HISTORY


def test_rows_of_bad_times_leave_and_the_others_stay_in_order() -> None:
    texts = [a_record(an_event("message_received", text="Hi", customer=f"c-{i}"), offset=i) for i in range(5)]
    texts[1] = a_record(an_event("message_received", text="Hi") | {"timestamp": "never"}, offset=1)
    texts[2] = a_record(b"{", offset=2)

    columns, rejections = decode(texts, Decoding())

    assert [(r.index, r.reason) for r in rejections] == [(1, "schema"), (2, "not_json")]
    assert columns.keys == [b"c-0", b"c-3", b"c-4"]
    assert columns.events["offset"].tolist() == [0, 3, 4]


def test_an_empty_batch_gives_empty_columns() -> None:
    columns, rejections = decode([], Decoding())

    assert (len(columns.events), len(columns.items), columns.keys, rejections) == (0, 0, [], [])


def mapped(properties: Any, mapping: dict[str, str], target: str = "Order Completed") -> tuple[Columns, list[Rejection]]:
    event = an_event() | {"event": "Basket Paid", "properties": properties}
    return decode([a_record(event)], Decoding({"Basket Paid": EventMapping("Basket Paid", target, mapping)}))


def test_a_policy_maps_own_names_and_properties() -> None:
    columns, _ = mapped(
        {"basket": {"number": 17, "lines": [{"category": "toys", "price": 4}]}, "amounts": [{"gross": "12.50"}]},
        {"order_id": "basket.number", "total": "amounts.0.gross", "products": "basket.lines"},
    )

    event = columns.events[0]
    assert (event["kind"], event["amount"], event["ref"]) == (Kind.ORDER_COMPLETED, 12.5, hash64(b"17"))
    assert columns.items.tolist() == [(4.0, name_hash("toys"), 0)]


@pytest.mark.parametrize(
    "properties", [{}, None, 5, {"nr": 1}, {"nr": [], "total": 1}, {"nr": "1", "total": "nan"}, {"nr": 1, "x": 10**400}]
)
def test_what_a_mapping_cannot_fill_is_refused_as_such(properties: Any) -> None:
    _, rejections = mapped(properties, {"order_id": "nr"})

    assert [r.reason for r in rejections] == ["mapping"]


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("event", [an_event(), an_event("page"), an_event("identify", region="north")])
def test_consents_about_tools_beside_an_event_say_nothing_about_contacts(event: dict[str, Any], told: bool) -> None:
    beside = {
        "consent": {"categoryPreferences": {"Advertising": told, "promotion": told, "profiling": told}},
        "consentManagement": {"allowedConsentIds": ["promotion"] * told, "deniedConsentIds": ["promotion"] * (not told)},
    }

    plain, _ = decode([a_record(event)], Decoding())
    columns, rejections = decode([a_record(event | {"context": beside})], Decoding())

    assert rejections == []
    assert columns.events.tobytes() == plain.events.tobytes()


PAID: dict[str, Any] = {"order_id": "o-1", "total": 20.0}
SHOPPING: list[tuple[str, dict[str, Any]]] = [
    ("order_completed", PAID),
    ("order_cancelled", PAID),
    ("order_refunded", PAID),
    ("checkout_started", {"order_id": "o-1", "value": 20.0}),
    ("cart_viewed", {"cart_id": "c-1", "value": 20.0}),
    ("product_viewed", {"product_id": "p-1", "price": 20.0}),
    ("product_added", {"product_id": "p-1", "price": 20.0}),
    ("product_removed", {"product_id": "p-1", "price": 20.0}),
]


@pytest.mark.parametrize(("kind", "properties"), SHOPPING)
def test_amounts_in_another_currency_are_refused_and_not_added(kind: str, properties: dict[str, Any]) -> None:
    records = [a_record(an_event(kind, **properties, currency=said)) for said in ("EUR", "USD", None, "eur", "", "EURO", "u" * 256)]

    columns, rejections = decode(records, Decoding(currency="EUR"))

    assert [(r.index, r.reason, r.field) for r in rejections] == [(i, "currency", "properties.currency") for i in (1, 5, 6)]
    assert rejections[0].message.startswith("'properties.currency' must be EUR, the policy's, or absent")
    assert columns.events["amount"].tolist() == [20.0] * 4


@pytest.mark.parametrize("currency", ["", "XXX"])
def test_without_a_currency_of_ones_own_all_are_taken(currency: str) -> None:
    columns, rejections = decode([a_record(an_event(**PAID, currency="USD"))], Decoding(currency=currency))

    assert rejections == []
    assert columns.events["amount"].tolist() == [20.0]


def test_a_mapped_event_says_its_currency_under_its_own_name() -> None:
    mapping = EventMapping("Basket Paid", "Order Completed", {"order_id": "no", "total": "sum.gross", "currency": "sum.unit"})
    events = [an_event() | {"event": "Basket Paid", "properties": {"no": 7, "sum": {"gross": 5, "unit": unit}}} for unit in ("EUR", "USD")]

    columns, rejections = decode([a_record(event) for event in events], Decoding({"Basket Paid": mapping}, currency="EUR"))

    assert columns.events["amount"].tolist() == [5.0]
    assert [(r.index, r.reason) for r in rejections] == [(1, "currency")]
