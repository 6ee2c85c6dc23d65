"""What journeys have cost a customer: points, effort index, what is left of it now, and what customers say themselves."""

from __future__ import annotations

import numpy as np

from platinum.hashing import name_hash
from platinum.jit import constant, inner, kernel
from platinum.numeric import decay, exp
from platinum.policy.tables import (
    E_AGAIN,
    E_FORM,
    E_REFUSAL,
    E_REPEAT,
    E_SELF_SERVICE,
    E_SWITCH,
    E_TRANSFER,
    E_WAIT,
    Tables,
)
from platinum.profile.decay import add_decayed, decayed
from platinum.profile.entries import JOURNEY_EASED
from platinum.profile.row import Record, wide
from platinum.profile.zones import DAY_MS
from platinum.vocabulary.codes import Debt, Field

#: A contact about the same within this long belongs to the same journey.
GAP_MS = constant(7 * DAY_MS)
#: Points at which the effort index is 0.63 (treatment-formulas 3.3).
SCALE = 6.0
_FIVE_MINUTES_S = 300.0
#: Scores of the survey "how easy was it": 1 to 7.
_HARD, _EASY = 1.0, 7.0
_CES = constant(name_hash("ces"))
_EASED = constant(JOURNEY_EASED)
_D_EFFORT = int(Debt.EFFORT)
_CONTACTS, _PREDICTED, _SURVEYED = int(Field.JOURNEY_CONTACTS), int(Field.PREDICTED_CES), int(Field.SURVEYED_CES)


@kernel
def contacts_of(journey: Record) -> int:
    """Contacts in a journey: per channel those begun or the requests made there, whichever are more."""
    n = wide(0)
    for k in range(wide(journey["n_channels"])):
        n += max(wide(journey["started"][k]), wide(journey["requests"][k]))
    return n


@inner
def _channels_of(journey: Record) -> int:
    n = wide(0)
    for k in range(wide(journey["n_channels"])):
        n += 1 if journey["channels"][k] != 0 else 0
    return n


@inner
def _some(burden: int, n: float, tables: Tables) -> float:
    """Points of ``n`` times a burden (``tables.E_*``), at most its cap."""
    settings = tables.settings[0]
    return float(min(n * settings["effort_points"][burden], settings["effort_caps"][burden]))


@kernel
def points_of(journey: Record, tables: Tables) -> float:
    """E of treatment-formulas 3.3, each part capped."""
    contact = _some(E_REPEAT, float(max(contacts_of(journey) - 1, 0)), tables)
    contact += _some(E_SWITCH, float(max(_channels_of(journey) - 1, 0)), tables) + _some(E_TRANSFER, float(journey["transfers"]), tables)
    service = _some(E_AGAIN, float(journey["asked_again"]), tables) + _some(E_REFUSAL, float(journey["refusals"]), tables)
    alone = _some(E_SELF_SERVICE, float(journey["self_service"]), tables) + _some(E_FORM, float(journey["form_errors"]), tables)
    return contact + service + alone + _some(E_WAIT, float(journey["waited_s"]) / _FIVE_MINUTES_S, tables)


@kernel
def index_of(points: float) -> float:
    """EI = 1 − e^(−E/6), in [0, 1)."""
    return 1.0 - exp(-points / SCALE)


@inner
def add_index(row: Record, journey: Record, tables: Tables) -> None:
    """Add the effort index of a journey that is over to what fades."""
    as_of_ms, at_ms = wide(row["effort_as_of_ms"]), wide(journey["last_ms"])
    half_life_ms = tables.settings[0]["effort_half_life_ms"]
    row["effort"] = add_decayed(row["effort"], as_of_ms, index_of(points_of(journey, tables)), at_ms, half_life_ms)
    row["effort_as_of_ms"] = max(as_of_ms, at_ms)


@inner
def add_sums(row: Record, other: Record, tables: Tables) -> None:
    """Add what another row of the same person holds besides its journeys."""
    as_of_ms, at_ms = wide(row["effort_as_of_ms"]), wide(other["effort_as_of_ms"])
    row["effort"] = add_decayed(row["effort"], as_of_ms, other["effort"], at_ms, tables.settings[0]["effort_half_life_ms"])
    row["effort_as_of_ms"] = max(as_of_ms, at_ms)
    row["ces"] += other["ces"]
    row["ces_answers"] += other["ces_answers"]
    same = other["last_process_s"] == row["last_process_s"] and other["last_process"] > row["last_process"]
    if other["last_process_s"] > row["last_process_s"] or same:
        row["last_process"], row["last_process_s"] = other["last_process"], other["last_process_s"]


@inner
def fold_ces(row: Record, event: Record) -> None:
    """An answer to the survey ``ces``; one on another scale (from 1 to its best) is stretched to 1 to 7."""
    if event["name_a"] != _CES:
        return
    score, best = event["low"], event["high"]
    if best > 1.0 and best != _EASY:
        score = _HARD + (score - 1.0) * (_EASY - _HARD) / (best - 1.0)
    row["ces"] += min(max(score, _HARD), _EASY)
    row["ces_answers"] += 1


@inner
def is_open(journey: Record, now_ms: int) -> bool:
    """Whether a contact now would belong to it."""
    return bool(now_ms < journey["last_ms"] + GAP_MS)


@kernel
def effort_now(row: Record, now_ms: int, tables: Tables) -> float:
    """Effort index now, in [0, 1]: of the hardest open journey, or what is left of those that are over."""
    half_life_ms = tables.settings[0]["effort_half_life_ms"]
    left = decayed(row["effort"], wide(row["effort_as_of_ms"]), now_ms, half_life_ms)
    hardest = 0.0
    for i in range(wide(row["n_journeys"])):
        journey = row["journeys"][i]
        index = index_of(points_of(journey, tables))
        if is_open(journey, now_ms):
            hardest = max(hardest, index)
        else:
            left += index * decay(float(now_ms - wide(journey["last_ms"])), half_life_ms)
    return min(max(hardest, left), 1.0)


@inner
def is_hard(journey: Record, now_ms: int, tables: Tables) -> bool:
    """Whether a journey is open, was hard, and nobody has made it easier."""
    if wide(journey["state"]) & _EASED or not is_open(journey, now_ms):
        return False
    return bool(index_of(points_of(journey, tables)) >= tables.settings[0]["effort_threshold"])


@inner
def effort_debt(row: Record, now_ms: int, tables: Tables) -> int:
    """Bit of ``Debt`` while a hard journey is open that nobody has made easier; 0 where the rule is off."""
    if tables.settings[0]["relief"] != 0:
        for i in range(wide(row["n_journeys"])):
            if is_hard(row["journeys"][i], now_ms, tables):
                return _D_EFFORT
    return 0


@inner
def ease(row: Record, now_ms: int, tables: Tables) -> None:
    """What pays the debt of effort met the customer: each hard journey is eased, once and for all."""
    for i in range(wide(row["n_journeys"])):
        if is_hard(row["journeys"][i], now_ms, tables):
            row["journeys"][i]["state"] = wide(row["journeys"][i]["state"]) | _EASED


@inner
def effort_field(field: int, row: Record, now_ms: int, tables: Tables) -> float:
    """Fields about effort."""
    if field == _CONTACTS:
        most = wide(0)
        for i in range(wide(row["n_journeys"])):
            if is_open(row["journeys"][i], now_ms):
                most = max(most, contacts_of(row["journeys"][i]))
        return float(most)
    if field == _SURVEYED:
        return surveyed_ces(row)
    return predicted_ces(row, now_ms, tables) if field == _PREDICTED else effort_now(row, now_ms, tables)


@kernel
def surveyed_ces(row: Record) -> float:
    """Mean of what they said, 1 (hard) to 7 (easy); unknown before the first answer."""
    return float(row["ces"] / row["ces_answers"]) if row["ces_answers"] > 0 else np.nan


@kernel
def predicted_ces(row: Record, now_ms: int, tables: Tables) -> float:
    """7 − 6·EI; unknown before the first journey."""
    if row["n_journeys"] == 0 and row["effort_as_of_ms"] == 0:
        return np.nan
    return _EASY - (_EASY - _HARD) * effort_now(row, now_ms, tables)
