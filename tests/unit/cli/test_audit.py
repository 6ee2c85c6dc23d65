"""``platinum audit``: files in any mixture, tables, JSON, files written, mistakes told; nothing personal on standard error."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from platinum.cli.main import main
from tests.builders.audit_shop import a_shop
from tests.builders.audit_worlds import planted
from tests.reference.audit import utc


@pytest.fixture
def shop(tmp_path: Path) -> list[str]:
    folder = tmp_path / "exports"
    folder.mkdir()
    return [str(path) for path in a_shop(40).write(folder).values()]


def test_json_and_breach_lines_tell_the_planted_breaches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, expected = planted(seed=3, each=1)
    files = [str(path) for path in book.write(tmp_path).values()]
    out = tmp_path / "breaches.jsonl"

    code = main(["audit", "--history", *files, "--json", "--breaches", str(out), "--now", "2026-06-30T12:00:00Z"])

    told = json.loads(capsys.readouterr().out)
    listed = [orjson.loads(line) for line in out.read_bytes().splitlines()]
    assert code == 0
    assert {row["breach"]: row["breaches"] for row in told["breaches"]} == {
        kind: sum(one[0] == kind for one in expected) for kind in {one[0] for one in expected}
    }
    assert {(one["breach"], one["customer"], utc(one["at"]) // 1000) for one in listed} == {(k, who, at // 1000) for k, who, at in expected}


def test_the_files_may_stand_in_any_order(shop: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for order in (shop, shop[::-1]):
        assert main(["audit", *order[:1], "--history", *order[1:], "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        del said["history"]["files"]
        told.append(said)

    assert told[0] == told[1]


def test_nothing_personal_is_told_on_standard_error(shop: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["audit", "--history", *shop, "--html", str(tmp_path / "a.html"), "--breaches", str(tmp_path / "b.jsonl")])

    said = capsys.readouterr()
    assert "@example.org" in said.out
    assert "@" not in said.err
    assert "@example.org" in (tmp_path / "a.html").read_text("utf-8")


def test_events_after_now_are_left_out(shop: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["audit", "--history", *shop, "--json", "--now", "2025-06-01T00:00:00Z"])

    told = json.loads(capsys.readouterr().out)["history"]
    assert told["last"] < "2025-06-01"
    assert sum(file["left_out"]["in the future"] for file in told["files"] if file["left_out"]) > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "say which files"),
        (["--history", "missing.csv"], "no such file"),
        (["--history", "{0}", "--set", "nothing=1"], "no such limit"),
        (["--history", "{0}", "--map", "nothing"], "no map of this name"),
        (["--history", "{0}", "--policy", "nothing"], "no policy of this name"),
        (["--history", "{0}", "--html", "{0}"], "would be written over"),
    ],
)
def test_mistakes_are_told_and_end_with_2(arguments: list[str], words: str, shop: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", *(one.replace("{0}", shop[0]) for one in arguments)]) == 2
    assert words in capsys.readouterr().err


def test_a_table_that_no_map_fits_is_told_what_the_nearest_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mailer.csv"
    path.write_text("Campaign Id,Campaign Title,Campaign Type,Recipient,Sent at,Status,Unsubscribed at\n", "utf-8")

    assert main(["audit", "--history", str(path)]) == 2
    assert "email-sends, also needs Email Address" in capsys.readouterr().err


def test_the_same_past_under_a_policy_has_fewer_breaches(shop: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--history", *shop, "--policy", "gift-shop", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)["policy"]
    rows = {row["breach"]: row for row in told["rows"]}
    assert told["rejected"] == 0
    assert rows["contacted_too_often"]["under_policy"] == 0 < rows["contacted_too_often"]["breaches"]
    assert rows["never_thanked"]["under_policy"] < rows["never_thanked"]["breaches"]
    assert rows["late_delivery"]["under_policy"] is None


def test_a_semicolon_file_is_read_by_a_map_that_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "orders.csv").write_text("Nummer;Kunde;Datum;Summe\n1;k-1;02.03.2026 10:00;1.234,50\n2;k-2;03.03.2026 10:00;7,00\n")
    (tmp_path / "orders.yaml").write_text(
        'map: kasse\nsource: {timezone: Europe/Berlin, delimiter: ";", decimal: ",", timestamp: "%d.%m.%Y %H:%M"}\n'
        "events:\n  order:\n    event: Order Completed\n    customer: Kunde\n    time: Datum\n    identity: [Nummer]\n"
        "    properties: {order_id: Nummer, total: {number: Summe}, currency: {value: EUR}}\n"
    )

    code = main(["audit", "--history", str(tmp_path / "orders.csv"), "--map", str(tmp_path / "orders.yaml"), "--json"])

    told = capsys.readouterr()
    assert code == 0, told.err
    assert json.loads(told.out)["history"]["events"] == 2


LINES_MAP = (
    "map: lines\nsource: {format: jsonl, timezone: UTC}\n"
    "events:\n  order:\n    event: Order Completed\n    customer: who\n    time: at\n    identity: [n]\n"
    "    properties: {order_id: n, total: {number: sum}, currency: {value: EUR}}\n"
)


@pytest.mark.parametrize("name", ["till.jsonl", "till.export"])
def test_a_map_for_one_format_leaves_files_of_another_alone(
    name: str, shop: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text('{"n": "t-1", "who": "k-1", "at": "2026-03-02T10:00:00Z", "sum": 5}\n')
    (tmp_path / "lines.yaml").write_text(LINES_MAP)

    code = main(["audit", "--history", *shop, str(tmp_path / name), "--map", str(tmp_path / "lines.yaml"), "--json"])

    told = capsys.readouterr()
    assert code == 0, told.err
    assert {one["file"]: one["events"] for one in json.loads(told.out)["history"]["files"]}[name] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "orders.csv: is empty; a file of the past begins with a line of column names"),
        (b"A;B;C\n1;2;3\n", 'it is separated by ";", a map says source.delimiter: ";"'),
        (b"Foo,Bar\n1,2\n", "no map fits. Its columns are Bar, Foo; the nearest map"),
    ],
)
def test_a_file_that_no_map_reads_is_told_of_by_what_it_has(
    content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "orders.csv").write_bytes(content)

    assert main(["audit", "--history", str(tmp_path / "orders.csv")]) == 2
    assert said in capsys.readouterr().err
