"""Quoted times through decisions, on a small world: the short form of ``tests/proof/prove_quotes.py``."""

from __future__ import annotations

from functools import cache

import pytest

from tests.builders.quoted_worlds import Kept, lived

COURSES = ("steady", "+50 % in 30 days")


@cache
def _lived() -> Kept:
    return lived(seed=4, days=34, per_day=25, courses=COURSES)


@cache
def _wide() -> Kept:
    return lived(seed=4, days=34, per_day=25, courses=("steady",), kinds=("wide-0.7", "wide-0.85"))


def test_quoted_times_are_kept_as_often_as_they_say() -> None:
    quoted = [one for one in _lived().promises if one.quoted]

    assert len(quoted) > 2_000
    assert 0.93 <= sum(one.in_time for one in quoted) / len(quoted) <= 0.97


@pytest.mark.parametrize("kind", ["call-back", "put-right"])
def test_the_first_times_that_are_quoted_are_not_those_of_the_quick_ones_alone(kind: str) -> None:
    quoted = [one for one in _lived().promises if one.kind == kind and one.quoted]
    first = min(one.day for one in quoted)

    soon = [one.in_time for one in quoted if one.day < first + 5]
    assert len(soon) > 150
    assert sum(soon) / len(soon) >= 0.93


@pytest.mark.parametrize("kind", ["wide-0.7", "wide-0.85"])
def test_wide_times_are_kept_as_often_as_they_say_from_their_first_quote_on(kind: str) -> None:
    quoted = [one.in_time for one in _wide().promises if one.kind == kind and one.quoted]

    assert len(quoted) > 250
    assert sum(quoted) / len(quoted) >= 0.93


def test_every_promise_of_a_decision_enters_the_ledger_and_its_say_is_the_worlds() -> None:
    for kept in (_lived(), _wide()):
        assert kept.ledger == kept.books()
        assert kept.silent == 0
