"""What one candidate is to one customer: their interest in its category, how they took it and its channel before.

These are the features that all candidates share (design 8): what is learned of them holds for an action that is new, too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.jit import constant, inner
from platinum.numeric import decay, log1p
from platinum.policy.tables import Tables
from platinum.profile.affinity import POINTS_ORDERED
from platinum.profile.engagement import acceptance
from platinum.profile.row import Record, wide
from platinum.profile.zones import DAY_MS

Vec = NDArray[np.float64]

#: Places in the features. The first is 1: what holds for everything.
ONE, USUAL, INTEREST, BOUGHT, SINCE_BOUGHT, CHANNEL, ANSWERED, GIVEN = range(8)
#: Scales bring a typical customer near 1, as those of ``policy.features`` do.
_PER_POINT, _PER_DAY, _PER_TIME = 0.5, 0.2, 0.5
#: So many orders without a category, and so many answers like everybody's, are assumed before the first.
_UNTRIED, _UNANSWERED = 5.0, 5.0
_NONE, _NO_CATEGORY = constant(-1), constant(0)


@inner
def interest_left(row: Record, now_ms: int, tables: Tables) -> float:
    """What is left now of a point of the row's interest."""
    age_ms = max(0, now_ms - wide(row["affinity_as_of_ms"]))
    return decay(float(age_ms), tables.settings[0]["affinity_half_life_ms"])


@inner
def fill_category(row: Record, category: int, left: float, now_ms: int, z: Vec) -> None:
    """Fill USUAL to SINCE_BOUGHT; ``left`` as ``interest_left`` says, once per customer.

    USUAL is in how many of their orders the category is. It stands between the sum of points, which is large for whoever buys much, and
    the share of all points, which is large for whoever buys little else; somebody with few orders stands nearer 0.
    """
    z[ONE] = 1.0
    z[USUAL], z[INTEREST], z[BOUGHT], z[SINCE_BOUGHT] = 0.0, 0.0, 0.0, 0.0
    if category == _NO_CATEGORY:
        return
    for i in range(wide(row["n_affinities"])):
        entry = row["affinities"][i]
        if entry["name"] == category:
            own = max(0.0, float(entry["sum"]))
            own = min(own * left, 1e15)
            z[USUAL] = own / (POINTS_ORDERED * (max(0.0, float(row["shopped"])) * left + _UNTRIED))
            z[INTEREST] = _PER_POINT * log1p(own)
            fill_bought(row, i, now_ms, z)
            return


@inner
def fill_bought(row: Record, i: int, now_ms: int, z: Vec) -> None:
    """Whether they have bought in their ``i``-th category, and how long ago."""
    if i < row["n_bought"] and row["bought_s"][i] != 0:
        days = float(max(0, now_ms - wide(row["bought_s"][i]) * 1000)) / float(DAY_MS)
        z[BOUGHT], z[SINCE_BOUGHT] = 1.0, _PER_DAY * log1p(days)


@inner
def fill_answers(row: Record, action: int, p_accept: float, z: Vec) -> None:
    """How much oftener than ``p_accept`` they took this action (name hash) before, smoothed, and how often it met them.

    Who was never given it stands at 0, as somebody does who takes it as often as all others. (Measured from "yes less no", what was
    declined once stood below what nobody had tried: on grocery_journey that cost a tenth of the reward.)
    """
    z[ANSWERED], z[GIVEN] = 0.0, 0.0
    at = find_answers(row, action)
    if at >= 0:
        answered_as(row, at, p_accept, z)


@inner
def answered_as(row: Record, at: int, p_accept: float, z: Vec) -> None:
    """Fill ANSWERED and GIVEN from the ``at``-th action that has met them."""
    entry = row["answers"][at]
    n = float(max(wide(entry["given"]), wide(entry["yes"]) + wide(entry["no"])))
    z[ANSWERED] = (float(entry["yes"]) - n * p_accept) / (n + _UNANSWERED)
    z[GIVEN] = _PER_TIME * log1p(float(entry["given"]))


@inner
def fill_channel(row: Record, channel: int, now_ms: int, tables: Tables, z: Vec) -> None:
    """How they take up contacts on this channel (name hash)."""
    z[CHANNEL] = acceptance(row, channel, now_ms, tables)


@inner
def find_answers(row: Record, action: int) -> int:
    """Index of what is known of their answers to an action, −1 = nothing."""
    for i in range(wide(row["n_answers"])):
        if row["answers"][i]["action"] == action:
            return i
    return int(_NONE)
