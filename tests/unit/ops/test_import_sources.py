"""CSV, JSON lines and Parquet, plain or compressed, give the same events."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import orjson
import pyarrow
import pyarrow.parquet
import pytest

from platinum.errors import UsageError
from platinum.ops.importing import ImportReport
from tests.builders.imports import COLUMNS, ORDERS_MAP, a_line, csv_of, events_of

LINES = [a_line("1"), a_line("2", quantity=3, price=1.25), a_line("1", sku="t")]
TEXT = csv_of(*LINES)


def _as_json_lines() -> bytes:
    return b"\n".join(orjson.dumps(dict(zip(COLUMNS, line, strict=True))) for line in LINES)


def _as_parquet() -> bytes:
    columns = {name: [line[i] for line in LINES] for i, name in enumerate(COLUMNS)}
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lines.csv.gz", gzip.compress(TEXT.encode(), mtime=0)),
        ("lines.jsonl", _as_json_lines()),
        ("lines.ndjson.gz", gzip.compress(_as_json_lines(), mtime=0)),
        ("lines.parquet", _as_parquet()),
        ("lines.parquet.gz", gzip.compress(_as_parquet(), mtime=0)),
        ("LINES.CSV.GZ", gzip.compress(TEXT.encode(), mtime=0)),
        ("lines.csv", b"\xef\xbb\xbf" + TEXT.encode()),
    ],
)
def test_every_format_gives_the_same_events(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "plain.csv").write_text(TEXT)
    (tmp_path / name).write_bytes(content)

    assert events_of(tmp_path / name) == events_of(tmp_path / "plain.csv")


def test_a_german_export_with_semicolons_and_decimal_commas_is_read(tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([COLUMNS, ("1", "s", "2", "05.01.2026 10:00", "1.234,50", "17")])
    (tmp_path / "lines.csv").write_text(out.getvalue())
    source = 'source: {timezone: Europe/Berlin, delimiter: ";", decimal: ",", timestamp: "%d.%m.%Y %H:%M"}'

    (order,) = events_of(tmp_path / "lines.csv", ORDERS_MAP.replace("source: {timezone: Europe/London}", source))

    assert (order["properties"]["total"], order["timestamp"]) == (2469.0, "2026-01-05T09:00:00Z")


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        ('9,"broken', "a quote that is not closed"),
        ('"broken,line', "a quote that is not closed"),
        (f'9,"{"x" * 200_000}', "wrong number of cells"),  # longer than any cell may be
    ],
)
def test_a_quote_that_is_never_closed_hides_its_own_line_only(tmp_path: Path, gone: str, reason: str) -> None:
    lines = csv_of(*(a_line(str(n)) for n in range(4_000))).splitlines(keepends=True)
    (tmp_path / "whole.csv").write_text("".join(lines))
    (tmp_path / "lines.csv").write_text("".join([*lines[:1000], f"{gone}\n", *lines[1000:]]))
    report = ImportReport()

    assert events_of(tmp_path / "lines.csv", report=report) == events_of(tmp_path / "whole.csv")
    assert {reason: count for reason, (count, _) in report.left_out.items()} == {reason: 1}


def test_a_quote_that_a_later_one_closes_hides_its_own_line_only(tmp_path: Path) -> None:
    lines = csv_of(*(a_line(str(n)) for n in range(9))).splitlines(keepends=True)
    quoted = lines[6].replace("6,", '"6",', 1)
    (tmp_path / "whole.csv").write_text("".join(lines))
    (tmp_path / "lines.csv").write_text("".join([*lines[:3], '"broken,line\n', *lines[3:6], quoted, *lines[7:]]))
    report = ImportReport()

    assert events_of(tmp_path / "lines.csv", report=report) == events_of(tmp_path / "whole.csv")
    assert sum(count for count, _ in report.left_out.values()) == 1


def test_a_cell_of_several_lines_is_one_cell(tmp_path: Path) -> None:
    lines = csv_of(a_line("1"), a_line("2")).splitlines(keepends=True)
    (tmp_path / "plain.csv").write_text("".join(lines))
    wide = [lines[0].rstrip() + ",note\n", *(line.rstrip() + ',"one\n""two""\nthree"\n' for line in lines[1:])]
    (tmp_path / "lines.csv").write_text("".join(wide))

    assert events_of(tmp_path / "lines.csv") == events_of(tmp_path / "plain.csv")


def test_broken_rows_are_left_out_one_by_one(tmp_path: Path) -> None:
    good = orjson.dumps(dict(zip(COLUMNS, a_line(), strict=True)))
    (tmp_path / "lines.jsonl").write_bytes(b"\n".join([b"{", good, b"[1]"]))
    report = ImportReport()

    events = events_of(tmp_path / "lines.jsonl", report=report)

    assert len(events) == 1
    assert report.left_out == {"not JSON": (1, [1]), "not a JSON object": (1, [3])}


def test_a_byte_of_another_encoding_leaves_out_its_row_and_no_other(tmp_path: Path) -> None:
    content = csv_of(a_line("1"), a_line("2", customer="müller"), a_line("3", customer="jürgen"), a_line("4")).encode()
    (tmp_path / "lines.csv").write_bytes(content.replace("ü".encode(), "ü".encode("latin-1"), 1))
    report = ImportReport()

    events = events_of(tmp_path / "lines.csv", report=report)

    assert [event["properties"]["order_id"] for event in events] == ["1", "3", "4"]
    assert report.left_out == {"not UTF-8": (1, [2])}


def test_a_row_with_too_few_cells_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text(TEXT + "1,s\n")
    report = ImportReport()

    events_of(tmp_path / "lines.csv", report=report)

    assert report.left_out == {"wrong number of cells": (1, [4])}


def test_ids_that_another_program_turned_into_floats_lose_their_fraction(tmp_path: Path) -> None:
    row = dict(zip(COLUMNS, a_line(), strict=True)) | {"customer": 17850.0, "order": 536365}
    (tmp_path / "lines.jsonl").write_bytes(orjson.dumps(row))

    (order,) = events_of(tmp_path / "lines.jsonl")

    assert (order["userId"], order["properties"]["order_id"]) == ("17850", "536365")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("lines.csv", b"order,sku\n1,s\n", "no column 'customer', 'price', 'quantity', 'at'; it has order, sku"),
        ("lines.csv.gz", b"not compressed", "cannot be read as csv"),
        ("lines.parquet", b"not parquet", "cannot be read as parquet"),
        ("lines.parquet.gz", b"not compressed", "cannot be read as parquet"),
        ("lines.parquet.gz", gzip.compress(b"not parquet", mtime=0), "cannot be read as parquet"),
        ("lines.csv.gz", gzip.compress(TEXT.encode() * 99, mtime=0)[:40] + bytes(40), "cannot be read as csv"),
        ("lines.csv", "order,sku,Größe\n1,s,2\n".encode("latin-1"), "the header is not UTF-8"),
        ("lines.xls", b"", "the name does not tell the format"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_is_wrong(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UsageError, match=says):
        events_of(tmp_path / name)
