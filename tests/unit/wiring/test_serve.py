"""The life of one process: what ends it while it is still starting."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.wiring import serve
from platinum.wiring.door import Door, listening


@pytest.fixture(autouse=True)
def _switch_interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


def test_signal_just_before_kernels_are_ready_ends_in_order(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    became_ready: list[serve.Running] = []

    async def life(folder: Path) -> None:
        door = Door(listening("127.0.0.1", 0))

        async def compiled_while_closing(_: Stages) -> None:
            door.stop.set()  # what the signal's handler does
            while door.socket.fileno() >= 0:
                await asyncio.sleep(0.001)

        monkeypatch.setattr(serve, "warm_in_thread", compiled_while_closing)
        policy = compile_policy(example("gift-shop"), "gift-shop.yaml")
        await serve.up(policy, folder, None, door, on_ready=became_ready.append)

    asyncio.run(life(tmp_path_factory.mktemp("s")))  # short: a socket's path has 107 bytes

    assert became_ready == []
