"""What a policy may say about worth, tiers and growth, and that a mistake names its field and the rule."""

from __future__ import annotations

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy
from platinum.policy.fields import FIELDS
from platinum.policy.floor import OF_WORTH
from platinum.policy.tables import BY_FREQUENCY, BY_MARGIN
from platinum.vocabulary.codes import ActionType

BASE = """
policy: small
currency: EUR
timezone: UTC
human: {phone: "1"}
channels: {web: inbound, card: outbound}
value: {orders: {r: 0.5, alpha: 20, a: 0.1, b: 3}, spend: {p: 6, q: 4, v: 15}}
tiers: {names: [basic, plus, top], margin: [20, 100]}
budgets: {extra: {per_day: 10, people: 100, tiers: [top]}, all: {per_day: 10, people: 100}}
ACTIONS
"""
TERMS = 'value: 4, terms: {total_cost: "4", ends: never, cancel: "write", data_use: none}'
#: How an action of each type is written, but for its condition.
WRITTEN = {
    "notice": "words: W",
    "apology": "words: W",
    "amends": "pays: [case], words: W",
    "answer": "words: W",
    "thank_you": 'words: "Thank you for your order of {last_order_date}."',
    "listen": "words: W",
    "surprise": "words: W",
    "help": "words: W",
    "offer": f"words: W, {TERMS}",
}
ON_TOP = {"offer", "surprise"}


def a_policy(action: str, base: str = BASE) -> str:
    """The policy with one action."""
    return base.replace("ACTIONS", f"actions:\n  it: {{channels: [web, card], {action}}}")


def mistakes(text: str) -> str:
    """What is wrong with a policy, "" = nothing."""
    try:
        compile_policy(text.encode())
    except PolicyInvalid as invalid:
        return str(invalid)
    return ""


@pytest.mark.parametrize("kind", sorted(WRITTEN))
@pytest.mark.parametrize(
    "depends",
    ["when: {equity: {at_least: 100}}", "not_when: {any: [{orders: {at_least: 3}}, {tier: basic}]}", "when: {unrealised: {known: yes}}"],
)
def test_only_what_is_given_on_top_may_depend_on_worth(kind: str, depends: str) -> None:
    said = mistakes(a_policy(f"type: {kind}, {depends}, {WRITTEN[kind]}"))

    assert ("must be the same for everybody" in said) == (kind not in ON_TOP)
    assert ('docs/reference/value.md, "The floor"' in said) == (kind not in ON_TOP)


def test_every_type_of_action_was_tried_and_every_field_of_worth_is_held() -> None:
    assert set(WRITTEN) == {kind.name.lower() for kind in ActionType} - {"silence"}
    for name, field in FIELDS.items():
        if field.field in OF_WORTH:
            test = "top" if name == "tier" else "{at_least: 1}"
            assert name in mistakes(a_policy(f"type: listen, when: {{{name}: {test}}}, words: W")), name
    assert mistakes(a_policy("type: listen, when: {p_alive: {at_most: 0.3}}, words: W")) == ""


@pytest.mark.parametrize("kind", ["thank_you", "listen", "help", "surprise", "offer"])
def test_a_budget_for_some_tiers_is_for_what_is_given_on_top(kind: str) -> None:
    said = mistakes(a_policy(f"type: {kind}, budget: extra, {WRITTEN[kind]}"))

    assert ("budget 'extra' is for some tiers" in said) == (kind not in ON_TOP)
    assert mistakes(a_policy(f"type: {kind}, budget: all, {WRITTEN[kind]}")) == ""


def test_goodwill_may_depend_on_the_tier_and_what_is_owed_may_not() -> None:
    assert mistakes(a_policy("type: amends, pays: [case], budget: extra, words: W")) == ""
    assert "belongs to goodwill" in mistakes(a_policy("type: amends, pays: [money], budget: extra, words: W"))
    assert "must be the same for everybody" in mistakes(a_policy("type: amends, pays: [case], when: {tier: top}, words: W"))


def test_what_is_promised_does_not_depend_on_worth() -> None:
    promising = a_policy("type: surprise, when: {tier: top}, promise: {class: answer, within: 4h}, words: W")

    assert "actions.it.promise" in mistakes(promising)
    assert mistakes(promising.replace("when: {tier: top}, ", "")) == ""


def test_a_question_for_key_accounts_asks_the_same_people_whatever_they_are_worth() -> None:
    said = mistakes(a_policy("type: listen, words: W") + "\nlistening: {key_accounts: {equity: {at_least: 500}}}\n")

    assert "must be the same for everybody" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("names: [basic, plus, top]", "names: [top]", "must be two tiers at least"),
        ("margin: [20, 100]", "margin: [20]", "must be 2 numbers: one between each tier and the next"),
        ("margin: [20, 100]", "margin: [100, 20]", "must be more than the one before it"),
        ("tiers: [top]", "tiers: [topp]", "there is no tier 'topp'; there are: basic, plus, top. Did you mean 'top'?"),
        ("tiers: [top]", "tiers: []", "must name at least one tier"),
        ("p: 6, q: 4", "p: 0.5, q: 0.4", "p + q must be above 1"),
        ("a: 0.1", "a: 0", "value.orders.a"),
        ("a: 0.1, ", "beta: 0.1, ", "is not a key of orders"),
        ("ACTIONS", "features: {with: [equty]}", "Did you mean 'equity'?"),
    ],
)
def test_a_mistake_names_the_field_and_what_was_wanted(old: str, new: str, words: str) -> None:
    assert words in mistakes(BASE.replace(old, new).replace("ACTIONS", ""))


def test_nothing_is_earned_from_a_sensitive_event_in_somebodys_life() -> None:
    text = BASE.replace("value: {", "traits: {bereaved: {kind: yes_no, sensitive: yes}}\nvalue: {life_events: {bereaved: 1}, ")

    assert "must not be a sensitive trait" in mistakes(text.replace("ACTIONS", ""))


def test_growth_belongs_to_offers_and_help_and_stands_in_place_of_value() -> None:
    offer = TERMS.replace("value: 4", "grows: {money: 2, of_unrealised: 0.05}")

    policy = compile_policy(a_policy(f"type: offer, words: W, lever: 50, {offer}").encode())

    action, settings = policy.tables.actions[0], policy.tables.settings[0]
    assert (action["value"], action["of_equity"], action["of_unrealised"]) == (2.0, 0.0, 0.05)
    assert settings["grows"] == 1
    assert "belongs to offers and help" in mistakes(a_policy("type: surprise, grows: 3, words: W"))
    assert compile_policy(a_policy("type: help, grows: 3, words: W").encode()).tables.settings[0]["grows"] == 0


def test_what_is_said_is_what_kernels_get() -> None:
    settings = compile_policy(BASE.replace("ACTIONS", "").encode()).tables.settings[0]

    assert [float(settings[f"bg_{name}"]) for name in ("r", "alpha", "a", "b")] == [0.5, 20.0, 0.1, 3.0]
    assert settings["discount"] == pytest.approx(1.1 ** (-1 / 12), rel=1e-15)
    assert (settings["n_tiers"], settings["tier_by"], settings["tier_parts"]) == (3, BY_MARGIN, 0)
    assert settings["budget_tiers"].tolist()[:3] == [0, 0b100, 0]  # by name: all, extra
    assert (
        compile_policy(BASE.replace("margin: [", "orders: [").replace("ACTIONS", "").encode()).tables.settings[0]["tier_by"] == BY_FREQUENCY
    )


@pytest.mark.parametrize(
    ("value", "reads", "warns"),
    [("", "equity: {at_least: 5}", True), ("", "orders: {at_least: 5}", False), (BASE.splitlines()[6], "equity: {at_least: 5}", False)],
)
def test_who_decides_by_the_parameters_of_another_shop_is_told(value: str, reads: str, warns: bool) -> None:
    base = BASE.replace(BASE.splitlines()[6], value).replace(BASE.splitlines()[7], "").replace(", tiers: [top]", "")

    warnings = compile_policy(a_policy(f"type: surprise, when: {{{reads}}}, words: W", base).encode()).warnings

    assert any("another shop" in one for one in warnings) == warns


def test_a_tier_and_its_worth_may_be_looked_at_by_the_learner_if_the_policy_says_so() -> None:
    plain, added = (compile_policy(BASE.replace("ACTIONS", said).encode()).tables for said in ("", "features: {with: [equity, tier]}"))

    assert len(added.features) == len(plain.features) + 1 + 3
