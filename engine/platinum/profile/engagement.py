"""How a customer answers on each channel: decayed counts of what reached them and what they accepted."""

from __future__ import annotations

import numpy as np

from platinum.jit import inner, kernel
from platinum.numeric import decay
from platinum.policy.tables import Tables
from platinum.profile.decay import add_decayed, decayed
from platinum.profile.entries import MAX_ENGAGED
from platinum.profile.row import Record, wide


@inner
def engage(row: Record, channel: int, reached: float, accepted: float, at_ms: int, tables: Tables) -> None:
    """Add to both counts of a channel (name hash, 0 = nothing happens); a negative count takes one back.

    There are at most 12 channels (design 2); in a full row the channel least heard of is given up.
    """
    if channel == 0:
        return
    half_life_ms = tables.settings[0]["engagement_half_life_ms"]
    as_of_ms = wide(row["engagement_as_of_ms"])
    entries = row["engaged"]
    if at_ms > as_of_ms:
        if row["n_engaged"] > 0:
            left = decay(float(at_ms - as_of_ms), half_life_ms)
            for i in range(wide(row["n_engaged"])):
                entries[i]["reached"] *= left
                entries[i]["accepted"] *= left
        row["engagement_as_of_ms"] = at_ms
        as_of_ms = at_ms
    entry = entries[_place(row, channel)]
    entry["reached"] = max(0.0, add_decayed(entry["reached"], as_of_ms, reached, at_ms, half_life_ms))
    entry["accepted"] = max(0.0, add_decayed(entry["accepted"], as_of_ms, accepted, at_ms, half_life_ms))


@inner
def find_engaged(row: Record, channel: int) -> int:
    """Index of a channel's entry, -1 when nothing on it has reached the customer."""
    for i in range(wide(row["n_engaged"])):
        if row["engaged"][i]["channel"] == channel:
            return i
    return -1


@inner
def _place(row: Record, channel: int) -> int:
    at = find_engaged(row, channel)
    if at >= 0:
        return at
    at = wide(row["n_engaged"])
    if at < MAX_ENGAGED:
        row["n_engaged"] = at + 1
    else:
        at = 0
        for i in range(1, MAX_ENGAGED):
            if row["engaged"][i]["reached"] < row["engaged"][at]["reached"]:
                at = i
    entry = row["engaged"][at]
    entry["channel"] = np.uint32(channel)
    entry["reached"] = 0.0
    entry["accepted"] = 0.0
    return at


@kernel
def reached_on(row: Record, channel: int, now_ms: int, tables: Tables) -> float:
    """Decayed count of contacts that reached the customer on a channel."""
    at = find_engaged(row, channel)
    if at < 0:
        return 0.0
    half_life_ms = tables.settings[0]["engagement_half_life_ms"]
    return decayed(row["engaged"][at]["reached"], row["engagement_as_of_ms"], now_ms, half_life_ms)


@kernel
def acceptance(row: Record, channel: int, now_ms: int, tables: Tables) -> float:
    """Accepted per reached, both decayed, drawn to the policy's prior: ``(n0·p0 + accepted) / (n0 + reached)``.

    treatment-formulas 5.1, smoothed rate.
    """
    settings = tables.settings[0]
    n0 = settings["engagement_prior_n"]
    accepted = 0.0
    at = find_engaged(row, channel)
    if at >= 0:
        accepted = decayed(row["engaged"][at]["accepted"], row["engagement_as_of_ms"], now_ms, settings["engagement_half_life_ms"])
    trials = n0 + reached_on(row, channel, now_ms, tables)
    return (n0 * settings["engagement_prior_rate"] + accepted) / trials if trials > 0.0 else float("nan")
