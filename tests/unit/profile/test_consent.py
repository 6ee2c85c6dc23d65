"""What a customer's statements about contact add up to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.hashing import name_hash
from platinum.profile.consent import standing
from platinum.profile.entries import MAX_CONSENTS, MAX_PREFERENCES
from platinum.profile.preferences import forbids, stated
from platinum.vocabulary.codes import ActionType, Kind, Preference, Purpose
from tests.builders.rows import NOON, Made, an_event, folded
from tests.builders.tables import DAY, HOUR

EMAIL = name_hash("email")
GRANTED, DENIED, OBJECTED, LIFTED = 1, -1, -2, 2


def said(state: int, hours: int, channel: str = "", purpose: Purpose = Purpose.PROMOTION, **members: object) -> Made:
    kind = Kind.CONSENT_CHANGED if abs(state) == 1 else Kind.OBJECTION_MADE
    return an_event(kind, NOON + hours * HOUR, code=purpose, name_b=channel, low=state, **members)


@pytest.mark.parametrize(
    ("statements", "state"),
    [
        ([], 0),
        ([said(GRANTED, 1)], 1),
        ([said(GRANTED, 1, "email")], 1),
        ([said(GRANTED, 1, "card")], 0),
        ([said(GRANTED, 1, purpose=Purpose.ALL)], 1),
        ([said(GRANTED, 1, purpose=Purpose.SERVICE)], 0),
        ([said(DENIED, 1), said(GRANTED, 2)], 1),
        ([said(GRANTED, 2), said(DENIED, 1)], 1),
        ([said(DENIED, 1, "email"), said(GRANTED, 2)], -1),
        ([said(DENIED, 1), said(GRANTED, 2, "email")], 1),
        ([said(GRANTED, 1, "email"), said(DENIED, 2)], -1),
        ([said(OBJECTED, 1), said(GRANTED, 2)], 1),
        ([said(GRANTED, 1, "email"), said(OBJECTED, 2, purpose=Purpose.ALL)], -2),
        ([said(OBJECTED, 1, purpose=Purpose.ALL), said(GRANTED, 2, "email")], 1),
        ([said(OBJECTED, 1), said(LIFTED, 2)], 0),
        ([said(DENIED, 1, "email"), said(OBJECTED, 2)], -2),
        ([said(GRANTED, 1), said(DENIED, 1, "email")], -1),
    ],
)
def test_a_refusal_stands_unless_a_permission_at_least_as_specific_is_newer(statements: list[Made], state: int) -> None:
    row = folded(*statements)

    assert standing(row, Purpose.PROMOTION, EMAIL)[0] == state


def test_the_evidence_is_the_record_that_said_so() -> None:
    row = folded(said(GRANTED, 1, offset=77), said(GRANTED, 2, "email", offset=78))

    assert standing(row, Purpose.PROMOTION, EMAIL) == (1, 78)
    assert standing(row, Purpose.PROMOTION, name_hash("card")) == (1, 77)
    assert standing(row, Purpose.SERVICE, EMAIL) == (0, -1)


def test_an_objection_says_enough_by_its_name() -> None:
    row = folded(an_event(Kind.OBJECTION_MADE, code=Purpose.PROFILING), an_event(Kind.UNSUBSCRIBED, code=Purpose.PROMOTION, name_b="email"))

    assert standing(row, Purpose.PROFILING, 0)[0] == OBJECTED
    assert standing(row, Purpose.PROMOTION, EMAIL)[0] == DENIED


@given(st.lists(st.tuples(st.sampled_from([1, -1]), st.integers(0, 40)), min_size=17, max_size=60))
def test_a_full_row_never_loses_a_refusal(statements: list[tuple[int, int]]) -> None:
    events = [said(state, i, f"channel-{n}") for i, (state, n) in enumerate(statements)]
    newest = {n: state for state, n in statements}

    row = folded(*events)

    assert row["n_consents"] <= MAX_CONSENTS
    for n, state in newest.items():
        if state < 0:
            assert standing(row, Purpose.PROMOTION, name_hash(f"channel-{n}"))[0] < 0


def wish(kind: Preference, name: str = "", days: int = 0, on: bool = True, low: float = 0.0, high: float = 0.0) -> Made:
    amount = 1.0 if on else -1.0
    return an_event(Kind.PREFERENCE_STATED, NOON + days * DAY, code=kind, name_a=name, amount=amount, low=low, high=high)


def test_of_some_preferences_there_is_one_of_others_one_per_name() -> None:
    row = folded(
        wish(Preference.LANGUAGE, "de", 1),
        wish(Preference.LANGUAGE, "en", 2),
        wish(Preference.CATEGORY_NO, "candles", 1),
        wish(Preference.CATEGORY_NO, "toys", 2),
    )

    assert row["preferences"][stated(row, Preference.LANGUAGE, 0)]["name"] == name_hash("en")
    assert stated(row, Preference.CATEGORY_NO, name_hash("candles")) >= 0
    assert stated(row, Preference.CATEGORY_NO, name_hash("toys")) >= 0


def test_a_withdrawn_preference_does_not_come_back_with_an_older_statement_that_arrives_late() -> None:
    row = folded(wish(Preference.CHANNEL_NO, "email", 2, on=False), wish(Preference.CHANNEL_NO, "email", 1))

    assert stated(row, Preference.CHANNEL_NO, EMAIL) == -1


def test_a_full_row_gives_up_withdrawn_preferences_first() -> None:
    names = [f"c-{n}" for n in range(MAX_PREFERENCES)]

    row = folded(*(wish(Preference.CATEGORY_NO, name, n, on=n != 9) for n, name in enumerate(names)), wish(Preference.LANGUAGE, "de", 30))

    assert row["n_preferences"] == MAX_PREFERENCES
    assert [stated(row, Preference.CATEGORY_NO, name_hash(name)) >= 0 for name in names] == [n != 9 for n in range(MAX_PREFERENCES)]
    assert stated(row, Preference.LANGUAGE, 0) >= 0


@pytest.mark.parametrize(
    ("preference", "forbidden"),
    [
        (wish(Preference.CHANNEL_NO, "email"), True),
        (wish(Preference.CHANNEL_NO, "card"), False),
        (wish(Preference.CHANNEL_ONLY, "card"), True),
        (wish(Preference.CHANNEL_ONLY, "email"), False),
        (wish(Preference.TYPE_NO, "offer"), True),
        (wish(Preference.TYPE_NO, "thank_you"), False),
        (wish(Preference.CATEGORY_NO, "candles"), True),
        (wish(Preference.CATEGORY_NO, "toys"), False),
        (wish(Preference.CHANNEL_NO, "email", on=False), False),
        (wish(Preference.TONE, "warm"), False),
    ],
)
def test_a_stated_preference_forbids_what_it_names(preference: Made, forbidden: bool) -> None:
    row = folded(preference)

    assert forbids(row, ActionType.OFFER, name_hash("candles"), EMAIL, 1) is forbidden


def test_only_there_is_about_contacts_that_we_begin() -> None:
    row = folded(wish(Preference.CHANNEL_ONLY, "card"))

    assert not forbids(row, ActionType.OFFER, 0, name_hash("web"), 0)
    assert np.uint32(row["preferences"][0]["name"]) == name_hash("card")
