"""Where a played history stops to let an account hear of what was done for it: no later than it must, and no oftener."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from platinum.engine import Engine
from platinum.stream.history import HistoryDriver
from tests.builders.firms import closed, group, opened, ordered
from tests.builders.recorded import GIFT_SHOP

#: Within one hour: nothing falls due in between.
HOUR = 9
ADA, BOB = group("ada", "acme", hour=HOUR), {"type": "track", "event": "Product Viewed", "userId": "bob"}
RENAMED = {"type": "alias", "userId": "bob", "previousId": "anon:1"}


@pytest.fixture
def stretches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records were appended at once, each time."""
    sizes: list[int] = []
    append = HistoryDriver._append_and_apply

    async def noted(driver: HistoryDriver, records: list[Any], first: int = 0) -> list[bytes]:
        sizes.append(len(records))
        return await append(driver, records, first)

    monkeypatch.setattr(HistoryDriver, "_append_and_apply", noted)
    return sizes


def _at_once(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**event, "timestamp": f"2026-05-01T09:00:{second:02d}Z"} for second, event in enumerate(events)]


def _cases(person: str) -> list[dict[str, Any]]:
    return [opened(person, 1, f"c-{person}"), closed(person, 1, f"c-{person}"), BOB]


@pytest.mark.parametrize(
    ("events", "sizes"),
    [
        ([*_cases("ada"), *_cases("bob")], [6]),  # nobody acts for an account
        ([ADA, *_cases("bob"), *_cases("ada")], [1, 4, 1, 1]),  # hers end stretches, his do not
        ([*_cases("ada"), ADA], [4]),
        ([ordered("ada", 1, "o-1", account="acme"), *_cases("ada")], [1, 1, 1, 1]),
        ([ADA, RENAMED, *_cases("bob")], [1, 2, 1, 1]),  # whoever he was may have acted for one
        ([RENAMED, *_cases("bob")], [4]),
    ],
)
def test_a_stretch_ends_behind_what_an_account_may_have_to_hear_of(
    stretches: list[int], events: list[dict[str, Any]], sizes: list[int]
) -> None:
    with Engine.open(GIFT_SHOP, partitions=2, buckets=4) as engine:
        engine.process(_at_once(events))

    assert stretches == sizes


def test_of_what_was_kept_anybody_may_act_for_an_account(tmp_path: Path, stretches: list[int]) -> None:
    with Engine.open(GIFT_SHOP, tmp_path, partitions=2, buckets=4) as engine:
        engine.process([ADA])
    stretches.clear()
    with Engine.open(GIFT_SHOP, tmp_path) as engine:
        engine.process(_at_once(_cases("bob")))

    assert stretches == [1, 1, 1]
