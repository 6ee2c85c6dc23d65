"""Compiled conditions say what the policy's words say."""

from __future__ import annotations

import json
import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.compile import compile_policy
from platinum.policy.fields import FIELDS
from platinum.policy.policy import Policy
from platinum.vocabulary.codes import Field
from tests.reference.conditions import Value, true_of

NUMBERS = ("orders", "days_since_last", "affinity.candles", "affinity.garden", "machines", "reached.email")
WORDS = {"region": ("north", "south", "islands"), "language": ("de", "en", "fr"), "trigger_category": ("candles", "garden")}
HEAD = {
    "policy": "p",
    "currency": "EUR",
    "timezone": "UTC",
    "categories": ["candles", "garden"],
    "traits": {"region": {"kind": "one_of", "values": ["north", "south", "islands"]}, "machines": "number", "member": "yes_no"},
    "channels": {"email": "outbound"},
}

numbers = st.integers(0, 5)
number_test = st.one_of(
    numbers,
    st.lists(numbers, min_size=1, max_size=3, unique=True),
    st.fixed_dictionaries({}, optional={"at_least": numbers, "at_most": numbers, "is_not": numbers, "known": st.booleans()}).filter(bool),
    st.tuples(numbers, numbers).map(lambda pair: {"between": sorted(pair)}),
)


def word_test(words: tuple[str, ...]) -> st.SearchStrategy[Any]:
    word = st.sampled_from(words)
    several = st.lists(word, min_size=1, max_size=2, unique=True)
    return st.one_of(word, several, several.map(lambda w: {"is_not": w}), st.booleans().map(lambda known: {"known": known}))


leaf = st.one_of(
    st.tuples(st.sampled_from(NUMBERS), number_test),
    *(st.tuples(st.just(name), word_test(words)) for name, words in WORDS.items()),
    st.tuples(st.just("member"), st.booleans()),
).map(lambda pair: {pair[0]: pair[1]})
condition = st.recursive(
    leaf,
    lambda inner: st.tuples(st.sampled_from(("all", "any", "none")), st.lists(inner, min_size=1, max_size=3)).map(lambda g: {g[0]: g[1]}),
    max_leaves=8,
)
customer = st.fixed_dictionaries(
    {
        **{name: st.one_of(st.none(), numbers.map(float)) for name in NUMBERS},
        **{name: st.one_of(st.none(), st.sampled_from(words)) for name, words in WORDS.items()},
        "member": st.one_of(st.none(), st.booleans()),
    }
)


def stored(name: str, value: Value) -> float:
    """The field as kernels see it."""
    if value is None:
        return math.nan
    return float(name_hash(value)) if isinstance(value, str) else float(value)


def field_and_name(name: str) -> tuple[int, int]:
    word, _, of = name.partition(".")
    return (FIELDS[word].field, name_hash(of) if of else 0) if word in FIELDS else (Field.TRAIT, name_hash(name))


def compiled_truth(policy: Policy, who: dict[str, Value]) -> bool:
    """Run the postfix program over the leaves, in plain Python."""
    row = {field_and_name(name): stored(name, value) for name, value in who.items()}
    tables, action = policy.tables, policy.tables.actions[0]
    stack: list[bool] = []
    for step in tables.program[action["program_start"] : action["program_start"] + action["program_len"]]:
        if step >= 0:
            one = tables.leaves[step]
            stack.append(leaf_true(one, row[int(one["field"]), int(one["name"])]))
        elif step == t.NOT:
            stack.append(not stack.pop())
        elif step == t.TRUE:
            stack.append(True)
        else:
            second, first = stack.pop(), stack.pop()
            stack.append(first and second if step == t.AND else first or second)
    assert len(stack) == (1 if action["program_len"] else 0)
    return stack[0] if stack else True


def leaf_true(one: Any, value: float) -> bool:
    if one["op"] == t.OP_KNOWN:
        return (not math.isnan(value)) == bool(one["a"])
    if math.isnan(value):
        return False
    a, b = float(one["a"]), float(one["b"])
    compared = {
        t.OP_AT_LEAST: value >= a,
        t.OP_AT_MOST: value <= a,
        t.OP_BETWEEN: a <= value <= b,
        t.OP_EQUAL: value == a,
        t.OP_NOT_EQUAL: value != a,
    }
    return compared[int(one["op"])]


@settings(max_examples=250)
@given(condition, st.one_of(st.none(), condition), st.lists(customer, min_size=3, max_size=6))
def test_a_compiled_condition_is_true_of_the_same_people_as_the_written_one(
    when: dict[str, Any], not_when: dict[str, Any] | None, people: list[dict[str, Value]]
) -> None:
    action: dict[str, Any] = {"type": "help", "channels": ["email"], "when": when}
    if not_when is not None:
        action["not_when"] = not_when
    policy = compile_policy(json.dumps({**HEAD, "actions": {"a": action}}).encode())

    for who in people:
        expected = true_of(when, who) and (not_when is None or not true_of(not_when, who))
        assert compiled_truth(policy, who) == expected, (when, not_when, who)
