"""What must not matter to a treatment does not, in the lives of 2,100 people; without what prevents it, it does."""

from __future__ import annotations

from tests.proof.treatment import run, table, wrong_in


def test_no_canary_leaks_no_floor_is_breached_no_tone_changes_facts_and_no_budget_is_overdrawn() -> None:
    found = run(seeds=3, customers=700, days=35)

    print("", table(found), sep="\n")
    assert wrong_in(found) == []
