"""The log of contacts that the stream decided about, where leaving people alone is an option: by tier, and against another policy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import platinum
from platinum.wiring.evaluate import IN_FORCE, Request, evaluation_of
from tests.proof.sleeping_dogs import POLICY, Found, live

Json = dict[str, Any]
PEOPLE, WEEKS = 120, 16
#: Who has bought a few times is expected to buy more.
TIERS = b"tiers: {names: [new, regular], orders: [4]}\n"
#: Drawn nearly evenly, so that the log can say of never and of always.
BOLD = POLICY.replace(b"exploration: {", b"exploration: {gamma0: 0.5, ").replace(b"traits:", TIERS + b"traits:")
ALWAYS = POLICY.replace(b"exploration: {", b"exploration: {gamma0: 0.1, ")


class Played:
    """What was lived, and what the log says of it."""

    def __init__(self) -> None:
        with platinum.Engine.open(BOLD, partitions=1, buckets=1) as engine:
            self.lived: Found = live(engine, PEOPLE, WEEKS, np.random.default_rng(3))
            self.found: Json = engine.within(lambda parts: evaluation_of(parts, Request((("evenly.yaml", ALWAYS),))))


@pytest.fixture(scope="module")
def played() -> Played:
    return Played()


def test_decisions_to_leave_alone_count_by_what_came_of_them(played: Played) -> None:
    found, lived = played.found, played.lived

    assert found["used"] > 0.5 * PEOPLE * WEEKS, found["left_out"]
    assert "silence_not_watched" not in found["left_out"]
    assert "not_reproduced" not in found["left_out"]
    assert found["achieved"]["low"] <= float(lived.reward[: found["used"]].mean()) <= found["achieved"]["high"]
    assert found["achieved"]["high"] - found["achieved"]["low"] < 0.1


def test_people_are_told_by_the_tier_that_they_were_in_then(played: Played) -> None:
    tiers = {one["group"]: one["n"] for one in played.found["groups"] if one["by"] == "tier"}

    assert set(tiers) == {"new", "regular"}
    assert sum(tiers.values()) == played.found["used"]
    assert min(tiers.values()) > 100


def test_another_policy_is_judged_on_what_it_would_have_drawn_and_the_own_lies_at_what_was_achieved(played: Played) -> None:
    by_name = {one["policy"]: one for one in played.found["policies"]}
    own, evenly = by_name[IN_FORCE], by_name["evenly.yaml"]

    assert own["value"]["value"] == pytest.approx(played.found["achieved"]["value"], abs=0.02)
    assert evenly["refused"] is None, evenly
    middle = (played.lived.never + played.lived.always) / 2
    assert evenly["value"]["low"] <= middle <= evenly["value"]["high"]
    assert evenly["value"]["high"] - evenly["value"]["low"] < 0.1
