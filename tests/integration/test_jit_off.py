"""Compiled or interpreted, the whole chain gives the same bytes; ``make proof`` says so of more worlds."""

from __future__ import annotations

from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.ports import DECISIONS
from tests.builders.modes import assert_same, lived, parted, policy_of, to_boundary


def test_5000_events_of_a_gift_shop_leave_the_same_bytes_with_the_jit_off() -> None:
    assert_same("gift-shop", 5_000)


def test_a_decision_that_differs_is_found() -> None:
    compiled = lived("gift-shop", 500)
    stages = Stages(compile_policy(policy_of("gift-shop")))
    at = next(i for i, line in enumerate(compiled) if line["kind"] == DECISIONS and to_boundary(line, stages) < 1.0)
    changed = compiled[at] | {"value": compiled[at]["value"].replace(b"lane".hex(), b"line".hex())}

    differing, close = parted(compiled, [*compiled[:at], changed, *compiled[at + 1 :]], stages)

    assert [line["at"] for line in differing] == [compiled[at]["at"]]
    assert not close
