"""``p_chosen`` is the probability with which the candidate is drawn: exact, replayable, and what frequencies show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chisquare

import platinum
from platinum.decide.explore import LAYER_EXPLORE, draw_seed, pick, unit
from platinum.hashing import mix64
from platinum.hashing_kernels import mix64_u
from platinum.ids import decision_ref, stream_decision_id
from platinum.jit import kernel
from platinum.policy.compile import compile_policy
from platinum.policy.tables import Tables
from platinum.vocabulary.codes import Kind, Lane, Purpose
from tests.builders.desk import DAY, NOW, Desk, a_row, a_trigger, said
from tests.builders.tables import some_tables

DRAWS = 1_000_000
EXAMPLES = sorted((Path(platinum.__file__).parent / "examples").glob("*.yaml"))
NOON = 1_700_049_600_000  # 12:00 in London: no hour is quiet


@kernel
def count_draws(p: NDArray[np.float64], n: int, policy: np.uint64, draws: int, counts: NDArray[np.int64]) -> None:
    """Draw for ``draws`` decision references, spread by hash, with the engine's own functions."""
    for i in range(draws):
        ref = mix64_u(np.uint64(0), np.uint64(i))
        counts[pick(p, n, unit(draw_seed(ref, policy, LAYER_EXPLORE)))] += 1


def people(tables: Tables) -> Any:
    """Customers of whom some policy has something to say, most promising first."""
    everything = [said(Purpose.ALL)]
    affinities = [{"sum": 1.0, "name": int(name)} for name in tables.categories[:8]]
    traits = [{"name": int(trait["name"]), "value": 1.0 if trait["kind"] == 0 else 12.0} for trait in tables.traits]
    for days in (25, 45, 5, 100):
        for orders in (3, 1, 8):
            yield a_row(
                orders=orders,
                spend=60.0 * orders,
                first_day=NOON // DAY - 200,
                last_day=NOON // DAY - days,
                last_order_ms=NOON - days * DAY,
                first_seen_ms=NOON - 300 * DAY,
                last_seen_ms=NOON,
                last_category=int(tables.categories[0]) if len(tables.categories) else 0,
                affinities=affinities,
                traits=traits,
                consents=everything,
            )


def richest_draw(desk: Desk) -> tuple[Any, Any, Any]:
    """(row, trigger, decision) with the longest vector that any customer, placement or the stream gives."""
    best = None
    for row in people(desk.tables):
        for placement in range(-1, len(desk.tables.placements)):
            trigger = a_trigger(now_ms=NOON, placement=placement, kind=Kind.PRODUCT_VIEWED)
            out = desk.decide(row, trigger)
            if best is None or out["n_scored"] > best[2]["n_scored"]:
                best = (row, trigger, out)
    assert best is not None
    return best


def check_policy(tables: Tables) -> None:
    for arm in ("arm_random", "arm_silent", "arm_same"):  # in one of those nothing is drawn this way
        tables.settings[arm] = 0.0
    desk = Desk(tables)
    row, trigger, out = richest_draw(desk)
    n = int(out["n_scored"])
    assert n >= 2
    desk.decide(row, trigger)
    p = desk.scratch.p.copy()

    counts = np.zeros(n, np.int64)
    count_draws(p, n, tables.settings[0]["policy"], DRAWS, counts)

    assert p[:n].min() > 0
    assert abs(p[:n].sum() - 1.0) <= 1e-9
    assert chisquare(counts, p[:n] * DRAWS).pvalue > 1e-6
    for i in range(500):  # the whole decision draws what the draw alone draws, and logs its exact probability
        ref = mix64(0, i)
        trigger["ref"] = ref
        out = desk.decide(row, trigger)
        at = _drawn(p, n, ref, int(tables.settings[0]["policy"]))
        assert int(out["candidate"]) == int(desk.scratch.scored[at])
        assert float(out["p_chosen"]) == float(p[at])
        assert int(out["explored"]) == int(at > 0)


def _drawn(p: NDArray[np.float64], n: int, ref: int, policy: int) -> int:
    """The draw in plain Python."""
    u = (mix64(mix64(mix64(0, ref), policy), 1) >> 11) / 2.0**53
    return min(int(np.searchsorted(np.cumsum(p[:n]), u, side="right")), n - 1)


def test_a_million_draws_of_the_builders_shop_follow_p_chosen() -> None:
    check_policy(some_tables(settings={"thank_threshold": 1e9, "gamma": 20.0}))


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_a_million_draws_of_each_example_policy_follow_p_chosen(path: Path) -> None:
    check_policy(compile_policy(path.read_bytes()).tables)


def test_a_wrong_probability_is_found_by_the_same_test() -> None:
    p = np.array([0.5, 0.3, 0.2])
    counts = np.zeros(3, np.int64)
    count_draws(p, 3, np.uint64(1), DRAWS, counts)

    assert chisquare(counts, np.array([0.5, 0.297, 0.203]) * DRAWS).pvalue < 1e-6


def test_a_decision_replays_from_its_id() -> None:
    desk = Desk(some_tables(settings={"thank_threshold": 1e9, "gamma": 5.0}))
    row = a_row(orders=1, consents=[said()])
    ids = [stream_decision_id(1, 2, offset, 0) for offset in range(300)]

    first = [desk.decide(row, a_trigger(ref=decision_ref(i))).tobytes() for i in ids]
    again = [desk.decide(row, a_trigger(ref=decision_ref(i))).tobytes() for i in reversed(ids)]

    assert first == again[::-1]
    assert len({out[:400] for out in first}) > 1


def test_another_policy_version_draws_anew() -> None:
    refs = range(1, 400)
    row = a_row(orders=1, consents=[said()])
    chosen = []
    for policy in (1, 2):
        desk = Desk(some_tables(settings={"thank_threshold": 1e9, "gamma": 1.0, "policy": policy}))
        chosen.append([int(desk.decide(row, a_trigger(ref=ref))["candidate"]) for ref in refs])

    assert 100 < sum(a != b for a, b in zip(*chosen, strict=True)) < 390


@pytest.mark.parametrize(("days_ago", "explores"), [(6, False), (8, True)])
def test_one_explored_contact_a_week_and_the_log_says_so(days_ago: int, explores: bool) -> None:
    desk = Desk(some_tables(settings={"thank_threshold": 1e9, "gamma": 1.0}))
    row = a_row(orders=1, consents=[said()], last_explored_ms=NOW - days_ago * DAY)

    decided = [desk.decide(row, a_trigger(ref=mix64(0, i))) for i in range(200)]

    assert any(out["explored"] for out in decided) == explores
    assert all(out["lane"] in (Lane.GROWTH, Lane.SILENCE) for out in decided)
    if not explores:
        assert {float(out["p_chosen"]) for out in decided} == {1.0}
