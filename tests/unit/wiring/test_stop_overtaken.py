"""A stop behind which somebody activated a policy is none, and does not say that it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from platinum.engine import Engine
from platinum.errors import Inconsistent
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import Log
from platinum.stream import stopping
from platinum.stream.activate import activate
from platinum.stream.artefacts import Artefacts
from platinum.wiring.stopping import stop_policy


def test_a_stop_that_was_overtaken_fails_and_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Engine.open(example("minimal"), data_dir=tmp_path / "data").close()

    async def overtaken(log: Log, shelf: Artefacts, policy: Any, secret: bytes, time_ms: int, **more: Any) -> int:
        seq = await activate(log, shelf, policy, secret, time_ms, **more)
        await activate(log, Artefacts(log), compile_policy(example("b2b-services")), secret, time_ms)
        return seq

    monkeypatch.setattr(stopping, "activate", overtaken)

    with pytest.raises(Inconsistent, match="policy stop` again"):
        stop_policy(tmp_path / "data")


def test_a_stop_that_was_not_is_in_force(tmp_path: Path) -> None:
    Engine.open(example("minimal"), data_dir=tmp_path / "data").close()

    assert stop_policy(tmp_path / "data")["stopped"] is True
