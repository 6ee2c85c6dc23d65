"""A map is data; its mistakes are told all at once, each with its place."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from platinum.errors import PolicyInvalid
from platinum.ops.importing.mapread import compile_map
from tests.builders.imports import ORDERS_MAP, a_line, csv_of, events_of


def _mistakes(map_text: str) -> PolicyInvalid:
    with pytest.raises(PolicyInvalid) as caught:
        compile_map(map_text.encode(), "map.yaml")
    return caught.value


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says", "suggestion"),
    [
        ("map: shop", "mep: shop", 1, "mep", "map"),
        ("Europe/London", "Europe/Londn", 2, "IANA time zone", "Europe/London"),
        ("timezone:", "time_zone:", 2, "time_zone", "timezone"),
        ("{empty: true}", "{empty: perhaps}", 4, "must be true or false", ""),
        ("{empty: true}", "{emty: true}", 4, "emty", "empty"),
        ("{at_most: 0}", "{at_most: nothing}", 5, "must be a number", ""),
        ("event: Order Completed", "event: Order Complete", 8, "too close", "Order Completed"),
        ("event: Order Completed", "event: Decision Made", 8, "reserved for the engine", ""),
        ("event: Order Completed", "evnt: Order Completed", 8, "evnt", "event"),
        (
            "    customer: customer\n    time: at\n    properties:\n",
            "    customer: customer\n    properties:\n",
            7,
            "'time' is missing",
            "",
        ),
        ("      order_id: order\n", "", 8, "needs the property 'order_id'", ""),
        ("{sum: [quantity, price]}", "{sums: [quantity, price]}", 15, "sums", "sum"),
        ("{sum: [quantity, price]}", "{sum: quantity}", 15, "must be a list", ""),
        ("{sum: [quantity, price], sign: -1}", "{sum: [quantity, price], sign: 2}", 23, "must be 1 or -1", ""),
        ("{number: price}", "{number: price, whole: price}", 16, "exactly one of", ""),
        ("group_by: order", "group_by: [order]", 10, "must be a single value", ""),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_nearest_name(right: str, wrong: str, line: int, says: str, suggestion: str) -> None:
    assert right in ORDERS_MAP

    problems = _mistakes(ORDERS_MAP.replace(right, wrong, 1)).problems

    assert any(p.line == line and says in f"{p.path}: {p.message}" and p.suggestion == suggestion for p in problems), problems


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    wrong = (
        ORDERS_MAP.replace("timezone", "time_zone").replace("{empty: true}", "{emty: true}").replace("group_by: order", "grup_by: order")
    )

    problems = _mistakes(wrong).problems

    assert [p.line for p in problems] == [2, 4, 10, 20]


def test_norway_is_a_country() -> None:
    context = "    time: at\n    context: {location.country: {look: land, in: {Norway: NO}}}\n"

    read = compile_map(ORDERS_MAP.replace("    time: at\n", context, 1).encode(), "map.yaml")

    assert read.rules[0].context["location.country"].table == {"Norway": "NO"}


def test_categories_are_found_by_whole_words_and_plurals_the_first_name_wins(tmp_path: Path) -> None:
    (tmp_path / "articles.csv").write_text("sku,text\na,Red Candles\nb,STEAM TEA towel\nc,cream jug\nd,candle of cream\nf,creamy teak\n")
    (tmp_path / "lines.csv").write_text(csv_of(*(a_line(str(i), sku=sku) for i, sku in enumerate("abcdef"))))
    extra = """lookups: {described: {file: articles.csv, column: sku, value: text}}
categories:
  category: {from: described, words: {candles: [candle], kitchen: [tea, cream]}}
"""
    map_text = ORDERS_MAP.replace("leave_out:", extra + "leave_out:").replace("{sku: sku,", "{sku: sku, category: category,")

    events = events_of(tmp_path / "lines.csv", map_text)

    assert [event["properties"]["products"][0].get("category") for event in events] == [
        "candles",
        "kitchen",
        "kitchen",
        "candles",
        None,
        None,
    ]


@pytest.mark.parametrize("name", ["online_retail", "grocery_baskets", "grocery_coupons", "grocery_campaigns", "hillstrom_email"])
def test_every_map_that_ships_is_without_mistakes(name: str) -> None:
    file = files("platinum") / "examples" / "maps" / f"{name}.yaml"

    assert compile_map(file.read_bytes(), name).rules
