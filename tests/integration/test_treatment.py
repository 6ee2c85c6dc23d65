"""The short form of ``python -m tests.proof.treatment``: one small world, as it is."""

from __future__ import annotations

import pytest

from tests.proof.treatment import INVARIANTS, looked_at


@pytest.mark.slow
def test_what_must_not_matter_does_not() -> None:
    found = looked_at(seed=1, customers=150, days=12)

    assert {INVARIANTS[name]: count.broken for name, count in found.items()} == dict.fromkeys(INVARIANTS.values(), 0)
    assert min(count.stake for count in found.values()) > 20
