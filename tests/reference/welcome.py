"""Slow twin of how contacts were received, from a list of them."""

from __future__ import annotations

import math
from typing import Any

from platinum.policy.tables import Tables


def mean_and_upper(row: Any, channel: int, now_ms: int, tables: Tables) -> tuple[float, float]:
    """Mean worth of a contact on a channel (in full) and on others (half), and its upper bound with 95 % confidence."""
    fade = 0.5 ** (max(0, now_ms - int(row["received_as_of_ms"])) / float(tables.settings[0]["welcome_half_life_ms"]))
    entries = [row["received"][i] for i in range(int(row["n_received"]))]
    weights = [fade * (1.0 if int(e["channel"]) == channel else 0.5) for e in entries]
    n, total, squares = (
        prior + sum(w * float(e[member]) for w, e in zip(weights, entries, strict=True))
        for member, prior in (("n", 1.0), ("sum", 0.2), ("squares", 1.0))
    )
    mean = total / n
    return mean, mean + 1.6448536269514722 * math.sqrt(max(0.0, squares / n - mean**2) / n)


def factor(row: Any, channel: Any, now_ms: int, tables: Tables) -> float:
    """C: 1 for who is not known, and for who comes to us."""
    if not channel["outbound"]:
        return 1.0
    return min(2.0, max(0.2, 0.8 + mean_and_upper(row, int(channel["name"]), now_ms, tables)[0]))


def is_unwelcome(row: Any, channel: Any, now_ms: int, tables: Tables) -> bool:
    """Whether contacts do harm, as sure as can be."""
    return bool(channel["outbound"]) and mean_and_upper(row, int(channel["name"]), now_ms, tables)[1] < 0
