"""The readable profile and its published schema."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.profile.codec import pack_rows
from platinum.profile.readable import readable, readable_blob
from platinum.profile.row import ROW
from platinum.vocabulary.codes import Kind, Preference, Purpose
from tests.builders.mixed import lived
from tests.builders.policies import a_policy
from tests.builders.rows import NOON, an_event, an_order, folded, new_rows
from tests.builders.tables import DAY

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parents[3] / "schemas" / "profile" / "v1.json").read_text())
POLICY = a_policy()
ROWS = {
    "nobody": new_rows()[0],
    "somebody": folded(
        an_order(NOON - 40 * DAY, 20.0, [("candles", 20.0)]),
        an_order(
            NOON - 30 * DAY, 30.333333, [("garden", 25.0), ("unheard-of", 1.0)], language="de", country="GB", timezone="Europe/Berlin"
        ),
        an_event(Kind.CONSENT_CHANGED, NOON - 20 * DAY, code=Purpose.PROMOTION, low=1, offset=4),
        an_event(Kind.PREFERENCE_STATED, NOON - 20 * DAY, code=Preference.QUIET_HOURS, low=1320, high=485, amount=1.0),
        an_event(Kind.PREFERENCE_STATED, NOON - 20 * DAY, code=Preference.CADENCE, low=2, high=30, amount=1.0),
        an_event(Kind.PREFERENCE_STATED, NOON - 20 * DAY, code=Preference.TYPE_NO, name_a="thank_you", amount=1.0),
        an_event(Kind.IDENTIFY, NOON - 20 * DAY, items=[("loyalty_card", 1.0), ("region", 0.0, "north")]),
    ),
    "refuses": folded(
        *(an_event(Kind.UNSUBSCRIBED, NOON - 20 * DAY, code=Purpose.PROMOTION, name_b=f"channel-{n}", low=-1) for n in range(17))
    ),
} | {f"mixed {seed}": np.frombuffer(lived(291, seed)[0], ROW).copy()[0] for seed in (1, 2, 3)}


@pytest.mark.parametrize("who", ROWS)
def test_every_profile_obeys_the_published_schema(who: str) -> None:
    profile = readable(ROWS[who], POLICY, NOON + 701 * DAY, customer_id="17850")

    jsonschema_rs.validator_for(SCHEMA, validate_formats=True).validate(json.loads(json.dumps(profile)))


def test_what_was_summed_up_says_so() -> None:
    said = readable(ROWS["refuses"], POLICY, NOON)["consent"]

    assert [(entry["purpose"], entry["channel"] is None, entry["state"]) for entry in said] == [
        ("promotion", True, "summary_denied"),
        ("promotion", False, "denied"),
    ]


def test_purchases_are_named_and_counted_as_lifetimes_does() -> None:
    value = readable(ROWS["somebody"], POLICY, NOON)["value"]

    wanted = {
        "orders": 2,
        "spend": 50.3333,
        "frequency": 1,
        "recency_days": 10,
        "age_days": 40,
        "monetary_value": 30.3333,
        "days_since_last": 30,
        "first_order_day": "2023-12-01",
        "last_order_day": "2023-12-11",
        "last_order_at": "2023-12-11T12:00:00.000Z",
        "last_category": "garden",
        "currency": "GBP",
    }
    assert {name: value[name] for name in wanted} == wanted


def test_names_are_spelled_out_and_unknown_ones_shown_as_hashes() -> None:
    profile = readable(ROWS["somebody"], POLICY, NOON)

    assert profile["identity"]["timezone"] == "Europe/Berlin"
    assert (profile["identity"]["language"], profile["identity"]["country"]) == ("de", "GB")
    assert {one["category"] for one in profile["affinities"]} == {"candles", "garden", f"#{name_hash('unheard-of'):08x}"}
    assert [p["name"] for p in profile["preferences"]] == [None, None, "thank_you"]
    assert (profile["preferences"][0]["from"], profile["preferences"][0]["to"]) == ("22:00", "08:05")
    assert (profile["preferences"][1]["limit"], profile["preferences"][1]["days"]) == (2.0, 30.0)
    assert profile["consent"][0] == {
        "purpose": "promotion",
        "channel": None,
        "state": "granted",
        "since": "2023-12-21T12:00:00.000Z",
        "evidence_offset": 4,
    }


def test_a_stored_row_reads_like_the_row_itself() -> None:
    rows = new_rows()
    rows[0] = ROWS["somebody"]

    assert readable_blob(pack_rows(rows, np.zeros(1, np.int64))[0], POLICY, NOON, "x") == readable(ROWS["somebody"], POLICY, NOON, "x")


def test_instants_are_rfc_3339_in_utc() -> None:
    assert datetime.fromisoformat(readable(ROWS["nobody"], POLICY, NOON)["as_of"]).timestamp() * 1000 == NOON
