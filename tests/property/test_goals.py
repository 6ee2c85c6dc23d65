"""Goals, variety and surprises: the kernels against lists in plain Python, on random histories and customers."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.decide.variety import novelty_of, signature
from platinum.hashing import name_hash
from platinum.jit import kernel
from platinum.profile.entries import MAX_GOALS, MAX_TREATED
from platinum.profile.goals import goal_field, need_of
from platinum.profile.merge import merge
from platinum.profile.treated import remember_treatment
from platinum.vocabulary.codes import Field, Kind
from tests.builders.desk import Desk, hopes_of
from tests.builders.models import random_model
from tests.builders.rows import NOON, Made, an_event, fold_into, new_rows, some_more
from tests.builders.tables import DAY, some_tables
from tests.builders.worlds import random_moment, random_row, random_tables, random_trigger
from tests.reference import goals as slow
from tests.reference.decide import World, decide

NAMES = ("garden", "kitchen", "boat", "trip", "piano")
TABLES = some_tables()


@kernel
def needs(row: Any, now_ms: int, tables: Any, out: Any) -> None:
    """``need_of`` each of the policy's goals."""
    for g in range(tables.settings[0]["n_goals"]):
        out[g] = need_of(row, g, now_ms, tables)


@kernel
def remember_all(row: Any, signatures: Any) -> None:
    """Each in turn."""
    for i in range(signatures.shape[0]):
        remember_treatment(row, signatures[i])


def a_history(rng: random.Random, names: tuple[str, ...], n: int) -> tuple[list[Made], list[slow.Word]]:
    """Words about goals in an order of their own, as events and as the twin reads them."""
    events: list[Made] = []
    words: list[slow.Word] = []
    for _ in range(n):
        name, at_s = rng.choice(names), NOON // 1000 + rng.randrange(60 * 86_400)
        due_s = rng.choice([0, at_s + rng.randrange(90 * 86_400)])
        share = rng.choice([0.0, 0.25, 0.5, 1.0])
        if rng.random() < 0.5:
            events.append(an_event(Kind.GOAL_STATED, at_s * 1000, name_a=name, high=due_s * 1000.0, amount=0.0, record_ms=NOON + 99 * DAY))
            words.append((name, "stated", at_s, due_s, 0.0))
        else:
            events.append(an_event(Kind.GOAL_PROGRESSED, at_s * 1000, name_a=name, low=share, high=0.0, record_ms=NOON + 99 * DAY))
            words.append((name, "progressed", at_s, 0, share))
    return events, words


def folded(events: list[Made]) -> Any:
    rows = new_rows()
    fold_into(rows, events, TABLES)
    return rows[0]


def by_name(heard: dict[str, dict[str, float]]) -> dict[int, dict[str, float]]:
    return {name_hash(name): known for name, known in heard.items()}


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_any_order_of_words_leaves_what_the_newest_say(seed: int, n: int) -> None:
    rng = random.Random(seed)
    events, words = a_history(rng, NAMES, n)

    assert slow.from_row(folded(events)) == by_name(slow.heard(words))
    rng.shuffle(events)
    assert slow.from_row(folded(events)) == by_name(slow.heard(words))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 30))
def test_halves_that_are_merged_are_the_whole(seed: int, n: int) -> None:
    rng = random.Random(seed)
    events, words = a_history(rng, NAMES, n)
    cut = rng.randrange(n)
    row, other = folded(events[:cut]), folded(events[cut:])

    merge(row, some_more(), other, some_more(), TABLES)

    assert slow.from_row(row) == by_name(slow.heard(words))


def test_a_full_list_gives_up_what_was_never_stated_then_what_is_oldest() -> None:
    stated = [an_event(Kind.GOAL_STATED, NOON + i * DAY, name_a=f"goal-{i}", high=0.0) for i in range(MAX_GOALS)]
    told = an_event(Kind.GOAL_PROGRESSED, NOON + 50 * DAY, name_a="told", low=0.5, high=0.0)

    assert set(slow.from_row(folded([told, *stated]))) == {name_hash(f"goal-{i}") for i in range(MAX_GOALS)}
    assert name_hash("told") not in slow.from_row(folded([*stated, told]))
    late = an_event(Kind.GOAL_STATED, NOON + 60 * DAY, name_a="late", high=0.0)
    assert name_hash("goal-0") not in slow.from_row(folded([*stated, late]))


def test_needs_equal_the_slow_twin_on_random_customers() -> None:
    rng, some = np.random.default_rng(4), 0
    for _ in range(300):
        tables, now = random_tables(rng), random_moment(rng)
        row, out = random_row(rng, tables, now), np.zeros(16)
        needs(row, now, tables, out)
        want = [need for _, need in slow.needs(row, now, tables)]

        assert out[: len(want)].tolist() == pytest.approx(want, abs=1e-7)
        some += any(0.0 < need < 1.0 for need in want)

    assert some > 50


@pytest.mark.parametrize(
    ("field", "name", "want"),
    [
        (Field.GOAL_PROGRESS, "garden", 0.5),
        (Field.GOAL_PROGRESS, "", 0.25),
        (Field.GOAL_PROGRESS, "boat", np.nan),
        (Field.DAYS_TO_GOAL, "garden", 20.0),
        (Field.DAYS_TO_GOAL, "", 8.0),
        (Field.DAYS_TO_GOAL, "trip", np.nan),
        (Field.HAS_GOAL, "", 1.0),
        (Field.HAS_GOAL, "garden", 1.0),
        (Field.HAS_GOAL, "trip", 0.0),
    ],
)
def test_conditions_read_what_was_said(field: Field, name: str, want: float) -> None:
    """A garden in 30 days, half done; a kitchen in 18 days, a quarter done and stated last; a trip in 12 days that is booked."""
    tables = some_tables(
        settings={"n_goals": 2, "goal_names": [name_hash("garden"), name_hash("trip"), *[0] * 14], "goal_from": [np.inf] * 16}
    )
    words = [("trip", 0, 12, 1.0), ("garden", 2, 30, 0.5), ("kitchen", 3, 18, 0.25)]
    events = []
    for goal, day, due, share in words:
        high = float(NOON + due * DAY) if due else 0.0
        events.append(an_event(Kind.GOAL_STATED, NOON + day * DAY, name_a=goal, high=high, amount=0.0))
        events.append(an_event(Kind.GOAL_PROGRESSED, NOON + day * DAY + 1000, name_a=goal, low=share, high=0.0))

    found = goal_field(int(field), name_hash(name) if name else 0, folded(events), NOON + 10 * DAY, tables)

    assert found == pytest.approx(want, nan_ok=True)


def test_who_states_a_goal_anew_begins_anew() -> None:
    reached = [
        an_event(Kind.GOAL_STATED, NOON, name_a="garden", high=0.0),
        an_event(Kind.GOAL_PROGRESSED, NOON + DAY, name_a="garden", low=1.0, high=0.0),
    ]
    again = [*reached, an_event(Kind.GOAL_STATED, NOON + 2 * DAY, name_a="garden", high=0.0)]

    for events, has in ((reached, 0.0), (again, 1.0), (list(reversed(again)), 1.0)):
        assert goal_field(int(Field.HAS_GOAL), 0, folded(events), NOON + 3 * DAY, TABLES) == has


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 4), max_size=30))
def test_the_last_ten_treatments_are_kept(signatures: list[int]) -> None:
    row = new_rows()[0]

    remember_all(row, np.array([*signatures, 0], np.int64))

    assert slow.treated(row) == signatures[-MAX_TREATED:]


def test_what_would_be_the_same_for_the_third_time_gives_way_as_in_the_slow_twin() -> None:
    """Every decision is made again after it was made twice before."""
    given_way = kept = 0
    for seed in range(180):
        rng = np.random.default_rng(seed)
        tables = random_tables(rng)
        tables.actions["value"], tables.actions["lever"], tables.actions["effort"] = (
            rng.choice([5.0, 5.1, 9.0], len(tables.actions)),
            1.0,
            0.0,
        )
        tables.candidates["p_accept"] = 0.27
        model = random_model(rng, tables)
        desk = Desk(tables, model._replace(weights=model.weights * np.float32(0.0)))
        for _ in range(15):
            now = random_moment(rng)
            row, trigger = random_row(rng, tables, now), random_trigger(rng, tables, now)
            trigger["account"] = 0  # in an account's role promotion mostly rests, and nothing is repeated
            first = desk.decide(row, trigger).copy()
            if first["action"] < 0 or first["n_scored"] == 0:
                continue
            remember_all(row, np.array([5, first["signature"], first["signature"]], np.int64))
            out = desk.decide(row, trigger)
            want = decide(World(row, trigger, tables, desk.model, given=hopes_of(desk.scratch)))
            if want["boundary"] < 1e-6:
                continue
            names = ("action", "channel", "variety", "n_scored", "signature", "best", "runner_up")
            assert [int(out[name]) for name in names] == [int(want[name]) for name in names]
            assert float(out["p_chosen"]) == pytest.approx(want["p_chosen"], rel=1e-9)
            assert float(np.sum(desk.scratch.p[: int(out["n_scored"])])) == pytest.approx(1.0)
            assert float(out["novelty"]) == pytest.approx(want["novelty"], rel=1e-9)
            if out["variety"]:
                given_way += 1
                assert (int(out["action"]), int(out["channel"])) != (int(first["action"]), int(first["channel"]))
            else:
                kept += 1

    assert given_way > 10
    assert kept > 10


def test_a_treatment_is_as_new_as_it_is_rare() -> None:
    tables, row = some_tables(settings={"signatures": 8.0}), new_rows()[0]
    one, other = (a_signature(name_hash(name), name_hash("web")) for name in ("one", "other"))

    assert novelty_of_(one, row, tables) == pytest.approx(3.0)
    remember_all(row, np.array([one] * 10, np.int64))
    assert novelty_of_(one, row, tables) == pytest.approx(-np.log2(10.5 / 14))
    assert novelty_of_(other, row, tables) == pytest.approx(-np.log2(0.5 / 14))


@kernel
def a_signature(action: int, channel: int) -> int:
    """``signature`` without words, callable from Python."""
    return signature(action, channel, 0, 0)


@kernel
def novelty_of_(sigma: int, row: Any, tables: Any) -> float:
    """``novelty_of``, callable from Python."""
    return novelty_of(sigma, row, tables)
