"""``platinum report effort`` over files and over a deployment's log."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from platinum.cli.main import main
from platinum.engine import Engine
from platinum.ops.society import Society
from platinum.ops.society.processes import DESKS
from tests.builders.relief_trial import OF_A_JOURNEY, POLICY

KEPT = {*OF_A_JOURNEY, "Order Completed"}
WORLD = Society(2, 900, confounded=True)
EVENTS = [orjson.dumps(event) for day in range(40) for event in WORLD.day(day) if event.get("event") in KEPT]
#: Without promises: each would bring a timer, and a history plays one after the other.
SOURCE = POLICY.replace("EFFORT", "promises: {answer: no, delivery: no}").encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_bytes(SOURCE)
    (tmp_path / "one.jsonl").write_bytes(b"\n".join(EVENTS[:999]) + b"\n")
    (tmp_path / "two.jsonl").write_bytes(b"\n".join([*EVENTS[999:], b"{"]) + b"\n")
    return tmp_path


def test_files_and_the_log_of_a_deployment_give_the_same_lists(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Engine.open(SOURCE, folder / "data") as engine:
        engine.process(EVENTS)
    files = ["report", "effort", str(folder / "one.jsonl"), str(folder / "two.jsonl"), "--policy", str(folder / "policy.yaml"), "--json"]

    assert main(files) == 0
    of_files = orjson.loads(capsys.readouterr().out)
    assert main(["report", "effort", "--data", str(folder / "data"), "--json"]) == 0
    of_log = orjson.loads(capsys.readouterr().out)

    assert of_files["found"] == of_log["found"]
    assert of_files["rejected"] == 1
    assert {one["process"] for one in of_files["found"]} <= {desk.name for desk in DESKS}
    assert len(of_files["found"]) > 3
    assert of_files["contacts"] > 400


def test_by_action_knows_what_reached_people_before(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = {"policy": "policy.yaml", "events": "one.jsonl", "decisions": "decisions.jsonl"}
    with Engine.open(SOURCE) as engine:
        decided = engine.process(EVENTS)
    sent = [
        {"type": "track", "event": "Contact Dispatched", "userId": one["customer_id"], "timestamp": one["send_at"],
         "properties": {"decision_id": one["decision_id"]}}
        for one in decided if one["action"]
    ]  # fmt: skip
    (folder / "sent.jsonl").write_bytes(b"\n".join(map(orjson.dumps, sent)) + b"\n")
    (folder / names["decisions"]).write_bytes(b"\n".join(map(orjson.dumps, decided)) + b"\n")
    words = ["report", "effort", *(str(folder / name) for name in ("one.jsonl", "two.jsonl", "sent.jsonl"))]

    assert main([*words, "--policy", str(folder / "policy.yaml"), "--decisions", str(folder / "decisions.jsonl"), "--by", "action"]) == 0

    shown = capsys.readouterr().out
    assert "candle-offer" in shown
    assert "call-back" in shown


@pytest.mark.parametrize("words", [[], ["FILE"], ["FILE", "--data", "DIR"], ["--data", "nowhere"]])
def test_a_place_that_is_missing_or_double_is_a_usage_mistake(folder: Path, words: list[str]) -> None:
    places = {"FILE": str(folder / "one.jsonl"), "DIR": str(folder)}

    assert main(["report", "effort", *(places.get(word, word) for word in words)]) == 2
