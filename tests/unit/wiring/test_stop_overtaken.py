"""A stop or a start behind which somebody activated a policy is none, and does not say that it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from platinum.engine import Engine
from platinum.errors import Inconsistent
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.policy.stopped import Stops
from platinum.ports import Log
from platinum.stream import stopping
from platinum.stream.activate import activate
from platinum.stream.artefacts import Artefacts
from platinum.wiring.stopping import start_policy, stop_policy

EVERYTHING, SENDING = Stops(), Stops(sending=True)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A deployment with a policy in force."""
    Engine.open(example("minimal"), data_dir=tmp_path / "data").close()
    return tmp_path / "data"


def overtake(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let somebody activate another policy right behind ``step`` of what ``stopping`` does."""
    its_own = getattr(stopping, step)

    async def overtaken(log: Log, *what: Any, **more: Any) -> Any:
        done = await its_own(log, *what, **more)
        secret, time_ms = next((one, what[i + 1]) for i, one in enumerate(what) if isinstance(one, bytes))
        await activate(log, Artefacts(log), compile_policy(example("b2b-services")), secret, time_ms)
        return done

    monkeypatch.setattr(stopping, step, overtaken)


def test_a_stop_that_was_overtaken_fails_and_says_what_to_do(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    overtake(monkeypatch, "activate")

    with pytest.raises(Inconsistent, match="policy stop` again"):
        stop_policy(data)


def test_a_stop_that_was_not_is_in_force(data: Path) -> None:
    assert stop_policy(data)["stopped"] is True


@pytest.mark.parametrize("what", [EVERYTHING, SENDING])
def test_a_start_that_was_overtaken_fails_and_says_what_to_do(data: Path, monkeypatch: pytest.MonkeyPatch, what: Stops) -> None:
    stop_policy(data, SENDING)
    overtake(monkeypatch, "activate")

    with pytest.raises(Inconsistent, match="policy start` again"):
        start_policy(data, what)


def test_a_start_of_what_runs_fails_as_well_when_it_was_overtaken(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    overtake(monkeypatch, "mark")

    with pytest.raises(Inconsistent, match="policy start` again"):
        start_policy(data, EVERYTHING)


def test_a_start_that_was_not_says_what_it_lifted(data: Path) -> None:
    stop_policy(data, SENDING)

    started = start_policy(data, SENDING)

    assert started["lifted"] == ["all sending"]
    assert "stops" not in started
    assert start_policy(data, EVERYTHING)["lifted"] == []
