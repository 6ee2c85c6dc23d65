"""The tone for somebody of whom nobody knows how they like to be spoken to: what their like take, or one that is tried out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.cohorts import cohort_members
from platinum.policy.tables import Tables
from platinum.vocabulary.codes import ActionType, Preference, Purpose
from platinum.vocabulary.manner import TONE_SOURCES
from tests.builders.desk import NOW, Desk, a_row, a_trigger, said
from tests.builders.tables import a_channel, an_action, records, some_tables

TONES = ("plain", "warm", "brief")
DEFAULT, STATED, LEARNED, TRIED = (TONE_SOURCES.index(source) for source in ("default", "stated", "learned", "tried"))
#: What is known of everybody's trust, and somebody to whom no promise was kept.
KNOWN = {"trust_kept": 0.5, "trust_terms": 0.9, "trust_recovery": 0.3, "trust_low": 0.5}
BROKEN = {"said": 15.0, "kept": 0.0, "said_as_of_ms": NOW}
NEW = cohort_members({})["cohort_names"][0]


def a_policy(lifts: list[list[float]] | None = None, trial: float = 0.0, spoken: int = 0b111) -> Tables:
    """One help by e-mail in some of three tones; ``lifts``: everybody's, and those of who is new."""
    vectors = ((0.0,) * 5, (0.0, 0.8, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, -0.8, 0.5))
    table = np.ones((17, 8))
    for row, some in enumerate(lifts or []):
        table[row, : len(some)] = some
    settings = {
        "gamma": 1e15,
        **KNOWN,
        "tone_trial": trial,
        "tone_lift": table,
        "tones_learned": int(lifts is not None),
        "tone_cohorts": [NEW, *[0] * 15],
        "n_tone_cohorts": max(0, len(lifts or []) - 1),
    }
    helps = an_action("help", ActionType.HELP, value=50.0, purpose=Purpose.SERVICE, tones=spoken, languages=1)
    return some_tables(
        channels=records(t.CHANNEL, a_channel("email")),
        actions=records(t.ACTION, helps),
        tones=records(t.TONE, *[{"name": name_hash(tone), "vector": vector} for tone, vector in zip(TONES, vectors, strict=True)]),
        settings=settings,
    )


def spoken(tables: Tables, ref: int = 1, **person: Any) -> tuple[str, int]:
    known = {"consents": [said(Purpose.ALL)], "orders": 1, "first_seen_ms": NOW - 86_400_000}
    out = Desk(tables).decide(a_row(**known | person), a_trigger(ref=ref, placement=-1))
    assert out["action"] == 0
    return TONES[int(out["tone"])], int(out["tone_source"])


def test_until_something_is_learned_it_is_the_policy_s_own() -> None:
    assert spoken(a_policy()) == ("plain", DEFAULT)


def test_a_tone_that_is_taken_clearly_oftener_takes_its_place() -> None:
    assert spoken(a_policy([[1.0, 1.2, 1.1]])) == ("warm", LEARNED)
    assert spoken(a_policy([[1.0, 1.04, 1.04]])) == ("plain", DEFAULT)
    assert spoken(a_policy([[1.0, 1.2, 1.1]], spoken=0b101)) == ("brief", LEARNED), "there are no warm words"


def test_their_own_cohort_speaks_for_them() -> None:
    tables = a_policy([[1.0, 1.2, 0.9], [1.0, 0.9, 1.3]])

    assert spoken(tables) == ("brief", LEARNED)
    assert spoken(tables, first_seen_ms=NOW - 3000 * 86_400_000) == ("warm", LEARNED)


def test_what_they_said_themselves_stands_above_what_others_like() -> None:
    wish = {"kind": int(Preference.TONE), "name": name_hash("plain"), "on": 1}

    assert spoken(a_policy([[1.0, 1.5, 1.0]], trial=1.0), preferences=[wish]) == ("plain", STATED)


def test_a_share_tries_every_tone_as_often() -> None:
    tables, n = a_policy([[1.0, 1.2, 1.0]], trial=0.3), 3000
    found = Counter(spoken(tables, ref=int(ref)) for ref in np.random.default_rng(1).integers(1, 2**63, n))

    tried = {tone: times for (tone, source), times in found.items() if source == TRIED}
    assert sum(tried.values()) / n == pytest.approx(0.3, abs=0.03)
    assert {tone: times / sum(tried.values()) for tone, times in tried.items()} == pytest.approx(dict.fromkeys(TONES, 1 / 3), abs=0.05)
    assert {said for said in found if said[1] != TRIED} == {("warm", LEARNED)}


def test_where_there_is_one_tone_nothing_is_tried_out_nor_on_who_has_little_reason_to_trust_us() -> None:
    assert spoken(a_policy(trial=1.0, spoken=0b001)) == ("plain", DEFAULT)
    assert {spoken(a_policy(trial=1.0), ref=ref, **BROKEN) for ref in range(1, 20)} == {("plain", DEFAULT)}


@pytest.mark.parametrize(("tones", "learned"), [(0b111, True), (0b011, True), (0b001, False)], ids=["of three", "of two", "the only one"])
def test_of_words_that_there_are_in_one_tone_only_nothing_is_learned_of_tones(tones: int, learned: bool) -> None:
    """A tone would be taken for better that comes with an action which everybody takes, where there was nothing to choose."""
    desk = Desk(a_policy(spoken=tones))
    out = desk.decide(a_row(consents=[said(Purpose.ALL)], orders=1), a_trigger(placement=-1))

    assert TONES[int(out["tone"])] == "plain"
    assert desk.scratch.example[0]["tone"] == (name_hash("plain") if learned else 0)
