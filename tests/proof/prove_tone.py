"""Style is recovered from simulated text and notes: coverage and correlation by number of words; who objects leaves no trace."""

from __future__ import annotations

import pytest

from platinum.vocabulary.manner import DIMENSIONS
from tests.builders.styles_found import lines, styles_found

CUSTOMERS, DAYS = 1500, 90


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_style_is_recovered_from_text_the_better_the_more_they_wrote(seed: int) -> None:
    found = styles_found(seed, CUSTOMERS, DAYS, ("Message Received", "Objection Made"))

    print(f"\nseed {seed}, own words alone", *lines(found), sep="\n")
    assert found.bands[150].people > 100
    assert all(found.bands[150].correlation(name) > 0.55 for name in DIMENSIONS)
    assert found.objected > 50
    assert found.traces == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_notes_of_employees_add_to_it(seed: int) -> None:
    alone, noted = (styles_found(seed, CUSTOMERS, DAYS, ("Message Received", "Objection Made", *more)) for more in ((), ("Style Noted",)))

    print(f"\nseed {seed}, with notes", *lines(noted), sep="\n")
    assert noted.covered > alone.covered
