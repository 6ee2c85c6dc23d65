"""The kernel against plain Python written from the formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.builders.desk import Desk
from tests.builders.worlds import random_model, random_moment, random_row, random_tables, random_trigger
from tests.reference.decide import World, decide

POLICIES, PER_POLICY = 100, 50
NAMES = ("action", "channel", "lane", "tone", "language", "explored", "best", "runner_up", "n_scored", "top_category")
TIMES = ("send_ms", "expires_ms")
# The twin sums in float64 what the kernel multiplies in float32; what does not touch a product is held to 1e-9.
CLOSE = {
    **dict.fromkeys(("p_accept", "term_value", "utility", "runner_up_utility", "p_chosen"), 2e-6),
    **dict.fromkeys(("term_cost", "term_effort", "term_fatigue", "gratitude"), 1e-9),
}


def disagreements(out: Any, want: dict[str, Any]) -> list[str]:
    """Names of members in which the kernel's decision is not the twin's."""
    wrong = [name for name in NAMES + TIMES if int(out[name]) != int(want[name])]
    wrong += [name for name, to in CLOSE.items() if name in want and float(out[name]) != pytest.approx(want[name], rel=to, abs=to)]
    if want["chosen"] >= 0 and (int(out["basis"]) != want["basis"] or int(out["evidence_offset"]) not in want["evidence"]):
        wrong.append("basis")
    if out["blocked_by"].tolist() != want["blocked_by"]:
        wrong.append("blocked_by")
    listed = [b for b in out["blocked"] if b["candidate"] >= 0]
    if [float(b["utility"]) for b in listed] != pytest.approx([u for _, _, _, u in want["blocked"][:3]], rel=2e-6, abs=2e-6):
        wrong.append("blocked utility")
    if any((int(b["candidate"]), int(b["gate"]), int(b["until_ms"])) not in [entry[:3] for entry in want["blocked"]] for b in listed):
        wrong.append("blocked")
    return wrong


@pytest.mark.slow
def test_decisions_equal_the_slow_twin_on_5000_random_questions() -> None:
    compared, near_a_boundary, failures = 0, 0, []
    lanes = dict.fromkeys(range(6), 0)
    for seed in range(POLICIES):
        rng = np.random.default_rng(seed)
        tables = random_tables(rng)
        desk = Desk(tables, random_model(rng, tables))
        for question in range(PER_POLICY):
            now = random_moment(rng)
            row, trigger = random_row(rng, tables, now), random_trigger(rng, tables, now)
            want = decide(World(row, trigger, tables, desk.model))
            if want["boundary"] < 1e-6:
                near_a_boundary += 1
                continue
            compared += 1
            lanes[want["lane"]] += 1
            if wrong := disagreements(desk.decide(row, trigger), want):
                failures.append((seed, question, wrong))

    assert failures == []
    assert compared + near_a_boundary == POLICIES * PER_POLICY
    assert near_a_boundary < 10
    assert min(lanes.values()) >= 100, lanes
