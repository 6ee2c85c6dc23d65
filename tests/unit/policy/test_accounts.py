"""What a policy says about accounts and roles, and what it is told when it is wrong."""

from __future__ import annotations

import pytest

from platinum.errors import PolicyInvalid
from platinum.hashing import name_hash
from platinum.policy.compile import compile_policy
from platinum.policy.scalars import DAY_MS
from platinum.vocabulary.codes import Field

POLICY = """
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
channels: {web: inbound}
tiers: [basic, top]
%s
actions:
  one: {channels: [web], type: help, value: 1, p_accept: 0.1, words: "Hello." %s}
  gift: {channels: [web], type: offer, value: 1, p_accept: 0.1, words: "A gift.",
         terms: {total_cost: x, ends: 14d, cancel: x, data_use: none} %s}
"""


def mistakes(block: str = "", help_: str = "", offer: str = "") -> str:
    """What is wrong with it, or nothing."""
    try:
        compile_policy((POLICY % (block, help_, offer)).encode())
    except PolicyInvalid as wrong:
        return str(wrong)
    return ""


@pytest.mark.parametrize(
    ("block", "softens", "cap", "cap_ms"),
    [
        ("", 1, -1, 0),
        ("accounts: {}", 1, -1, 0),
        ("accounts: {soften: no}", 0, -1, 0),
        ("accounts: {cap: {limit: 5, days: 30}}", 1, 5, 30 * DAY_MS),
        ("accounts: {cap: {limit: 0, days: 1}}", 1, 0, DAY_MS),
    ],
)
def test_without_a_word_accounts_are_softened_and_not_capped(block: str, softens: int, cap: int, cap_ms: int) -> None:
    settings = compile_policy((POLICY % (block, "", "")).encode()).tables.settings[0]

    assert (settings["account_softens"], settings["account_cap"], settings["account_cap_ms"]) == (softens, cap, cap_ms)


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("accounts: {cap: {limit: 5}}", "days"),
        ("accounts: {cap: {limit: 2.5, days: 3}}", "whole number"),
        ("accounts: {cap: 5 per 30d}", "cap"),
        ("accounts: {softn: no}", "soften"),
    ],
)
def test_what_is_wrong_with_accounts_is_told(block: str, told: str) -> None:
    assert told in mistakes(block)


def test_a_condition_may_ask_for_the_role_and_for_how_the_account_stands() -> None:
    when = ", when: {role: [buyer, head of purchase], account.open_cases: 0, account.say_do: {at_least: 0.8}, account.spend: {at_least: 9}}"

    policy = compile_policy((POLICY % ("", when, "")).encode())

    read = {Field(int(leaf["field"])) for leaf in policy.tables.leaves}
    assert read == {Field.ROLE, Field.ACCOUNT_OPEN_CASES, Field.ACCOUNT_SAY_DO, Field.ACCOUNT_SPEND}
    assert policy.names[name_hash("head of purchase")] == "head of purchase"


def test_the_tier_of_an_account_decides_about_money_given_on_top_and_about_nothing_else() -> None:
    tier = ", when: {account.tier: top}"

    assert "the same for everybody" in mistakes(help_=tier)
    assert mistakes(offer=tier) == ""
    assert "no tier 'huge'" in mistakes(offer=", when: {account.tier: huge}")
    assert "account.teir" in mistakes(offer=", when: {account.teir: top}")
