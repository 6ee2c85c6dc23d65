"""What a policy says about questions: whom, after what, how often, and only what could change a decision."""

from __future__ import annotations

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.vocabulary.codes import Kind

BASE = """
policy: small
currency: EUR
timezone: UTC
human: {phone: "1"}
categories: [lamps]
traits: {size: number, region: {kind: one_of, values: [north, south]}}
channels: {web: inbound, email: {kind: outbound, caps: [1 per 7d]}}
decide_on: [page]
LISTENING
actions:
  ask: {type: listen, channels: [web, email], words: "How are we doing?"ASKS}
  guide: {type: help, channels: [email], words: "A guideCITED."WHEN}
  told: {type: amends, pays: [answer], channels: [email], words: "This came of it."}
"""


def compiled(listening: str = "", asks: str = "", when: str = "", cited: str = "", source: str = BASE) -> Policy:
    said = {"LISTENING": listening, "ASKS": asks, "WHEN": when, "CITED": cited}
    for name, text in said.items():
        source = source.replace(name, text)
    return compile_policy(source.encode())


def candidates(policy: Policy, name: str = "ask") -> int:
    at = [action.name for action in policy.actions].index(name)
    return int((policy.tables.candidates["action"] == at).sum())


@pytest.mark.parametrize(
    ("asks", "when", "cited"),
    [
        ("size", ", when: {size: {at_least: 50}}", ""),
        ("size", ", not_when: {all: [{orders: 1}, {any: [{size: {known: yes}}]}]}", ""),
        ("region", "", " for the {region}"),
        ("channel", "", ""),
        ("order_id", "", ""),
        ("country", ", when: {country: DE}", ""),
        ("timezone", ", when: {hour: {at_least: 9}}", ""),
    ],
)
def test_what_something_depends_on_is_asked(asks: str, when: str, cited: str) -> None:
    policy = compiled(asks=f", asks: [{asks}]", when=when, cited=cited)

    assert candidates(policy) == 2
    assert not [warning for warning in policy.warnings if "asks" in warning]


@pytest.mark.parametrize("asks", ["size", "region", "country", "timezone", "language"])
def test_what_nothing_depends_on_is_never_asked_and_the_warning_names_it(asks: str) -> None:
    policy = compiled(asks=f", asks: [{asks}]")

    assert candidates(policy) == 0
    assert candidates(policy, "guide") == 1
    (warning,) = [warning for warning in policy.warnings if "actions.ask.asks[0]" in warning]
    assert f"'{asks}' is read by no condition, word or rule" in warning
    assert "never asked" in warning


def test_a_question_that_only_looks_at_what_it_asks_changes_nothing() -> None:
    assert candidates(compiled(asks=", asks: [size], when: {size: {known: no}}")) == 0


def test_where_one_of_two_things_is_needed_it_is_asked_and_the_other_is_named() -> None:
    policy = compiled(asks=", asks: [region, size]", when=", when: {size: {at_least: 50}}")

    assert candidates(policy) == 2
    (warning,) = [warning for warning in policy.warnings if "asks[0]" in warning]
    assert "never asked" not in warning


def test_moments_ask_for_decisions_and_hold_for_questions_that_say_nothing_themselves() -> None:
    policy = compiled("listening: {moments: [case_closed, first_order, hard_journey], interval: 60d, key_accounts: {spend: {at_least: 9}}}")
    own = compiled("listening: {moments: [first_order]}", asks=", when: {orders: {at_least: 2}}")
    wanted = {Kind.PAGE, Kind.CASE_CLOSED, Kind.PATIENCE_SHOWN, Kind.ORDER_COMPLETED, Kind.CONTACT_RESOLVED}

    assert {Kind(kind) for kind in policy.tables.decide_on.nonzero()[0].tolist()} == wanted
    assert policy.tables.settings[0]["ask_interval_ms"] == 60 * 86_400_000
    assert policy.tables.actions[0]["program_len"] > 0
    assert own.tables.actions[0]["program_len"] == 1
    assert compiled().tables.actions[0]["program_len"] == 0
    assert compiled().tables.settings[0]["ask_interval_ms"] == 30 * 86_400_000


@pytest.mark.parametrize(
    ("listening", "said"),
    [
        ("listening: {moments: [case_close]}", "case_closed"),
        ("listening: {key_accounts: {spent: {at_least: 9}}}", "listening.key_accounts"),
        ("listening: {moment: [first_order]}", "moments"),
    ],
)
def test_mistakes_are_named_with_what_was_probably_meant(listening: str, said: str) -> None:
    with pytest.raises(PolicyInvalid, match=said):
        compiled(listening)
