"""A list of 16 consents against one without limit: whatever finds no room, nobody is contacted who would not have been."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.hashing import name_hash
from platinum.jit import kernel
from platinum.profile.consent import denied_here, may_profile, standing, state_consent
from platinum.profile.entries import MAX_CONSENTS
from platinum.profile.merge import merge_words
from platinum.vocabulary.codes import Purpose
from tests.builders.rows import new_rows
from tests.builders.tables import some_tables
from tests.reference.contact_rules import consent, profiled, refusals, statements

TABLES = some_tables()
SAID = (Purpose.SERVICE, Purpose.RELATIONSHIP, Purpose.PROMOTION, Purpose.PROFILING, Purpose.ALL, Purpose.STYLE)
EVERYWHERE = 0
NAMED = tuple(name_hash(f"channel-{n}") for n in range(9))
ELSEWHERE = name_hash("a channel of which nobody spoke")
GRANTED, WITHDRAWN, DENIED, OBJECTED = 1, 2, -1, -2
ANY = (GRANTED, WITHDRAWN, DENIED, OBJECTED)
STATEMENT = np.dtype([("purpose", "<i8"), ("channel", "<i8"), ("state", "<i8"), ("at_s", "<i8"), ("offset", "<i8")])


class Word(NamedTuple):
    """One statement; ``offset`` is its place in the log."""

    purpose: int
    channel: int
    state: int
    at_s: int
    offset: int


class Answers(NamedTuple):
    """What may be done about a purpose on a channel."""

    standing: int
    away_from_it: bool  # nothing of it even where the person comes to us
    scored: bool


@kernel
def state_all(row: Any, words: Any) -> None:
    """Fold statements in their order of arrival."""
    for i in range(words.shape[0]):
        word = words[i]
        state_consent(row, word["purpose"], word["channel"], word["state"], word["at_s"] * 1000, word["offset"])


@kernel
def ask(row: Any, purpose: int, channel: int) -> tuple[int, bool, bool]:
    """What a row says; the second is about who comes to us."""
    said = standing(row, purpose, channel)[0]
    return said, said == -2 or denied_here(row, purpose, channel), may_profile(row, channel)


@kernel
def merge_said(row: Any, other: Any, tables: Any) -> None:
    """``profile.merge.merge_words``, callable from tests."""
    merge_words(row, other, tables)


def held(words: Sequence[Word]) -> Any:
    """The row after these statements."""
    row = new_rows()[0]
    state_all(row, np.array(words, STATEMENT))
    return row


def unlimited(words: Sequence[Word]) -> dict[str, Any]:
    """The newest statement per purpose and channel, all of them, in the form of a row."""
    newest: dict[tuple[int, int], Word] = {}
    for word in words:
        key = word.purpose, word.channel
        if key not in newest or (word.at_s, word.offset) >= (newest[key].at_s, newest[key].offset):
            newest[key] = word
    entries = [{**word._asdict(), "evidence_offset": word.offset} for word in newest.values()]
    return {"n_consents": len(entries), "consents": entries}


def by_row(row: Any) -> Callable[[int, int], Answers]:
    return lambda purpose, channel: Answers(*ask(row, purpose, channel))


def by_rules(row: Any) -> Callable[[int, int], Answers]:
    """The slow twin."""

    def answers(purpose: int, channel: int) -> Answers:
        state, _ = consent(row, purpose, channel)
        here = any(s.state == DENIED and s.channel_named for s in refusals(statements(row, purpose, channel)))
        return Answers(state, state == OBJECTED or here, profiled(row, channel))

    return answers


def assert_no_wider(row: Any, words: Sequence[Word]) -> None:
    """Nothing may be done by the row that may not be done by the unlimited list."""
    ours, theirs = by_row(row), by_rules(unlimited(words))
    for purpose in SAID:
        for channel in (*NAMED, ELSEWHERE):
            mine, wanted = ours(purpose, channel), theirs(purpose, channel)
            assert mine.standing <= wanted.standing, (purpose, channel)
            assert mine.away_from_it >= wanted.away_from_it, (purpose, channel)
            assert mine.scored <= wanted.scored, (purpose, channel)


def a_history(rng: random.Random, n: int, states: Sequence[int], purposes: Sequence[int] = SAID) -> list[Word]:
    """Statements in their order of arrival, which is none of time; some share a second."""
    bits = [rng.choice(states) for _ in range(rng.randrange(1, 9))]  # so that one state often prevails
    channels = (EVERYWHERE, *NAMED)
    return [Word(int(rng.choice(purposes)), rng.choice(channels), rng.choice(bits), rng.randrange(1, 2 * n), i) for i in range(n)]


some_states = st.sampled_from([ANY, (DENIED, OBJECTED), (GRANTED, DENIED, OBJECTED), (WITHDRAWN, OBJECTED), (WITHDRAWN, GRANTED, DENIED)])
some_purposes = st.sampled_from([SAID, (Purpose.PROMOTION, Purpose.ALL), (Purpose.PROFILING, Purpose.ALL)])
seeds = st.integers(0, 2**32)


@settings(max_examples=400, deadline=None)
@given(seeds, st.integers(17, 120), some_states, some_purposes)
def test_a_row_never_allows_what_an_unlimited_list_denies(seed: int, n: int, states: Sequence[int], purposes: Sequence[int]) -> None:
    words = a_history(random.Random(seed), n, states, purposes)

    row = held(words)

    assert_no_wider(row, words)
    assert int(row["n_consents"]) <= MAX_CONSENTS


@settings(max_examples=400, deadline=None)
@given(seeds, st.integers(17, 120), some_states, some_purposes)
def test_two_rows_that_are_merged_never_do_either(seed: int, n: int, states: Sequence[int], purposes: Sequence[int]) -> None:
    rng = random.Random(seed)
    words = a_history(rng, n, states, purposes)
    ours = {word for word in words if rng.random() < 0.5}

    row = held([word for word in words if word in ours])
    merge_said(row, held([word for word in words if word not in ours]), TABLES)

    assert_no_wider(row, words)
    assert int(row["n_consents"]) <= MAX_CONSENTS


@settings(max_examples=200, deadline=None)
@given(seeds, st.integers(1, MAX_CONSENTS), some_states, some_purposes)
def test_a_list_that_is_not_full_says_what_was_said(seed: int, n: int, states: Sequence[int], purposes: Sequence[int]) -> None:
    words = a_history(random.Random(seed), n, states, purposes)

    ours, theirs = by_row(held(words)), by_rules(unlimited(words))

    asked = [(purpose, channel) for purpose in SAID for channel in (*NAMED, ELSEWHERE)]
    assert [ours(*about) for about in asked] == [theirs(*about) for about in asked]


@settings(max_examples=200, deadline=None)
@given(seeds, st.integers(17, 120), some_states, some_purposes)
def test_rules_that_are_written_out_read_a_full_row_alike(seed: int, n: int, states: Sequence[int], purposes: Sequence[int]) -> None:
    row = held(a_history(random.Random(seed), n, states, purposes))

    ours, theirs = by_row(row), by_rules(row)

    asked = [(purpose, channel) for purpose in SAID for channel in (*NAMED, ELSEWHERE)]
    assert [ours(*about) for about in asked] == [theirs(*about) for about in asked]


def refused_everywhere(state: int = DENIED, purpose: int = Purpose.PROMOTION) -> list[Word]:
    """17 refusals of one purpose, each of another channel, the first ten of them by name in ``NAMED``."""
    channels = [*NAMED, *(name_hash(f"other-{n}") for n in range(17 - len(NAMED)))]
    return [Word(purpose, channel, state, 100 + i, i) for i, channel in enumerate(channels)]


def test_the_17th_refusal_takes_back_none_of_the_others_where_people_come_to_us() -> None:
    about = by_row(held(refused_everywhere()))

    assert all(about(Purpose.PROMOTION, channel).away_from_it for channel in NAMED)
    assert about(Purpose.PROMOTION, ELSEWHERE) == (DENIED, True, True)
    assert about(Purpose.SERVICE, NAMED[0]) == (0, False, True)


@pytest.mark.parametrize("word", [WITHDRAWN, DENIED])
def test_an_objection_that_found_no_room_stays_one_whatever_weaker_is_said_in_general(word: int) -> None:
    words = [*refused_everywhere(OBJECTED, Purpose.ALL), Word(Purpose.ALL, EVERYWHERE, word, 900, 900)]

    assert by_row(held(words))(Purpose.PROMOTION, NAMED[3]) == (OBJECTED, True, False)


def test_only_a_newer_grant_by_name_lifts_what_was_summed_up() -> None:
    promotion, words = Purpose.PROMOTION, refused_everywhere()
    general, older = Word(promotion, EVERYWHERE, GRANTED, 900, 900), Word(promotion, NAMED[0], GRANTED, 50, 901)

    about = by_row(held([*words, general, older, Word(promotion, NAMED[1], GRANTED, 901, 902)]))

    assert [about(promotion, channel).standing for channel in NAMED[:3]] == [DENIED, GRANTED, DENIED]


def test_grants_go_before_anything_else_does() -> None:
    grants = [Word(Purpose.STYLE, channel, GRANTED, 500 + i, i) for i, channel in enumerate(NAMED)]
    words = [*grants, *(word._replace(offset=100 + word.offset) for word in refused_everywhere()[:MAX_CONSENTS])]

    about = by_row(held(words))

    assert [about(Purpose.STYLE, channel).standing for channel in NAMED] == [0] * len(NAMED)
    assert about(Purpose.PROMOTION, ELSEWHERE).standing == 0  # there was room for all 16: nothing was widened


def in_log(*words: tuple[int, int, int, int]) -> list[Word]:
    """(purpose, channel, state, second) each, in their order of arrival."""
    return [Word(int(purpose), channel, state, at_s, i) for i, (purpose, channel, state, at_s) in enumerate(words)]


PROMOTION, STYLE, ALL, EACH = Purpose.PROMOTION, Purpose.STYLE, Purpose.ALL, (EVERYWHERE, *NAMED)
WITHDRAWALS = [(PROMOTION, channel, WITHDRAWN, 10) for channel in EACH]
FILL = [(STYLE, channel, DENIED, 10) for channel in EACH]
ONE_NO, LATE_YES = (ALL, EVERYWHERE, DENIED, 4), (PROMOTION, NAMED[0], GRANTED, 5)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([ONE_NO, *WITHDRAWALS, *FILL[:6], LATE_YES], id="a grant, after a withdrawal that was summed up"),
        pytest.param(
            [*((ALL, c, DENIED, 10) for c in EACH), *FILL[:7], (ALL, EVERYWHERE, OBJECTED, 3), (ALL, NAMED[0], WITHDRAWN, 5)],
            id="a withdrawal, after a denial that was summed up",
        ),
        pytest.param(
            [
                ONE_NO,
                WITHDRAWALS[1],
                (Purpose.SERVICE, NAMED[0], GRANTED, 20),
                *FILL,
                *((Purpose.PROFILING, c, DENIED, 10) for c in EACH[:4]),
                LATE_YES,
            ],
            id="a grant, after a withdrawal beside which a grant was given up",
        ),
    ],
)
def test_an_older_permission_that_arrives_late_is_none(words: list[tuple[int, int, int, int]]) -> None:
    assert_no_wider(held(in_log(*words)), in_log(*words))


def test_a_permission_of_the_one_row_is_older_than_what_the_other_has_forgotten() -> None:
    words = in_log(ONE_NO, LATE_YES, *WITHDRAWALS, *FILL[:7])

    row = held(words[:2])
    merge_said(row, held(words[2:]), TABLES)

    assert_no_wider(row, words)


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_summaries_the_stricter_counts_and_the_newer_time(first: int) -> None:
    mild, strict = refused_everywhere(), [word._replace(at_s=1000, offset=1000 + word.offset) for word in refused_everywhere(OBJECTED)]
    late = Word(PROMOTION, NAMED[0], GRANTED, 500, 2000)

    row = held((mild, strict)[first])
    merge_said(row, held((strict, mild)[first]), TABLES)
    state_all(row, np.array([late], STATEMENT))

    assert_no_wider(row, [*mild, *strict, late])


def test_a_grant_that_finds_no_room_widens_nothing() -> None:
    row = held([*refused_everywhere()[:MAX_CONSENTS], Word(STYLE, NAMED[0], GRANTED, 900, 900)])

    assert by_row(row)(PROMOTION, ELSEWHERE) == (0, False, True)
