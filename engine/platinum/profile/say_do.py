"""Say/do ratio: what was promised, and how well it was kept (treatment-formulas 3.4).

Weights are counted from when a promise was made, whatever came of it and when: so the order of arrival does not matter.
"""

from __future__ import annotations

from platinum.jit import inner, kernel
from platinum.numeric import decay
from platinum.policy.tables import Tables
from platinum.profile.bonds import give
from platinum.profile.decay import add_decayed, decayed
from platinum.profile.row import Record, wide


@inner
def kept_share(late_ms: int, tau_ms: float) -> float:
    """k of the formula: 1 on time, e^(−late/τ) if late; ``tau_ms`` is the time in which it falls to a half, over ln 2."""
    return 1.0 if late_ms <= 0 else decay(float(late_ms), tau_ms)


@inner
def count(row: Record, said: float, kept: float, made_ms: int, tables: Tables) -> None:
    """Add to both sums; a promise whose outcome turns out otherwise takes back what was counted."""
    half_life_ms = tables.settings[0]["promise_half_life_ms"]
    as_of_ms = wide(row["said_as_of_ms"])
    row["said"] = add_decayed(row["said"], as_of_ms, said, made_ms, half_life_ms)
    row["kept"] = add_decayed(row["kept"], as_of_ms, kept, made_ms, half_life_ms)
    row["said_as_of_ms"] = max(as_of_ms, made_ms)
    give(row, kept * tables.settings[0]["gives_promise"], made_ms)


@kernel
def say_do(row: Record, now_ms: int, tables: Tables) -> float:
    """Share of promises kept to this person, shrunk to the rate of all with a weight of 5; a new customer stands where all do."""
    prior, half_life_ms = tables.settings[0]["say_do_prior"], tables.settings[0]["promise_half_life_ms"]
    as_of_ms = wide(row["said_as_of_ms"])
    kept, said = decayed(row["kept"], as_of_ms, now_ms, half_life_ms), decayed(row["said"], as_of_ms, now_ms, half_life_ms)
    return float((5.0 * prior + kept) / (5.0 + said))
