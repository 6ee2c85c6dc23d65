"""Who may be proposed to whom: the kernels against their slow twins, and pairs against what must never be of them."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from platinum.hashing_kernels import keyed64
from platinum.learn.community import HOLDS_MS, Community
from tests.builders.bonds import INTERESTS, MEMBERS, some_interests, some_introductions
from tests.builders.desk import DAY, Desk, hopes_of
from tests.builders.models import random_model
from tests.builders.worlds import random_moment, random_row, random_tables, random_trigger
from tests.reference import bonds as slow
from tests.reference.decide import World, decide

NOW = 500 * DAY


def test_pseudonyms_are_siphash_as_its_authors_publish_it() -> None:
    key = (0x0706050403020100, 0x0F0E0D0C0B0A0908)

    assert int(keyed64(np.uint64(key[0]), np.uint64(key[1]), np.uint64(0x0706050403020100))) == 0x93F5F5799A932462
    rng = random.Random(3)
    for _ in range(200):
        one, other, word = (rng.getrandbits(64) for _ in range(3))
        assert int(keyed64(np.uint64(one), np.uint64(other), np.uint64(word))) == slow.siphash((one, other), word)


def test_whom_a_decision_introduces_is_whom_the_slow_twin_finds() -> None:
    introduced = refused = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        tables = random_tables(rng)
        tables.actions["introduces"] = 1
        for name, value in some_introductions(
            [int(n) for n in {one["name"] for _ in range(3) for one in some_interests(rng)["interests"]}]
        ).items():
            tables.settings[name] = value
        desk = Desk(tables, random_model(rng, tables))
        for _ in range(16):
            now = random_moment(rng)
            row, trigger = random_row(rng, tables, now), random_trigger(rng, tables, now)
            trigger["person"], trigger["account"] = MEMBERS[int(rng.integers(len(MEMBERS)))], 0  # nobody is introduced at work
            out = desk.decide(row, trigger)
            want = decide(World(row, trigger, tables, desk.model, given=hopes_of(desk.scratch)))
            found = slow.meeting(World(row, trigger, tables, desk.model, given=hopes_of(desk.scratch)))
            person = desk.scratch.person[0]
            assert tuple(int(person[name]) for name in ("meets", "meets_whom", "met_as")) == (found or (0, 0, 0))
            assert [int(out[name]) for name in ("meets", "meets_whom", "met_as")] == [
                want[name] for name in ("meets", "meets_whom", "met_as")
            ]
            introduced += int(out["meets"]) != 0
            refused += found is None
    assert introduced >= 10
    assert refused >= 30


def some_facts(rng: random.Random, people: int, n: int) -> list[dict[str, Any]]:
    """What people say, in the order of time: that they want it, or no more, and what they answer."""
    facts = []
    for i in range(n):
        who, at_ms = rng.randrange(1, people + 1), NOW - (n - i) * DAY
        said = {"name": rng.choice(INTERESTS), "who": who, "made_ms": at_ms, "said": rng.choice((1.0, 1.0, -1.0))}
        to = {"fact": "introduction", "to": rng.randrange(1, people + 1)} if rng.random() < 0.4 else {"fact": "interest"}
        facts.append(said | to)
    return facts


@pytest.mark.parametrize("seed", range(60))
def test_pairs_are_of_people_who_both_want_it_and_of_whom_neither_said_no(seed: int) -> None:
    rng = random.Random(seed)
    facts = some_facts(rng, 12, rng.randrange(10, 600))
    community = Community()
    for fact in facts:
        community.add(fact)

    proposed = community.introductions(NOW)

    sides = {(who, name): to for who, name, to in proposed}
    assert len(sides) == len(proposed)
    for (who, name), to in sides.items():
        assert sides[to, name] == who != to
        for one in (who, to):
            said = [fact for fact in facts if fact["fact"] == "interest" and fact["name"] == name and fact["who"] == one]
            assert said[-1]["said"] > 0.0
            assert NOW - said[-1]["made_ms"] < HOLDS_MS
        newest = {
            f["who"]: f["said"] for f in facts if f["fact"] == "introduction" and f["name"] == name and {f["who"], f["to"]} == {who, to}
        }
        assert all(said > 0.0 for said in newest.values())
        assert len(newest) < 2


@pytest.mark.parametrize("seed", range(20))
def test_partitions_that_are_merged_propose_what_one_would(seed: int) -> None:
    rng = random.Random(seed)
    facts = some_facts(rng, 15, 200)
    parts, whole, merged = [Community() for _ in range(4)], Community(), Community()
    for fact in facts:
        parts[fact["who"] % 4].add(fact)
        whole.add(fact)

    for part in rng.sample(parts, 4):
        merged.merge(part)

    assert merged.introductions(NOW) == whole.introductions(NOW)
    assert merged.report() == whole.report()
    assert merged.judged() == whole.judged()


def test_a_pair_of_which_one_has_said_yes_stays_although_others_come_and_go() -> None:
    community = Community()
    for who in (5, 6, 7, 8):
        community.add({"fact": "interest", "name": "chess", "who": who, "made_ms": NOW - DAY + who, "said": 1.0})
    assert [side[::2] for side in community.introductions(NOW)] == [[5, 6], [6, 5], [7, 8], [8, 7]]

    community.add({"fact": "introduction", "name": "chess", "who": 8, "to": 7, "made_ms": NOW, "said": 1.0})
    community.add({"fact": "interest", "name": "chess", "who": 5, "made_ms": NOW, "said": -1.0})
    community.add({"fact": "introduction", "name": "chess", "who": 6, "to": 5, "made_ms": NOW, "said": 1.0})

    assert [side[::2] for side in community.introductions(NOW)] == [[7, 8], [8, 7]]


def test_both_have_replied_if_the_second_did_within_30_days() -> None:
    community = Community()
    for who, to, day, said in ((1, 2, 0, 1.0), (2, 1, 29, 1.0), (3, 4, 0, 1.0), (4, 3, 31, 1.0), (5, 6, 0, 1.0), (6, 5, 2, -1.0)):
        community.add({"fact": "introduction", "name": "chess", "who": who, "to": to, "made_ms": day * DAY, "said": said})

    assert community.report() == {"people": 0, "answered": 3, "accepted": 2, "replied": 2, "declined": 1}
    assert community.introductions(40 * DAY) == []


def test_who_says_it_again_stays_a_year_longer_and_keeps_their_place() -> None:
    community = Community()
    for who, day in ((1, 0), (2, 100), (3, 200), (1, 300)):
        community.add({"fact": "interest", "name": "chess", "who": who, "made_ms": day * DAY, "said": 1.0})
    later = Community()
    later.merge(community)

    def pairs(day: int) -> list[int]:
        return [side[0] for side in later.introductions(day * DAY)]

    assert pairs(364) == [1, 2]  # not [2, 3]: they have waited longest
    assert pairs(464) == [1, 2]
    assert pairs(466) == [1, 3]
    assert pairs(566) == []
