"""The decision log of a shop, asked what other policies would have achieved: the truth is known, because who likes what is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import platinum
from platinum.errors import UsageError
from platinum.ops.evaluation.estimates import Judge
from platinum.ops.evaluation.grid import axis_of
from platinum.ops.evaluation.rows import Rows, Under
from platinum.policy.compile import compile_policy
from platinum.wiring.decision_log import Log, closed_until
from platinum.wiring.evaluate import BEST, IN_FORCE, Request, evaluation_of, load
from platinum.wiring.policy_search import Search, Tried, chosen, search_in
from platinum.wiring.snapshots_given import Snapshot
from platinum.wiring.versions import Target
from tests.builders.corner_shop import likes, shop_policy, visit

Json = dict[str, Any]
VISITORS, DAYS = 50, 24
EVENLY = shop_policy("evenly", 0.5)
ELSEWHERE = shop_policy("elsewhere").replace(b"  home: {", b"  till: {")


@pytest.fixture(scope="module")
def shop() -> Iterator[platinum.Engine]:
    with platinum.Engine.open(
        shop_policy(more="segments: {strangers: {when: {orders: {at_most: 0}}}}\n"), partitions=1, buckets=1
    ) as engine:
        visit(engine, VISITORS, DAYS)
        yield engine


def report(engine: platinum.Engine, *files: tuple[str, bytes], snapshot: Snapshot = Snapshot.THEN) -> Json:
    return engine.within(lambda parts: evaluation_of(parts, Request(files, snapshot)))


@pytest.fixture(scope="module")
def found(shop: platinum.Engine) -> Json:
    return report(shop, ("evenly.yaml", EVENLY), ("elsewhere.yaml", ELSEWHERE))


def by_name(found: Json) -> Json:
    return {one["policy"]: one for one in found["policies"]}


def true_value(rows: Rows, under: Under, customers: list[str]) -> float:
    """Mean money that the policy would have been given."""
    liked, total = likes(VISITORS), 0.0
    for i in range(rows.n):
        for k in range(int(rows.starts[i]), int(rows.starts[i + 1])):
            taken = 0.5 if rows.arms[int(rows.arm[k])][0] == f"offer-{liked[customers[int(rows.person[i])]]}" else 0.1
            total += under.p[k] * 2.0 * taken
    return total / rows.n


def test_every_decision_is_made_again_with_its_probability(found: Json) -> None:
    assert (found["used"], found["decisions"], found["people"]) == (VISITORS * DAYS, VISITORS * DAYS, VISITORS)
    assert found["left_out"] == {}
    own = by_name(found)[IN_FORCE]
    assert (own["difference"]["low"], own["difference"]["high"], own["ess"]) == (0.0, 0.0, VISITORS * DAYS)
    assert own["value"]["value"] == pytest.approx(found["achieved"]["value"], abs=0.02)


def test_what_is_said_of_another_policy_is_true(shop: platinum.Engine) -> None:
    targets = [Target("evenly", compile_policy(EVENLY))]
    log = shop.within(lambda parts: load(parts, lambda *_: targets, Request(), lambda _: None)).log

    found = Judge(log.rows).find(log.under["evenly"], np.ones(log.rows.n, np.bool_))

    truth = true_value(log.rows, log.under["evenly"], log.customers)
    assert found.value is not None, found.refused
    assert found.value.low <= truth <= found.value.high
    assert truth < true_value(log.rows, log.rows.logged, log.customers) - 0.02


def test_one_action_for_everybody_is_judged_by_other_people_than_chose_it(found: Json) -> None:
    best = by_name(found).get(BEST)
    assert best is None or best["n"] < 0.6 * found["used"]
    if best is not None and best["refused"] is None:
        assert best["value"]["value"] < found["achieved"]["value"]


def test_groups_and_weeks_are_told(found: Json) -> None:
    assert [(group["by"], group["group"], group["n"]) for group in found["groups"]] == [("segment", "strangers", VISITORS * DAYS)]
    assert [one["policy"] for one in found["groups"][0]["policies"]] == [one["policy"] for one in found["policies"]]
    assert [week["n"] for week in found["weeks"]] == sorted(week["n"] for week in found["weeks"])
    assert found["weeks"][-1]["n"] == found["used"]
    assert len(found["weeks"]) >= 4


def test_a_policy_without_the_placement_is_refused_and_says_why(found: Json) -> None:
    one = by_name(found)["elsewhere.yaml"]

    assert (one["n"], one["unsupported"]) == (0, VISITORS * DAYS)
    assert one["value"] is None
    assert one["refused"]


def test_the_newest_snapshot_and_none_are_other_policies_than_those_of_then(found: Json, shop: platinum.Engine) -> None:
    others = [report(shop, ("evenly.yaml", EVENLY), snapshot=one) for one in (Snapshot.NEWEST, Snapshot.NONE)]

    assert len({by_name(one)["evenly.yaml"]["ess"] for one in (found, *others)}) == 3


def test_policies_that_do_not_compare_are_refused(shop: platinum.Engine) -> None:
    with pytest.raises(UsageError, match="'currency' must be EUR"):
        report(shop, ("usd.yaml", shop_policy().replace(b"EUR", b"USD")))
    with pytest.raises(UsageError, match="once"):
        report(shop, ("a.yaml", EVENLY), ("a.yaml", EVENLY))


def test_decisions_that_may_still_be_answered_are_left_out() -> None:
    with platinum.Engine.open(shop_policy(), partitions=1, buckets=1) as engine:
        visit(engine, 10, 10)
        before = report(engine)
        last = [engine.decide(f"c{i}", "home") for i in range(10)]
        drawn = sum(one["p_chosen"] < 1.0 for one in last)
        after = report(engine)

    assert drawn > 0
    assert after["used"] == before["used"]
    assert after["left_out"] == {"may still be answered, or were made behind one that may": drawn}


def test_an_empty_place_counts_as_nothing_earned() -> None:
    policy = shop_policy(empty="yes")
    with platinum.Engine.open(policy, partitions=1, buckets=1) as engine:
        made = visit(engine, 20, 10)
        targets = engine.within(lambda parts: load(parts, lambda *_: [], Request(), lambda _: None)).log

    silent = sum(one["action"] is None for one in made)
    assert silent > 0
    assert int((targets.rows.reward == 0.0).sum()) >= silent
    assert targets.rows.n == len(made)


def test_the_search_says_of_the_winner_what_those_say_who_did_not_choose_it(shop: platinum.Engine) -> None:
    asked = Search(None, [axis_of("exploration.gamma0=0.5,2,8")], "search")

    found = shop.within(lambda parts: search_in(parts, asked))

    assert {one["numbers"]["exploration.gamma0"] for one in found["tried"]} == {"0.5", "2", "8"}
    assert all(set(one) == {"numbers", "refused"} for one in found["tried"])
    assert found["winner"]["numbers"] == found["tried"][0]["numbers"]
    assert found["winner"]["n"] < 0.7 * found["used"]
    assert not found["enough"]


def test_the_luckiest_of_many_is_not_praised_for_its_luck() -> None:
    """Twenty policies that are all worth the same: the best of them by one half looks better than that, by the other it does not."""
    draw = np.random.Generator(np.random.PCG64(5))
    n, gained, told = 4000, [], []
    for _ in range(20):
        picked, person = draw.integers(2, size=n), draw.integers(200, size=n)
        starts = np.arange(n + 1) * 2
        reward = (draw.random(n) < 0.2).astype(np.float64)
        rows = Rows(
            starts, [("a", "w"), ("b", "w")], np.tile([0, 1], n), np.full(2 * n, 0.5), np.full(2 * n, 0.2), starts[:-1] + picked, reward,
            person, np.arange(n), {},
        )  # fmt: skip
        grid = [Tried({"x": str(i)}, b"") for i in range(20)]
        shares = {one.name: draw.random(n) for one in grid}
        under = {name: Under(np.stack([p, 1.0 - p], axis=1).ravel(), np.zeros(n)) for name, p in shares.items()}
        customers = [f"c{i}" for i in range(200)]
        found = chosen(Log(rows, under, n, 0, Counter(), customers), grid, "s")
        first = rows.part("s", customers)
        name = Tried(found["winner"]["numbers"], b"").name
        by_first = Judge(rows).find(under[name], first).value
        assert by_first is not None
        gained.append(by_first.value)
        told.append(found["winner"]["value"]["value"])

    assert np.mean(gained) > 0.21
    assert np.mean(told) == pytest.approx(0.2, abs=0.007)


def test_the_cut_is_where_all_but_a_few_are_closed() -> None:
    times = np.arange(10_000)

    assert closed_until(times, np.zeros(10_000, np.bool_)) == 10_000
    assert closed_until(times, times >= 9_000) == 9_009  # nine of 9,009 are 0.1 %
    assert closed_until(times, times == 5) > 9_000
    assert closed_until(times, times < 10) == 10_000
    assert closed_until(times, times < 11) == 0
    assert closed_until(times, times % 2 == 0) == 0
    assert closed_until(times[:0], times[:0] == 1) == 0
