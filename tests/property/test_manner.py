"""How somebody likes to be spoken to equals its slow twin, whatever arrives in whatever order; who objects leaves no trace."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.events.style import COUNTERS
from platinum.hashing import name_hash
from platinum.policy.style_norms import FEATURES
from platinum.profile.manner import MANNER, look_at_manner
from platinum.profile.merge import merge
from platinum.profile.order_free import members
from platinum.vocabulary.codes import Kind, Purpose
from platinum.vocabulary.manner import DIMENSIONS, TAGS
from tests.builders.rows import NOON, Made, an_event, folded, new_rows, some_more
from tests.builders.tables import DAY, some_tables
from tests.reference.manner import Heard, known_from, manner

NOW = NOON + 70 * DAY
OF_STYLE = ("style_as_of_ms", "writing", "noted", "noted_n", "read_n", "read_share")


def a_text(rng: random.Random) -> dict[str, float]:
    """Counters of one text, as they may come; now and then of a language whose words nobody knows."""
    words = rng.randrange(1, 200)
    counted = {name: float(rng.randrange(words // 4 + 1)) for name in COUNTERS}
    counted |= {"words": float(words), "sentences": float(rng.randrange(0, words // 5 + 2)), "letters": float(words * rng.randrange(2, 8))}
    counted["greetings"] = float(rng.randrange(2))
    counted["known_words"] = float(words if rng.random() < 0.8 else 0)
    return counted


def a_life(seed: int, n: int) -> tuple[list[Made], Heard]:
    """Events, and what was heard in them."""
    rng, heard, events = random.Random(seed), Heard(), []
    for _ in range(n):
        at_ms, kind = NOON + rng.randrange(60 * DAY), rng.choice([Kind.MESSAGE_RECEIVED, Kind.STYLE_NOTED, Kind.CONTENT_READ])
        if kind == Kind.MESSAGE_RECEIVED:
            counted = a_text(rng)
            items = [(COUNTERS.index(name), count) for name, count in counted.items() if count]
            events.append(an_event(kind, at_ms, items=items))
            heard.texts.append((at_ms, counted))
        elif kind == Kind.STYLE_NOTED:
            tag = rng.choice(list(TAGS.values()))
            events.append(an_event(kind, at_ms, low=float(tag)))
            heard.notes.append((at_ms, DIMENSIONS[abs(tag) - 1], 1 if tag > 0 else -1))
        else:
            share = rng.random()
            events.append(an_event(kind, at_ms, low=share))
            heard.readings.append((at_ms, share))
    return events, heard


def looked_at(row: Any, tables: Any = None) -> dict[str, tuple[float, float]]:
    found = np.zeros(1, MANNER)
    look_at_manner(row, NOW, tables or some_tables(), found[0])
    return {name: (float(found[0]["tone"][d]), float(found[0]["confidence"][d])) for d, name in enumerate(DIMENSIONS)}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 12))
def test_tone_and_confidence_equal_those_of_the_slow_twin(seed: int, n: int) -> None:
    events, heard = a_life(seed, n)

    found, wanted = looked_at(folded(*events)), manner(known_from(heard, NOW))

    for name in DIMENSIONS:
        assert found[name] == pytest.approx(wanted[name], rel=1e-9, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_usual_is_where_everybody_starts(seed: int) -> None:
    events, heard = a_life(seed, 5)
    rng = random.Random(seed)
    norms = {name: (rng.uniform(-1, 1), rng.uniform(0.5, 2)) for name in FEATURES}
    usual = {name: rng.uniform(-1, 1) for name in DIMENSIONS}
    tables = some_tables(
        settings={
            "style_mean": tuple(norms[name][0] for name in FEATURES),
            "style_spread": tuple(norms[name][1] for name in FEATURES),
            "style_cohorts": (name_hash("under 90d"), *[0] * 15),
            "style_tone": np.array([tuple(usual.values()), *[(0.0,) * 5] * 15]),
            "n_style_cohorts": 1,
            "cohort_names": (name_hash("under 90d"), *[0] * 7),
        }
    )

    found, wanted = looked_at(folded(*events, tables=tables), tables), manner(known_from(heard, NOW), usual, norms)

    for name in DIMENSIONS:
        assert found[name] == pytest.approx(wanted[name], rel=1e-9, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_any_order_and_any_cut_into_two_histories_leave_the_same(seed: int) -> None:
    events, _ = a_life(seed, 10)
    whole = folded(*events)
    shuffled = random.Random(seed).sample(events, len(events))
    one, other = new_rows(), new_rows()
    one[0], other[0] = folded(*shuffled[:4]), folded(*shuffled[4:])

    merge(one[0], some_more(), other[0], some_more(), some_tables())

    for row in (folded(*shuffled), one[0]):
        for name in OF_STYLE:
            assert np.asarray(row[name]).tolist() == pytest.approx(np.asarray(whole[name]).tolist(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("purpose", [Purpose.STYLE, Purpose.PROFILING, Purpose.ALL])
@pytest.mark.parametrize("seed", range(5))
def test_of_who_objects_a_row_has_the_same_bytes_whatever_they_write(purpose: Purpose, seed: int) -> None:
    objection = an_event(Kind.OBJECTION_MADE, NOON, code=purpose, low=-2.0, offset=1)
    said, _ = a_life(seed, 8)
    silent = [event | {"items": (), "low": 0.0} for event in said]

    wrote, did_not = folded(objection, *said), folded(objection, *silent)

    assert wrote.tobytes() == did_not.tobytes()
    assert all(not np.asarray(wrote[name]).any() for name in OF_STYLE)


def test_an_objection_wipes_what_was_known_and_once_it_is_taken_back_all_begins_anew() -> None:
    events, _ = a_life(3, 8)
    objection = an_event(Kind.OBJECTION_MADE, NOON + 61 * DAY, code=Purpose.STYLE, low=-2.0)
    back = an_event(Kind.OBJECTION_MADE, NOON + 62 * DAY, code=Purpose.STYLE, low=2.0)
    note = an_event(Kind.STYLE_NOTED, NOON + 63 * DAY, low=3.0)

    wiped, again = folded(*events, objection), folded(*events, objection, back, note)

    assert all(not np.asarray(wiped[name]).any() for name in OF_STYLE)
    assert again["noted"].tolist() == [0.0, 0.0, 1.0, 0.0, 0.0]
    assert not again["writing"].any()


def test_every_member_about_style_is_named_here() -> None:
    assert set(OF_STYLE) <= set(members())
