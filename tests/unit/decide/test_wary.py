"""What follows where trust is low, and where it is not known."""

from __future__ import annotations

from typing import Any

import pytest

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.tables import Tables
from platinum.vocabulary.codes import ActionType, Gate, Purpose
from tests.builders.desk import DAY, NOW, Desk, a_row, a_trigger
from tests.builders.tables import a_cap, a_channel, an_action, records, some_tables

EMAIL = name_hash("email")
KNOWN = {"trust_kept": 0.5, "trust_terms": 0.9, "trust_recovery": 0.3, "trust_low": 0.5}
#: Fifteen promises of which none was kept.
BROKEN = {"said": 15.0, "kept": 0.0, "said_as_of_ms": NOW}


def a_policy(cap: dict[str, Any], kind: ActionType = ActionType.OFFER, settings: dict[str, float] | None = None) -> Tables:
    """One action by e-mail under one cap."""
    return some_tables(
        channels=records(t.CHANNEL, a_channel("email")),
        actions=records(t.ACTION, an_action("it", kind, value=50.0, purpose=Purpose.PROMOTION)),
        caps=records(t.CAP, cap),
        settings=KNOWN | {"gamma": 1e9} | (settings or {}),
    )


def a_person(*days_ago: int, **members: Any) -> Any:
    """Somebody who agreed to promotion, and was sent an offer so many days ago each."""
    sent = [{"channel": EMAIL, "type": ActionType.OFFER, "outbound": 1, "at_ms": NOW - days * DAY} for days in days_ago]
    return a_row(consents=[{"purpose": int(Purpose.PROMOTION), "state": 1}], contacts=sent, orders=1, **members)


def decided(tables: Tables, row: Any) -> Any:
    """The decision of the stream."""
    return Desk(tables).decide(row, a_trigger(now_ms=NOW, placement=-1))


def test_half_of_a_cap_holds_where_trust_is_low() -> None:
    tables = a_policy(a_cap(2, 7 * DAY))

    assert decided(tables, a_person(3))["action"] == 0
    out = decided(tables, a_person(3, **BROKEN))

    assert (out["action"], out["blocked"][0]["gate"], out["wary"]) == (-1, Gate.CAP, 1)
    assert int(out["blocked"][0]["until_ms"]) == NOW + 4 * DAY
    assert float(out["trust"]) == pytest.approx((5 * 0.5 / 20 * 0.9 * 0.3) ** (1 / 3), rel=1e-12)


def test_half_of_one_a_week_is_one_in_two() -> None:
    tables = a_policy(a_cap(1, 7 * DAY))

    assert decided(tables, a_person(10))["action"] == 0
    assert decided(tables, a_person(10, **BROKEN))["action"] == -1
    assert decided(tables, a_person(15, **BROKEN))["action"] == 0


def test_surprises_stop_and_amends_do_not() -> None:
    many = a_cap(9, 7 * DAY)
    amends = an_action("it", ActionType.AMENDS)

    assert decided(a_policy(many, ActionType.SURPRISE), a_person())["action"] == 0
    out = decided(a_policy(many, ActionType.SURPRISE), a_person(**BROKEN))
    made_right = decided(a_policy(many)._replace(actions=records(t.ACTION, amends)), a_person(**BROKEN))

    assert (out["action"], out["blocked"][0]["gate"], out["wary"]) == (-1, Gate.SUITABILITY, 1)
    assert (made_right["action"], made_right["wary"]) == (0, 0)


@pytest.mark.parametrize("unknown", ["trust_kept", "trust_terms", "trust_recovery"])
def test_while_one_part_is_not_known_nothing_follows(unknown: str) -> None:
    out = decided(a_policy(a_cap(2, 7 * DAY), settings={unknown: -1.0}), a_person(3, **BROKEN))

    assert (out["action"], out["wary"], float(out["trust"])) == (0, 0, -1.0)


def test_the_rule_can_be_turned_off() -> None:
    out = decided(a_policy(a_cap(2, 7 * DAY), settings={"trust_low": 0.0}), a_person(3, **BROKEN))

    assert (out["action"], out["wary"]) == (0, 0)
    assert float(out["trust"]) < 0.5


def test_nothing_is_tried_out_on_who_has_little_reason_to_trust_us() -> None:
    tables = a_policy(a_cap(9, 7 * DAY), settings={"gamma": 1.0})

    assert float(decided(tables, a_person())["p_chosen"]) < 1.0
    assert float(decided(tables, a_person(**BROKEN))["p_chosen"]) == 1.0
