"""Numbers of a policy in another's place: the rest of the file stays as it was written."""

from __future__ import annotations

import pytest

from platinum.errors import UsageError
from platinum.ops.evaluation.grid import MOST, Axis, axis_of, combinations, with_numbers
from platinum.policy.compile import compile_policy
from tests.builders.corner_shop import shop_policy


def test_only_the_number_changes() -> None:
    source = shop_policy(more="# somebody's note\nweights:\n  effort: 0.30  # per point\n")

    changed = with_numbers(source, "p.yaml", {"weights.effort": "0.5", "actions.offer-fish.value": "3"})

    expected = source.replace(b"effort: 0.30", b"effort: 0.5")
    before, fish = expected.split(b"offer-fish:")
    assert changed == before + b"offer-fish:" + fish.replace(b"value: 2.00", b"value: 3")


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("exploration.prior_n", b"exploration: {prior_n: 7, gamma0: 2}"),
        ("weights.fatigue", b"weights: {fatigue: 7}\npolicy: corner-shop"),
        ("actions.offer-fish.effort", b"  offer-fish:\n    effort: 7\n    type: offer"),
    ],
)
def test_what_is_not_written_yet_is_added(path: str, written: bytes) -> None:
    changed = with_numbers(shop_policy(), "p.yaml", {path: "7"})

    assert written in changed
    assert compile_policy(changed, "p.yaml").version != compile_policy(shop_policy(), "p.yaml").version


@pytest.mark.parametrize(
    ("path", "said"), [("policy", "must be a number"), ("actions", "must be a number"), ("policy.x.y", "has nothing in it")]
)
def test_what_is_no_number_is_refused(path: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        with_numbers(shop_policy(), "p.yaml", {path: "7"})


def test_every_combination_once() -> None:
    found = combinations([axis_of("exploration.gamma0=5, 10"), Axis("weights.effort", ("0", "1"))])

    assert len(found) == 4
    assert {"exploration.gamma0": "10", "weights.effort": "0"} in found


@pytest.mark.parametrize("written", ["gamma0", "gamma0=", "gamma0=a", "=1", "gamma0=1,1", "gamma0=nan", "gamma0=inf"])
def test_what_is_tried_must_be_numbers_at_a_path(written: str) -> None:
    with pytest.raises(UsageError, match="--try"):
        axis_of(written)


def test_too_many_combinations_are_refused_and_so_is_none() -> None:
    for axes in ([], [axis_of("a=" + ",".join(map(str, range(MOST + 1))))], [axis_of("a=1"), axis_of("a=2")]):
        with pytest.raises(UsageError, match="--try"):
            combinations(axes)
