"""On what ground a decision stands: who may be contacted about what, where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.vocabulary.codes import ActionType, Basis, Gate, Kind, Lane, Purpose
from tests.builders.desk import NOW, Desk, a_row, a_trigger, said
from tests.builders.tables import a_channel, an_action, records, some_tables

GRANTED, DENIED, OBJECTED, WITHDRAWN = 1, -1, -2, 2
EVERYTHING = Purpose.ALL


def desk_for(kind: ActionType, existing_customer: int = 0, **members: Any) -> Desk:
    """One action of a type on e-mail, text message and the web page."""
    channels = [a_channel(name, existing_customer=existing_customer) for name in ("email", "sms")] + [a_channel("web", 0)]
    action = an_action("it", kind, value=99.0, **members)
    placement = {"name": name_hash("page"), "channel": 2, "lanes": 63, "types": 511}
    settings = {"gamma": 1e9, "utility_low": 0.0, "utility_high": 9.0}
    return Desk(
        some_tables(
            channels=records(t.CHANNEL, *channels),
            actions=records(t.ACTION, action),
            caps=records(t.CAP),
            placements=records(t.PLACEMENT, placement),
            settings=settings,
        )
    )


def gates(desk: Desk, consents: Sequence[Mapping[str, Any]], orders: int = 1, **trigger: Any) -> list[int]:
    """Gate of e-mail, text message and page; −1 passed, −2 not in the running."""
    desk.decide(a_row(orders=orders, consents=consents, earned=99.0, gratitude_as_of_ms=NOW), a_trigger(**trigger))
    return [int(gate) for gate in desk.scratch.gate]


BLOCKED, FREE = int(Gate.CONSENT), -1


@pytest.mark.parametrize(
    ("consents", "email", "sms"),
    [
        ([], BLOCKED, BLOCKED),
        ([said()], FREE, FREE),
        ([said(channel="email")], FREE, BLOCKED),
        ([said(EVERYTHING)], FREE, FREE),
        ([said(), said(channel="sms", state=DENIED)], FREE, BLOCKED),
        ([said(at_s=9), said(EVERYTHING, "sms", state=DENIED, at_s=2)], FREE, BLOCKED),  # a general yes lifts no unsubscribe
        ([said(channel="sms", at_s=9), said(EVERYTHING, "sms", state=DENIED, at_s=2)], BLOCKED, FREE),
        ([said(channel="sms", at_s=2), said(EVERYTHING, "sms", state=DENIED, at_s=9)], BLOCKED, BLOCKED),
        ([said(channel="sms", at_s=9), said(state=OBJECTED, at_s=2)], BLOCKED, FREE),
        ([said(EVERYTHING, at_s=9), said(state=OBJECTED, at_s=2)], BLOCKED, BLOCKED),
        (
            [said(channel="email", at_s=1), said(EVERYTHING, state=OBJECTED, at_s=2), said(EVERYTHING, "sms", state=WITHDRAWN, at_s=3)],
            BLOCKED,
            BLOCKED,
        ),
        ([said(channel="email", at_s=1), said(channel="sms", state=OBJECTED, at_s=2)], FREE, BLOCKED),
        ([said(at_s=4, offset=8), said(EVERYTHING, state=DENIED, at_s=4, offset=7)], FREE, FREE),  # same second: the later record
        ([said(at_s=4, offset=7), said(EVERYTHING, state=DENIED, at_s=4, offset=8)], BLOCKED, BLOCKED),
        ([said(at_s=1), said(EVERYTHING, state=DENIED, at_s=2), said(channel="email", state=WITHDRAWN, at_s=3)], BLOCKED, BLOCKED),
        ([said(Purpose.RELATIONSHIP), said(Purpose.SERVICE)], BLOCKED, BLOCKED),
    ],
)
def test_promotion_needs_a_grant_that_no_denial_overrules(consents: list[Any], email: int, sms: int) -> None:
    assert gates(desk_for(ActionType.OFFER), consents)[:2] == [email, sms]


@pytest.mark.parametrize(
    ("orders", "flag", "consents", "gate"),
    [(1, 1, [], FREE), (0, 1, [], BLOCKED), (1, 0, [], BLOCKED), (1, 1, [said(state=DENIED)], BLOCKED)],
)
def test_existing_customers_may_be_promoted_to_where_the_policy_says_so(orders: int, flag: int, consents: list[Any], gate: int) -> None:
    assert gates(desk_for(ActionType.OFFER, existing_customer=flag), consents, orders)[0] == gate


@pytest.mark.parametrize("kind", [ActionType.APOLOGY, ActionType.THANK_YOU, ActionType.LISTEN])
def test_the_contract_carries_service_and_relationship_unless_denied(kind: ActionType) -> None:
    desk = desk_for(kind)
    purpose = Purpose.SERVICE if kind == ActionType.APOLOGY else Purpose.RELATIONSHIP

    assert gates(desk, [])[0] == FREE
    assert gates(desk, [], orders=0)[0] == BLOCKED
    assert gates(desk, [said(purpose)], orders=0)[0] == FREE
    assert gates(desk, [said(purpose, "email", state=DENIED)])[:2] == [BLOCKED, FREE]


def test_a_notice_that_the_law_demands_reaches_everybody() -> None:
    assert gates(desk_for(ActionType.NOTICE), [said(EVERYTHING, state=OBJECTED)], orders=0)[:2] == [FREE, FREE]


@pytest.mark.parametrize(
    ("kind", "consents", "gate"),
    [
        (ActionType.OFFER, [], FREE),
        (ActionType.OFFER, [said(state=DENIED)], FREE),
        (ActionType.OFFER, [said(state=OBJECTED)], BLOCKED),
        (ActionType.THANK_YOU, [said(EVERYTHING, state=OBJECTED)], BLOCKED),
        (ActionType.APOLOGY, [said(EVERYTHING, state=OBJECTED)], FREE),
    ],
)
def test_who_came_to_us_is_spared_what_they_object_to(kind: ActionType, consents: list[Any], gate: int) -> None:
    assert gates(desk_for(kind), consents, orders=0, placement=0) == [-2, -2, gate]


@pytest.mark.parametrize("state", [OBJECTED, DENIED])
@pytest.mark.parametrize("placement", [-1, 0])
def test_an_objection_to_profiling_removes_all_that_is_scored_and_nothing_else(state: int, placement: int) -> None:
    consents = [said(), said(Purpose.PROFILING, state=state)]

    assert FREE not in gates(desk_for(ActionType.OFFER), consents, placement=placement)
    assert FREE in gates(desk_for(ActionType.THANK_YOU), consents, placement=placement)


def test_the_decision_names_its_basis_and_the_record_that_proves_it() -> None:
    cases = [
        (ActionType.OFFER, [said(offset=41)], 0, -1, (Basis.CONSENT, 41)),
        (ActionType.APOLOGY, [], 1, -1, (Basis.CONTRACT, -1)),
        (ActionType.NOTICE, [], 0, -1, (Basis.LEGAL, -1)),
        (ActionType.OFFER, [], 0, 0, (Basis.INBOUND, -1)),
    ]
    for kind, consents, orders, placement, want in cases:
        out = desk_for(kind).decide(
            a_row(orders=orders, consents=consents, earned=99.0, gratitude_as_of_ms=NOW), a_trigger(placement=placement)
        )

        assert (int(out["basis"]), int(out["evidence_offset"])) == want


def test_an_answer_rests_on_the_request() -> None:
    desk = desk_for(ActionType.ANSWER, intent=name_hash("where"))

    out = desk.decide(a_row(), a_trigger(kind=Kind.REQUEST_MADE, intent=name_hash("where"), offset=12))

    assert (int(out["lane"]), int(out["basis"]), int(out["evidence_offset"])) == (Lane.ASKED, Basis.REQUEST, 12)
    assert gates(desk, [], orders=0, kind=Kind.REQUEST_MADE, intent=name_hash("why"))[0] == Gate.ELIGIBILITY
    assert gates(desk, [said(EVERYTHING, "email", state=DENIED)], kind=Kind.REQUEST_MADE, intent=name_hash("where"))[:2] == [BLOCKED, FREE]
