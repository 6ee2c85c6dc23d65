"""Goals before gadgets, measured: gadgets among the offers sent, progress per month, time to the first help (treatment-formulas 3.12).

Looks at decisions and events as anybody could who has them, and asks nothing of the engine that decided.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DAY_MS = 86_400_000
MONTH_MS = 365.0 / 12.0 * DAY_MS
#: At most this share of the offers sent should be gadgets.
MOST_GADGETS = 0.10
#: Fewer goals than this say nothing about all of them.
FEWEST = 20
#: Progress over a shorter time says nothing about a month.
LEAST_MS = 7 * DAY_MS
_Z = 1.959964


@dataclass(slots=True)
class Aims:
    """What is known of one person's goals.

    Attributes
    ----------
    stated : list of (event time ms, goal)
    progressed : list of (event time ms, goal, share from 0 to 1)
    helped : list of (time ms at which it met them, action)
    """

    stated: list[tuple[int, str]] = field(default_factory=list)
    progressed: list[tuple[int, str, float]] = field(default_factory=list)
    helped: list[tuple[int, str]] = field(default_factory=list)


def wilson(k: int, n: int) -> tuple[float, float] | None:
    """95 % interval of a share by Wilson's score; ``None`` without a trial."""
    if n == 0:
        return None
    p, z2 = k / n, _Z * _Z
    middle, wide = (p + z2 / (2 * n)) / (1 + z2 / n), _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - wide), min(1.0, middle + wide)


def share_of(k: int, n: int) -> dict[str, Any]:
    """``k`` of ``n`` with its interval; null where there is nothing."""
    interval = wilson(k, n)
    low, high = interval if interval is not None else (None, None)
    return {"k": k, "n": n, "share": six(k / n) if n else None, "low": six(low), "high": six(high)}


def gadgets(marked: Sequence[bool]) -> dict[str, Any]:
    """Gadget ratio: ``marked`` says of every offer that was sent whether it brought the person no closer to a goal."""
    return {**share_of(sum(marked), len(marked)), "target": MOST_GADGETS}


def goals_report(lives: Sequence[Aims], serving: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """What became of goals that people stated.

    Parameters
    ----------
    lives : sequence of Aims
        Of everybody.
    serving : mapping of goal to actions
        Help and answers that bring somebody closer to it.
    """
    firsts = [(life, goal, at_ms) for life in lives for goal, at_ms in _first_statements(life).items()]
    waits = [_wait_ms(life, goal, at_ms, serving.get(goal, ())) for life, goal, at_ms in firsts]
    paces = [pace for life, goal, at_ms in firsts if (pace := _pace(life, goal, at_ms)) is not None]
    reached = sum(any(goal == named and share >= 1.0 for _, named, share in life.progressed) for life, goal, _ in firsts)
    helped = sorted(wait for wait in waits if wait is not None)
    return {
        "stated": len(firsts),
        "reached": share_of(reached, len(firsts)),
        "first_help": {**share_of(len(helped), len(firsts)), "median_days": _quantile(helped, 0.5), "p90_days": _quantile(helped, 0.9)},
        "progress_per_month": _mean(paces),
    }


def _first_statements(life: Aims) -> dict[str, int]:
    """Goal → when it was first stated."""
    found: dict[str, int] = {}
    for at_ms, goal in life.stated:
        found[goal] = min(at_ms, found.get(goal, at_ms))
    return found


def _wait_ms(life: Aims, goal: str, at_ms: int, actions: Collection[str]) -> int | None:
    """Time from a statement to the first help that serves the goal; ``None`` = none has come."""
    after = [met_ms for met_ms, action in life.helped if action in actions and met_ms >= at_ms]
    return min(after) - at_ms if after else None


def _pace(life: Aims, goal: str, at_ms: int) -> float | None:
    """Progress per month from the statement (nothing reached) to the newest word of it; ``None`` where that is too soon to tell."""
    told = max(((when_ms, share) for when_ms, named, share in life.progressed if named == goal), default=(at_ms, 0.0))
    return told[1] / ((told[0] - at_ms) / MONTH_MS) if told[0] - at_ms >= LEAST_MS else None


def _mean(values: Sequence[float]) -> dict[str, Any]:
    """Mean with its 95 % interval; nulls where there are too few."""
    n = len(values)
    if n < FEWEST:
        return {"n": n, "mean": None, "low": None, "high": None}
    mean = math.fsum(values) / n
    wide = _Z * math.sqrt(math.fsum((x - mean) ** 2 for x in values) / (n - 1) / n)
    return {"n": n, "mean": six(mean), "low": six(mean - wide), "high": six(mean + wide)}


def _quantile(ordered: Sequence[int], share: float) -> float | None:
    """Of times in ms, in days."""
    return six(ordered[min(len(ordered) - 1, int(share * len(ordered)))] / DAY_MS) if ordered else None


def six(x: float | None) -> float | None:
    """Six significant digits."""
    return None if x is None else float(f"{x:.6g}") + 0.0
