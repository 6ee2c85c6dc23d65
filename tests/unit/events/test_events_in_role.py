"""For which account something was done, and what is refused because nobody could tell."""

from __future__ import annotations

from typing import Any

import pytest

from platinum.events.decode import Decoding, decode
from platinum.events.fill import MOST_ID_BYTES
from platinum.hashing import name_hash
from platinum.policy.policy import EventMapping
from tests.builders.events import a_record, an_event
from tests.unit.events.test_events_decode import one, refused

FIRM, OTHER = "a-17", "a-18"
CONTEXT = {"context": {"groupId": OTHER}}


@pytest.mark.parametrize("kind", ["page", "product_viewed", "preference_stated", "message_received", "case_opened"])
def test_the_event_itself_stands_before_its_context(kind: str) -> None:
    needed: dict[str, dict[str, Any]] = {
        "product_viewed": {"category": "toys"},
        "preference_stated": {"preference": "tone", "value": "warm"},
        "message_received": {"text": "Good morning."},
        "case_opened": {"case_id": "c-1", "severity": 2},
    }
    said = an_event(kind, **needed.get(kind, {}), account=FIRM, role="buyer")
    silent = an_event(kind, **needed.get(kind, {}), account=None)

    assert (one(said | CONTEXT)["account"], one(said)["role"]) == (name_hash(FIRM), name_hash("buyer"))
    assert one(silent | CONTEXT)["account"] == name_hash(OTHER)
    assert one(silent)["account"] == one(silent)["role"] == 0


@pytest.mark.parametrize(
    "event", [an_event("identify", account=FIRM), an_event() | {"event": "Company's Own", "properties": {"account": 5}}]
)
def test_what_has_no_properties_of_ours_is_in_the_role_of_its_context(event: dict[str, Any]) -> None:
    assert one(event)["account"] == 0
    assert one(event | CONTEXT)["account"] == name_hash(OTHER)


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (an_event(order_id="o", total=1, account=17), "properties.account"),
        (an_event(order_id="o", total=1, role=["buyer"]), "properties.role"),
        (an_event(order_id="o", total=1, account="x" * 257), "properties.account"),
        (an_event("page") | {"context": {"groupId": ""}}, "context.groupId"),
        (an_event("group", role=1), "traits.role"),
        (an_event("group", basis="hearsay"), "traits.basis"),
        (an_event("group", until="2011-02-30T08:26:00Z"), "traits.until"),
    ],
)
def test_a_role_that_nobody_could_tell_is_refused_and_not_taken_for_their_own(event: dict[str, Any], field: str) -> None:
    assert refused(event).field == field


@pytest.mark.parametrize(("account", "items"), [("a-17", 1), ("x" * 9, 2), ("x" * MOST_ID_BYTES, 6), ("x" * (MOST_ID_BYTES + 1), 0)])
def test_a_group_brings_the_bytes_of_its_id_if_they_are_not_too_many(account: str, items: int) -> None:
    columns, _ = decode([a_record(an_event("group", groupId=account))], Decoding())

    found = b"".join(int(word).to_bytes(4, "little") for item in columns.items for word in (item["name"], item["value_name"]))
    assert len(columns.items) == columns.events[0]["item_count"] == items
    assert found.rstrip(b"\0") == (account.encode() if items else b"")


def test_a_companys_own_event_may_say_elsewhere_for_whom_it_was_and_by_number() -> None:
    mapping = EventMapping("Basket Paid", "Order Completed", {"account": "buyer.firm", "total": "sum"})
    event = an_event() | {"event": "Basket Paid", "properties": {"buyer": {"firm": 17}, "sum": 5, "order_id": "o"}}

    columns, rejections = decode([a_record(event)], Decoding({"Basket Paid": mapping}))

    assert rejections == []
    assert columns.events[0]["account"] == name_hash("17")
