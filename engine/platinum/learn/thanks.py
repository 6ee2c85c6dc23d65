"""What became of thanks: whether they were pure, about this person, soon enough, and what they did (treatment-formulas 3.1).

Looks at decisions and events as anybody could who has them, and asks nothing of the engine that decided.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from platinum.policy.selling import selling

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
#: No promotion in [-24 h, +72 h] around a thank-you.
BEFORE_MS, AFTER_MS = 24 * HOUR_MS, 72 * HOUR_MS
ACTIVE_MS = 365 * DAY_MS
#: Fewer people than this in an arm say nothing.
FEWEST = 20
VIOLATIONS = ("offer", "terms", "products", "link", "price", "no_fact", "near_promotion", "open_case")


@dataclass(slots=True)
class Life:
    """What is known of one person; lists in order of time once they are sorted.

    Attributes
    ----------
    orders : list of (event time ms, amount)
    earned : list of int
        Times of what thanks are for.
    cases : list of [opened ms, closed ms or 0]
    sold : list of int
        Times at which an outbound promotion met the person.
    thanks : list of (decided ms, met ms or 0, decision)
    held_out : list of int
        Times at which they would have been thanked.
    """

    orders: list[tuple[int, float]] = field(default_factory=list)
    earned: list[int] = field(default_factory=list)
    cases: list[list[int]] = field(default_factory=list)
    sold: list[int] = field(default_factory=list)
    thanks: list[tuple[int, int, Mapping[str, Any]]] = field(default_factory=list)
    held_out: list[int] = field(default_factory=list)


def violations(life: Life, at_ms: int, decision: Mapping[str, Any]) -> list[str]:
    """Which rules a thank-you that met this person at ``at_ms`` breaks."""
    content = decision["content"] or {"blocks": [], "cites": []}
    texts = [text for block in content["blocks"] for name, text in block.items() if isinstance(text, str) and name not in ("kind", "url")]
    found = {
        "offer": decision["offer"] is not None,
        "terms": decision["terms"] is not None,
        "products": any(block["kind"] == "products" for block in content["blocks"]),
        "link": any(block["kind"] == "link" and block.get("commerce", True) for block in content["blocks"]),
        "price": any(selling(text) for text in texts),
        "no_fact": not content["cites"],
        "near_promotion": bisect_right(life.sold, at_ms + AFTER_MS) > bisect_left(life.sold, at_ms - BEFORE_MS),
        "open_case": any(opened <= at_ms and (closed == 0 or at_ms < closed) for opened, closed in life.cases),
    }
    return [name for name in VIOLATIONS if found[name]]


def thanks_report(lives: Sequence[Life], last_ms: int, follow_up_days: int = 90) -> dict[str, Any]:
    """Coverage, purity, specificity, lag, and the effect against those who were held out.

    Parameters
    ----------
    lives : sequence of Life
        Of everybody.
    last_ms : int
        Time of the last event or decision: what lies behind is not known.
    follow_up_days : int
        So long after they were, or would have been, thanked people's orders are counted.
    """
    for life in lives:
        for listed in (life.orders, life.earned, life.cases, life.sold, life.held_out):
            listed.sort()
        life.thanks.sort(key=lambda one: one[:2])
    given = [(life, decided_ms, met_ms, decision) for life in lives for decided_ms, met_ms, decision in life.thanks if met_ms]
    wrong = [violations(life, met_ms, decision) for life, _, met_ms, decision in given]
    cited = [(decision["content"] or {"cites": []})["cites"] for _, _, _, decision in given]
    active = [life for life in lives if life.orders and life.orders[-1][0] > last_ms - ACTIVE_MS]
    reached = sum(any(last_ms - ACTIVE_MS < met_ms for _, met_ms, _ in life.thanks) for life in active)
    lags = sorted(lag for lag in (_lag_ms(life, decided_ms, met_ms) for life, decided_ms, met_ms, _ in given) if lag is not None)
    return {
        "decided": sum(len(life.thanks) for life in lives),
        "given": len(given),
        "coverage": {"active": len(active), "thanked": reached, "share": _share(reached, len(active))},
        "purity": {
            "share": _share(sum(not one for one in wrong), len(given)),
            "violations": {name: sum(name in one for one in wrong) for name in VIOLATIONS},
        },
        "specificity": {
            "share": _share(sum(bool(one) for one in cited), len(given)),
            "mean_facts": _share(sum(map(len, cited)), len(given)),
            "facts": {name: sum(name in one for one in cited) for name in sorted({name for one in cited for name in one})},
        },
        "lag_hours": {"median": _quantile(lags, 0.5), "p90": _quantile(lags, 0.9)},
        "effect": _effect(lives, last_ms, follow_up_days),
    }


def _lag_ms(life: Life, decided_ms: int, met_ms: int) -> int | None:
    """Time from what was thanked for last until the thanks met the person."""
    at = bisect_right(life.earned, decided_ms)
    return met_ms - life.earned[at - 1] if at else None


def _effect(lives: Sequence[Life], last_ms: int, days: int) -> dict[str, Any]:
    """Orders and spend of those who were first to be thanked against those who were first held out, each from that day on.

    By what was decided, not by what was delivered: an e-mail that bounced is part of what thanks do.
    """
    arms: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for life in lives:
        firsts = [(times[0], thanked) for times, thanked in (([one[0] for one in life.thanks], True), (life.held_out, False)) if times]
        if not firsts or min(firsts)[0] + days * DAY_MS > last_ms:
            continue
        first_ms, thanked = min(firsts)
        spent = [amount for at_ms, amount in life.orders if first_ms < at_ms <= first_ms + days * DAY_MS]
        arms[thanked].append((float(len(spent)), sum(spent)))
    sizes = {"thanked": len(arms[True]), "held_out": len(arms[False])}
    named = {name: _compared([one[i] for one in arms[True]], [one[i] for one in arms[False]]) for i, name in enumerate(("orders", "spend"))}
    return {"follow_up_days": days, **sizes, **named}


def _compared(thanked: Sequence[float], held_out: Sequence[float]) -> dict[str, float] | None:
    """Means of both arms, and their difference with its 95 % interval; ``None`` where one is too small."""
    if min(len(thanked), len(held_out)) < FEWEST:
        return None
    (a, va), (b, vb) = _mean_and_error(thanked), _mean_and_error(held_out)
    wide = 1.96 * math.sqrt(va + vb)
    found = {"thanked": a, "held_out": b, "difference": a - b, "low": a - b - wide, "high": a - b + wide}
    return {name: float(f"{value:.6g}") for name, value in found.items()}


def _mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """Mean, and variance of the mean."""
    n = len(values)
    mean = sum(values) / n
    return mean, sum((value - mean) ** 2 for value in values) / (n - 1) / n


def _share(part: float, whole: int) -> float | None:
    return float(f"{part / whole:.6g}") if whole else None


def _quantile(ordered: Sequence[int], share: float) -> float | None:
    """Of times in ms, in hours."""
    return float(f"{ordered[min(len(ordered) - 1, int(share * len(ordered)))] / HOUR_MS:.6g}") if ordered else None
