"""Which snapshots are refused, and that sound ones are not."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
import pytest

from platinum.learn.example import Example, decoded
from platinum.learn.holdout import LEAST, Holdout
from platinum.learn.linear import HEADS, NoSolution
from platinum.learn.refusing import CALIBRATION, CLIFF, NOT_FINITE, refusal
from platinum.learn.taught import Taught
from tests.builders.taught import NOW_MS, a_fact

DAY_MS = 86_400_000


def taught_of(*facts: bytes) -> Taught:
    """Everything that these say."""
    found = Taught()
    found.add(decoded(facts))
    return found


def plain(n: int, start: int = 0, **members: Any) -> list[bytes]:
    """So many facts."""
    return [a_fact(seed, **members) for seed in range(start, start + n)]


def test_a_snapshot_of_more_examples_of_the_same_kind_is_not_refused() -> None:
    first, second = taught_of(*plain(300)), taught_of(*plain(600))

    assert refusal(second.judged(NOW_MS), first.judged(NOW_MS), list(second.recent), None) is None
    assert refusal(first.judged(NOW_MS), None, list(first.recent), None) is None


def test_sums_that_are_not_finite_have_no_solution() -> None:
    taught = taught_of(*plain(20))
    taught.models["00c0ffee"][0].sums.xx[0, 0, 0] = np.nan

    with pytest.raises(NoSolution, match="action 0"):
        taught.judged(NOW_MS)


def test_weights_that_float32_does_not_hold_are_refused_as_not_finite() -> None:
    taught = taught_of(*plain(20))
    taught.models["00c0ffee"][0].sums.xy[0, 0, HEADS.index("reward")] = 1e60

    found = refusal(taught.judged(NOW_MS), None, [], None)

    assert found is not None
    assert found.reason == NOT_FINITE


@pytest.mark.parametrize(("name", "value"), [("own", np.inf), ("own_variance", -1.0), ("shared", np.nan), ("shared_variance", np.nan)])
def test_weights_and_variances_that_are_none_are_refused(name: str, value: float) -> None:
    judged = taught_of(*plain(20)).judged(NOW_MS)
    model = judged["models"]["00c0ffee"]
    broken = _floats(model[name])
    broken[3] = value
    model[name] = b64encode(broken.tobytes()).decode()

    found = refusal(judged, None, [], None)

    assert found is not None
    assert found.reason == NOT_FINITE
    assert name.replace("_", " ") in found.words


def _floats(text: str) -> Any:
    from base64 import b64decode

    return np.frombuffer(b64decode(text), "<f4").copy()


def off_by(judged: dict[str, Any], much: float) -> dict[str, Any]:
    """The same snapshot, with what all actions share of being accepted moved by so much."""
    model = judged["models"]["00c0ffee"]
    weights = _floats(model["shared"]).reshape(-1, len(HEADS))
    weights[0, HEADS.index("accepted")] += much
    return judged | {"models": {"00c0ffee": model | {"shared": b64encode(weights.tobytes()).decode()}}}


@pytest.mark.parametrize(("much", "refused"), [(0.04, False), (0.3, True)])
def test_chances_that_are_much_further_off_than_those_in_force_are_refused(much: float, refused: bool) -> None:
    taught = taught_of(*plain(600))
    judged, recent = taught.judged(NOW_MS), list(taught.recent)

    found = refusal(off_by(judged, much), judged, recent, None)

    assert (found is not None and found.reason == CALIBRATION) is refused
    # What is worse in force does not stand in the way of what is better.
    assert refusal(judged, off_by(judged, much), recent, None) is None
    # On few examples nothing is said.
    assert refusal(off_by(judged, much), judged, recent[:100], None) is None


#: The first of a person in a month.
FIRST = {"arm": None, "shares": [0.02, 0.02, 0.01]}


def drawn(n: int, alone: float, best: float, seed: int) -> list[Example]:
    """Contacts that were thought best, and people in the silent arm, with these mean rewards; everybody's first of the month."""
    rng = np.random.default_rng(seed)
    facts = []
    for i in range(n):
        left = rng.random() < 0.2
        reward = float(rng.random() < (alone if left else best))
        said = {"action": None, "p_chosen": 1.0, "arm": "silent", "explored": True} if left else {"action": "mail", "p_chosen": 0.8}
        facts.append(a_fact(i, reward=reward, outbound=True, made_ms=NOW_MS + DAY_MS, counted=FIRST, **said))
    return decoded(facts)


def compared(n: int, alone: float, best: float, seed: int = 1) -> Any:
    """Of ``drawn``, looked at on its day."""
    holdout = Holdout()
    holdout.add(drawn(n, alone, best, seed))
    return holdout.compared(NOW_MS - 5 * DAY_MS, NOW_MS + DAY_MS)


def test_what_earns_less_than_leaving_people_alone_is_refused() -> None:
    judged = taught_of(*plain(20)).judged(NOW_MS)

    found = refusal(judged, judged, [], compared(4_000, alone=0.3, best=0.1))

    assert found is not None
    assert found.reason == CLIFF
    assert refusal(judged, judged, [], compared(4_000, alone=0.1, best=0.3)) is None
    assert refusal(judged, judged, [], compared(4_000, alone=0.2, best=0.2)) is None


def test_looking_often_refuses_nothing_that_is_as_good() -> None:
    """At 20 looks each, 30 worlds in which both earn the same: a plain 99.9 % interval would do well too, a plain 90 % one would not."""
    mistaken = 0
    for seed in range(30):
        holdout, examples = Holdout(), drawn(2_000, 0.2, 0.2, seed)
        for start in range(0, len(examples), 100):
            holdout.add(examples[start : start + 100])
            found = holdout.compared(0, NOW_MS + DAY_MS)
            if found is not None and found.high < 0.0:
                mistaken += 1
                break

    assert mistaken == 0


def test_people_who_are_rightly_contacted_often_do_not_outweigh_those_who_are_rightly_left_alone() -> None:
    """Half of them come by themselves and are left alone; the others come in three of ten cases, and only if contacted, four times a week.

    Silence is watched one at a time, contacts each: over all examples leaving everybody alone looked better by 0.08.
    """
    rng, holdout, facts = np.random.default_rng(0), Holdout(), []
    for person in range(3_000):
        comes, silent = person % 2 == 0, rng.random() < 0.1
        for week in range(4):
            said = {"outbound": True, "made_ms": NOW_MS + (1 + 7 * week) * DAY_MS, "counted": FIRST if week == 0 else None}
            if comes or silent:
                arm = {"arm": "silent", "explored": True} if silent else {"p_chosen": 0.9}
                facts.append(a_fact(person, action=None, reward=float(comes), **{"p_chosen": 1.0, **arm}, **said))
            else:
                contacts = [said, *[said | {"counted": None}] * 3]
                facts += [a_fact(person, reward=float(rng.random() < 0.3), p_chosen=0.9, **one) for one in contacts]
    holdout.add(decoded(facts))

    found = holdout.compared(0, NOW_MS + 29 * DAY_MS)

    assert found is not None
    assert found.best > found.alone
    assert refusal(taught_of(*plain(20)).judged(NOW_MS), None, [], found) is None


def test_one_reward_out_of_all_measure_changes_little_of_what_is_expected() -> None:
    plain_ones = [a_fact(seed, reward=float(seed % 3 == 0)) for seed in range(600)]

    def weight_of_one(*facts: bytes) -> float:
        model = taught_of(*facts).judged(NOW_MS)["models"]["00c0ffee"]
        return float(_floats(model["shared"]).reshape(-1, len(HEADS))[0, HEADS.index("reward")])

    without, beside = weight_of_one(*plain_ones), weight_of_one(*plain_ones, a_fact(601, reward=1e15))

    assert abs(beside - without) < 0.2


def test_an_example_of_so_long_ago_that_nothing_is_left_of_it_adds_nothing() -> None:
    taught = taught_of(*plain(20), a_fact(99, made_ms=-(10**15), action="long ago"))

    assert taught_of(*plain(20)).judged(NOW_MS)["models"]["00c0ffee"]["n"] == taught.judged(NOW_MS)["models"]["00c0ffee"]["n"]


def test_few_examples_old_ones_and_those_from_before_anything_was_learned_say_nothing() -> None:
    few = Holdout()
    few.add(drawn(3 * LEAST, 0.3, 0.1, 1))
    assert few.compared(0, NOW_MS + DAY_MS) is None

    many = Holdout()
    many.add(drawn(4_000, 0.3, 0.1, 1))
    assert many.compared(NOW_MS + DAY_MS, NOW_MS + 2 * DAY_MS) is None
    assert many.compared(0, NOW_MS + 100 * DAY_MS) is None
    assert many.compared(0, NOW_MS + DAY_MS) is not None


def test_the_holdout_of_two_partitions_is_that_of_both() -> None:
    examples = drawn(3_000, 0.3, 0.2, 4)
    whole, one, other = Holdout(), Holdout(), Holdout()
    whole.add(examples)
    one.add(examples[:1_000])
    other.add(examples[1_000:])
    one.merge(other)

    assert one.compared(0, NOW_MS + DAY_MS) == pytest.approx(whole.compared(0, NOW_MS + DAY_MS))
