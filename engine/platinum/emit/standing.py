"""What the learner is told of where a customer stands: a shape of its own, because nothing was said or kept."""

from __future__ import annotations

import orjson


def standing_body(by: str | None, cohort: str | None, made_ms: int, value: float) -> bytes:
    """JSON of a fact ``standing``: what the cohort is by and its name, the instant, and money of the last 365 days (faded).

    ``give`` and ``get`` are what was given to the customer in a year and what was got from them (treatment-formulas 3.15). Rows do not
    keep them yet, so they are null, and the learner counts neither.
    """
    known = {"by": by, "cohort": cohort, "made_ms": made_ms, "value": float(f"{value:.6g}")}
    return orjson.dumps({"fact": "standing", **known, "give": None, "get": None})


def worth_body(alike: tuple[str | None, str | None, str | None], made_ms: int, equity: float, margin: float, orders: float) -> bytes:
    """JSON of a fact ``worth``.

    Parameters
    ----------
    alike : (what the cohort is by, cohort, category that the person turns to most)
    equity : float
        Money, of ``value.months``.
    margin, orders : float
        To be expected in a year.
    """
    by, cohort, category = alike
    numbers = {name: float(f"{x:.6g}") for name, x in (("equity", equity), ("margin", margin), ("orders", orders))}
    return orjson.dumps({"fact": "worth", "by": by, "cohort": cohort, "category": category, "made_ms": made_ms, **numbers})
