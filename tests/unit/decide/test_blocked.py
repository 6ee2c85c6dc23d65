"""The three best blocked: no bound may hide one, whatever was found first."""

from __future__ import annotations

import numpy as np
import pytest

from platinum.policy.tables import Tables
from platinum.scoring.model import Model, from_priors
from tests.builders.desk import Desk
from tests.builders.models import random_model
from tests.builders.worlds import random_moment, random_row, random_tables, random_trigger


def a_model(rng: np.random.Generator, tables: Tables, kind: str) -> Model:
    """As learned, all alike, or so far out that rewards are a thousand times what they should be."""
    model = random_model(rng, tables)
    if kind == "alike":
        tables.candidates["p_accept"] = 0.075
        return from_priors(tables)
    model.bias[:2] *= np.float32(1e4 if kind == "extreme" else 1.0)
    return model


def worth(desk: Desk, c: int) -> float:
    """Utility, written out."""
    terms = desk.scratch.terms[c]
    rules = desk.scratch.channels[terms["channel"]]
    value = float(desk.scratch.expected[c]) * float(terms["value"]) * float(rules["welcome"])
    effort = float(terms["effort"]) * (float(desk.scratch.person[0]["eases"]) if terms["effort"] < 0 else 1.0)
    return value - float(terms["cost"]) - effort - float(rules["fatigue"]) - float(rules["alone"]) + float(terms["goal"])


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
