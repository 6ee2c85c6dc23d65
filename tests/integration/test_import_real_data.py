"""The maps that ship, on the real tables they were written for."""

from __future__ import annotations

import csv
import gzip
import time
from collections import Counter, defaultdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import orjson
import pytest

from platinum.ops.importing import ImportReport, import_events, read_map


def _import(data_dir: Path, map_name: str, table: str) -> tuple[list[dict[str, Any]], ImportReport]:
    report = ImportReport()
    with as_file(files("platinum") / "examples" / "maps" / f"{map_name}.yaml") as path:
        events = [orjson.loads(line.value) for line in import_events(data_dir / table, read_map(path), report)]
    return events, report


def _reference(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def retail(data_dir: Path) -> tuple[list[dict[str, Any]], ImportReport]:
    return _import(data_dir, "online_retail", "online_retail/transactions.csv.gz")


def _orders_and_spend(events: list[dict[str, Any]]) -> tuple[Counter[str], defaultdict[str, float]]:
    orders: Counter[str] = Counter()
    spend: defaultdict[str, float] = defaultdict(float)
    for event in events:
        if event["event"] == "Order Completed":
            orders[event["userId"]] += 1
            spend[event["userId"]] += event["properties"]["total"]
    return orders, spend


def test_online_retail_gives_every_customers_orders_and_spend(retail: tuple[list[dict[str, Any]], ImportReport], data_dir: Path) -> None:
    orders, spend = _orders_and_spend(retail[0])
    reference = _reference(data_dir / "online_retail" / "rfm_reference.csv.gz")

    assert len(reference) == len(orders) == 2179
    assert {row["CustomerID"]: int(row["orders"]) for row in reference} == orders
    assert max(abs(spend[row["CustomerID"]] - float(row["spend"])) for row in reference) < 0.01


def test_online_retail_reports_guests_and_free_lines(retail: tuple[list[dict[str, Any]], ImportReport]) -> None:
    report = retail[1]

    assert report.rows == 275_576
    assert {reason: count for reason, (count, _) in report.left_out.items()} == {
        "guest without an account": 69_783,
        "price is zero or below": 18,
    }
    assert report.events == {"orders": 9_079, "cancellations": 1_797}


def test_online_retail_is_in_time_order_with_one_id_per_event(retail: tuple[list[dict[str, Any]], ImportReport]) -> None:
    events = retail[0]
    times = [event["timestamp"] for event in events]

    assert times == sorted(times)
    assert len({event["messageId"] for event in events}) == len(events)


def test_online_retail_is_read_in_ten_seconds(data_dir: Path) -> None:
    begun = time.process_time()
    _import(data_dir, "online_retail", "online_retail/transactions.csv.gz")

    assert time.process_time() - begun <= 10.0


def test_grocery_baskets_give_every_households_trips(data_dir: Path) -> None:
    events, _ = _import(data_dir, "grocery_baskets", "grocery_journey/baskets.csv.gz")
    orders, spend = _orders_and_spend(events)
    reference = _reference(data_dir / "grocery_journey" / "rfm_reference.csv.gz")

    assert {row["household_id"]: int(row["orders"]) for row in reference} == orders
    assert max(abs(spend[row["household_id"]] - float(row["spend"])) for row in reference) < 0.01


@pytest.mark.parametrize(
    ("map_name", "table", "count"),
    [
        ("grocery_coupons", "grocery_journey/coupon_redemptions.csv.gz", 964),
        ("grocery_campaigns", "grocery_journey/campaign_exposures.csv.gz", 3_138),
        ("hillstrom_email", "hillstrom_email/hillstrom.csv.gz", 31_997),
    ],
)
def test_one_row_is_one_event(data_dir: Path, map_name: str, table: str, count: int) -> None:
    events, report = _import(data_dir, map_name, table)

    assert len(events) == report.rows == count
    assert not report.left_out
