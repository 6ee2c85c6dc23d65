"""Decisions in one of several roles: what an account's standing stops, and what is said of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.profile.entries import STATE_OURS
from platinum.vocabulary.codes import ActionType, Gate, Kind, Obligation, RoleBasis
from tests.builders.desk import HOUR, NOW, Desk, a_row, a_trigger, said
from tests.builders.tables import a_channel, an_action, records, some_tables

FIRM, OTHER = name_hash("firm-1"), name_hash("firm-2")
OFFER, ANSWER, LISTEN = ActionType.OFFER, ActionType.ANSWER, ActionType.LISTEN


def a_role(**members: Any) -> dict[str, Any]:
    """An entry of ``roles`` in force, of an account that has told how it stands."""
    text = tuple(b"firm-1".ljust(48, b"\0"))
    return {
        "account": FIRM,
        "name": name_hash("buyer"),
        "at_s": 1,
        "from_s": 1,
        "basis": int(RoleBasis.DECLARED),
        "kept": 0.5,
        "stands_s": 1,
        "account_text": text,
        **members,
    }


def decided(
    account: int = FIRM, kind: ActionType = OFFER, softens: int = 1, cap: int = -1, trigger: dict[str, Any] | None = None, **row: Any
) -> Any:
    """A decision of the stream about one action, by e-mail, for somebody who consents to everything."""
    actions = records(t.ACTION, an_action("one", kind))
    tables = some_tables(
        actions=actions,
        channels=records(t.CHANNEL, a_channel("email")),
        caps=records(t.CAP),
        settings={"account_softens": softens, "account_cap": cap, "arm_silent": 0.0, "thank_threshold": 0.5},
    )
    consents = [said(), said(2), said(1)] if "consents" not in row else row.pop("consents")  # type: ignore[arg-type]
    return Desk(tables).decide(a_row(consents=consents, **row), a_trigger(account=account, **(trigger or {})))


def test_a_case_of_a_colleague_softens_what_the_others_of_the_account_get_and_only_there() -> None:
    row: dict[str, Any] = {"roles": [a_role(open_cases=1)]}

    there, at_home, hard = decided(**row), decided(account=0, **row), decided(softens=0, **row)

    assert (there["action"], there["account_case"], there["blocked_by"][Gate.QUARANTINE]) == (-1, 1, 1)
    assert (at_home["action"], at_home["account_case"]) == (0, 0)
    assert (hard["action"], hard["account_case"]) == (0, 0)


def test_the_lanes_of_what_is_owed_and_asked_for_know_no_colleague() -> None:
    row: dict[str, Any] = {"roles": [a_role(open_cases=1, left=1)]}

    found = decided(kind=ANSWER, trigger={"kind": Kind.REQUEST_MADE}, **row)

    assert (found["action"], found["account_case"], found["role_over"]) == (0, 0, 0)


@pytest.mark.parametrize("role", [{"left": 1}, {"until_s": NOW // 1000 - 1}, {"account": OTHER}])
def test_nothing_is_promoted_in_a_role_that_is_over_or_was_never_heard_of(role: dict[str, Any]) -> None:
    found = decided(roles=[a_role(**role)])

    assert (found["action"], found["role_over"], found["blocked_by"][Gate.QUARANTINE]) == (-1, 1, 1)


def test_an_account_that_has_had_its_contacts_waits_and_the_person_at_home_does_not() -> None:
    row: dict[str, Any] = {"roles": [a_role(full_until_ms=NOW + 5 * HOUR)]}

    there, at_home, later = (
        decided(cap=2, **row),
        decided(account=0, cap=2, **row),
        decided(cap=2, trigger={"now_ms": NOW + 5 * HOUR}, **row),
    )

    assert (there["action"], there["account_cap"], there["blocked"][0]["until_ms"]) == (-1, 1, NOW + 5 * HOUR)
    assert (at_home["action"], at_home["account_cap"]) == (0, 0)
    assert (later["action"], later["account_cap"]) == (0, 0)


def test_what_an_account_told_under_a_policy_with_a_cap_stops_nothing_under_one_without() -> None:
    row: dict[str, Any] = {"roles": [a_role(full_until_ms=NOW + 5 * HOUR)]}

    found = decided(cap=-1, **row)

    assert (found["action"], found["account_cap"]) == (0, 0)


@pytest.mark.parametrize("role", [{"left": 1}, {"until_s": NOW // 1000 - 1}, {"account": OTHER}])
@pytest.mark.parametrize("limit", [0, 3])
def test_whoever_does_not_belong_to_an_account_gets_none_of_the_contacts_that_are_limited_there(role: dict[str, Any], limit: int) -> None:
    row: dict[str, Any] = {"roles": [a_role(**role)]}

    capped, free = decided(kind=LISTEN, cap=limit, **row), decided(kind=LISTEN, **row)
    answered = decided(kind=ANSWER, cap=limit, trigger={"kind": Kind.REQUEST_MADE}, **row)

    assert (capped["action"], capped["role_over"], capped["account_cap"], capped["blocked_by"][Gate.CAP]) == (-1, 1, 0, 1)
    assert (free["action"], free["role_over"]) == (0, 0)
    assert (answered["action"], answered["role_over"]) == (0, 0)


def test_what_is_ours_rests_promotion_in_every_role_and_no_role_says_why() -> None:
    case = {"kind": int(Obligation.CASE), "ref": 7, "state": STATE_OURS, "weight": 4.0, "offset": 3, "owner": name_hash("team")}
    row: dict[str, Any] = {"roles": [a_role()], "obligations": [case], "case_ref": 7, "case_text": tuple(b"c-7".ljust(48, b"\0"))}
    named = [{"ref": 7, "account": FIRM}]

    there, at_home = decided(owed_elsewhere=named, **row), decided(account=0, owed_elsewhere=named, **row)

    assert (there["case_bytes"], there["owner"], there["human_first"]) == (3, name_hash("team"), 1)
    assert (at_home["case_bytes"], at_home["owner"], at_home["human_first"]) == (0, 0, 0)
    assert (there["blocked_by"][Gate.QUARANTINE], at_home["blocked_by"][Gate.QUARANTINE]) == (1, 1)
    assert (at_home["account_case"], at_home["role_over"]) == (0, 0)


def test_a_decision_says_in_which_role_it_was_made() -> None:
    found, alone, unheard = decided(roles=[a_role()]), decided(account=0, roles=[a_role()]), decided(account=OTHER, roles=[a_role()])

    assert (found["account"], found["role"], bytes(found["account_text"][: found["account_bytes"]])) == (
        FIRM,
        name_hash("buyer"),
        b"firm-1",
    )
    assert (alone["account"], alone["role"], alone["account_bytes"]) == (0, 0, 0)
    assert (unheard["account"], unheard["role"], unheard["account_bytes"]) == (OTHER, 0, 0)


def test_a_decision_of_somebody_with_one_role_is_made_on_the_row_itself() -> None:
    tables = some_tables()
    desk = Desk(tables)
    desk.scratch.seen["orders"] = 77

    desk.decide(a_row(orders=3), a_trigger())

    assert desk.scratch.seen[0]["orders"] == 77


def test_what_is_remembered_goes_into_the_row_and_not_into_what_was_seen_of_it() -> None:
    row = a_row(consents=[said()], roles=[a_role()], orders=2, spend=40.0)
    before = row.copy()

    Desk(some_tables()).decide(row, a_trigger(account=FIRM))

    assert row.tobytes() == before.tobytes()
    assert np.isclose(float(row["spend"]), 40.0)
