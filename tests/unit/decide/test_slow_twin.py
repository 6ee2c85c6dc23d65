"""The kernel against plain Python written from the formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.builders.desk import Desk
from tests.builders.worlds import random_model, random_moment, random_row, random_tables, random_trigger
from tests.reference.decide import World, decide
from tests.reference.scoring import score as slow_score

POLICIES, PER_POLICY = 100, 50
NAMES = (
    "action",
    "channel",
    "lane",
    "tone",
    "tone_source",
    "presented",
    "language",
    "explored",
    "silence_arm",
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
#: Float64 from the log-odds on. The float32 products before them have their own twin, held to 1e-6 (``unit/scoring``, and here).
CLOSE = ("p_accept", "term_value", "utility", "runner_up_utility", "p_chosen", "term_cost", "term_effort", "term_fatigue",
         "term_goal", "goal_fit", "novelty", "gratitude", "balance", "advocacy",
         "trust", "trust_kept", "trust_terms", "trust_recovery")  # fmt: skip
FLOAT_64, FLOAT_32 = 1e-9, 1e-6


def close(want: Any) -> Any:
    """Equal as float64 are held equal."""
    return pytest.approx(want, rel=FLOAT_64, abs=FLOAT_64)


def score_error(desk: Desk) -> float:
    """Largest error of the kernel's log-odds, as a share of what was added up."""
    features, model, got = desk.scratch.features, desk.model, desk.scratch.log_odds
    added_up = np.abs(model.bias.astype(np.float64)) + np.abs(features.astype(np.float64)) @ np.abs(model.weights.astype(np.float64))
    return float(np.max(np.abs(got - np.array(slow_score(features, model))) / added_up))


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
            assert score_error(desk) <= FLOAT_32
            want = decide(World(row, trigger, tables, desk.model, log_odds=desk.scratch.log_odds.tolist()))
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
