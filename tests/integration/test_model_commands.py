"""``platinum model`` on a deployment's directory: what is told, what is asked, exit codes."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest

from platinum.cli.main import main
from platinum.engine import Engine
from platinum.policy.load import example
from platinum.ports import LEARNING, Record
from platinum.settings import existing_deployment
from platinum.wiring.control_log import control_log
from tests.builders.processes import READY_S, Up
from tests.builders.taught import NOW_MS, a_fact
from tests.integration.test_worker_watch import values_of


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A deployment in which nothing was learned yet."""
    with Engine.open(example("gift-shop"), tmp_path / "data", partitions=2, buckets=4):
        pass
    return tmp_path / "data"


def tell(data: Path, seeds: range, **members: Any) -> None:
    """Facts for the learner."""

    async def append() -> None:
        log = control_log(data, existing_deployment(data)[0])
        records = [Record(None, a_fact(seed, **members), NOW_MS + seed, partition=seed % 2) for seed in seeds]
        await log.append(LEARNING, records)
        await log.close()

    asyncio.run(append())


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """Exit code, and the JSON that was printed."""
    capsys.readouterr()
    code = main([*words, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def test_snapshots_are_listed_shown_taken_back_and_begun_anew(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ("--data", str(data))
    assert said(capsys, "model", "list", *at) == (0, {"in_force": None, "held_by": None, "models": [], "refused": []})
    assert said(capsys, "model", "show", *at)[0] == 2
    tell(data, range(60))
    first = said(capsys, "learner", *at, "--once")[1]["model"]
    tell(data, range(60, 140))
    second = said(capsys, "learner", *at, "--once")[1]["model"]

    code, shown = said(capsys, "model", "show", *at)
    assert (code, shown["model"], shown["examples"], shown["in_force"]) == (0, second, 140, True)
    assert shown["gamma"] > 0.0

    assert main(["model", "rollback", *at]) == 2  # nobody can be asked, and --yes was not said
    code, done = said(capsys, "model", "rollback", *at, "--yes", "--why", "too bold", "--who", "ada")
    assert (code, done["model"], done["changed"]) == (0, first, True)
    assert said(capsys, "model", "rollback", *at, "--yes")[1]["changed"] is False
    assert said(capsys, "learner", *at, "--once")[1]["held_by"] == "rollback"
    listed = said(capsys, "model", "list", *at)[1]
    assert (listed["in_force"], listed["held_by"]) == (first, "rollback")
    assert [(one["how"], one["who"], one["why"], one["examples"]) for one in listed["models"]] == [
        ("rollback", "ada", "too bold", 60),
        ("learned", None, None, 140),
        ("learned", None, None, 60),
    ]
    learner = next(one for one in said(capsys, "doctor", *at)[1] if one["what"] == "learner")
    assert learner["warning"]
    assert "rollback" in learner["found"]

    assert said(capsys, "model", "activate", "latest", *at, "--yes")[1]["model"] == second
    assert said(capsys, "model", "activate", "nothing-like-it", *at, "--yes")[0] == 2
    assert said(capsys, "model", "activate", first[:8], *at, "--yes")[1]["model"] == first
    assert said(capsys, "model", "reset", *at, "--yes")[1]["changed"] is True
    assert said(capsys, "model", "show", *at)[1]["examples"] == 0


def test_a_refused_snapshot_is_told_by_every_command_that_could_know(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ("--data", str(data))
    tell(data, range(60))
    first = said(capsys, "learner", *at, "--once")[1]["model"]
    tell(data, range(60, 360), reward=1e60, action="action-0")  # one alone would be bounded; so many are what is typical

    code, learned = said(capsys, "learner", *at, "--once")
    assert (code, learned["model"], learned["refused"]["reason"]) == (1, None, "not_finite")
    assert said(capsys, "model", "activate", "latest", *at, "--yes", "--anyway")[0] == 1
    listed = said(capsys, "model", "list", *at)[1]
    assert listed["in_force"] == first
    assert [one["reason"] for one in listed["refused"]] == ["not_finite"]
    learner = next(one for one in said(capsys, "doctor", *at)[1] if one["what"] == "learner")
    assert learner["warning"]
    assert "not_finite" in learner["found"]
    assert main(["model", "list", *at]) == 0
    assert "refused   not_finite" in capsys.readouterr().out
    assert said(capsys, "model", "reset", *at, "--yes")[0] == 0
    assert not next(one for one in said(capsys, "doctor", *at)[1] if one["what"] == "learner")["warning"]


@pytest.mark.slow
def test_a_learner_shows_what_it_has_read_and_what_is_in_force_and_ends_when_told(data: Path) -> None:
    tell(data, range(60))
    up = Up(data, "learner")
    try:
        until = time.monotonic() + READY_S
        while (found := values_of(up.get("/metrics")))["platinum_model_timestamp_seconds"] == 0.0:
            assert time.monotonic() < until, up.said()
            time.sleep(0.1)
        assert found["platinum_learner_records_total"] == 60
        assert found['platinum_learner_lag_records{partition="0"}'] == found['platinum_learner_lag_records{partition="1"}'] == 30
        assert found['platinum_models_refused_total{reason="not_finite"}'] == 0
        code, took_s = up.end()
        assert (code, took_s < 10.0) == (0, True)
    finally:
        up.close()
