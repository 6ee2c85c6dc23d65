from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.explore import LAYER_EXPLORE, draw_seed, unit
from platinum.decide.kernel import decide_one
from platinum.decide.record import DECISION, TRIGGER, new_scratch
from platinum.emit.derive import derivation, draw_unit
from platinum.jit import kernel
from platinum.policy.policy import Policy
from platinum.profile.row import ROW
from platinum.scoring.model import from_priors
from tests.builders.decided import NOW_MS
from tests.builders.policies import a_policy, some_actions


@kernel
def drawn_at(ref: Any, policy: Any) -> float:
    return unit(draw_seed(ref, policy, LAYER_EXPLORE))


def explained(policy: Policy | None = None, placement: int = 0) -> tuple[Any, Any]:
    """A decision about an unknown visitor, and its derivation; nothing is owed by default, so the scored lane decides."""
    policy = policy or a_policy(actions=some_actions()[:4])
    row, trigger, out = np.zeros(1, ROW), np.zeros(1, TRIGGER), np.zeros(1, DECISION)
    trigger[0]["ref"], trigger[0]["now_ms"], trigger[0]["placement"] = 99, NOW_MS, placement
    scratch = new_scratch(policy.tables)
    with np.errstate(over="ignore"):  # hashes wrap, which numpy would tell with the JIT off
        decide_one(row[0], trigger[0], policy.tables, from_priors(policy.tables), scratch, out[0])
    return out[0], derivation("d.1.0.7.0", out[0], trigger[0], policy, scratch)


def test_the_draw_that_is_told_is_the_draw_that_was_made() -> None:
    ref: Any = np.uint64(123456789)
    policy: Any = np.uint64(0x0123456789ABCDEF)

    with np.errstate(over="ignore"):
        drawn = drawn_at(ref, policy)

    assert draw_unit(123456789, 0x0123456789ABCDEF) == drawn


def test_the_options_of_a_draw_hold_the_choice_and_sum_to_one() -> None:
    record, found = explained()

    options = found["draw"]["options"]
    assert abs(sum(option["p"] for option in options) - 1.0) < 1e-5
    assert found["chosen"]["action"] in [option["action"] for option in options]
    upper = np.cumsum([option["p"] for option in options])
    at = int(np.searchsorted(upper, found["draw"]["u"], side="right"))
    assert options[at]["action"] == found["chosen"]["action"]
    assert record["n_scored"] == len(options)


def test_every_candidate_that_was_scored_has_its_utility_and_terms() -> None:
    _, found = explained()

    passed = {(one["action"], one["channel"]): one for one in found["candidates"] if one["gate"] is None}
    options = [one for one in found["draw"]["options"] if one["action"] is not None]
    assert options
    for option in options:
        one = passed[option["action"], option["channel"]]
        terms = one["terms"]
        assert one["utility"] == option["utility"]
        assert abs(terms["value"] - terms["cost"] - terms["effort"] - terms["fatigue"] - one["utility"]) < 1e-5
    chosen = found["chosen"]
    if chosen["action"] is not None:
        assert passed[chosen["action"], chosen["channel"]]["terms"] == chosen["terms"]


def test_what_was_stopped_or_not_weighed_has_no_utility() -> None:
    _, found = explained(a_policy(), placement=-1)

    assert [one["utility"] for one in found["candidates"] if one["gate"] is not None] == [None] * sum(found["gates"].values())


def test_stopped_candidates_are_counted_and_named_with_their_gate() -> None:
    policy = a_policy()

    _, found = explained(policy, placement=-1)

    stopped = [one for one in found["candidates"] if one["gate"] is not None]
    assert sum(found["gates"].values()) == len(stopped) > 0
    assert {one["gate"] for one in stopped} == set(found["gates"])
    assert any(line.startswith("Stopped") for line in found["lines"])


def test_the_lines_tell_the_terms_that_make_the_utility() -> None:
    _, found = explained()

    one = found["chosen"]
    total = one["terms"]["value"] - one["terms"]["cost"] - one["terms"]["effort"] - one["terms"]["fatigue"]
    assert abs(total - one["utility"]) < 1e-5
    assert found["lines"][0] == "Asked at 2011-12-01T08:26:00.000Z by placement home-hero; lane growth decided."
