"""What the learner is told of where a customer stands: a shape of its own, because nothing was said or kept."""

from __future__ import annotations

import orjson


def standing_body(by: str | None, cohort: str | None, made_ms: int, money: tuple[float, float, float]) -> bytes:
    """JSON of a fact ``standing``: what the cohort is by and its name, the instant, and three amounts of the last 365 days (faded).

    ``money`` is (spend, what was given to the customer, what came of them); treatment-formulas 3.15.
    """
    known = {"by": by, "cohort": cohort, "made_ms": made_ms}
    return orjson.dumps(
        {"fact": "standing", **known, **{name: float(f"{x:.6g}") for name, x in zip(("value", "give", "get"), money, strict=True)}}
    )


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
