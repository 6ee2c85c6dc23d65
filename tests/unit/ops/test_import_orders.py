"""Order lines become orders."""

from __future__ import annotations

from pathlib import Path

from platinum.ops.importing import ImportReport
from tests.builders.imports import ORDERS_MAP, a_line, imported


def test_the_lines_of_an_order_become_one_event_at_the_earliest_time(tmp_path: Path) -> None:
    events = imported(
        tmp_path,
        a_line("1", quantity=2, price=2.5, at="2026-01-05 10:01:00"),
        a_line("1", quantity=1, price=1.25, at="2026-01-05 10:00:00"),
    )

    (order,) = events
    assert order["timestamp"] == "2026-01-05T10:00:00Z"
    assert order["properties"]["total"] == 6.25
    assert [line["quantity"] for line in order["properties"]["products"]] == [2, 1]


def test_two_equal_lines_are_two_lines(tmp_path: Path) -> None:
    (order,) = imported(tmp_path, a_line(quantity=3, price=2.0), a_line(quantity=3, price=2.0))

    assert order["properties"]["total"] == 12.0
    assert len(order["properties"]["products"]) == 2


def test_a_cancellation_gives_the_amount_back_as_a_positive_number(tmp_path: Path) -> None:
    (event,) = imported(tmp_path, a_line("C1", quantity=-2, price=4.0))

    assert (event["event"], event["properties"]["total"]) == ("Order Cancelled", 8.0)


def test_a_cancellation_is_never_an_order(tmp_path: Path) -> None:
    events = imported(tmp_path, a_line("C1", quantity=2))

    assert [event["event"] for event in events] == ["Order Cancelled"]


def test_rows_that_stay_out_are_counted_by_reason_with_their_numbers(tmp_path: Path) -> None:
    report = ImportReport()
    imported(
        tmp_path,
        a_line("1"),
        a_line("2", customer=""),
        a_line("3", price=0),
        a_line("4", quantity="many"),
        a_line("5", at="yesterday"),
        a_line("6", quantity=-1),
        a_line("7", customer=""),
        report=report,
    )

    assert report.rows == 7
    assert report.events == {"orders": 1, "cancellations": 0}
    assert report.left_out == {
        "guest": (2, [2, 7]),
        "free": (1, [3]),
        "quantity is not a number": (1, [4]),
        "at is not a time": (1, [5]),
        "no rule of the map matched": (1, [6]),
    }


def test_the_report_never_says_what_a_row_says(tmp_path: Path) -> None:
    report = ImportReport()
    imported(tmp_path, a_line(quantity="ada@example.org", customer="ada@example.org"), report=report)

    assert "ada" not in "\n".join(report.lines()) + str(report.as_json())


def test_a_bad_line_leaves_the_rest_of_its_order_alone(tmp_path: Path) -> None:
    (order,) = imported(tmp_path, a_line(quantity=1, price=2.0), a_line(quantity="x"), a_line(quantity=2, price=1.0))

    assert order["properties"]["total"] == 4.0


def test_local_time_of_the_source_becomes_utc(tmp_path: Path) -> None:
    winter, summer, twice = imported(
        tmp_path, a_line("1", at="2026-01-05 10:00:00"), a_line("2", at="2026-07-05 10:00:00"), a_line("3", at="2026-10-25 01:30:00")
    )

    assert winter["timestamp"] == "2026-01-05T10:00:00Z"
    assert summer["timestamp"] == "2026-07-05T09:00:00Z"
    assert twice["timestamp"] == "2026-10-25T00:30:00Z"  # the first of the two half past ones


def test_events_come_in_time_order_and_ties_in_the_order_of_the_rows(tmp_path: Path) -> None:
    events = imported(
        tmp_path, a_line("9"), a_line("2", at="2026-01-06 10:00:00"), a_line("C5", quantity=-1), a_line("2", at="2026-01-04 10:00:00")
    )

    assert [event["properties"]["order_id"] for event in events] == ["2", "9", "C5"]


def test_a_second_import_repeats_every_message_id_and_two_orders_never_share_one(tmp_path: Path) -> None:
    lines = [a_line("1"), a_line("2"), a_line("C1", quantity=-1)]

    first, second = imported(tmp_path, *lines), imported(tmp_path, *lines)

    assert [event["messageId"] for event in first] == [event["messageId"] for event in second]
    assert len({event["messageId"] for event in first}) == 3


def test_rows_without_a_key_get_ids_from_file_and_row(tmp_path: Path) -> None:
    map_text = ORDERS_MAP.replace("    group_by: order\n", "")

    once = imported(tmp_path, a_line("1"), a_line("1"), map_text=map_text)

    assert len({event["messageId"] for event in once}) == 2
    assert [len(event["properties"]["products"]) for event in once] == [1, 1]


def test_two_customers_under_one_order_number_are_two_orders(tmp_path: Path) -> None:
    alone = imported(tmp_path, a_line("1", price=2.0))
    events = imported(tmp_path, a_line("1", price=2.0), a_line("1", price=5.0, customer="18"), a_line("1", price=3.0))

    assert {event["userId"]: event["properties"]["total"] for event in events} == {"17": 5.0, "18": 5.0}
    assert len({event["messageId"] for event in events}) == 2
    assert alone[0]["messageId"] == events[0]["messageId"]


def test_a_line_without_a_customer_belongs_to_the_order_that_its_number_opened(tmp_path: Path) -> None:
    map_text = ORDERS_MAP.replace("  guest: {customer: {empty: true}}\n", "")
    report = ImportReport()

    (order,) = imported(tmp_path, a_line("1"), a_line("1", customer=""), a_line("2", customer=""), map_text=map_text, report=report)

    assert (order["userId"], order["properties"]["total"]) == ("17", 5.0)
    assert report.left_out == {"customer is empty": (1, [3])}


def test_a_row_without_an_order_number_is_left_out_and_said_so(tmp_path: Path) -> None:
    report = ImportReport()

    events = imported(tmp_path, a_line(""), a_line("2"), a_line(" "), report=report)

    assert [event["properties"]["order_id"] for event in events] == ["2"]
    assert report.left_out == {"order is empty": (2, [1, 3])}
    assert report.events["orders"] == 1


def test_what_an_event_needs_is_asked_of_rows_that_are_not_grouped_too(tmp_path: Path) -> None:
    report = ImportReport()
    map_text = ORDERS_MAP.replace("    group_by: order\n", "")

    events = imported(tmp_path, a_line("1"), a_line(""), map_text=map_text, report=report)

    assert len(events) == 1
    assert report.left_out == {"order is empty": (1, [2])}
