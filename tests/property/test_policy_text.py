"""Whatever a policy file holds: compiled, or all its mistakes, and nothing else."""

from __future__ import annotations

import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy
from platinum.policy.load import EXAMPLES, example
from tests.builders.policy_text import a_policy_text

TEXTS = (a_policy_text(), *(example(name).decode() for name in EXAMPLES))
STRANGE = (
    *("", "~", "[]", "{}", "[[]]", "{a: b}", "[a, {b: c}]", "-1e308", "1e999", "0x10", ".nan", "yes", '""', '" "', "'{'", "!x y", "&a b"),
    *("*a", "|", "é", "\u2028", "{", "a" * 300, "08:00", "2026-12-31", "[null]", "{null: null}", "[yes, 1, ~]", "-"),
)
TOKEN = re.compile(r"[A-Za-z0-9_.\"{}\[\],:%-]+")


def outcome(source: bytes) -> str:
    """Version, or the mistakes if each has a place; anything but PolicyInvalid fails the test."""
    try:
        return compile_policy(source).version
    except PolicyInvalid as invalid:
        placed = [p for p in invalid.problems if p.line >= 1 and p.column >= 1 and p.path and p.message]
        return str(invalid) if len(placed) == len(invalid.problems) else ""


@settings(max_examples=300)
@given(st.sampled_from(TEXTS), st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.sampled_from(STRANGE)), min_size=1, max_size=4))
def test_strange_values_anywhere_are_mistakes_and_never_a_crash(text: str, changes: list[tuple[float, str]]) -> None:
    for where, strange in changes:
        tokens = list(TOKEN.finditer(text))
        token = tokens[int(where * len(tokens))]
        text = text[: token.start()] + strange + text[token.end() :]

    assert outcome(text.encode())


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_policy_are_mistakes_and_never_a_crash(source: bytes) -> None:
    assert outcome(source)


@settings(max_examples=50)
@given(st.sampled_from(TEXTS), st.integers(0, 2**32))
def test_order_of_actions_and_comments_change_nothing(text: str, seed: int) -> None:
    head, _, body = text.partition("\nactions:\n")
    actions = re.split(r"(?m)^(?=  [a-z-]+:)", body.replace("\n\n", "\n# nothing\n"))
    first, rest = actions[0], [a.rstrip("\n") + "\n" for a in actions[1:]]
    random.Random(seed).shuffle(rest)
    shuffled = f"actions:  # first\n{first}{''.join(rest)}\n{head}\n"

    before, after = compile_policy(text.encode()), compile_policy(shuffled.encode())

    assert after.version == before.version
    assert after.actions == before.actions
    for name, array in before.tables._asdict().items():
        assert getattr(after.tables, name).tobytes() == array.tobytes(), name
