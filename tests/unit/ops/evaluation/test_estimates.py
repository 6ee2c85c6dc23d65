"""Estimates from rows whose truth is known: what they say, and when they say nothing."""

from __future__ import annotations

import numpy as np
import pytest

from platinum.ops.evaluation.estimates import LEAST_PEOPLE, Judge, best_action
from platinum.ops.evaluation.rows import Rows, Under, always, in_first_part

ARMS = [("a", "web"), ("b", "web"), ("", "")]
TRUTH = np.array([0.1, 0.3, 0.0])


def a_log(n: int = 6000, people: int = 300, seed: int = 1, alike: float = 0.0) -> Rows:
    """Decisions drawn with 0.5, 0.3, 0.2; ``alike``: how much of what comes of them is the person's."""
    draw = np.random.Generator(np.random.PCG64(seed))
    p = np.tile([0.5, 0.3, 0.2], n)
    chosen = draw.choice(3, n, p=[0.5, 0.3, 0.2])
    person = draw.integers(people, size=n)
    own = draw.normal(0.0, 1.0, people)[person] * alike
    reward = (draw.random(n) < TRUTH[chosen]) + own
    starts = np.arange(n + 1) * 3
    groups = {"tier": {"gold": person % 2 == 0}, "segment": {}}
    return Rows(starts, ARMS, np.tile([0, 1, 2], n), p, np.full(3 * n, 0.15), starts[:-1] + chosen, reward, person, np.arange(n), groups)


def every(rows: Rows) -> np.ndarray:
    return np.ones(rows.n, np.bool_)


def under(rows: Rows, *p: float, outside: float = 0.0) -> Under:
    return Under(np.tile(p, rows.n), np.full(rows.n, outside))


def test_the_truth_lies_in_the_interval_and_so_does_the_difference() -> None:
    hits, both = 0, 0
    for seed in range(40):
        rows = a_log(seed=seed)
        found = Judge(rows).find(under(rows, 0.2, 0.6, 0.2), every(rows))
        assert found.value is not None
        assert found.difference is not None
        hits += found.value.low <= 0.2 <= found.value.high
        both += found.difference.low <= 0.2 - 0.14 <= found.difference.high

    assert hits >= 35
    assert both >= 35


def test_the_policy_that_made_the_log_differs_from_itself_by_nothing() -> None:
    rows = a_log()

    found = Judge(rows).find(rows.logged, every(rows))

    assert found.difference is not None
    assert (found.difference.low, found.difference.value, found.difference.high) == (0.0, 0.0, 0.0)
    assert found.evaluation.ess == pytest.approx(rows.n)


def test_decisions_of_one_person_are_not_counted_as_independent() -> None:
    rows = a_log(alike=1.0)

    found = Judge(rows).find(rows.logged, every(rows))

    assert found.value is not None
    assert found.evaluation.dr is not None
    assert found.value.high - found.value.low > 3.0 * (found.evaluation.dr.high - found.evaluation.dr.low)


def test_decisions_at_which_the_policy_would_do_what_was_never_done_are_left_out_and_counted() -> None:
    rows = a_log()
    outside = np.where(np.arange(rows.n) < 500, 0.5, 0.0)

    found = Judge(rows).find(Under(rows.p, outside), every(rows))

    assert (found.n, found.unsupported) == (rows.n - 500, 500)


def test_too_few_people_too_few_decisions_and_unknown_probabilities_are_refused() -> None:
    few, many = a_log(people=LEAST_PEOPLE - 1), a_log()
    some = np.arange(many.n) < 400

    said = [
        Judge(few).find(few.logged, every(few)),
        Judge(many).find(many.logged, some),
        Judge(many, missing=100).find(many.logged, every(many)),
        Judge(many).find(under(many, 0.0, 0.0, 0.0), every(many)),
        Judge(many).find(many.logged, np.zeros(many.n, np.bool_)),
    ]

    assert [one.value for one in said] == [None] * 5
    words = ("people are too few", "at least 500", "no probability", "mean weight", "no decision has a probability")
    assert all(word in str(one.refused) for word, one in zip(words, said, strict=True))


def test_the_best_action_is_found_and_is_what_was_done_where_it_could_not_be() -> None:
    rows = a_log()
    actions = {name: always(name, rows) for name in ("a", "b", "")}

    assert best_action(rows, Judge(rows), every(rows), actions) == "b"
    assert actions["b"].p[:3].tolist() == [0.0, 1.0, 0.0]
    assert always("c", rows).p.tolist() == rows.p.tolist()


def test_an_action_keeps_the_channels_that_the_log_gives_it() -> None:
    rows = a_log()._replace(arms=[("a", "web"), ("a", "email"), ("", "")])

    assert always("a", rows).p[:3] == pytest.approx([0.625, 0.375, 0.0])


def test_half_of_the_people_are_always_the_same_and_another_salt_takes_others() -> None:
    people = [f"c{i}" for i in range(2000)]
    one, again, other = ([in_first_part(who, salt) for who in people] for salt in ("x", "x", "y"))

    assert one == again
    assert 900 < sum(one) < 1100
    assert 800 < sum(a != b for a, b in zip(one, other, strict=True)) < 1200


def test_intervals_for_whoever_looks_every_week_are_wider() -> None:
    rows = a_log()
    found = Judge(rows).find(under(rows, 0.2, 0.6, 0.2), every(rows)).value

    assert found is not None
    assert found.anytime_low < found.low < found.value < found.high < found.anytime_high
