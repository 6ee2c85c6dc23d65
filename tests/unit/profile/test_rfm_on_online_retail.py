"""RFM on a year of real orders equals the ``lifetimes`` package (frozen reference), however the events arrive."""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from platinum.hashing import hash64
from platinum.profile.codec import pack_rows
from platinum.profile.fields import monetary_value
from platinum.profile.purchase_days import distinct_days
from platinum.vocabulary.codes import Kind
from tests.builders.rows import Made, an_event, an_order, columns_of, fold_all, new_rows
from tests.builders.tables import DAY, some_tables

TABLES = some_tables(settings={"zone": "UTC"})  # the file's local times are taken as UTC, as the reference does
LAST_DAY = int(datetime(2011, 12, 9, tzinfo=UTC).timestamp() * 1000) // DAY
#: No product groups in the file: the first two characters of the stock code stand for one.
History = list[tuple[str, Made]]


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", newline="") as lines:
        yield from csv.DictReader(lines)


def _at_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@lru_cache
def history(folder: Path) -> History:
    """(customer, event) in time order: orders of lines with a price, and cancellations as such."""
    invoices: dict[str, list[dict[str, str]]] = {}
    for line in _lines(folder / "online_retail" / "transactions.csv.gz"):
        if line["CustomerID"] and float(line["UnitPrice"]) > 0:
            invoices.setdefault(line["InvoiceNo"], []).append(line)
    events: History = []
    for number, lines in invoices.items():
        at_ms = min(_at_ms(line["InvoiceDate"]) for line in lines)
        if number.startswith("C"):
            events.append((lines[0]["CustomerID"], an_event(Kind.ORDER_CANCELLED, at_ms, message=number)))
            continue
        bought = [(line["StockCode"][:2], int(line["Quantity"]) * float(line["UnitPrice"])) for line in lines if int(line["Quantity"]) > 0]
        if bought:
            total = sum(amount for _, amount in bought)
            events.append((lines[0]["CustomerID"], an_order(at_ms, total, bought, message=number, ref=hash64(number.encode()))))
    return sorted(events, key=lambda one: one[1]["occurred_ms"])


def fold_history(events: History) -> tuple[dict[str, int], NDArray[np.void]]:
    """Rows after a history, and the row of each customer."""
    slot = {customer: i for i, customer in enumerate(dict.fromkeys(c for c, _ in events))}
    columns, items = columns_of([event for _, event in events])
    columns["record_ms"] = np.maximum.accumulate(columns["record_ms"])
    rows = new_rows(len(slot))
    slots = np.array([slot[c] for c, _ in events], np.int64)
    fold_all(rows, slots, columns, items, TABLES, np.zeros(len(events), np.int64))
    return slot, rows


def _repeated(events: History) -> History:
    """5 % of the messages are sent again within 32 events of their customer."""
    rng = random.Random(5)
    of: dict[str, list[Made]] = {}
    for customer, event in events:
        of.setdefault(customer, []).append(event)
    sent: History = []
    for customer, own in of.items():
        for i in sorted(rng.sample(range(len(own)), max(1, len(own) // 20)), reverse=True):
            own.insert(min(len(own), i + 1 + rng.randrange(31)), own[i])
        sent += [(customer, event) for event in own]
    return sent


def _shuffled_within_days(events: History) -> History:
    rng = random.Random(6)
    return sorted(events, key=lambda one: (one[1]["occurred_ms"] // DAY, rng.random()))


@pytest.mark.parametrize("arriving", [list, _repeated, _shuffled_within_days])
def test_rfm_of_all_customers_equals_lifetimes(data_dir: Path, arriving: Any) -> None:
    slot, rows = fold_history(arriving(history(data_dir)))

    wanted = list(_lines(data_dir / "online_retail" / "rfm_reference.csv.gz"))

    assert len(wanted) == 2179
    assert sum(rows["orders"] > 0) == 2179
    for line in wanted:
        row = rows[slot[next(iter(line.values()))]]
        found = (
            distinct_days(row) - 1,
            int(row["last_day"]) - int(row["first_day"]),
            LAST_DAY - int(row["first_day"]),
            int(row["orders"]),
            LAST_DAY - int(row["last_day"]),
        )
        assert found == tuple(int(float(line[name])) for name in ("frequency", "recency", "T", "orders", "days_since_last"))
        assert monetary_value(row) == pytest.approx(float(line["monetary_value"]), abs=0.01)
        assert row["spend"] == pytest.approx(float(line["spend"]), abs=0.01)


def test_a_packed_customer_of_this_shop_is_small(data_dir: Path) -> None:
    _, rows = fold_history(history(data_dir))

    sizes = [len(blob) for blob in pack_rows(rows, np.arange(len(rows)))]

    assert np.mean(sizes) <= 850
    assert max(sizes) <= 8192
