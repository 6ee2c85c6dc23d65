"""What a policy may do with giving and getting, and with parties; every mistake names its field and the rule."""

from __future__ import annotations

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy
from platinum.vocabulary.codes import ActionType

POLICY = """
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
channels: {web: inbound}
categories: [lamps]
budgets: {goodwill: {per_day: 10, people: 100}}
actions:
  one: {channels: [web], %s}
"""
WORDS = 'words: "Hello."'
THANKS = 'type: thank_you, words: "Thank you for your {orders}. order."'
OFFER = "type: offer, value: 1, terms: {total_cost: x, ends: 14d, cancel: x, data_use: none}"


def mistakes(action: str) -> str:
    """What is wrong with it, or nothing."""
    try:
        compile_policy((POLICY % action).encode())
    except PolicyInvalid as wrong:
        return str(wrong)
    return ""


@pytest.mark.parametrize("field", ["give", "get", "balance"])
@pytest.mark.parametrize("kind", [kind for kind in ActionType if kind is not ActionType.SILENCE], ids=lambda kind: kind.name.lower())
def test_the_balance_may_bring_more_and_nobody_less(field: str, kind: ActionType) -> None:
    of = {ActionType.THANK_YOU: THANKS, ActionType.OFFER: OFFER}.get(kind, f"type: {kind.name.lower()}, {WORDS}")
    on_top = kind in (ActionType.OFFER, ActionType.SURPRISE)
    thanks = kind in (ActionType.THANK_YOU, ActionType.LISTEN)

    for test in ("when: {%s: {at_most: -1}}", "when: {%s: {at_least: 1}}", "not_when: {%s: {at_most: -1}}"):
        found = mistakes(f"{of}, {test % field}")
        fine = on_top or (thanks and field == "balance" and test.startswith("when") and "at_most" in test)
        assert (found == "") == fine, (test, found)
        assert fine or ("docs/reference/bonds.md" in found and field in found)


def test_goodwill_within_a_budget_may_depend_on_it_and_comes_last() -> None:
    policy = compile_policy((POLICY % f"type: amends, pays: [case], budget: goodwill, {WORDS}, when: {{balance: {{at_most: 0}}}}").encode())

    assert policy.tables.actions[0]["by_worth"] == 1


@pytest.mark.parametrize("test", ["{none: [{balance: {at_most: -1}}]}", "{balance: {is_not: 1}}", "{balance: {known: no}}"])
def test_thanks_have_no_way_round(test: str) -> None:
    assert "thanks and questions may be given to more people" in mistakes(f"{THANKS}, when: {test}")


@pytest.mark.parametrize("field", ["referrals", "reviews", "helped", "ambassador"])
def test_what_somebody_did_for_the_firm_decides_nothing_that_is_owed_or_asked_for(field: str) -> None:
    wrong = {kind for kind in ("notice", "apology", "amends", "answer") if mistakes(f"type: {kind}, {WORDS}, when: {{{field}: 1}}")}

    assert wrong == {"notice", "apology", "amends", "answer"}
    assert mistakes(f"{THANKS}, when: {{{field}: 1}}") == "" == mistakes(f"type: help, {WORDS}, when: {{{field}: 1}}")


@pytest.mark.parametrize("kind", [kind for kind in ActionType if kind is not ActionType.SILENCE], ids=lambda kind: kind.name.lower())
def test_to_who_is_no_customer_nothing_is_offered(kind: ActionType) -> None:
    of = {ActionType.THANK_YOU: THANKS, ActionType.OFFER: OFFER}.get(kind, f"type: {kind.name.lower()}, {WORDS}")
    allowed = kind in (ActionType.NOTICE, ActionType.LISTEN, ActionType.THANK_YOU, ActionType.ANSWER, ActionType.HELP)

    assert (mistakes(f"{of}, for: [owner]") == "") == allowed
    assert mistakes(f"{of}, for: [customer]") == ""


def test_help_that_sells_is_none_for_employees() -> None:
    shop = "type: help, content: [{words: Hello.}, {link: {text: Buy, url: 'https://shop.example/lamps'}}]"

    assert mistakes(shop) == ""
    assert "holds something to buy" in mistakes(f"{shop}, for: [employee]")


def test_a_party_that_is_none_and_an_empty_list_are_mistakes() -> None:
    assert "employee" in mistakes(f"type: help, {WORDS}, for: [employees]")
    assert "at least one party" in mistakes(f"type: help, {WORDS}, for: []")


def test_thanks_ask_for_nothing() -> None:
    assert "asks_to_sell" in mistakes(f"{THANKS}, asks_to_sell: yes")
