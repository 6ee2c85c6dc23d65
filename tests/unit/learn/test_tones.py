"""Which tone is taken oftener than expected, for everybody and per cohort; and what decisions are given of it."""

from __future__ import annotations

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.learn.example import Example, decoded
from platinum.learn.taught import HALF_LIFE_MS
from platinum.learn.tones import Tones
from platinum.pipeline.learned_tones import set_tones
from platinum.policy import tables as t
from tests.builders.tables import records, some_settings
from tests.builders.taught import NOW_MS, a_fact


def examples(tone: str | None, n: int, taken: int, cohort: str | None = None, p_accept: float = 0.2) -> list[Example]:
    """``n`` answers to words in a tone, all at one instant."""
    facts = [a_fact(i, tone=tone, cohort=cohort, accepted=i < taken, p_accept=p_accept, made_ms=NOW_MS) for i in range(n)]
    return decoded(facts)


def told(*some: list[Example]) -> Tones:
    found = Tones(HALF_LIFE_MS)
    for one in some:
        found.add(one)
    return found


def test_a_tone_is_judged_by_what_was_expected_of_what_was_said_in_it() -> None:
    """The second tone is taken more often, and only because what is said in it is."""
    found = told(examples("warm", 400, 60, p_accept=0.1), examples("brief", 400, 120, p_accept=0.3)).judged(NOW_MS)

    assert found["expected"] == {"brief": pytest.approx(120.0), "warm": pytest.approx(40.0)}
    assert found["all"] == {"brief": pytest.approx((120 + 20) / (120 + 20)), "warm": pytest.approx((60 + 20) / (40 + 20), rel=1e-5)}


def test_a_cohort_is_drawn_to_everybody_as_far_as_little_is_known_of_it() -> None:
    found = told(examples("warm", 1000, 400), examples("warm", 10, 0, cohort="new")).judged(NOW_MS)

    everybody = (400 + 20) / (202 + 20)
    assert found["all"]["warm"] == pytest.approx(everybody, rel=1e-5)
    assert found["cohorts"] == {"new": {"warm": pytest.approx(20 * everybody / (2 + 20), rel=1e-5)}}


def test_what_was_not_ours_to_choose_teaches_nothing_and_old_answers_fade() -> None:
    found = told(examples(None, 50, 50), examples("warm", 100, 100))

    assert list(found.judged(NOW_MS)["all"]) == ["warm"]
    assert found.judged(NOW_MS + HALF_LIFE_MS)["expected"]["warm"] == pytest.approx(10.0)


def test_partitions_add_up_whatever_each_heard_first() -> None:
    parts = [examples("warm", 30, 3, cohort="old"), examples("brief", 20, 9, cohort="new"), examples("warm", 7, 7, cohort="new")]
    together, apart = told(*parts), told(parts[2], parts[1])
    apart.merge(told(parts[0]))

    assert apart.judged(NOW_MS) == together.judged(NOW_MS)


def test_decisions_are_given_the_lift_of_each_tone_that_the_policy_still_has() -> None:
    settings = some_settings().copy()
    tones = records(t.TONE, {"name": name_hash("brief")}, {"name": name_hash("plain")})
    judged = told(examples("warm", 100, 50), examples("brief", 100, 30, cohort="new")).judged(NOW_MS)

    set_tones(settings, tones, {"tones": judged})

    assert settings["tones_learned"][0] == 1
    assert settings["tone_lift"][0, 0, :3].tolist() == pytest.approx([judged["all"]["brief"], 1.0, 1.0])
    assert settings["tone_lift"][0, 1, 0] == pytest.approx(judged["cohorts"]["new"]["brief"])
    assert settings["tone_cohorts"][0, :1].tolist() == [name_hash("new")]
    assert np.all(settings["tone_lift"][0, 2:] == settings["tone_lift"][0, 0])


@pytest.mark.parametrize("taught", [None, {}, {"tones": {"all": {}, "cohorts": {}, "expected": {}}}])
def test_of_a_snapshot_that_knows_nothing_of_tones_nothing_is_written(taught: dict[str, object] | None) -> None:
    settings = some_settings().copy()

    set_tones(settings, records(t.TONE, {"name": name_hash("brief")}), taught)

    assert settings["tones_learned"][0] == 0
