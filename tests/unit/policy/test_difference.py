"""Differences of two policies in words, by path."""

from __future__ import annotations

import pytest

from platinum.policy.difference import differences
from platinum.policy.load import example

POLICY = """
policy: p
currency: EUR
channels: {web: inbound, email: {kind: outbound, quiet: "21:00-08:00"}}
caps: [3 contacts per 7d, 1 offer per 7d]
actions:
  club: {type: help, channels: [web, email], value: 2, words: {en: hello, de: hallo}, when: {orders: {at_least: 2}}}
  gone: {type: help, channels: [web], words: bye}
"""


def told(*changes: tuple[str, str]) -> list[str]:
    other = POLICY
    for old, new in changes:
        assert old in other
        other = other.replace(old, new)
    return [one.words for one in differences(POLICY.encode(), other.encode())]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value: 2", "value: 3", "actions.club.value: 2 → 3"),
        ("at_least: 2", "at_least: 3", "actions.club.when.orders.at_least: 2 → 3"),
        (
            "  gone: {type: help, channels: [web], words: bye}\n",
            "",
            "actions.gone: action removed: {channels: [web], type: help, words: bye}",
        ),
        ("3 contacts per 7d", "2 contacts per 7d", "caps: removed: 3 contacts per 7d"),
        ("21:00-08:00", "20:00-09:00", "channels.email.quiet: 21:00-08:00 → 20:00-09:00"),
        ("words: {en: hello, de: hallo}", "words: hello", "actions.club.words: {de: hallo, en: hello} → hello"),
        ("[web, email]", "[email, web]", "actions.club.channels: [web, email] → [email, web]"),
        ("value: 2,", 'value: "2",', 'actions.club.value: 2 → "2"'),
    ],
)
def test_each_difference_is_told_by_its_path(old: str, new: str, said: str) -> None:
    assert said in told((old, new))


def test_what_means_the_same_does_not_differ() -> None:
    assert told(("policy: p\n", "# a comment\npolicy: 'p'\n"), ("value: 2, words", "words"), ("type: help, channels: [web, email],",
                "value: 2, type: help, channels: [web, email],")) == []  # fmt: skip


def test_actions_come_first_and_a_policy_equals_itself() -> None:
    found = told(("currency: EUR", "currency: GBP"), ("value: 2", "value: 3"), ("1 offer per 7d", "1 offer per 14d"))

    assert [line.split(":")[0] for line in found] == ["actions.club.value", "caps", "caps", "currency"]
    assert differences(example("gift-shop"), example("gift-shop")) == []
