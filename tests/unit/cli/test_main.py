"""Arguments in, exit codes out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from platinum.cli import main as cli
from platinum.cli.main import main
from platinum.errors import EventRejected, Fenced, PolicyInvalid, Problem, Unavailable, UsageError
from tests.builders.imports import ORDERS_MAP, a_line, csv_of

COMMANDS = ("demo", "up", "api", "run", "explain", "profile", "bench", "example", "doctor", "import", "policy", "lag", "dead-letters")


@pytest.mark.parametrize("arguments", [[], *([command] for command in COMMANDS), ["policy", "check"], ["policy", "activate"]])
def test_every_command_explains_itself(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--help"]) == 0
    assert "Usage: platinum" in capsys.readouterr().out


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])

    out = capsys.readouterr().out
    assert all(f"  {command} " in out for command in COMMANDS)


def test_help_is_quick_because_no_engine_is_loaded() -> None:
    count = "print(*sorted(sys.modules), file=sys.stderr)"

    def modules(code: str) -> set[str]:
        done = subprocess.run([sys.executable, "-c", f"import sys; {code}; {count}"], check=True, capture_output=True, text=True)
        return set(done.stderr.split())

    shown = modules("from platinum.cli.main import main; main(['--help'])")
    bare = modules("import typer, rich.console")

    assert not shown & {"numba", "numpy", "redis", "uvicorn"}
    # Modules, not seconds: a start took 0.2 s of CPU with 219 of them, and a busy machine's clock says nothing.
    assert len(shown - bare) <= 90, sorted(shown - bare)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("say where"), 2),
        (PolicyInvalid("p.yaml", [Problem(1, 2, "a", "must be b")]), 2),
        (Unavailable("the store does not answer"), 69),
        (EventRejected("schema", "timestamp", "a date-time"), 1),
        (Fenced("another owner"), 1),
        (OSError(28, "No space left on device"), 1),
        (KeyError("x"), 70),
    ],
)
def test_errors_become_exit_codes_named_by_their_remedy(error: Exception, code: int) -> None:
    assert cli._exit_code(error) == code


def test_a_bug_shows_neither_a_traceback_nor_what_a_customer_sent(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLATINUM_DEBUG", raising=False)
    try:
        int("ada@example.org")
    except ValueError as error:
        cli._exit_code(error)

    said = capsys.readouterr().err
    assert "This is a bug in platinum: ValueError at test_main.py:" in said
    assert "ada" not in said
    assert "Traceback" not in said


def test_a_bug_shows_its_traceback_to_who_asks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATINUM_DEBUG", "1")
    try:
        int("x")
    except ValueError as error:
        cli._exit_code(error)

    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["run", "--policy", "nowhere.yaml", "--events", "e", "--decisions", "d"],
        ["profile", "17"],
        ["profile", "17", "--data", ".", "--url", "http://127.0.0.1:1"],
        ["profile", "17", "--url", "ftp://x"],
        ["profile", "17", "--data", ".", "--now", "2026-01-01T00:00:00"],
        ["profile", "17", "--data", ".", "--now", "noon"],
        ["explain", "17", "--data", "."],
        ["explain", "d.1.0.0.0"],
        ["policy", "activate", __file__, "--data", "no-such-directory"],
        ["up", "--data", "x", "--partitions", "3"],
        ["up", "--data", "x", "--port", "0"],
        ["api", "--data", "no-such-directory"],
        ["demo", "--seconds", "0"],
        ["bench", "everything"],
        ["example"],
        ["example", "gift-shap"],
    ],
)
def test_a_mistake_of_the_caller_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err


def test_a_deployment_that_does_not_answer_is_exit_code_69(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "17", "--url", "http://127.0.0.1:1"]) == 69
    assert "127.0.0.1:1" in capsys.readouterr().err


def test_import_writes_events_and_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lines.csv").write_text(csv_of(a_line("1"), a_line("2", customer="")))
    (tmp_path / "map.yaml").write_text(ORDERS_MAP)
    out = tmp_path / "events.jsonl"

    code = main(["import", str(tmp_path / "lines.csv"), "--map", str(tmp_path / "map.yaml"), "--out", str(out), "--json"])

    report = orjson.loads(capsys.readouterr().out)
    assert code == 0
    assert report == {
        "rows": 2,
        "events": {"orders": 1, "cancellations": 0},
        "customers": 1,
        "left_out": {"guest": {"rows": 1, "first_rows": [2]}},
        "rejected": {},
    }
    assert orjson.loads(out.read_bytes())["userId"] == "17"


def test_import_to_standard_output_keeps_the_report_apart(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "lines.csv").write_text(csv_of(a_line("1")))
    (tmp_path / "map.yaml").write_text(ORDERS_MAP)

    assert main(["import", str(tmp_path / "lines.csv"), "--map", str(tmp_path / "map.yaml"), "--out", "-"]) == 0

    captured = capfdbinary.readouterr()
    assert orjson.loads(captured.out)["type"] == "track"
    assert b"1 rows" in captured.err


def test_import_with_a_wrong_map_is_exit_code_2_with_places_and_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lines.csv").write_text(csv_of(a_line("1")))
    (tmp_path / "map.yaml").write_text(ORDERS_MAP.replace("timezone", "time_zone"))
    out = tmp_path / "events.jsonl"

    assert main(["import", str(tmp_path / "lines.csv"), "--map", str(tmp_path / "map.yaml"), "--out", str(out)]) == 2

    assert "map.yaml:2:10: source.time_zone" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    "where", [[], ["--history"], ["--to", "http://127.0.0.1:1"], ["--out", "x", "--history", "--to", "http://127.0.0.1:1"]]
)
def test_import_wants_exactly_one_target(where: list[str], tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text(csv_of(a_line("1")))
    (tmp_path / "map.yaml").write_text(ORDERS_MAP)

    assert main(["import", str(tmp_path / "lines.csv"), "--map", str(tmp_path / "map.yaml"), *where]) == 2


def test_example_lists_and_prints_what_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["example", "--list", "--json"]) == 0
    names = orjson.loads(capsys.readouterr().out)
    assert "maps/online_retail" in names

    assert main(["example", "maps/online_retail"]) == 0
    assert "map: online-retail" in capsys.readouterr().out


def test_doctor_finds_this_machine_fit(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATINUM_KERNEL_CACHE", str(tmp_path))

    code = main(["doctor", "--data", str(tmp_path / "shop"), "--json"])

    findings = orjson.loads(capsys.readouterr().out)
    assert code == 0, findings
    assert {f["what"] for f in findings} >= {"Python", "Valkey server", "data directory"}


def test_doctor_names_the_remedy_for_a_folder_that_cannot_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    code = main(["doctor", "--data", str(tmp_path / "file" / "shop")])

    assert code == 1
    assert "missing data directory" in capsys.readouterr().out


def test_no_command_writes_over_what_it_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events, policy, table, map_ = (tmp_path / name for name in ("e.jsonl", "p.yaml", "t.csv", "m.yaml"))
    for file in (events, policy, table, map_):
        file.write_text("kept")

    codes = [
        main(["run", "--policy", str(policy), "--events", str(events), "--decisions", str(events)]),
        main(
            ["run", "--policy", str(policy), "--events", str(events), "--decisions", str(tmp_path / "d"), "--profiles", str(tmp_path / "d")]
        ),
        main(["import", str(table), "--map", str(map_), "--out", str(tmp_path / "." / "t.csv")]),
    ]

    assert codes == [2, 2, 2]
    assert {file.read_text() for file in (events, policy, table, map_)} == {"kept"}
    assert "would be written over" in capsys.readouterr().err
