"""The rule of relief in a simulated society, short: ``tests/proof/prove_effort.py`` is the long form."""

from __future__ import annotations

from tests.builders.relief_trial import saved


def test_after_hard_journeys_the_same_people_have_less_effort_with_the_rule() -> None:
    # Of 500 customers 46 are compared, and the share is anything from a sixth to a third by chance (the engine learns beside the rule).
    found = saved(seed=2, customers=1000, days=22)

    assert found.people >= 60
    assert found.share >= 0.2
    assert found.decided[0]["call-back"] >= 30
    assert "call-back" not in found.decided[1]
