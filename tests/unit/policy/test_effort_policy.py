"""What a policy says about effort, and what an action may ask for."""

from __future__ import annotations

from typing import Any

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy import tables as t
from platinum.policy.compile import compile_policy
from platinum.vocabulary.codes import Debt

BASE = """
policy: small
currency: EUR
timezone: UTC
channels: {web: inbound}
traits: {loyalty_card: yes_no, region: {kind: one_of, values: [north, south]}}
actions:
  ask: {type: listen, channels: [web], words: "Which order is it about?"%s}
  link: {type: help, channels: [web], effort: -1, content: [{link: {url: "https://example.org", text: Look%s}}]}
  call: {type: amends, channels: [web], pays: [effort], words: We call you.}
%s
"""


def compiled(ask: str = "", link: str = "", more: str = "") -> Any:
    """Tables of the small policy with these additions."""
    return compile_policy((BASE % (ask, link, more)).encode()).tables


def mistakes(**additions: str) -> str:
    """All mistakes in one text."""
    with pytest.raises(PolicyInvalid) as caught:
        compiled(**additions)
    return str(caught.value)


def test_the_defaults_are_those_of_the_formula() -> None:
    settings = compiled().settings[0]

    assert settings["effort_points"].tolist() == [3, 2, 2, 2, 2, 1.5, 1, 0.5]
    assert settings["effort_caps"].tolist() == [9, 6, 6, 6, 4, 4.5, 6, 2]
    assert (settings["effort_threshold"], settings["effort_half_life_ms"], settings["relief"]) == (0.6, 14 * 86_400_000, 1)


def test_each_of_them_can_be_set_by_name_and_the_rule_be_turned_off() -> None:
    more = "effort: {relief: no, threshold: 0.5, half_life: 7d, points: {transfer: 4}, caps: {wait_5min: 3}}"

    settings = compiled(more=more).settings[0]

    assert settings["effort_points"][t.E_TRANSFER] == 4
    assert settings["effort_caps"][t.E_WAIT] == 3
    assert settings["effort_caps"][t.E_TRANSFER] == 6
    assert (settings["effort_threshold"], settings["effort_half_life_ms"], settings["relief"]) == (0.5, 7 * 86_400_000, 0)


def test_what_an_action_asks_for_is_read_with_traits() -> None:
    actions = compiled(ask=", asks: [order_id, reason, region]").actions

    assert int(actions["asks"][0]) == t.ASKS_ORDER | t.ASKS_INTENT | 1 << t.ASKS_TRAITS + 1
    assert actions["asks"][1:].tolist() == [0, 0]
    assert int(actions["pays"][1]) == Debt.EFFORT


def test_a_link_sells_unless_it_says_no() -> None:
    assert compiled().actions["sells"].tolist() == [0, 0, 1]
    assert compiled(link=", commerce: no").actions["sells"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("additions", "said"),
    [
        ({"ask": ", asks: [order_nr]"}, "order_id"),
        ({"more": "effort: {points: {transferr: 4}}"}, "transfer"),
        ({"more": "effort: {threshold: 1.5}"}, "threshold"),
        ({"more": "  tip: {type: help, channels: [web], asks: [reason], words: Tip.}"}, "type listen or answer"),
    ],
)
def test_mistakes_name_what_was_probably_meant(additions: dict[str, str], said: str) -> None:
    assert said in mistakes(**additions)
