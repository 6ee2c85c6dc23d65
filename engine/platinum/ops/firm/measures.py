"""One measure of the report, and the intervals of shares and means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Standard errors on either side of a 95 % interval.
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Measure:
    """One number about the firm.

    Attributes
    ----------
    name : str
        As ``--json`` says it.
    title, about : str
        What it is, in a few words; and in a sentence.
    value : float or None
        None = it cannot be said; ``about`` says why.
    n : int
        People, decisions or things that it rests on.
    of : str
        What ``n`` counts.
    low, high : float or None
        95 % interval, where it is a share or a mean of things that could have been others.
    unit : str
        ``share``, ``money``, ``number``.
    window : str
        Which time it is about.
    alarm : str
        Why somebody should look at it; ``""`` = no reason.
    """

    name: str
    title: str
    about: str
    value: float | None
    n: int
    of: str
    unit: str = "share"
    low: float | None = None
    high: float | None = None
    window: str = "now"
    alarm: str = ""

    def told(self) -> dict[str, object]:
        """As JSON has it; numbers with six digits."""
        numbers = {name: _six(getattr(self, name)) for name in ("value", "low", "high")}
        texts = {name: getattr(self, name) for name in ("title", "about", "n", "of", "unit", "window")}
        return {"name": self.name, **numbers, **texts, "alarm": self.alarm or None}


def wilson(hits: int, n: int) -> tuple[float | None, float | None]:
    """95 % interval of a share (Wilson 1927); nothing is known of none."""
    if n == 0:
        return None, None
    p, z2 = hits / n, Z * Z
    middle, half = p + z2 / (2 * n), Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z2 / n)), min(1.0, (middle + half) / (1 + z2 / n))


def share(name: str, title: str, about: str, hits: int, n: int, of: str, window: str = "now", alarm: str = "") -> Measure:
    """A share with its interval."""
    low, high = wilson(hits, n)
    return Measure(name, title, about, hits / n if n else None, n, of, "share", low, high, window, alarm)


def mean(name: str, title: str, about: str, values: Sequence[float], of: str, unit: str = "number", window: str = "now") -> Measure:
    """A mean with its normal interval."""
    n = len(values)
    if n == 0:
        return Measure(name, title, about, None, 0, of, unit, window=window)
    middle = math.fsum(values) / n
    spread = math.sqrt(math.fsum((x - middle) ** 2 for x in values) / (n - 1)) if n > 1 else math.inf
    half = Z * spread / math.sqrt(n)
    low, high = (middle - half, middle + half) if n > 1 else (None, None)
    return Measure(name, title, about, middle, n, of, unit, low, high, window)


def _six(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
