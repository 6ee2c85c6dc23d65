"""Two schemas of features are kept, those that decisions were made on last; whatever order answers come in."""

from __future__ import annotations

import pytest

from platinum.learn.example import Example, decoded
from platinum.learn.taught import Taught
from tests.builders.taught import NOW_MS, a_fact

DAY_MS = 86_400_000


def examples(schema: str, day: int, n: int = 5) -> list[Example]:
    return decoded([a_fact(i, schema=schema, made_ms=NOW_MS + day * DAY_MS + i) for i in range(n)])


def kept(*some: list[Example], size: int = 1000) -> Taught:
    """After all of them, in batches of so many."""
    every, found = [one for part in some for one in part], Taught()
    for start in range(0, len(every), size):
        found.add(every[start : start + size])
    return found


def test_one_that_is_heard_of_again_stays_although_it_was_the_first() -> None:
    assert set(kept(examples("old", 0), examples("brief", 1), examples("old", 2), examples("new", 3)).models) == {"old", "new"}


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_late_answer_of_a_schema_that_is_gone_drives_out_none_that_is_newer_and_is_counted(size: int) -> None:
    found = kept(examples("a", 0), examples("b", 1), examples("c", 2), examples("a", 0, n=2), examples("b", 1, n=1), size=size)

    assert set(found.models) == {"b", "c"}
    assert found.examples == 16
    assert dict(found.reasons) == {"schema_gone": 2}


def test_who_is_in_which_arm_is_counted_although_the_schema_is_gone() -> None:
    late = decoded([a_fact(0, schema="a", made_ms=NOW_MS, counted={"arm": None, "shares": [0.02, 0.02, 0.01]})])
    without, found = (kept(examples("a", 0), examples("b", 1), examples("c", 2), some) for some in ([], late))

    assert found.arms.judged()["met"] != without.arms.judged()["met"]


def test_partitions_that_know_others_keep_the_newest_of_all() -> None:
    whole = Taught()
    for part in (kept(examples("a", 0), examples("b", 1)), kept(examples("b", 1), examples("c", 2)), kept(examples("a", 0))):
        whole.merge(part)

    assert set(whole.models) == {"b", "c"}
