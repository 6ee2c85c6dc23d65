"""What 3,369 real customers will probably buy, as the reference package computes it: all of them folded through the engine."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import orjson
import pytest

from platinum.engine import Engine
from platinum.ops.importing import ImportReport, import_events, read_map
from platinum.policy.tables import Tables
from platinum.profile.codec import unpack_rows
from platinum.profile.row import ROW
from platinum.profile.worth import chance_alive, orders_within, spend_ahead
from tests.builders.deployments import state_of

MAPS = Path(__file__).parents[2] / "engine" / "platinum" / "examples" / "maps"
SAME = 1e-6
POLICY = "policy: shop\ncurrency: {currency}\ntimezone: {timezone}\nvalue: {{orders: {bg}, spend: {gg}, months: 12}}\n"
POLICY += "tiers: {{names: [low, middle, high]}}\n"


class Shop(NamedTuple):
    """One data set with its reference."""

    folder: str
    file: str
    map: str
    customer: str
    currency: str
    timezone: str
    now: str
    customers: int


Folded = tuple[Shop, Engine, dict[str, dict[str, str]]]
SHOPS = [
    Shop("online_retail", "transactions.csv.gz", "online_retail", "CustomerID", "GBP", "Europe/London", "2011-12-09T23:59:59Z", 2_179),
    Shop(
        "grocery_journey",
        "baskets.csv.gz",
        "grocery_baskets",
        "household_id",
        "USD",
        "America/New_York",
        "2017-12-31T23:59:59-05:00",
        1_190,
    ),
]


@pytest.fixture(scope="module", params=SHOPS, ids=lambda shop: shop.folder)
def folded(request: pytest.FixtureRequest, data_dir: Path) -> Iterator[Folded]:
    """The shop, its whole history in an engine with the given parameters, and the reference by customer."""
    shop: Shop = request.param
    folder = data_dir / shop.folder
    parameters = orjson.loads((folder / "clv_parameters.json").read_bytes())
    bg, gg = (orjson.dumps(parameters[part]).decode().replace(":", ": ") for part in ("bg", "gg"))
    policy = POLICY.format(currency=shop.currency, timezone=shop.timezone, bg=bg, gg=gg)
    events = import_events(folder / shop.file, read_map(MAPS / f"{shop.map}.yaml"), ImportReport())
    with gzip.open(folder / "clv_reference.csv.gz", "rt") as lines:
        reference = {row[shop.customer]: row for row in csv.DictReader(lines)}
    now = datetime.fromisoformat(shop.now)
    known = [line.value for line in events if datetime.fromisoformat(orjson.loads(line.value)["timestamp"]) <= now]  # 32 came a day later
    with Engine.open(policy.encode()) as engine:
        engine.process_json(known)
        yield shop, engine, reference


def differs(got: float, want: str) -> bool:
    """Whether a number is not the reference's, to ``SAME``; the reference leaves empty what it does not know."""
    return want != "" and not abs(got - float(want)) <= SAME * abs(float(want))


def rows_of(engine: Engine) -> dict[str, Any]:
    """ROW of every customer, as it is stored."""
    state = engine._run(state_of(engine._deployment))
    rows = np.zeros(len(state.rows), ROW)
    unpack_rows(list(state.rows.values()), rows, np.arange(len(rows)))
    return {key.decode(): row for key, row in zip(state.rows, rows, strict=True)}


def wrong(row: Any, now_ms: int, tables: Tables, want: dict[str, str]) -> list[str]:
    """Names of the numbers of one customer that differ."""
    got = {f"expected_purchases_{days}d": float(orders_within(row, float(days), now_ms, tables)) for days in (30, 90, 365)}
    got |= {"p_alive": float(chance_alive(row, now_ms, tables)), "expected_order_value": float(spend_ahead(row, now_ms, tables))}
    return [name for name, number in got.items() if differs(number, want[name])]


def test_every_customer_equals_the_reference(folded: Folded) -> None:
    shop, engine, reference = folded
    now_ms, rows = int(datetime.fromisoformat(shop.now).timestamp() * 1000), rows_of(engine)

    found = {customer: wrong(rows[customer], now_ms, engine.policy.tables, want) for customer, want in reference.items()}

    assert len(reference) == shop.customers
    assert {customer: names for customer, names in found.items() if names} == {}
    assert sum(bool(want["expected_order_value"]) for want in reference.values()) > shop.customers / 2


def test_the_readable_profile_says_the_same_in_six_digits_and_what_follows_from_it(folded: Folded) -> None:
    shop, engine, reference = folded
    below = 0
    for customer, want in list(reference.items())[::40]:
        worth = (engine.profile(customer, now=shop.now) or {})["worth"]

        assert worth["p_alive"] == pytest.approx(float(want["p_alive"]), rel=1e-5)
        assert worth["expected_orders"] == pytest.approx(float(want["expected_purchases_365d"]), rel=1e-5)
        margin = 0.3 * worth["expected_orders"] * worth["expected_spend"]
        assert margin * 1.1**-1 <= worth["equity"] <= margin  # discounted by less than the whole of a year
        assert worth["unrealised"] == pytest.approx(worth["potential"] - worth["equity"], abs=0.01 * worth["potential"])
        below += worth["potential"] > worth["equity"]

    assert below > len(reference) / 40 * 0.6  # the learner has told what the best tenth of their look-alikes are worth


def test_everybody_is_in_a_tier_and_tiers_follow_worth(folded: Folded) -> None:
    shop, engine, reference = folded
    worth = [(engine.profile(customer, now=shop.now) or {})["worth"] for customer in reference]
    equity = {tier: [one["equity"] for one in worth if one["tier"] == tier] for tier in ("low", "middle", "high")}

    assert sum(map(len, equity.values())) == shop.customers
    assert all(len(of) > 0.1 * shop.customers for of in equity.values()), {tier: len(of) for tier, of in equity.items()}
    assert median(equity["low"]) < median(equity["middle"]) < median(equity["high"])
    assert all(one["potential"] >= one["equity"] for one in worth)
