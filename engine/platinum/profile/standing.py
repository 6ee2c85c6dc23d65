"""Where a customer stands, told to the learner once a month: it makes medians of their cohort from it (treatment-formulas 3.15, 3.17).

Everybody has months of 30 days of their own, which begin at an instant drawn by hash, so that a firm's customers do not all begin one
at once. The first event of a new month tells where the customer stood as it began, before that event: what brings somebody back would
otherwise count in what they are compared with. Nothing has to be remembered for it, because the newest event's time is known anyhow.
Who has bought nothing is not told of: visitors are many, and there is no balance of giving and getting with them.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner, kernel, uint64
from platinum.policy.tables import BY_ORDERS, BY_TRAIT, Tables
from platinum.profile.bonds import given, got
from platinum.profile.decay import decayed
from platinum.profile.entries import MAX_MORE
from platinum.profile.facts import tell_of
from platinum.profile.row import Record, wide
from platinum.profile.tiers import tier_at
from platinum.profile.traits import find_trait
from platinum.profile.worth import NAN, tell_worth, worth_field
from platinum.vocabulary.codes import Fact, Field

MONTH_MS = constant(30 * 86_400_000)
_STANDING = int(Fact.STANDING)
_TIER = int(Field.TIER)
_SIGN = uint64(1)


@inner
def month_of(row: Record, at_ms: int) -> int:
    """Instant at which the customer's month of ``at_ms`` began."""
    phase_ms = wide(row["person"] >> _SIGN) % MONTH_MS
    return wide((at_ms - phase_ms) // MONTH_MS * MONTH_MS + phase_ms)


@inner
def cohort_of(row: Record, at_ms: int, tables: Tables) -> int:
    """Name (hash) of the customer's cohort at ``at_ms``."""
    settings = tables.settings[0]
    by = wide(settings["cohort_by"])
    if by == BY_TRAIT:
        at = find_trait(row, wide(settings["cohort_key"]))
        said = wide(row["traits"][at]["value_name"]) if at >= 0 else 0
        return said if said != 0 else wide(settings["cohort_names"][0])
    reached = wide(row["orders"]) if by == BY_ORDERS else at_ms - wide(row["first_seen_ms"])
    band = 0
    for i in range(wide(settings["n_cohort_bands"])):
        band = i + 1 if reached >= wide(settings["cohort_bands"][i]) else band
    return wide(settings["cohort_names"][band])


@kernel
def cohort_now(row: Record, at_ms: int, tables: Tables) -> int:
    """``cohort_of``, for whoever reads a profile."""
    return cohort_of(row, at_ms, tables)


@inner
def tell_standing(row: Record, more: Record, at_ms: int, tables: Tables) -> None:
    """Tell where the customer stood when the month of ``at_ms`` began, if this is its first event; ``row`` is as before the event."""
    last_ms = wide(row["last_seen_ms"])
    if row["orders"] == 0 or at_ms <= last_ms or more.shape[0] == 1 or more[0]["told"] >= MAX_MORE:
        return
    begun_ms = month_of(row, at_ms)
    if last_ms >= begun_ms:
        return
    settings = tables.settings[0]
    value = decayed(float(row["spend_365d"]), wide(row["value_as_of_ms"]), begun_ms, float(settings["value_half_life_ms"]))
    cohort = cohort_of(row, begun_ms, tables)
    tell_of(more, _STANDING, cohort, begun_ms, value, given(row, begun_ms))
    fact = more[0]["entries"][more[0]["told"] - 1]
    fact["owner"], fact["due_ms"] = settings["cohort_key"], wide(np.rint(got(row, begun_ms) * 1000.0))
    if settings["tells_worth"] != 0:
        tell_worth(row, more, cohort, begun_ms, tables)


@kernel
def standing_field(field: int, row: Record, now_ms: int, tables: Tables) -> float:
    """Value of a ``codes.Field`` from P_ALIVE to TIER; a tier is its name hash, NaN where the policy has none."""
    if field == _TIER:
        tier = tier_at(row, now_ms, tables)
        return float(tables.settings[0]["tier_names"][tier]) if tier >= 0 else NAN
    return worth_field(field, row, cohort_of(row, now_ms, tables), now_ms, tables)
