"""The regression of the learner against a plain one over all weights at once, whatever the examples and however they are cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from platinum.learn.elimination import factor, solve
from platinum.learn.linear import Linear, solved
from tests.reference.linear import design, ridge

_DAY_MS = 86_400_000
_HALF_LIFE_MS = 30 * _DAY_MS
_NOW_MS = 1_700_000_000_000

Examples = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], list[str], NDArray[np.int64]]


def _examples(seed: int, n: int, n_own: int = 4, n_shared: int = 3, n_actions: int = 3) -> Examples:
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=(n, n_own)), rng.normal(size=(n, n_shared))
    x[:, 1:] *= rng.random((n, n_own - 1)) < 0.5
    x[:, 0] = z[:, 0] = 1.0
    y = np.column_stack([np.ones(n), rng.random(n) < 0.3, rng.normal(size=n)])
    names = [f"action-{a}" for a in rng.integers(n_actions, size=n)]
    return x, z, y, names, _NOW_MS - rng.integers(400 * _DAY_MS, size=n)


def _part(examples: Examples, at: slice) -> Examples:
    x, z, y, names, at_ms = examples
    return x[at], z[at], y[at], names[at], at_ms[at]


def _linear(examples: Examples, cuts: tuple[int, ...] = ()) -> Linear:
    found = Linear(examples[0].shape[1], examples[1].shape[1], _HALF_LIFE_MS)
    for start, end in zip((0, *cuts), (*cuts, len(examples[3]))):
        found.fold(*_part(examples, slice(start, end)))
    return found


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 60))
def test_eliminating_action_by_action_gives_the_weights_of_the_whole_and_their_variances(seed: int, n: int) -> None:
    x, z, y, names, at_ms = examples = _examples(seed, n)
    found = _linear(examples)
    order = {name: i for i, name in enumerate(found.names)}
    rows = design(x, z, np.array([order[name] for name in names]), len(order))
    own = np.array([2.0, 0.5, 1.0, 7.0])
    precision = np.concatenate([np.full(3, 0.7), *([own] * len(order))])
    weights, inverse = ridge(rows, y, 2.0 ** ((at_ms - _NOW_MS) / _HALF_LIFE_MS), precision)
    out = solved(found.as_of(_NOW_MS), 0.7, own)
    assert out.shared == pytest.approx(weights[:3], rel=1e-7, abs=1e-9)
    assert out.own.reshape(-1, 3) == pytest.approx(weights[3:], rel=1e-7, abs=1e-9)
    moments = np.linalg.inv(inverse)
    assert out.own_variance.reshape(-1) == pytest.approx(1.0 / moments[3:, 3:].diagonal(), rel=1e-6)
    given_the_other_shared = 1.0 / np.linalg.inv(inverse[:3, :3]).diagonal()
    assert out.shared_variance == pytest.approx(given_the_other_shared, rel=1e-6)


def test_what_is_known_of_two_actions_grows_with_the_examples_though_each_could_be_the_shared_part() -> None:
    ones, at_ms = np.ones((4000, 1)), np.full(4000, _NOW_MS)
    linear = Linear(1, 2, _HALF_LIFE_MS)
    linear.fold(ones, np.ones((4000, 2)), np.ones((4000, 3)), ["a", "b"] * 2000, at_ms)
    out = solved(linear.as_of(_NOW_MS), 5.0, np.array([30.0]))
    assert max(out.own_variance.max(), out.shared_variance.max()) < 0.02
    assert out.own_variance == pytest.approx(1 / 2030)


def test_what_is_known_of_people_with_two_features_that_go_together_grows_with_the_examples_though_either_could_be_it() -> None:
    x, at_ms = np.ones((4000, 2)), np.full(4000, _NOW_MS)
    linear = Linear(2, 1, _HALF_LIFE_MS)
    linear.fold(x, np.zeros((4000, 1)), np.ones((4000, 3)), ["a"] * 4000, at_ms)
    out = solved(linear.as_of(_NOW_MS), 5.0, np.array([30.0, 300.0]))
    assert 1 / (2 * 4000 + 330) < out.own_variance.sum() < 0.001  # alone, each would stay at about half of its prior


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(0, 50), max_size=5))
def test_however_the_examples_are_cut_into_batches_the_sums_are_the_same_to_the_bit(seed: int, cuts: list[int]) -> None:
    x, z, y, names, at_ms = _examples(seed, 50)
    at_ms[seed % 50 :] += 4000 * _DAY_MS  # far enough for the base to move
    examples = x, z, y, names, at_ms
    one, other = _linear(examples), _linear(examples, tuple(sorted(cuts)))
    assert one.names == other.names
    for a, b in zip(one.as_of(_NOW_MS + 4000 * _DAY_MS), other.as_of(_NOW_MS + 4000 * _DAY_MS), strict=True):
        assert a.tobytes() == b.tobytes()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), at=st.integers(0, 50))
def test_parts_that_are_merged_are_the_whole(seed: int, at: int) -> None:
    examples = _examples(seed, 50)
    whole, merged = _linear(examples), Linear(4, 3, _HALF_LIFE_MS)
    for part in (slice(0, at), slice(at, 50)):
        merged.merge(_linear(_part(examples, part)))
    assert sorted(merged.names) == sorted(whole.names)
    order = [merged.names.index(name) for name in whole.names]
    for name, a, b in zip(whole.sums._fields, whole.as_of(_NOW_MS), merged.as_of(_NOW_MS), strict=True):
        assert (b if name in ("zz", "zy") else b[order]) == pytest.approx(a, rel=1e-9, abs=1e-12), name


def test_a_matrix_that_is_not_positive_has_no_factor() -> None:
    assert factor(np.array([[1.0, 0.0], [2.0, 1.0]])) == 0
    assert factor(np.array([[np.nan]])) == 0
    a = np.array([[4.0, 0.0], [2.0, 3.0]])
    assert factor(a) == 1
    b = np.array([[1.0], [2.0]])
    solve(a, b)
    assert np.array([[4.0, 2.0], [2.0, 3.0]]) @ b == pytest.approx(np.array([[1.0], [2.0]]))
