"""Segments: named conditions that stand for themselves inside others; superficial and useless ones are named."""

from __future__ import annotations

import itertools

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy
from platinum.policy.segments import holds

SHOP = """
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
categories: [tea]
traits: {branch: {kind: one_of, values: [x, y], about: industry}, allergic: {kind: yes_no, about: need}, plain: yes_no}
channels: {web: inbound}
segments:
  SEGMENTS
actions:
  hello: {type: help, channels: [web], words: "Hi.", when: WHEN}
"""


def shop(segments: str, when: str = "{events: {at_least: 0}}") -> bytes:
    return SHOP.replace("SEGMENTS", segments).replace("WHEN", when).encode()


def mistakes(segments: str, when: str = "{events: {at_least: 0}}") -> list[tuple[str, str]]:
    with pytest.raises(PolicyInvalid) as invalid:
        compile_policy(shop(segments, when))
    return [(problem.message, problem.suggestion) for problem in invalid.value.problems]


def test_a_segment_in_a_condition_is_the_condition_of_the_segment() -> None:
    named = compile_policy(shop("regulars: {when: {orders: {at_least: 3}, views_30d: {at_least: 1}}}", "{segment: regulars}"))
    spelt = compile_policy(shop("other: {when: {events: {at_least: 0}}}", "{orders: {at_least: 3}, views_30d: {at_least: 1}}"))

    def code(policy: object) -> list[object]:
        tables = policy.tables  # type: ignore[attr-defined]
        action = tables.actions[0]
        program = tables.program[action["program_start"] : action["program_start"] + action["program_len"]].tolist()
        return [tables.leaves[i].tolist() if i >= 0 else i for i in program]

    assert code(named) == code(spelt)
    assert [(one.name, one.used_by) for one in named.segments] == [("regulars", ("hello",))]


def test_a_list_means_any_of_them_and_none_turns_it_over() -> None:
    segments = "a: {when: {orders: {at_least: 3}}}\n  b: {when: {views_30d: {at_least: 1}}}"
    policy = compile_policy(shop(segments, "{any: [{segment: [a, b]}], none: [{segment: a}]}"))
    action = policy.tables.actions[0]
    program = policy.tables.program[action["program_start"] : action["program_start"] + action["program_len"]].tolist()

    for a, b in itertools.product([True, False], repeat=2):
        assert holds(program, [a, b]) == ((a or b) and not a)


@pytest.mark.parametrize(
    ("when", "superficial"),
    [
        ("{country: GB}", True),
        ("{branch: x, spend: {at_least: 100}}", True),
        ("{plain: yes}", True),
        ("{country: GB, views_30d: {at_least: 2}}", False),
        ("{allergic: yes}", False),
        ("{affinity.tea: {at_least: 0.5}}", False),
    ],
)
def test_superficial_segments_are_named(when: str, superficial: bool) -> None:
    policy = compile_policy(shop(f"some: {{when: {when}}}", "{segment: some}"))

    assert policy.segments[0].superficial == superficial
    assert any("nothing but place, industry or size" in warning for warning in policy.warnings) == superficial


def test_a_segment_that_no_action_asks_for_is_named() -> None:
    policy = compile_policy(shop("some: {when: {views_30d: {at_least: 2}}}"))

    assert policy.segments[0].used_by == ()
    assert any("by no action" in warning for warning in policy.warnings)


def test_mistakes_name_the_nearest_segment_and_forbid_chains() -> None:
    some = "regulars: {when: {orders: {at_least: 3}}}"

    assert [suggestion for _, suggestion in mistakes(some, "{segment: regular}")] == ["regulars"]
    assert any("another segment" in message for message, _ in mistakes(f"{some}\n  more: {{when: {{segment: regulars}}}}"))
    assert any("must name at least one" in message for message, _ in mistakes(some, "{segment: []}"))
    assert any("when" in message for message, _ in mistakes("regulars: {}"))
