"""Exactly what was planted in raw exports is found; an independent reference reads the same files and agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.audit_worlds import planted, wild
from tests.builders.audits import found_in
from tests.reference.audit_rules import breaches


def test_exactly_the_planted_breaches_are_found(tmp_path: Path) -> None:
    book, expected = planted(seed=7, each=4)
    files = book.write(tmp_path)

    assert breaches(files) == expected
    assert found_in(files.values()) == expected
    assert {kind for kind, _, _ in expected} == {
        "late_delivery",
        "unanswered_request",
        "broken_promise",
        "sold_in_complaint",
        "contacted_without_basis",
        "contacted_too_often",
        "never_thanked",
        "asked_twice",
    }


@pytest.mark.parametrize("seed", range(12))
def test_the_reference_finds_the_same_where_everything_coincides(seed: int, tmp_path: Path) -> None:
    files = wild(seed).write(tmp_path)

    assert found_in(files.values()) == breaches(files)
