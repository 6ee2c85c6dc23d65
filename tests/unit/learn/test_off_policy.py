from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit, softmax

from platinum.errors import UsageError
from platinum.learn.evaluation import evaluate, means_of_others
from platinum.learn.off_policy import Evaluation, Sums, judged, sums_of

_ACTIONS, _LOGS = 5, 500
_TASTE = np.array([[0.9, -0.4], [-0.6, 0.8], [0.2, 0.3], [-0.9, -0.5], [0.5, -1.0]])
_FLOOR = 0.02

Table = NDArray[np.float64]


def _accepts(x: Table) -> Table:
    return np.asarray(expit(-2.2 + x @ _TASTE.T), np.float64)


def _target(x: Table) -> Table:
    return np.asarray(softmax(1.5 * (x @ _TASTE.T), axis=1), np.float64)


def _behaviour(kind: str, x: Table) -> Table:
    if kind == "uniform":
        return np.full((len(x), _ACTIONS), 1.0 / _ACTIONS)
    if kind == "softmax":
        return np.asarray(softmax(0.8 * (x @ _TASTE.T + 0.3), axis=1) * 0.9 + 0.1 / _ACTIONS, np.float64)
    p = np.full((len(x), _ACTIONS), _FLOOR)
    p[np.arange(len(x)), (x @ _TASTE.T).argmax(axis=1)] = 1.0 - (_ACTIONS - 1) * _FLOOR
    return p


def _truth() -> float:
    x = np.random.default_rng(99).normal(size=(2_000_000, 2))
    return float((_accepts(x) * _target(x)).sum(axis=1).mean())


def _log(kind: str, seed: int, n: int = 6000) -> Evaluation:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    p, at = _behaviour(kind, x), np.arange(n)
    action = (p.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    reward = (rng.random(n) < _accepts(x)[at, action]).astype(float)
    floor = _FLOOR if kind == "nearly always the best" else None
    return evaluate(action, reward, p[at, action], _target(x), 0.7 * _accepts(x) + 0.02, floor=floor)


@pytest.mark.parametrize("kind", ["uniform", "softmax", "nearly always the best"])
def test_of_logs_whose_truth_is_known_the_estimates_are_right_and_their_intervals_hold_it_as_often_as_they_say(kind: str) -> None:
    truth, logs = _truth(), [_log(kind, seed) for seed in range(_LOGS)]
    assert all(one.refused is None for one in logs)
    errors = {}
    for name in ("ips", "snips", "dr"):
        found = [getattr(one, name) for one in logs]
        error = np.array([one.value for one in found]) - truth
        assert abs(error.mean()) <= 0.001, name
        held = np.mean([one.low <= truth <= one.high for one in found])
        assert 0.92 <= held <= 0.97, (name, held)
        assert np.mean([one.anytime_low <= truth <= one.anytime_high for one in found]) >= held
        errors[name] = float(np.sqrt((error**2).mean()))
    assert errors["dr"] < errors["ips"]


def test_the_interval_for_who_looks_every_day_holds_the_truth_on_all_days_at_once() -> None:
    rng, misses = np.random.default_rng(3), {"anytime": 0, "fixed": 0}
    for _ in range(300):
        reward = (rng.random(20_000) < 0.1).astype(float)
        sums, out = Sums(), {"anytime": False, "fixed": False}
        for day in np.split(reward, 40):
            sums = sums.merged(sums_of(day, np.ones(500), 20.0, (np.zeros(500), np.zeros(500))))
            if (found := judged(sums).ips) is not None:
                out["anytime"] |= not found.anytime_low <= 0.1 <= found.anytime_high
                out["fixed"] |= not found.low <= 0.1 <= found.high
        for name, missed in out.items():
            misses[name] += missed
    assert misses["anytime"] <= 0.05 * 300 < misses["fixed"]


def _simple(n: int = 2000) -> tuple[NDArray[np.int64], Table, Table, Table]:
    action = np.arange(n) % 2
    return action, (np.arange(n) % 5 == 0).astype(float), np.full(n, 0.5), np.full((n, 2), 0.5)


def test_the_same_policy_is_worth_what_it_achieved() -> None:
    found = evaluate(*_simple())
    assert found.refused is None
    assert found.ips is not None
    assert found.snips is not None
    assert found.logged is not None
    assert found.ips.value == found.snips.value == found.logged.value == pytest.approx(0.2)
    assert (found.ess, found.mean_weight, found.clipped_mass, found.n) == (2000.0, 1.0, 0.0, 2000)


def test_logs_that_cannot_say_are_refused_with_the_reason() -> None:
    action, reward, p, target = _simple()
    few = evaluate(action[:400], reward[:400], p[:400], target[:400])
    assert few.refused == "they are worth 400 decisions of the other policy, at least 500 are needed"
    assert few.ips is few.snips is few.dr is None
    one = p.copy()
    one[0] = 0.5 / 150.0
    heavy = evaluate(action, reward, one, target)
    assert heavy.refused is not None
    assert "one decision has 7.0% of all weight, at most 5% is trusted" in heavy.refused
    missing = p.copy()
    missing[:3] = np.nan
    assert evaluate(action, reward, missing, target).refused == "0.15% of the decisions have no probability, at most 0.1% may"
    missing[:1] = 0.5
    assert evaluate(action, reward, missing, target).refused is None
    apart = evaluate(action, reward, p, np.tile([0.0, 1.0], (2000, 1)) * 0.8 + np.tile([0.2, 0.0], (2000, 1)))
    assert apart.refused is None
    no_overlap = evaluate(np.zeros(2000, np.int64), reward, p, target * 0.0 + np.array([0.2, 0.8]))
    assert no_overlap.refused is not None
    assert "the mean weight is 0.400, clipped 0.400" in no_overlap.refused
    unseen = np.concatenate([target * 0.98, np.full((2000, 1), 0.02)], axis=1)
    never = evaluate(action, reward, p, unseen)
    assert never.refused == "2.0% of what it would do the log never did, at most 1% may be"
    assert never.ips is never.snips is never.dr is None
    assert evaluate(action[:0], reward[:0], p[:0], target[:0]).refused == "no decision has a probability"
    assert evaluate([], [], [], target[:0]).refused == "no decision has a probability"
    tiny = p.copy()
    tiny[:1] = 1e-300
    assert evaluate(action, reward, tiny, target).refused is not None


def test_sums_of_parts_are_the_sums_of_the_whole() -> None:
    rng = np.random.default_rng(1)
    reward, weight, under, taken = rng.random(3000), rng.exponential(size=3000), rng.random(3000), rng.random(3000)
    parts = Sums()
    for at in np.split(np.arange(3000), [10, 700, 701]):
        parts = parts.merged(sums_of(reward[at], weight[at], 3.0, (under[at], taken[at]), 2))
    whole = sums_of(reward, weight, 3.0, (under, taken), 8)
    assert parts == pytest.approx(whole)
    assert parts.most == weight.max()


def test_what_is_expected_of_a_decision_never_comes_from_itself() -> None:
    action, reward, _, _ = _simple(50)
    expected = means_of_others(action, reward, 3)
    for i in range(50):
        changed = reward.copy()
        changed[i] = 100.0
        assert np.array_equal(means_of_others(action, changed, 3)[i], expected[i])
    assert expected[:, 2] == pytest.approx(np.array([reward[np.arange(50) % 5 != i % 5].mean() for i in range(50)]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"action": [2, 0]}, "action must lie between 0 and 1: p_target has 2 columns"),
        ({"action": [0.5, 0.0]}, "action must be 2 whole numbers"),
        ({"action": [0]}, "action must be 2 whole numbers"),
        ({"reward": [np.nan, 0.0]}, "reward must be finite numbers; row 0 is not"),
        ({"reward": ["a", "b"]}, "reward must be numbers"),
        ({"p_chosen": [0.5, -0.1]}, "p_chosen must be numbers from 0, or NaN; row 1 is not"),
        ({"p_chosen": [0.5, 1.5]}, "p_chosen must be probabilities, at most 1"),
        ({"p_target": [[0.5, 0.4], [0.5, 0.5]]}, "every row of p_target must be probabilities that sum to 1"),
        ({"p_target": [[1.5, -0.5], [0.5, 0.5]]}, "every row of p_target must be probabilities that sum to 1"),
        ({"p_target": [0.5, 0.5]}, "p_target must have one row per decision and one column per action"),
        ({"q": [[0.5], [0.5]]}, "q must have one row per decision and one column per action"),
        ({"floor": 0.0}, "floor must be above 0 and at most 1, got 0.0"),
        ({"floor": "x"}, "floor must be a number, got str"),
        ({"level": 1.0}, "level must lie between 0.5 and 0.999999, got 1.0"),
        ({"level": 0.1}, "level must lie between 0.5 and 0.999999, got 0.1"),
        ({"level": "x"}, "level must be a number, got str"),
        ({"reward": [1e160, 0.0]}, "reward must lie between -1e+100 and 1e+100"),
        ({"q": [[1e160, 0.0], [0.0, 0.0]]}, "q must lie between -1e+100 and 1e+100"),
        ({"reward": [1e8, 1e8 + 1.0]}, "reward must differ by more than a millionth of its size: subtract what is common to all of it"),
        ({"reward": [1j, 0.0]}, "reward must be real numbers, got complex128"),
        ({"p_target": [[], []]}, "p_target must have one row per decision and one column per action"),
    ],
)
def test_arrays_that_are_not_what_they_should_be_are_named(changes: dict[str, object], message: str) -> None:
    given: dict[str, object] = {"action": [0, 1], "reward": [0.0, 1.0], "p_chosen": [0.5, 0.5], "p_target": [[0.5, 0.5], [0.5, 0.5]]}
    with pytest.raises(UsageError) as raised:
        evaluate(**(given | changes))  # type: ignore[arg-type]
    assert message in str(raised.value)


def test_the_example_of_the_page_runs_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "evaluate.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", page, re.S)

    exec(example, {})

    refused, low, value, high = capsys.readouterr().out.split()
    assert refused == "None"
    assert float(low) < 0.8 * 0.3 + 0.2 * 0.1 < float(high)
    assert float(low) < float(value) < float(high)
