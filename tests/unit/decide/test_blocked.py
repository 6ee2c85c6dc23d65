"""The three best blocked: no bound may hide one, whatever was found first."""

from __future__ import annotations

import numpy as np
import pytest

from platinum.policy.tables import Tables
from platinum.scoring.model import Model
from tests.builders.desk import Desk
from tests.builders.worlds import random_model, random_moment, random_row, random_tables, random_trigger


def a_model(rng: np.random.Generator, tables: Tables, kind: str) -> Model:
    """Log-odds as learned, all alike, or so far out that a chance is 0 or 1 to the last bit."""
    model = random_model(rng, tables)
    if kind == "alike":
        return Model(np.zeros_like(model.weights), np.full_like(model.bias, -2.5))
    return Model(model.weights, model.bias * np.float32(400.0)) if kind == "extreme" else model


def worth(desk: Desk, c: int) -> float:
    """Utility, written out."""
    terms, log_odds = desk.scratch.terms[c], float(desk.scratch.log_odds[c])
    e = float(np.exp(-abs(log_odds)))
    value = (1.0 if log_odds >= 0.0 else e) / (1.0 + e) * float(terms["value"])
    value *= float(desk.scratch.channels[terms["channel"]]["welcome"])
    effort = float(terms["effort"]) * (float(desk.scratch.person[0]["eases"]) if terms["effort"] < 0 else 1.0)
    return value - float(terms["cost"]) - effort - float(desk.scratch.channels[terms["channel"]]["fatigue"]) + float(terms["goal"])


@pytest.mark.parametrize("kind", ["learned", "alike", "extreme"])
def test_no_blocked_candidate_is_worth_more_than_those_listed(kind: str) -> None:
    listed_in_all = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        tables = random_tables(rng)
        desk = Desk(tables, a_model(rng, tables, kind))
        for _ in range(20):
            now = random_moment(rng)
            out = desk.decide(random_row(rng, tables, now), random_trigger(rng, tables, now))

            blocked = [c for c in range(len(tables.candidates)) if desk.scratch.gate[c] >= 0]
            best = sorted((worth(desk, c) for c in blocked), reverse=True)[:3]
            listed = [b for b in out["blocked"] if b["candidate"] >= 0]
            assert [float(b["utility"]) for b in listed] == pytest.approx(best, rel=1e-9, abs=1e-9)
            assert len({int(b["candidate"]) for b in listed}) == len(listed)
            assert sum(out["blocked_by"]) == len(blocked)
            if kind == "alike":
                ranks = [(-float(b["utility"]), int(b["candidate"])) for b in listed]
                assert ranks == sorted(ranks)
            listed_in_all += len(listed)
    assert listed_in_all > 1000


def test_what_was_asked_before_changes_no_answer() -> None:
    rng = np.random.default_rng(7)
    tables = random_tables(rng)
    model, now = random_model(rng, tables), random_moment(rng)
    questions = [(random_row(rng, tables, now), random_trigger(rng, tables, now)) for _ in range(60)]
    desk = Desk(tables, model)

    in_a_row = [desk.decide(row, trigger).tobytes() for row, trigger in questions]

    assert in_a_row == [Desk(tables, model).decide(row, trigger).tobytes() for row, trigger in questions]
