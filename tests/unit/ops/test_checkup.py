"""What doctor makes of what log, store and cluster say about themselves."""

from __future__ import annotations

import pytest

from platinum.learn.arms import Arms
from platinum.ops.checkup import Ends, arms_finding, checkpoint_findings, group_finding, store_findings
from platinum.pipeline.checkpoint import SEMANTICS, pack
from platinum.ports import Checkpoint

ENDS = [Ends(0, 10, False, 1), Ends(0, 10, False, 1)]
GOOD = Checkpoint(1, 5, 4, 0, 0, 0, 0, 0, 0, SEMANTICS, 77)


def _checkpoints(*some: Checkpoint | None, ends: list[Ends] = ENDS) -> tuple[bool, str]:
    packed = [None if one is None else pack(one) for one in some]
    (finding,) = checkpoint_findings(packed, ends, 77, "as it says")
    return finding.ok, finding.found


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (None, "1 missing"),
        (GOOD._replace(group=78), "1 of another group"),
        (GOOD._replace(generation=2), "1 of another generation"),
        (GOOD._replace(next_offset=11), "1 ahead of the log"),
    ],
)
def test_each_way_in_which_a_checkpoint_can_be_wrong_is_named(wrong: Checkpoint | None, said: str) -> None:
    assert _checkpoints(GOOD, GOOD, GOOD, GOOD) == (True, "all 4 fit the log")
    assert _checkpoints(GOOD, wrong, GOOD, GOOD) == (False, said)


def test_retention_that_overran_a_bucket_is_named() -> None:
    assert _checkpoints(*[GOOD] * 4, ends=[Ends(0, 10, False, 1), Ends(6, 10, False, 1)]) == (False, "2 behind what retention removed")


def test_an_empty_store_is_wrong_only_beside_published_decisions() -> None:
    assert _checkpoints(*[None] * 4) == (True, "none yet")
    assert _checkpoints(*[None] * 4, ends=[Ends(0, 10, True, 1), Ends(0, 0, False, 1)])[0] is False


def test_a_store_that_drops_people_is_wrong_and_one_that_forgets_is_a_warning() -> None:
    good = store_findings("Valkey 9", "noeviction", True, (5 << 20, 0), 3)
    bad = store_findings("Redis 7", "allkeys-lru", False, (95, 100), -2_000)

    assert all(one.ok and not one.warning for one in good)
    assert {one.what: one.ok for one in bad} == {
        "store": True,
        "store: eviction": False,
        "store: persistence": True,
        "store: memory": False,
        "clock": False,
    }
    assert [one.what for one in bad if one.warning] == ["store: persistence"]


def test_partitions_that_nobody_holds_are_named() -> None:
    assert group_finding("Stable", 2, []).ok
    assert "partition 1, 3" in group_finding("Empty", 0, [1, 3]).found


@pytest.mark.parametrize(("lost", "ok"), [(0, True), (90, False)])
def test_arms_that_lose_people_are_wrong(lost: int, ok: bool) -> None:
    arms = Arms()
    for i in range(10_000):
        arm = "random" if i % 50 == 0 else None
        if arm is None or i >= 50 * lost:
            arms.add({"arm": arm, "shares": [0.02, 0.0, 0.0]})

    finding = arms_finding(arms.judged())

    assert (finding.ok, finding.what) == (ok, "arms")
    assert f"random {200 - lost} (meant" in finding.found
    assert arms_finding(None).ok
    assert arms_finding(Arms().judged()).ok, "nobody was counted"
