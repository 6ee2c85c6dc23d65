"""The invariants on a small society, and each gate switched off: the short form of ``tests/proof/prove_invariants.py``."""

from __future__ import annotations

from functools import cache

import pytest

from tests.builders.proof_switches import SAME, SWITCHES
from tests.builders.proof_trials import POLICIES, Trial, run
from tests.reference.invariants import INVARIANTS

CUSTOMERS, DAYS, SEED = 110, 12, 11
_run = cache(run)
#: Switch → the policy under which it shows most.
TELLING = dict.fromkeys(SWITCHES, "tempter") | dict.fromkeys(("terms", "ledger", "quarantine"), "telecom")
TELLING |= {switch: "telecom" for switch in SWITCHES if switch.startswith("withdrawal")}
#: Switch → (customers, days) where that many tell too little, as few change their mind while something waits for them, or take too long.
SIZES = {"withdrawal": (200, 20), "plans": (60, 2)}


@pytest.mark.parametrize("policy", POLICIES)
def test_no_invariant_is_broken(policy: str) -> None:
    told = run(Trial(policy, "", SEED, CUSTOMERS, DAYS))

    assert told.first == {rule: [] for rule in INVARIANTS}
    assert told.refused == 0
    assert told.planned > 0
    assert [rule for rule in INVARIANTS if not told.stake[rule]] == []


@pytest.mark.parametrize("switch", sorted(SWITCHES))
def test_what_is_switched_off_is_missed(switch: str) -> None:
    run_as = SAME.get(switch, switch)
    told = _run(Trial(TELLING[switch], run_as, SEED, *SIZES.get(run_as, (CUSTOMERS, DAYS))))

    assert told.broken[SWITCHES[switch].shows] >= 5
