"""What is known of the roles in which somebody acts, and to which of them things belong."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.jit import kernel
from platinum.policy.tiers import tier_members
from platinum.profile.elsewhere import MOST, account_of
from platinum.profile.entries import MAX_ROLES
from platinum.profile.ledger import is_full
from platinum.profile.merge import merge
from platinum.profile.roles import IN_FORCE, OVER, PRIVATE, UNHEARD, as_seen_in, find_role, stand, state_in, tier_in
from platinum.profile.row import ROW, SECTIONS
from platinum.vocabulary.codes import Kind, RoleBasis
from tests.builders.roles import add_closed_cases
from tests.builders.rows import NOON, Made, an_event, an_order, columns_of, folded, some_more
from tests.builders.tables import DAY, some_tables
from tests.builders.worlds import random_row, random_tables
from tests.reference import roles as slow

FIRM, OTHER = name_hash("firm-1"), name_hash("firm-2")
TIERS = some_tables(settings=tier_members({"tiers": {"names": ["basic", "plus", "top"], "margin": [10.0, 60.0]}}))


def joins(account: int = FIRM, at_ms: int = NOON, name: str = "buyer", **members: Any) -> Made:
    """A ``group`` call."""
    said = {"code": int(RoleBasis.DECLARED), "role": name_hash(name), "high": 0.0, "low": 0.0}
    return an_event(Kind.GROUP, at_ms, account=account, **{**said, **members})


def stands(account: int = FIRM, at_ms: int = NOON, **members: Any) -> Made:
    """What an account's record tells."""
    return an_event(Kind.ACCOUNT_STANDS, at_ms, account=account, **members)


@kernel
def _stand(row: Any, events: Any) -> None:
    for i in range(events.shape[0]):
        stand(row, events[i])


@kernel
def _full(row: Any, more: Any, event: Any, tables: Any) -> bool:
    return is_full(row, more, event, tables)


@kernel
def _seen(row: Any, account: int, now_ms: int, view: Any, tables: Any) -> None:
    as_seen_in(row, account, now_ms, view, tables)


def told(row: Any, *events: Made) -> Any:
    _stand(row, columns_of(events)[0])
    return row


def role(row: Any, account: int = FIRM) -> Any:
    return row["roles"][find_role(row, account)]


def test_a_role_begins_with_the_first_word_of_it_and_ends_with_the_last() -> None:
    words = [joins(at_ms=NOON + 2 * DAY, name="head"), joins(at_ms=NOON), joins(at_ms=NOON + 5 * DAY, low=1.0, name="head")]

    for order in permutations(words):
        row = folded(*order)
        one = role(row)
        assert (one["from_s"], one["at_s"], one["name"]) == (NOON // 1000, NOON // 1000 + 5 * 86_400, name_hash("head"))
        assert state_in(row, FIRM, NOON + 6 * DAY) == OVER


def test_of_two_words_in_one_second_the_one_that_ends_it_counts_in_any_order() -> None:
    words = [joins(), joins(low=1.0), joins(name="clerk"), joins(high=float(NOON + DAY))]

    found = {tuple(role(folded(*order))[name].item() for name in ("left", "name", "until_s", "basis")) for order in permutations(words)}

    assert len(found) == 1
    assert next(iter(found))[0] == 1


def test_a_role_is_over_from_the_instant_that_was_said() -> None:
    row = folded(joins(high=float(NOON + DAY)))

    assert [state_in(row, FIRM, at) for at in (NOON, NOON + DAY - 1, NOON + DAY)] == [IN_FORCE, IN_FORCE, OVER]
    assert (state_in(row, OTHER, NOON), state_in(row, 0, NOON)) == (UNHEARD, PRIVATE)


def test_the_id_of_an_account_is_kept_as_it_was_sent() -> None:
    text = "Ünal & Söhne 0123456789"
    raw = text.encode().ljust(32, b"\0")
    eights = [raw[i : i + 8] for i in range(0, 32, 8)]
    items = [(int.from_bytes(one[:4], "little"), 0.0, int.from_bytes(one[4:], "little")) for one in eights]

    row = folded(joins(items=items))

    assert bytes(role(row)["account_text"]).rstrip(b"\0").decode() == text


def test_a_fifth_account_takes_the_place_of_one_that_is_over() -> None:
    firms = [name_hash(f"f-{i}") for i in range(MAX_ROLES + 1)]
    events = [joins(firm, NOON + i * DAY) for i, firm in enumerate(firms[:-1])]

    row = folded(*events, joins(firms[2], NOON + 5 * DAY, low=1.0), joins(firms[-1], NOON + 6 * DAY))

    assert {int(one["account"]) for one in row["roles"][: row["n_roles"]]} == {*firms} - {firms[2]}


def test_a_fifth_account_takes_the_place_of_one_whose_time_is_over_before_any_in_force() -> None:
    firms = [name_hash(f"f-{i}") for i in range(MAX_ROLES + 1)]
    events = [joins(firm, NOON + i * DAY, high=float(NOON + 4 * DAY) if i == 2 else 0.0) for i, firm in enumerate(firms[:-1])]

    over, not_yet = folded(*events, joins(firms[-1], NOON + 6 * DAY)), folded(*events, joins(firms[-1], NOON + 4 * DAY - 1000))

    assert kept(over) == {*firms} - {firms[2]}
    assert kept(not_yet) == {*firms} - {firms[0]}


@pytest.mark.parametrize("ended", [{"low": 1.0}, {"high": float(NOON + 5 * DAY)}])
def test_word_that_a_fifth_account_is_over_takes_the_place_of_none_in_force(ended: dict[str, Any]) -> None:
    firms = [name_hash(f"f-{i}") for i in range(MAX_ROLES + 1)]
    events = [joins(firm, NOON + i * DAY) for i, firm in enumerate(firms[:-1])]
    leaving, word = joins(firms[1], NOON + 5 * DAY, low=1.0), joins(firms[-1], NOON + 6 * DAY, **ended)

    assert kept(folded(*events, word)) == {*firms[:-1]}
    assert kept(folded(*events, leaving, word)) == {*firms} - {firms[1]}


def kept(row: Any) -> set[int]:
    """Accounts of which a row knows."""
    return {int(one["account"]) for one in row["roles"][: row["n_roles"]]}


def test_how_an_account_stands_is_kept_for_a_role_in_force_and_for_no_other() -> None:
    said: dict[str, Any] = {
        "name_a": "top",
        "name_b": "toys",
        "code": 2,
        "low": 4.0,
        "high": float(NOON + DAY),
        "amount": 80.0,
        "country": 901,
    }
    row = told(folded(joins(), joins(OTHER), joins(OTHER, NOON + 1000, low=1.0)), stands(**said), stands(OTHER, **said), stands(77, **said))

    one = role(row)
    assert (one["tier"], one["category"], one["open_cases"], one["severity"]) == (name_hash("top"), name_hash("toys"), 2, 4.0)
    assert (one["full_until_ms"], one["spend"], one["kept"]) == (NOON + DAY, 80.0, pytest.approx(0.9))
    assert (role(row, OTHER)["tier"], role(row, OTHER)["kept"], row["n_roles"]) == (0, -1.0, 2)


def test_what_is_bought_and_wanted_for_an_account_is_not_the_persons_own() -> None:
    private = [an_order(NOON - 9 * DAY, 20.0, [("garden", 20.0)]), an_event(Kind.PRODUCT_VIEWED, NOON - 8 * DAY, name_a="garden")]
    at_work: list[Made] = [
        an_order(NOON, 500.0, [("toys", 500.0)], account=FIRM),
        an_event(Kind.PRODUCT_VIEWED, NOON, name_a="toys", account=FIRM),
        an_event(Kind.PRODUCT_ADDED, NOON, name_a="toys", amount=9.0, account=FIRM),
        an_event(Kind.ORDER_CANCELLED, NOON, items=[("toys", 1.0)], account=FIRM),
        an_event(Kind.ORDER_REFUNDED, NOON, amount=5.0, items=[("toys", 1.0)], account=FIRM),
        an_event(Kind.GOAL_STATED, NOON, name_a="toys", account=FIRM),
        an_event(Kind.INTEREST_STATED, NOON, name_a="toys", low=1.0, account=FIRM),
        an_event(Kind.LIFE_EVENT_REPORTED, NOON, name_a="toys", account=FIRM),
    ]

    alone, both = folded(*private), folded(*private, *at_work)

    hidden = {name for section, _, count, fields in SECTIONS if section in slow.OWN for name in (count, *(n for n, _ in fields)) if name}
    assert {name for name in hidden if alone[name].tobytes() != both[name].tobytes()} == set()
    assert alone["earned"] == both["earned"]
    assert both["events"] == len(private) + len(at_work)


def test_what_is_opened_for_an_account_stays_there_until_it_is_settled_whatever_its_id_becomes() -> None:
    opened = [
        an_event(Kind.CASE_OPENED, NOON, ref=7, low=3.0, code=1, account=FIRM),
        an_event(Kind.CASE_OPENED, NOON + 1, ref=8, low=3.0, code=1),
        an_event(Kind.FAILURE_REPORTED, NOON + 2, ref=0, low=2.0, code=1, account=OTHER),
    ]
    named = an_event(Kind.CASE_OPENED, NOON + 3, ref=9, low=2.0, account=OTHER)

    row = folded(*opened, named)

    assert [int(account_of(row, np.uint64(ref))) for ref in (7, 8, 9)] == [FIRM, 0, OTHER]
    assert folded(*opened[:2], an_event(Kind.CASE_CLOSED, NOON + DAY, ref=7, code=2))["n_elsewhere"] == 1  # its quarantine runs
    theirs = an_event(Kind.CASE_OPENED, NOON, ref=7, low=3.0, code=2, account=FIRM)
    assert folded(theirs, an_event(Kind.CASE_CLOSED, NOON + DAY, ref=7))["n_elsewhere"] == 0


def test_a_case_that_is_named_at_home_is_not_the_one_that_a_failure_at_work_opened() -> None:
    """It would show its id there: the first run with planted ids found that."""
    row = folded(
        an_event(Kind.COMPLAINT_MADE, NOON, ref=5, low=2.0, account=FIRM),
        an_event(Kind.CASE_OPENED, NOON + 1, ref=6, low=3.0),
    )

    assert row["n_obligations"] == 2
    assert [int(account_of(row, np.uint64(ref))) for ref in (5, 6)] == [FIRM, 0]


def test_nobody_is_lost_when_no_more_can_be_named() -> None:
    opened = [an_event(Kind.CASE_OPENED, NOON + i, ref=100 + i, low=1.0, account=FIRM) for i in range(int(MOST))]
    row, tables = folded(*opened), some_tables()
    another = columns_of(
        [an_event(Kind.CASE_OPENED, NOON + 99, ref=99, low=1.0, account=FIRM), an_event(Kind.CASE_OPENED, ref=98, low=1.0)]
    )[0]

    more = some_more()
    row["more"] = 0
    assert row["n_elsewhere"] == MOST
    assert [bool(_full(row, more, one, tables)) for one in another] == [True, False]


def test_a_row_as_seen_in_a_role_is_that_of_the_slow_twin_byte_for_byte() -> None:
    view = np.zeros(1, ROW)
    compared = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        tables = random_tables(rng, settings=tier_members({"tiers": {"names": ["basic", "plus", "top"], "margin": [10.0, 60.0]}}))
        row = random_row(rng, tables, NOON)
        add_closed_cases(row, rng, NOON)
        for account in (0, FIRM, OTHER, 77):
            want = slow.seen_in(row, account, NOON, tables)
            if want is row:
                continue
            _seen(row, account, NOON, view, tables)
            compared += 1
            got = view[0]
            for _, _, count, fields in SECTIONS:
                if count:
                    got[fields[0][0]][int(got[count]) :] = np.zeros((), got[fields[0][0]].dtype)  # behind the count nothing means anything
            assert [name for name in ROW.names or () if got[name].tobytes() != want[name].tobytes()] == []
    assert compared > 500


@pytest.mark.parametrize(
    ("basis", "left", "private", "there"),
    [(RoleBasis.VERIFIED, 0.0, 1, 2), (RoleBasis.DECLARED, 0.0, 1, 2), (RoleBasis.INFERRED, 0.0, 0, 2), (RoleBasis.VERIFIED, 1.0, 0, 0)],
)
def test_a_tier_shines_one_step_into_other_roles_where_the_link_is_sure(basis: int, left: float, private: int, there: int) -> None:
    row = told(folded(joins(code=int(basis))), stands(name_a="top"))
    if left:
        row = told(folded(joins(code=int(basis)), joins(at_ms=NOON + 1000, low=1.0)), stands(name_a="top"))

    assert (tier_in(row, 0, NOON + DAY, TIERS), tier_in(row, FIRM, NOON + DAY, TIERS)) == (private, there)


def test_who_is_of_the_top_in_private_is_one_below_at_a_firm_that_is_new() -> None:
    bought = [an_order(NOON - i * DAY, 900.0, [("toys", 900.0)]) for i in range(30, 0, -1)]
    row = folded(*bought, joins(), tables=TIERS)

    assert tier_in(row, 0, NOON + DAY, TIERS) == 2
    assert (tier_in(row, FIRM, NOON + DAY, TIERS), tier_in(row, OTHER, NOON + DAY, TIERS)) == (1, 0)


def test_two_histories_of_one_person_know_of_all_roles_and_of_what_is_open_in_each() -> None:
    one = folded(joins(), an_event(Kind.CASE_OPENED, NOON, ref=7, low=3.0, account=FIRM))
    other = told(folded(joins(OTHER), joins(at_ms=NOON + DAY, name="head")), stands(OTHER, name_a="top"))
    other_case = folded(joins(OTHER), an_event(Kind.CASE_OPENED, NOON, ref=8, low=3.0, account=OTHER))

    merge(one, some_more(), other, some_more(), some_tables())
    merge(one, some_more(), other_case, some_more(), some_tables())

    assert (role(one)["name"], role(one, OTHER)["tier"], one["n_roles"]) == (name_hash("head"), name_hash("top"), 2)
    assert [int(account_of(one, np.uint64(ref))) for ref in (7, 8)] == [FIRM, OTHER]
    assert one["acting"] == 0
