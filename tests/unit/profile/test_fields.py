"""What conditions and features read."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from platinum.decide.record import TRIGGER
from platinum.hashing import name_hash
from platinum.policy.tables import FEATURE, T_IS_NAME, T_LINEAR, T_LOG1P
from platinum.profile.features import fill_features
from platinum.vocabulary.codes import Field, Kind, Preference, Purpose
from tests.builders.rows import NOON, a_ref, an_event, an_order, folded, new_rows, read_field
from tests.builders.tables import DAY, HOUR, records, some_tables

TABLES = some_tables()
UNKNOWN = math.nan


def a_trigger(now_ms: int = NOON, **members: Any) -> Any:
    trigger = np.zeros(1, TRIGGER)
    for member, value in ({"now_ms": now_ms} | members).items():
        trigger[member] = value
    return trigger[0]


def read(field: Field, row: Any, name: str = "", now_ms: int = NOON, **trigger: Any) -> float:
    return float(read_field(int(field), name_hash(name) if name else 0, row, a_trigger(now_ms, **trigger), TABLES))


NOBODY = new_rows()[0]
SOMEBODY = folded(
    an_order(NOON - 40 * DAY, 20.0, [("candles", 20.0)]),
    an_order(NOON - 30 * DAY, 30.0, [("garden", 25.0)], language="de", country="DE", timezone="America/New_York"),
    an_order(NOON - 30 * DAY + HOUR, 50.0),
    an_event(Kind.ORDER_REFUNDED, NOON - 29 * DAY, amount=5.0),
    an_event(Kind.ORDER_CANCELLED, NOON - 29 * DAY, amount=5.0),
    an_event(Kind.IDENTIFY, NOON - 20 * DAY, items=[("loyalty_card", 1.0), ("region", 0.0, "north"), ("shoe_size", 44.0)]),
    an_event(Kind.CONSENT_CHANGED, NOON - 20 * DAY, code=Purpose.PROMOTION, name_b="email", low=1),
    an_event(Kind.OBJECTION_MADE, NOON - 20 * DAY, code=Purpose.PROMOTION, name_b="card", low=-2),
    an_event(Kind.PREFERENCE_STATED, NOON - 20 * DAY, code=Preference.LANGUAGE, name_a="en", amount=1.0),
    an_event(Kind.CONTACT_DISPATCHED, NOON - 2 * DAY, ref=a_ref(1)),
    an_event(Kind.PRODUCT_VIEWED, NOON - 30 * DAY, name_a="candles"),
    an_event(Kind.PRODUCT_ADDED, NOON - 6 * HOUR, name_a="garden", amount=7.5),
)


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [
        (Field.ORDERS, "", 3.0),
        (Field.SPEND, "", 100.0),
        (Field.FREQUENCY, "", 1.0),
        (Field.RECENCY_DAYS, "", 10.0),
        (Field.AGE_DAYS, "", 40.0),
        (Field.DAYS_SINCE_LAST, "", 30.0),
        (Field.MONETARY_VALUE, "", 80.0),
        (Field.CANCELLATIONS, "", 1.0),
        (Field.REFUNDED, "", 5.0),
        (Field.EVENTS, "", 12.0),
        (Field.DAYS_SINCE_SEEN, "", 0.25),
        (Field.DAYS_SINCE_FIRST_SEEN, "", 40.0),
        (Field.DAYS_SINCE_THANKED, "", UNKNOWN),
        (Field.LANGUAGE, "", name_hash("en")),
        (Field.COUNTRY, "", name_hash("DE")),
        (Field.TRAIT, "loyalty_card", 1.0),
        (Field.TRAIT, "region", name_hash("north")),
        (Field.TRAIT, "shoe_size", UNKNOWN),
        (Field.HOUR, "", 7.0),
        (Field.WEEKDAY, "", 2.0),
        (Field.CART_VALUE, "", 7.5),
        (Field.CONSENT_PROMOTION, "", 0.0),
        (Field.CONSENT_PROMOTION, "email", 1.0),
        (Field.CONSENT_PROMOTION, "card", -1.0),
        (Field.VIEWS_30D, "", 0.5),
        (Field.AFFINITY, "toys", 0.0),
        (Field.ENGAGEMENT, "email", 0.05),
        (Field.REACHED, "email", 0.0),
        (Field.CONTACTS_7D, "", 0.0),
        (Field.PLANNED_CONTACTS, "", 0.0),
    ],
)
def test_a_field_reads_what_its_name_says(field: Field, name: str, value: float) -> None:
    assert read(field, SOMEBODY, name) == pytest.approx(value, nan_ok=True)


def test_the_trigger_is_read_from_the_moment() -> None:
    asked: dict[str, Any] = {"kind": Kind.ORDER_COMPLETED, "category": name_hash("toys"), "amount": 12.0}

    assert read(Field.TRIGGER, NOBODY, **asked) == Kind.ORDER_COMPLETED
    assert read(Field.TRIGGER_CATEGORY, NOBODY, **asked) == name_hash("toys")
    assert read(Field.TRIGGER_AMOUNT, NOBODY, **asked) == 12.0
    assert math.isnan(read(Field.TRIGGER_CATEGORY, NOBODY))


@pytest.mark.parametrize("field", list(Field))
def test_of_somebody_nobody_has_heard_of_every_field_is_zero_or_unknown_but_the_prior_and_the_clock(field: Field) -> None:
    value = read(field, NOBODY, "candles")

    known = {Field.ENGAGEMENT: 0.05, Field.HOUR: 12.0, Field.WEEKDAY: 2.0, Field.SAY_DO: 0.9, Field.PARTY: float(name_hash("customer"))}
    assert math.isnan(value) or value == known.get(field, 0.0)


def test_a_wish_is_read_as_long_as_it_stands() -> None:
    row = new_rows()[0]
    row["n_preferences"] = 2
    for i, (kind, word, on) in enumerate(((Preference.TONE, "warm", 1), (Preference.DETAIL, "brief", 0))):
        row["preferences"][i]["kind"], row["preferences"][i]["name"], row["preferences"][i]["on"] = kind, name_hash(word), on

    assert read(Field.WISHES_TONE, row) == name_hash("warm")
    assert all(
        math.isnan(read(field, row)) for field in (Field.WISHES_DETAIL, Field.WISHES_ORDER, Field.WISHES_PACE, Field.WISHES_LANGUAGE)
    )


def test_contacts_are_counted_in_their_windows() -> None:
    row = new_rows()[0]
    row["n_contacts"], row["n_planned"] = 3, 2
    for i, days in enumerate((1, 8, 31)):
        row["contacts"][i]["at_ms"], row["contacts"][i]["outbound"] = NOON - days * DAY, 1
    for i, expires_ms in enumerate((NOON, NOON + 1)):
        row["planned"][i]["expires_ms"], row["planned"][i]["outbound"] = expires_ms, 1

    assert [read(f, row) for f in (Field.CONTACTS_7D, Field.CONTACTS_30D, Field.PLANNED_CONTACTS)] == [1.0, 2.0, 1.0]


def test_features_are_fields_transformed_and_unknown_ones_are_zero() -> None:
    region = {"field": Field.TRAIT, "name": name_hash("region"), "transform": T_IS_NAME}
    tables = some_tables(
        features=records(
            FEATURE,
            {"field": Field.SPEND, "transform": T_LINEAR, "scale": 0.01},
            {"field": Field.SPEND, "transform": T_LOG1P, "scale": 0.5},
            region | {"value_name": name_hash("north")},
            region | {"value_name": name_hash("south")},
            {"field": Field.DAYS_SINCE_THANKED, "transform": T_LOG1P, "scale": 1.0},
        )
    )
    out = np.full(5, np.nan, np.float32)

    fill_features(SOMEBODY, a_trigger(), tables, out)

    assert out.tolist() == pytest.approx([1.0, 0.5 * math.log1p(100.0), 1.0, 0.0, 0.0], rel=1e-6)
