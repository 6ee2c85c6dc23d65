"""Small tables and maps for the importer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from platinum.ops.importing import ImportReport, import_events
from platinum.ops.importing.mapread import compile_map

#: A shop's order lines; the source's clock is London's.
ORDERS_MAP = """\
map: shop
source: {timezone: Europe/London}
leave_out:
  guest: {customer: {empty: true}}
  free: {price: {at_most: 0}}
events:
  orders:
    event: Order Completed
    where: {order: {not_starts_with: C}, quantity: {above: 0}}
    group_by: order
    customer: customer
    time: at
    properties:
      order_id: order
      total: {sum: [quantity, price]}
      products: {lines: {sku: sku, price: {number: price}, quantity: {whole: quantity}}}
  cancellations:
    event: Order Cancelled
    where: {order: {starts_with: C}}
    group_by: order
    customer: customer
    time: at
    properties: {order_id: order, total: {sum: [quantity, price], sign: -1}}
"""
COLUMNS = ("order", "sku", "quantity", "at", "price", "customer")


def a_line(
    order: str = "1", sku: str = "s", quantity: object = 1, at: str = "2026-01-05 10:00:00", price: object = 2.5, customer: str = "17"
) -> tuple[object, ...]:
    """One order line, in the order of ``COLUMNS``."""
    return (order, sku, quantity, at, price, customer)


def csv_of(*lines: tuple[object, ...], columns: tuple[str, ...] = COLUMNS) -> str:
    """The lines as CSV with a header."""
    return "\n".join(",".join(map(str, line)) for line in (columns, *lines)) + "\n"


def events_of(file: Path, map_text: str = ORDERS_MAP, report: ImportReport | None = None) -> list[dict[str, Any]]:
    """Events of a file, decoded."""
    lines = import_events(file, compile_map(map_text.encode(), "map.yaml", str(file.parent)), report or ImportReport())
    return [orjson.loads(line.value) for line in lines]


def imported(
    folder: Path, *lines: tuple[object, ...], map_text: str = ORDERS_MAP, report: ImportReport | None = None
) -> list[dict[str, Any]]:
    """Events of some order lines."""
    file = folder / "lines.csv"
    file.write_text(csv_of(*lines))
    return events_of(file, map_text, report)
