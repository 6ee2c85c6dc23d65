"""``platinum run``: what was rejected is said by reason, with the line to look at; nothing of it is shown on a screen."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest

from platinum.cli.main import main
from tests.builders.events import an_event
from tests.builders.policy_text import a_policy_text

GOOD = an_event()
LINES = [
    orjson.dumps(GOOD),
    b"",
    b'{"type": "track", "secret-name": ',
    orjson.dumps(an_event(order_id="1", total="much")),
    b"   ",
    orjson.dumps(an_event(order_id=7)),
    orjson.dumps({**GOOD, "messageId": "m-82", "timestamp": "2011-12-02T08:26:00Z"}),
    orjson.dumps(an_event(customer="ann@example.org")),
]
#: Line → (reason, field).
WRONG = {3: ("not_json", ""), 4: ("schema", "properties.total"), 6: ("schema", "properties.order_id"), 8: ("personal_key", "userId")}


def play(folder: Path, lines: list[bytes], *more: str, name: str = "events.jsonl") -> int:
    (folder / "policy.yaml").write_text(a_policy_text())
    body = b"\n".join(lines) + b"\n"
    (folder / name).write_bytes(gzip.compress(body, mtime=0) if name.endswith(".gz") else body)
    files = {"--policy": "policy.yaml", "--events": name, "--decisions": "decisions.jsonl"}
    return main(["run", *(word for option, file in files.items() for word in (option, str(folder / file))), *more])


@pytest.mark.parametrize("name", ["events.jsonl", "events.jsonl.gz"])
def test_dead_letters_are_counted_by_reason_with_the_first_line_of_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    code = play(tmp_path, LINES, "--json", name=name)

    summary = orjson.loads(capsys.readouterr().out)
    first = {reason: (one["count"], one["line"], one["field"]) for reason, one in summary["rejected"].items()}
    assert code == 0
    assert first == {"not_json": (1, 3, ""), "schema": (2, 4, "properties.total"), "personal_key": (1, 8, "userId")}
    assert (summary["events"], summary["dead_letters"], summary["customers"]) == (6, 4, 1)


def test_people_read_the_same_and_nothing_of_what_customers_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play(tmp_path, LINES)

    said = capsys.readouterr().err
    assert "  schema: 2, the first in line 4: 'properties.total' must be" in said
    assert said.index("  schema: 2") < said.index("  not_json: 1, the first in line 3")
    assert not any(secret in said for secret in ("much", "secret-name", "ann@"))


def test_nothing_is_said_about_reasons_when_nothing_was_rejected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play(tmp_path, LINES[:1])

    assert len(capsys.readouterr().err.splitlines()) == 1


def test_every_rejected_event_goes_into_a_file_as_it_came(tmp_path: Path) -> None:
    out = tmp_path / "dead.jsonl"

    play(tmp_path, LINES, "--dead-letters", str(out))

    letters: list[dict[str, Any]] = [orjson.loads(line) for line in out.read_bytes().splitlines()]
    assert {one["line"]: (one["reason"], one["field"]) for one in letters} == WRONG
    assert all(one["event"].encode() == LINES[one["line"] - 1].strip() for one in letters)
    assert [one["line"] for one in letters] == sorted(WRONG)


def test_lines_are_told_apart_over_many_stretches_of_many_days(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = []
    for day in range(1, 29):
        good = {**GOOD, "userId": f"c-{day}", "messageId": f"m-{day}", "timestamp": f"2011-12-{day:02}T08:26:00Z"}
        lines += [orjson.dumps(good), orjson.dumps({**good, "userId": f"d-{day}", "properties": {"order_id": day}})]
    out = tmp_path / "dead.jsonl"

    play(tmp_path, lines, "--dead-letters", str(out))

    assert [orjson.loads(line)["line"] for line in out.read_bytes().splitlines()] == list(range(2, 57, 2))
    assert "schema: 28, the first in line 2:" in capsys.readouterr().err


def test_dead_letters_are_not_written_over_what_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = play(tmp_path, LINES, "--dead-letters", str(tmp_path / "events.jsonl"))

    assert (code, "--dead-letters" in capsys.readouterr().err) == (2, True)


def test_a_byte_order_mark_in_front_belongs_to_no_event(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert play(tmp_path, [codecs.BOM_UTF8 + LINES[0], LINES[6]], "--json") == 0
    assert orjson.loads(capsys.readouterr().out)["events"] == 2
    assert not orjson.loads((tmp_path / "decisions.jsonl").read_bytes().splitlines()[0]).get("reason")


@pytest.mark.parametrize("broken", [b"no gzip at all", gzip.compress(b"\n".join(LINES[:1] * 500), mtime=0)[:-20]])
def test_a_damaged_gzip_file_is_named(broken: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "policy.yaml").write_text(a_policy_text())
    (tmp_path / "events.jsonl.gz").write_bytes(broken)
    options = {"policy": "policy.yaml", "events": "events.jsonl.gz", "decisions": "decisions.jsonl"}
    assert main(["run", *(word for option, file in options.items() for word in (f"--{option}", str(tmp_path / file)))]) == 2
    said = capsys.readouterr().err
    assert "events.jsonl.gz" in said
    assert "gzip" in said


def test_a_dash_is_standard_output_for_decisions(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    play(tmp_path, LINES[:1])
    written = (tmp_path / "decisions.jsonl").read_bytes()
    capfdbinary.readouterr()

    code = main(
        ["run", "--policy", str(tmp_path / "policy.yaml"), "--events", str(tmp_path / "events.jsonl"), "--decisions", "-", "--json"]
    )

    assert code == 0
    assert capfdbinary.readouterr().out == written != b""


@pytest.mark.parametrize("option", ["--profiles", "--dead-letters"])
def test_nothing_else_goes_to_standard_output(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert play(tmp_path, LINES[:1], option, "-") == 2
    assert f"'{option}' must be a file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("now", "decided"),
    [((), 0), (("--now", "2011-12-02T00:00:00Z"), 0), (("--now", "2011-12-21T00:00:00Z"), 1), (("--now", "2012-06-30T00:00:00Z"), 1)],
)
def test_time_goes_by_until_now_and_what_it_reaches_is_decided(now: tuple[str, ...], decided: int, tmp_path: Path) -> None:
    play(tmp_path, LINES[:1], "--profiles", str(tmp_path / "p.jsonl"), *now)  # an order on 1 December, days_since_last: 20

    made = [orjson.loads(line)["decision_id"] for line in (tmp_path / "decisions.jsonl").read_bytes().splitlines()]
    (profile,) = [orjson.loads(line) for line in (tmp_path / "p.jsonl").read_bytes().splitlines()]
    assert len(made) == 1 + decided
    assert (profile["timers"]["next_due_at"] is None) == bool(decided)


def test_a_profile_from_before_its_first_order_has_no_negative_ages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play(tmp_path, LINES[:1], "--profiles", str(tmp_path / "p.jsonl"), "--now", "2011-11-01T00:00:00Z")

    value = orjson.loads((tmp_path / "p.jsonl").read_bytes())["value"]
    assert (value["age_days"], value["days_since_last"]) == (0, 0)
    assert "--now lies before the newest event (2011-12-01T" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("properties", "kind", "told"),
    [
        ({"channel": "E-Mail"}, "unsubscribed", True),
        ({"channel": "EMAIL"}, "unsubscribed", False),
        ({"preference": "channel_no", "value": "fax"}, "preference_stated", True),
        ({"preference": "channel_no", "value": "fax", "withdrawn": True}, "preference_stated", False),
        ({"preference": "category_no", "value": "fax"}, "preference_stated", False),
        ({"purpose": "promotion", "state": "denied"}, "consent_changed", False),
    ],
)
def test_a_word_about_a_channel_that_the_policy_does_not_have_is_counted(
    properties: dict[str, Any], kind: str, told: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play(tmp_path, [orjson.dumps(an_event(kind, **properties))], "--json")

    said = capsys.readouterr()
    assert orjson.loads(said.out)["unknown_channels"] == told
    assert ("does not have" in said.err) == told


@pytest.mark.parametrize(("now", "told"), [((), True), (("--now", "2026-01-01T00:00:00Z"), False)])
def test_an_event_of_the_far_future_is_warned_about(
    now: tuple[str, ...], told: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play(tmp_path, [LINES[0], orjson.dumps({**GOOD, "messageId": "m-2", "timestamp": "2098-01-01T00:00:00Z"})], *now)

    said = capsys.readouterr().err
    assert "the newest event is of 2098-01-01T00:00:00Z, ahead of the clock" in said
    assert ("say --now INSTANT" in said) == told
