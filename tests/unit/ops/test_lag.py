"""How far behind: counted from the smallest checkpoint, in seconds from the first record that is not applied."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from platinum.cli.main import main
from platinum.engine import Engine
from platinum.logs.memory import MemoryLog
from platinum.ops.lag import lag_of
from platinum.pipeline.checkpoint import SEMANTICS, pack, unpack
from platinum.policy.load import example
from platinum.ports import INTERACTIONS, Checkpoint, Record
from platinum.stores.memory import MemoryStore
from platinum.stream.create import ensure_checkpoints
from tests.builders.loops import in_loop

NOW_MS = 1_900_000_000_000
FRESH = pack(Checkpoint(1, 0, -1, 0, 0, 0, 0, 0, 0, SEMANTICS, 7))


@in_loop
async def test_the_idlest_bucket_says_how_far_it_is() -> None:
    log, store = MemoryLog(2), MemoryStore()
    await ensure_checkpoints(log, store, 4, 7)
    await log.append(INTERACTIONS, [Record(None, b"{}", NOW_MS - 1_000 * age, (), 0) for age in (90, 60, 30)])
    for bucket, offset in ((0, 3), (2, 1)):
        (packed,) = await store.checkpoints([bucket])
        assert packed is not None
        await store.claim({bucket: (packed, pack(unpack(packed)._replace(next_offset=offset)))})

    behind, level = await lag_of(log, store, 4, NOW_MS, {0: 2})

    assert (behind.start, behind.end, behind.applied, behind.group_offset) == (0, 3, 1, 2)
    assert (behind.behind, behind.behind_s, behind.removed) == (2, 60.0, 0)
    assert (level.behind, level.behind_s, level.group_offset) == (0, 0.0, None)


class ShortLog(MemoryLog):
    """Retention has removed the first two."""

    async def start(self, topic: str, partition: int) -> int:
        return 2


@in_loop
async def test_what_retention_removed_before_it_was_applied_is_said() -> None:
    log, store = ShortLog(1), MemoryStore()
    (without,) = await lag_of(log, store, 4, NOW_MS, {})
    await log.append(INTERACTIONS, [Record(None, b"{}", NOW_MS, (), 0)] * 3)
    await store.create(dict.fromkeys(range(4), FRESH))

    (found,) = await lag_of(log, store, 4, NOW_MS, {})

    assert (without.applied, without.removed) == (None, 0)
    assert (found.behind, found.removed) == (1, 2)


def test_a_monitor_gets_an_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = tmp_path / "shop"
    with Engine.open(example("minimal"), shop, partitions=1, buckets=4) as engine:
        engine.process([b'{"userId": "ada", "type": "page", "timestamp": "2026-03-02T10:00:00Z"}'])
        level = engine.count(INTERACTIONS)
    assert main(["lag", "--data", str(shop), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["partitions"]
    assert found["end"] == level
    # Buckets that got nothing were never moved on: that is what a stopped engine leaves.
    assert found["behind"] > 0
    assert main(["lag", "--data", str(shop), "--max-seconds", "1"]) == 1
    assert main(["lag", "--data", str(shop), "--max-seconds", "1e12"]) == 0
    assert main(["lag", "--data", str(tmp_path)]) == 2
