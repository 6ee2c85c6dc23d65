"""What must never happen, on a million simulated events: none of it does, and without each gate it does hundreds of times."""

from __future__ import annotations

import json

from tests.builders.proof_trials import run_all, together
from tests.proof.invariants import DECISIONS, EVENTS, SHOWN, as_json, table, wrong

SEEDS, CUSTOMERS, DAYS = range(1, 6), 700, 35


def test_no_invariant_is_broken_and_every_gate_is_missed_when_it_is_switched_off() -> None:
    found = run_all(SEEDS, CUSTOMERS, DAYS, shown=SHOWN)

    whole = together(found[""])
    print("", table(found), json.dumps(as_json(found)["as it is"]["together"]), sep="\n")
    assert whole.events >= EVENTS
    assert whole.decisions >= DECISIONS
    assert wrong(found) == []
