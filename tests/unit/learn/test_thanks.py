"""The report of thanks, against lives in which everything was planted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.learn.thanks import DAY_MS, HOUR_MS, VIOLATIONS, Life, thanks_report, violations

START = 1_700_000_000_000
PURE: dict[str, Any] = {
    "offer": None,
    "terms": None,
    "content": {"blocks": [{"kind": "words", "text": "Thank you for your order of 3 March 2026."}], "cites": ["last_order_date"]},
}


def with_content(*blocks: dict[str, Any], cites: tuple[str, ...] = ("orders",)) -> dict[str, Any]:
    return PURE | {"content": {"blocks": list(blocks), "cites": list(cites)}}


@pytest.mark.parametrize(
    ("decision", "life", "found"),
    [
        (PURE, Life(), []),
        (PURE | {"offer": {"id": "x"}}, Life(), ["offer"]),
        (PURE | {"terms": {"total_cost": "1"}}, Life(), ["terms"]),
        (with_content({"kind": "products", "skus": ["a"]}), Life(), ["products"]),
        (with_content({"kind": "link", "url": "https://a.example", "text": "Come in"}), Life(), ["link"]),
        (with_content({"kind": "link", "url": "https://a.example", "text": "How we work", "commerce": False}), Life(), []),
        (with_content({"kind": "words", "text": "Thank you. 10 % off with SAVE10."}), Life(), ["price"]),
        (with_content({"kind": "words", "text": "Thank you."}, cites=()), Life(), ["no_fact"]),
        (PURE | {"content": None}, Life(), ["no_fact"]),
        (PURE, Life(sold=[START - 24 * HOUR_MS]), ["near_promotion"]),
        (PURE, Life(sold=[START - 24 * HOUR_MS - 1, START + 72 * HOUR_MS + 1]), []),
        (PURE, Life(sold=[START + 72 * HOUR_MS]), ["near_promotion"]),
        (PURE, Life(cases=[[START - DAY_MS, 0]]), ["open_case"]),
        (PURE, Life(cases=[[START - DAY_MS, START - HOUR_MS], [START + 1, 0]]), []),
    ],
)
def test_every_impurity_is_found_and_nothing_else(decision: dict[str, Any], life: Life, found: list[str]) -> None:
    assert violations(life, START, decision) == found


def lives(effect: float, seed: int = 1) -> list[Life]:
    """2,000 people who are thanked and 300 who are held out; thanks bring ``effect`` orders more in 90 days."""
    rng = np.random.default_rng(seed)
    found = []
    for person in range(2300):
        held, at_ms = person % 23 < 3, START + int(rng.integers(20 * DAY_MS))
        n = rng.poisson(2.0 + (0.0 if held else effect))
        orders = [(at_ms + 1 + int(rng.integers(90 * DAY_MS)), 10.0) for _ in range(n)]
        life = Life(orders=[(at_ms - 3 * HOUR_MS, 10.0), *orders], earned=[at_ms - 3 * HOUR_MS])
        if held:
            life.held_out = [at_ms, at_ms + DAY_MS]
        else:
            life.thanks = [(at_ms, at_ms + HOUR_MS, PURE)]
        found.append(life)
    return found


def test_what_thanks_do_is_found_and_what_they_do_not_is_not() -> None:
    last_ms = START + 120 * DAY_MS
    some, none = thanks_report(lives(0.5), last_ms), thanks_report(lives(0.0), last_ms)

    effect = some["effect"]
    assert (effect["thanked"], effect["held_out"], effect["follow_up_days"]) == (2000, 300, 90)
    assert effect["orders"]["low"] < 0.5 < effect["orders"]["high"]
    assert effect["orders"]["low"] > 0 > none["effect"]["orders"]["low"]
    assert none["effect"]["orders"]["high"] > 0
    assert effect["spend"]["difference"] == pytest.approx(10 * effect["orders"]["difference"], rel=1e-4)
    covered = sum(any(times > last_ms - 365 * DAY_MS for times, _ in life.orders) for life in lives(0.5))
    assert some["coverage"]["active"] == covered
    assert some["coverage"]["share"] == pytest.approx(2000 / 2300, rel=1e-5)
    assert some["lag_hours"] == {"median": 4.0, "p90": 4.0}
    assert (some["purity"]["share"], set(some["purity"]["violations"])) == (1.0, set(VIOLATIONS))
    assert some["specificity"] == {"share": 1.0, "mean_facts": 1.0, "facts": {"last_order_date": 2000}}


def test_whose_ninety_days_are_not_over_is_not_counted_and_few_people_say_nothing() -> None:
    early = thanks_report(lives(0.5), START + 95 * DAY_MS)["effect"]
    few = thanks_report(lives(0.5)[:100], START + 120 * DAY_MS)["effect"]

    assert 0 < early["thanked"] < 1000
    assert (few["held_out"], few["orders"]) == (15, None)


def test_nothing_is_unknown_rather_than_perfect() -> None:
    empty = thanks_report([], START)

    assert (empty["purity"]["share"], empty["coverage"]["share"], empty["lag_hours"]["median"]) == (None, None, None)
