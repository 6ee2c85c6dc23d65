"""The cost of what was planted is found; where a breach changes nothing, as a rule nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from platinum.ops.audit.cost import Cost
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.run import audit
from platinum.vocabulary.limits import LAST_MS
from tests.builders import audit_shop


def _costs(folder: Path, customers: int, seed: int) -> dict[str, Cost]:
    folder.mkdir()
    book = audit_shop.a_shop(customers, seed, mailings=False)
    done = audit(list(book.write(folder).values()), [], Rules(), LAST_MS, lambda _: None)
    return {row.breach: row.cost for row in done.summary.rows}


def test_customers_who_turn_away_after_a_late_parcel_are_seen_in_the_cost(tmp_path: Path) -> None:
    cost = _costs(tmp_path / "shop", 600, seed=3)["late_delivery"]

    assert cost.mean is not None
    assert cost.high is not None
    assert cost.high < 0
    assert cost.affected > 100
    assert cost.comparable > 100


def test_where_a_late_parcel_changes_nothing_a_cost_is_rarely_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_shop, "AFTER_LATE", 1.0)
    costs = [_costs(tmp_path / str(seed), 200, seed)["late_delivery"] for seed in range(6)]
    told = [c for c in costs if c.low is not None and c.high is not None and (c.low > 0 or c.high < 0)]

    assert all(cost.mean is not None for cost in costs)
    assert len(told) <= 2  # at 5 % each, three or more of six come about once in 450 tries


def test_nothing_is_said_where_there_are_few(tmp_path: Path) -> None:
    cost = _costs(tmp_path / "shop", 40, seed=1)["broken_promise"]

    assert (cost.mean, cost.low, cost.high) == (None, None, None)
    assert "too few" in cost.why_not
