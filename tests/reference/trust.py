"""Slow twin of the trust index, straight from treatment-formulas 3.7."""

from __future__ import annotations

from typing import Any

from platinum.policy.tables import Tables
from platinum.vocabulary.codes import PURPOSE_OF, ActionType, Purpose

HALF_LIFE = 180 * 86_400_000
Parts = dict[str, float | None]


def part(row: Any, names: tuple[str, str, str], now_ms: int, rate: float) -> float | None:
    """Five that did as all do, and this person's own, faded."""
    n, good, clock = names
    fade = 0.5 ** (max(0, now_ms - int(row[clock])) / HALF_LIFE)
    return None if rate < 0 else (5 * rate + fade * float(row[good])) / (5 + fade * float(row[n]))


def parts(row: Any, now_ms: int, tables: Tables) -> Parts:
    """Index and parts; None is not known."""
    s = tables.settings[0]
    found = [
        part(row, ("said", "kept", "said_as_of_ms"), now_ms, float(s["trust_kept"])),
        part(row, ("offers", "clarity", "trust_as_of_ms"), now_ms, float(s["trust_terms"])),
        part(row, ("cases", "righted", "trust_as_of_ms"), now_ms, float(s["trust_recovery"])),
    ]
    known = [x for x in found if x is not None]
    index = (known[0] * known[1] * known[2]) ** (1 / 3) if len(known) == 3 else None
    return dict(zip(("trust", "trust_kept", "trust_terms", "trust_recovery"), [index, *found], strict=True))


def is_low(row: Any, now_ms: int, tables: Tables) -> bool:
    """Whether trust is known and low."""
    index = parts(row, now_ms, tables)["trust"]
    return index is not None and index < float(tables.settings[0]["trust_low"])


def promotes(kind: int) -> bool:
    """Whether a type of action sells."""
    return PURPOSE_OF[ActionType(kind)] == Purpose.PROMOTION


def half(limit: int, window_ms: int) -> tuple[int, int]:
    """Half as many; half of one in a week is one in two."""
    return (1, 2 * window_ms) if limit == 1 else (limit // 2, window_ms)
