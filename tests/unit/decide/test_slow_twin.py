"""The kernel against plain Python written from the formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.profile.roles import has_roles
from platinum.vocabulary.arms import Arm
from tests.builders.desk import Desk, hopes_of
from tests.builders.models import random_model
from tests.builders.worlds import random_moment, random_row, random_tables, random_trigger
from tests.reference.decide import World, decide
from tests.reference.scoring import expected

POLICIES, PER_POLICY = 100, 50
NAMES = (
    "action",
    "channel",
    "lane",
    "tone",
    "tone_source",
    "hour_source",
    "presented",
    "language",
    "explored",
    "arm",
    "best",
    "runner_up",
    "n_scored",
    "top_category",
    "held_out",
    "variety",
    "gadget",
    "signature",
    "owes",
    "spared",
    "meets",
    "meets_whom",
    "met_as",
    "account",
    "account_case",
    "account_cap",
    "role_over",
)
TIMES = ("send_ms", "expires_ms")
#: Float64 from what is expected on. The float32 sums before it may be off by their rounding, which depends on what is added up
#: (``reference.scoring.rounding``).
CLOSE = ("p_accept", "term_value", "utility", "runner_up_utility", "p_chosen", "term_cost", "term_effort", "term_fatigue",
         "term_goal", "goal_fit", "hour_p", "novelty", "gratitude", "balance", "advocacy",
         "trust", "trust_kept", "trust_terms", "trust_recovery")  # fmt: skip
FLOAT_64 = 1e-9


def close(want: Any) -> Any:
    """Equal as float64 are held equal."""
    return pytest.approx(want, rel=FLOAT_64, abs=FLOAT_64)


def score_error(desk: Desk, row: Any, trigger: Any) -> float:
    """Largest error of what the kernel expects of a candidate in the running, in parts of what rounding explains."""
    row = desk.scratch.seen[0] if has_roles(row, int(trigger["account"])) else row
    learned = desk.scratch.person[0]["arm"] != Arm.SAME_FOR_ALL
    want = expected(row, desk.scratch.features, int(trigger["now_ms"]), desk.tables, desk.model if learned else None)
    running = desk.scratch.channels["running"][desk.tables.candidates["channel"]] != 0
    found = hopes_of(desk.scratch)
    got, wanted = (desk.scratch.chance, desk.scratch.expected, desk.scratch.spread), (want.chance, want.reward, want.spread)
    off = [np.array(bounds) + FLOAT_64 for bounds in want.rounding]
    errors = [np.abs((a - np.array(b)) / bounds)[running] for a, b, bounds in zip(got, wanted, off[:3], strict=True)]
    errors.append(np.abs(found.alone - want.alone) / off[3])
    return float(max(one.max(initial=0.0) for one in errors))


def disagreements(out: Any, want: dict[str, Any]) -> list[str]:
    """Names of members in which the kernel's decision is not the twin's."""
    wrong = [name for name in NAMES + TIMES if int(out[name]) != int(want[name])]
    wrong += [name for name in CLOSE if name in want and float(out[name]) != close(want[name])]
    if want["chosen"] >= 0 and (int(out["basis"]) != want["basis"] or int(out["evidence_offset"]) not in want["evidence"]):
        wrong.append("basis")
    if [h for h in out["hints"].tolist() if h >= 0] != want["hints"]:
        wrong.append("hints")
    if out["blocked_by"].tolist() != want["blocked_by"]:
        wrong.append("blocked_by")
    listed = [b for b in out["blocked"] if b["candidate"] >= 0]
    if [float(b["utility"]) for b in listed] != close([u for _, _, _, u in want["blocked"][:3]]):
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
            out = desk.decide(row, trigger)
            assert score_error(desk, row, trigger) <= 1.0
            want = decide(World(row, trigger, tables, desk.model, given=hopes_of(desk.scratch)))
            if want["boundary"] < 1e-6:
                near_a_boundary += 1
                continue
            compared += 1
            lanes[want["lane"]] += 1
            if wrong := disagreements(out, want):
                failures.append((seed, question, wrong))

    assert failures == []
    assert compared + near_a_boundary == POLICIES * PER_POLICY
    assert near_a_boundary < 10
    assert min(lanes.values()) >= 80, lanes
