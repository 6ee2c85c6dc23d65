"""What a policy may say about goals and surprises, and that a mistake names its field and the rule."""

from __future__ import annotations

import math

import pytest

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.compile import compile_policy
from platinum.policy.tables import Tables
from tests.unit.policy.test_floor import TERMS, mistakes

BASE = """
policy: small
currency: EUR
timezone: UTC
human: {phone: "1"}
categories: [garden, lamps]
channels: {web: inbound, card: outbound}
GOALS
actions:
  plan: {type: help, channels: [web], value: 6, p_accept: 0.5, ACTION words: W}
  chair: {type: offer, channels: [web, card], category: garden, p_accept: 0.25, words: W, TERMS}
"""


def a_policy(goals: str = "", action: str = "goal: garden,", more: str = "") -> str:
    """Help with something, and an offer of garden chairs for 4."""
    return BASE.replace("GOALS", goals).replace("ACTION", action).replace("TERMS", TERMS) + more


def tables_of(text: str) -> Tables:
    return compile_policy(text.encode()).tables


def test_a_goal_that_only_an_action_names_is_about_the_category_of_its_name_and_never_inferred() -> None:
    tables = tables_of(a_policy())

    settings = tables.settings[0]
    assert (int(settings["n_goals"]), int(settings["goal_names"][0])) == (1, name_hash("garden"))
    assert (int(settings["goal_categories"][0]), float(settings["goal_from"][0])) == (1, math.inf)
    assert tables.actions[["goal", "near_goals"]].tolist() == [(0, 1), (1, 0)]  # chair, plan: actions are sorted by name


def test_goals_are_weighed_by_what_offers_and_help_are_expected_to_bring() -> None:
    settings = tables_of(a_policy()).settings[0]
    doubled = tables_of(a_policy("weights: {goal: 2}")).settings[0]

    assert float(settings["goal_money"]) == pytest.approx((0.5 * 6 + 0.25 * 4 + 0.25 * 4) / 3)
    assert float(doubled["goal_money"]) == pytest.approx(2 * float(settings["goal_money"]))
    plain = tables_of(a_policy(action="")).settings[0]
    assert float(settings["utility_high"]) == pytest.approx(float(plain["utility_high"]) + float(settings["goal_money"]))


def test_a_policy_without_goals_has_none() -> None:
    assert int(tables_of(a_policy(action="")).settings[0]["n_goals"]) == 0


@pytest.mark.parametrize(
    ("goals", "wanted"),
    [
        ("goals: {gardn: {categories: [garden]}}", ["actions.plan.goal", "gardn"]),
        ("goals: {garden: {categories: [gardn]}}", ["goals.garden.categories[0]", "garden"]),
        ("goals: {garden: {}, boat: {inferred_from: 0.5}}", ["goals.boat.inferred_from", "categories"]),
        ("goals: {garden: {inferred_from: 2}}", ["goals.garden.inferred_from", "1"]),
        ("goals: {garden: {confidence: 1}}", ["goals.garden.confidence"]),
        ("surprise: {daily: 0}", ["surprise.daily"]),
    ],
)
def test_a_mistake_names_its_field(goals: str, wanted: list[str]) -> None:
    said = mistakes(a_policy(goals))

    assert said
    assert all(part in said for part in wanted), said


def test_more_goals_than_fit_are_a_mistake() -> None:
    many = "".join(f"  more-{i}: {{type: help, channels: [web], goal: g-{i}, words: W}}\n" for i in range(17))
    assert "17 goals" in mistakes(a_policy(action="", more=many))


@pytest.mark.parametrize(
    "field", ["goal_progress: {at_least: 0.5}", "goal_progress.garden: {known: yes}", "days_to_goal.garden: {at_most: 7}", "has_goal: 1"]
)
def test_conditions_may_read_goals(field: str) -> None:
    assert mistakes(a_policy(action=f"goal: garden, when: {{{field}}},")) == ""


def test_a_goal_that_nobody_names_is_no_field() -> None:
    assert "there is no goal 'gardn'" in mistakes(a_policy(action="goal: garden, when: {has_goal.gardn: 1},"))


QUESTION = "  ask: {type: listen, channels: [web], asks: [goal], words: W}\n"


def test_a_question_for_the_goal_is_asked_only_where_something_serves_one() -> None:
    asked = compile_policy(a_policy(more=QUESTION).encode())
    useless = compile_policy(a_policy(action="", more=QUESTION).encode())

    assert int(asked.tables.actions[0]["asks"]) == t.ASKS_GOAL
    assert int(asked.tables.settings[0]["asks_goal"]) == 1
    assert 0 in asked.tables.candidates["action"].tolist()
    assert 0 not in useless.tables.candidates["action"].tolist()
    assert any("never asked" in warning for warning in useless.warnings)


@pytest.mark.parametrize(
    ("action", "wanted"),
    [
        ('words: "Ten euros for you."', "no money"),
        ('words: "A little something, with code HELLO10."', "no money"),
        ("cost: 2, words: W", "needs a 'budget'"),
        ("value: 3, words: W", "no value"),
        (f"words: W, {TERMS.split(', ', 1)[1]}", "take 'terms' out"),
        ("offer: {discount: 10}, words: W", "belongs to an action of type offer"),
        ('content: [{products: {list: "best"}}]', "products"),
    ],
)
def test_what_sells_or_is_money_is_no_surprise(action: str, wanted: str) -> None:
    assert wanted in mistakes(a_policy(more=f"  gift: {{type: surprise, channels: [card], {action}}}\n"))


def test_a_present_within_a_budget_is_a_surprise() -> None:
    gift = '  gift: {type: surprise, channels: [card], cost: 2, budget: gifts, words: "Seeds, because it is spring."}\n'

    assert mistakes(a_policy("budgets: {gifts: 5}", more=gift)) == ""


def test_surprises_are_seldom_and_on_drawn_days_unless_the_policy_says_otherwise() -> None:
    settings, said = tables_of(a_policy()).settings[0], tables_of(a_policy("surprise: {interval: 30d, daily: 1}")).settings[0]

    assert (int(settings["surprise_interval_ms"]), float(settings["surprise_daily"])) == (90 * 86_400_000, 0.1)
    assert (int(said["surprise_interval_ms"]), float(said["surprise_daily"])) == (30 * 86_400_000, 1.0)


def test_signatures_are_counted_by_channel_tone_and_presentation() -> None:
    assert float(tables_of(a_policy()).settings[0]["signatures"]) == 3.0
