"""Gratitude debt: what the customer did for the firm, less the thanks given (treatment-formulas 3.1)."""

from __future__ import annotations

from platinum.jit import inner, kernel
from platinum.numeric import decay
from platinum.policy.tables import Tables
from platinum.profile.decay import add_decayed, decayed
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import ActionType

_THANK_YOU = int(ActionType.THANK_YOU)


@inner
def _advance(row: Record, at_ms: int, half_life_ms: float) -> int:
    """Bring both sums to ``at_ms`` if that is newer; returns the time they hold as of."""
    as_of_ms = wide(row["gratitude_as_of_ms"])
    if at_ms <= as_of_ms:
        return as_of_ms
    if row["earned"] != 0.0 or row["thanked"] != 0.0:
        left = decay(float(at_ms - as_of_ms), half_life_ms)
        row["earned"] *= left
        row["thanked"] *= left
    row["gratitude_as_of_ms"] = at_ms
    return at_ms


@inner
def earn(row: Record, weight: float, at_ms: int, tables: Tables) -> None:
    """The customer did something worth ``weight`` thanks."""
    if weight == 0.0:
        return
    half_life_ms = tables.settings[0]["gratitude_half_life_ms"]
    as_of_ms = _advance(row, at_ms, half_life_ms)
    row["earned"] = add_decayed(row["earned"], as_of_ms, weight, at_ms, half_life_ms)


@inner
def thank(row: Record, weight: float, at_ms: int, tables: Tables) -> None:
    """A thank-you worth ``weight`` was planned or shown; negative takes back one that never reached the customer."""
    half_life_ms = tables.settings[0]["gratitude_half_life_ms"]
    as_of_ms = _advance(row, at_ms, half_life_ms)
    row["thanked"] = max(0.0, add_decayed(row["thanked"], as_of_ms, weight, at_ms, half_life_ms))


@kernel
def gratitude(row: Record, now_ms: int, tables: Tables) -> float:
    """Debt at ``now_ms``: decayed earned less decayed thanks; negative when more was thanked than earned.

    A planned thank-you counts until it expires and becomes ``thanked`` when it meets the customer, so one that is
    aborted or never shown leaves the debt as it was.
    """
    debt = row["earned"] - row["thanked"]
    debt = decayed(debt, row["gratitude_as_of_ms"], now_ms, tables.settings[0]["gratitude_half_life_ms"])
    for i in range(wide(row["n_planned"])):
        if row["planned"][i]["type"] == _THANK_YOU and row["planned"][i]["expires_ms"] > now_ms:
            debt -= tables.settings[0]["thank_weight"]
    return float(debt)
