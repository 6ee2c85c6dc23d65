"""The fold against its slow twin, whatever the order of arrival and wherever batches are cut."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.decide.record import TRIGGER
from platinum.profile.codec import pack_rows
from platinum.vocabulary.codes import Field, Kind, Preference, Purpose
from tests.builders.rows import NOON, Made, an_event, an_order, columns_of, fold_all, fold_into, new_rows, read_field
from tests.builders.tables import DAY, some_tables
from tests.reference.profile import decayed_sum, newest, rfm, shares, without_repeats

TABLES = some_tables()
LATEST = NOON + 500 * DAY
ZONE = "Europe/London"

#: Any time, and a few days that come up again and again.
times = st.integers(NOON, LATEST) | st.builds(lambda week, s: NOON + week * 7 * DAY + s, st.integers(0, 70), st.integers(0, 9000))
names = st.sampled_from(["kitchen", "garden", "candles", "toys"])
amounts = st.floats(-20.0, 500.0).map(lambda x: round(x, 2))
orders = st.builds(an_order, times, amounts, st.lists(st.tuples(names, amounts), max_size=4))
views = st.builds(
    lambda at, kind, name: an_event(kind, at, name_a=name),
    times,
    st.sampled_from([Kind.PRODUCT_VIEWED, Kind.PRODUCT_LIST_VIEWED, Kind.PRODUCT_ADDED]),
    names,
)
others = st.builds(
    lambda at, kind, amount: an_event(kind, at, amount=abs(amount)),
    times,
    st.sampled_from([Kind.PAGE, Kind.ORDER_REFUNDED, Kind.ORDER_CANCELLED, Kind.REVIEW_WRITTEN]),
    amounts,
)
located = st.builds(
    lambda at, language, zone: an_event(Kind.PAGE, at, language=language, timezone=zone),
    times,
    st.sampled_from(["en", "de", ""]),
    st.sampled_from(["Europe/Berlin", "UTC", ""]),
)
histories = st.lists(orders | views | others | located, max_size=30)


def value(field: Field, row: Any, now_ms: int, name: int = 0) -> float:
    trigger = np.zeros(1, TRIGGER)
    trigger["now_ms"] = now_ms
    return float(read_field(int(field), name, row, trigger[0], TABLES))


def at_once(events: list[Made]) -> list[Made]:
    """Everything arrives now: record time says nothing about event time."""
    return [event | {"record_ms": LATEST} for event in events]


def row_of(events: list[Made]) -> Any:
    rows = new_rows()
    fold_into(rows, events, TABLES)
    return rows[0]


@given(histories, st.randoms(use_true_random=False))
def test_purchases_are_those_of_the_whole_history_in_any_order_of_arrival(events: list[Made], rng: random.Random) -> None:
    wanted = rfm(events, LATEST, ZONE)
    rng.shuffle(events)

    row = row_of(at_once(events))

    if wanted is None:
        assert row["orders"] == 0
        assert np.isnan(value(Field.RECENCY_DAYS, row, LATEST))
        return
    assert row["last_order_ms"] == wanted["last_order_ms"]
    for field in (Field.ORDERS, Field.FREQUENCY, Field.RECENCY_DAYS, Field.AGE_DAYS, Field.DAYS_SINCE_LAST):
        assert value(field, row, LATEST) == wanted[field.name.lower()]
    for field in (Field.SPEND, Field.MONETARY_VALUE):
        assert value(field, row, LATEST) == pytest.approx(wanted[field.name.lower()], rel=1e-9, abs=1e-9)


@given(histories, st.randoms(use_true_random=False))
def test_fading_numbers_are_those_of_the_whole_history_in_any_order_of_arrival(events: list[Made], rng: random.Random) -> None:
    settings_ = TABLES.settings[0]
    spend = [(e["occurred_ms"], e["amount"]) for e in events if e["kind"] == Kind.ORDER_COMPLETED and e["amount"] > 0]
    viewed = [(e["occurred_ms"], 1.0) for e in events if e["kind"] in (Kind.PRODUCT_VIEWED, Kind.PRODUCT_LIST_VIEWED)]
    earned = [(at, 1.0) for at, _ in spend] + [(e["occurred_ms"], 2.0) for e in events if e["kind"] == Kind.REVIEW_WRITTEN]
    wanted_shares = shares(events, LATEST, settings_["affinity_half_life_ms"])
    rng.shuffle(events)

    row = row_of(at_once(events))

    assert value(Field.SPEND_365D, row, LATEST) == pytest.approx(decayed_sum(spend, LATEST, settings_["value_half_life_ms"]), rel=1e-9)
    assert value(Field.VIEWS_30D, row, LATEST) == pytest.approx(decayed_sum(viewed, LATEST, settings_["view_half_life_ms"]), rel=1e-9)
    assert value(Field.GRATITUDE, row, LATEST) == pytest.approx(decayed_sum(earned, LATEST, settings_["gratitude_half_life_ms"]), rel=1e-9)
    for category, share in wanted_shares.items():
        assert value(Field.AFFINITY, row, LATEST, category) == pytest.approx(share, rel=1e-9)


@given(histories, st.randoms(use_true_random=False))
def test_what_the_newest_event_says_about_language_and_zone_wins_in_any_order_of_arrival(events: list[Made], rng: random.Random) -> None:
    in_time = sorted(events, key=lambda e: (e["occurred_ms"] // 1000, e.get("language", 0)))
    language = next((e["language"] for e in reversed(in_time) if e.get("language")), 0)
    rng.shuffle(events)

    row = row_of(at_once(events))

    assert row["language"] == language
    assert row["events"] == len(events)
    assert not events or row["first_seen_ms"] == min(e["occurred_ms"] for e in events)
    assert row["last_seen_ms"] == max((e["occurred_ms"] for e in events), default=0)


@given(st.lists(st.tuples(st.integers(0, 1500), amounts), max_size=40))
def test_in_order_of_time_purchase_days_are_exact_far_beyond_the_bitmap(bought: list[tuple[int, float]]) -> None:
    events = [an_order(NOON + day * DAY, amount) for day, amount in sorted(bought)]
    wanted = rfm(events, NOON + 1500 * DAY, ZONE)

    row = row_of(events)

    if wanted is not None:
        assert value(Field.FREQUENCY, row, NOON + 1500 * DAY) == wanted["frequency"]
        assert value(Field.MONETARY_VALUE, row, NOON + 1500 * DAY) == pytest.approx(wanted["monetary_value"], rel=1e-9, abs=1e-9)


@given(st.lists(st.integers(1, 90), max_size=5))
def test_a_second_order_on_a_known_day_is_no_new_day_however_late_it_comes(gaps: list[int]) -> None:
    days = [sum(gaps[:i]) for i in range(len(gaps) + 1)]
    known = [an_order(NOON + day * DAY) for day in days]

    row = row_of(at_once([*known, *reversed(known)]))

    assert (row["orders"], value(Field.FREQUENCY, row, LATEST)) == (2 * len(days), len(gaps))


@settings(max_examples=50)
@given(histories, st.integers(1, 7))
def test_where_a_batch_is_cut_changes_no_byte(events: list[Made], size: int) -> None:
    whole, cut = new_rows(), new_rows()

    fold_into(whole, at_once(events), TABLES)
    for at in range(0, len(events), size):
        fold_into(cut, at_once(events)[at : at + size], TABLES)

    assert pack_rows(cut, np.zeros(1, np.int64)) == pack_rows(whole, np.zeros(1, np.int64))


@given(st.lists(st.tuples(times, st.integers(0, 40)), max_size=120))
def test_a_message_repeated_within_the_last_32_is_folded_once(sent: list[tuple[int, int]]) -> None:
    events = [an_order(at, 10.0, message=n) for at, n in sent]

    rows = new_rows()
    columns, items = columns_of(events)
    became = np.zeros(len(events), np.int64)
    fold_all(rows, np.zeros(len(events), np.int64), columns, items, TABLES, became)

    assert rows[0]["orders"] == len(without_repeats(events)) == became.sum()


statements = st.lists(
    st.tuples(
        st.sampled_from([Purpose.PROMOTION, Purpose.PROFILING]), st.sampled_from(["", "email"]), st.sampled_from([1, -1, 2, -2]), times
    ),
    max_size=10,
)


@given(statements)
def test_the_newest_statement_per_purpose_and_channel_is_kept(said: list[tuple[Purpose, str, int, int]]) -> None:
    events = [an_event(Kind.CONSENT_CHANGED, at, code=p, name_b=c, low=s) for p, c, s, at in said]
    wanted = newest(((e["code"], e["name_b"]), e["occurred_ms"], e["low"]) for e in events)

    row = row_of(at_once(events))

    kept = row["consents"][: row["n_consents"]]
    assert {(int(e["purpose"]), int(e["channel"])): int(e["state"]) for e in kept} == wanted


wishes = st.lists(
    st.tuples(st.sampled_from([Preference.CHANNEL_NO, Preference.LANGUAGE, Preference.CATEGORY_NO]), names, st.booleans(), times),
    max_size=12,
)


@given(wishes)
def test_the_newest_preference_per_kind_and_name_is_kept(said: list[tuple[Preference, str, bool, int]]) -> None:
    events = [an_event(Kind.PREFERENCE_STATED, at, code=k, name_a=n, amount=1.0 if on else -1.0) for k, n, on, at in said]
    single = {Preference.LANGUAGE}
    wanted = newest(
        ((e["code"], 0 if e["code"] in single else e["name_a"]), e["occurred_ms"], (e["name_a"], e["amount"] > 0)) for e in events
    )

    row = row_of(at_once(events))

    kept = row["preferences"][: row["n_preferences"]]
    found = {(int(e["kind"]), 0 if e["kind"] in single else int(e["name"])): (int(e["name"]), bool(e["on"])) for e in kept}
    assert found == wanted
