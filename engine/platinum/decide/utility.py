"""What a candidate is worth to customer and firm together, in money (treatment-formulas 5.1).

``U = p̂·v·C·L − cost − κ_E·e − κ_F·F``. Terms whose inputs do not exist yet are neutral: context weight C is 1, goals
and risk add nothing. Silence is worth 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.record import SILENCE
from platinum.hashing import mix64_u
from platinum.jit import inner, uint64
from platinum.numeric import decay, sigmoid

Record = Any

_LEVER_LOW, _LEVER_HIGH = 0.5, 2.0


@inner
def channel_position(channels: Any, name: int) -> int:
    """Index of a channel by its name hash, -1 = not one of this policy's."""
    for h in range(channels.shape[0]):
        if channels[h]["name"] == name:
            return h
    return -1


@inner
def fatigue_by_channel(row: Record, now_ms: int, half_life_ms: float, channels: Any, out: Any) -> None:
    """F of each channel: contacts made and planned, decayed, in full on the channel and half elsewhere.

    Written into ``fatigue`` of ``out``, CHANNEL_RULES[H]. A contact that lies ahead weighs like one made now.
    """
    total = 0.0
    for h in range(out.shape[0]):
        out[h]["fatigue"] = 0.0
    for i in range(row["n_contacts"]):
        contact = row["contacts"][i]
        weight = decay(float(max(0, now_ms - contact["at_ms"])), half_life_ms)
        total += weight
        h = channel_position(channels, contact["channel"])
        if h >= 0:
            out[h]["fatigue"] += weight
    for i in range(row["n_planned"]):
        planned = row["planned"][i]
        if planned["expires_ms"] <= now_ms:
            continue
        weight = decay(float(max(0, now_ms - planned["send_ms"])), half_life_ms)
        total += weight
        h = channel_position(channels, planned["channel"])
        if h >= 0:
            out[h]["fatigue"] += weight
    for h in range(out.shape[0]):
        out[h]["fatigue"] = 0.5 * (total + out[h]["fatigue"])


@inner
def value_if_accepted(action: Record) -> float:
    """v·C·L: money if accepted, times the action's lever within its limits."""
    return float(action["value"] * min(_LEVER_HIGH, max(_LEVER_LOW, action["lever"])))


@inner
def costs_of(c: int, tables: Any, scratch: Any) -> tuple[float, float, float]:
    """(cost, κ_E·e, κ_F·F) of candidate ``c``; what it costs whether accepted or not."""
    candidate = tables.candidates[c]
    settings = tables.settings[0]
    effort = settings["kappa_effort"] * tables.actions[candidate["action"]]["effort"]
    return candidate["cost"], effort, settings["kappa_fatigue"] * scratch.channels[candidate["channel"]]["fatigue"]


@inner
def utility_of(c: int, tables: Any, scratch: Any) -> float:
    """U of candidate ``c``, survivor or not; ``SILENCE`` is worth 0."""
    if c == SILENCE:
        return 0.0
    cost, effort, fatigue = costs_of(c, tables, scratch)
    value = value_if_accepted(tables.actions[tables.candidates[c]["action"]])
    return sigmoid(float(scratch.log_odds[c])) * value - cost - effort - fatigue


@inner
def at_most(c: int, tables: Any, scratch: Any) -> float:
    """A number that U of candidate ``c`` cannot exceed, without an exponential.

    For x < 0, 1 + e^−x is at least the first terms of its series, hence the bound on p; elsewhere p ≤ 1. Nine of ten
    blocked candidates need no more than this to be known not to be among the best three.
    """
    cost, effort, fatigue = costs_of(c, tables, scratch)
    value = value_if_accepted(tables.actions[tables.candidates[c]["action"]])
    y = -float(scratch.log_odds[c])
    p = 1.0 / (2.0 + y * (1.0 + y * (0.5 + y * (1.0 / 6.0)))) if y > 0.0 else 1.0
    return (p * value * (1.0 + 1e-9) if value > 0.0 else 0.0) - cost - effort - fatigue


@inner
def tie_hash(ref: np.uint64, c: int, tables: Any) -> np.uint64:
    """What decides between equals: a hash of decision and candidate, never the alphabet or the file's order."""
    if c == SILENCE:
        return mix64_u(ref, uint64(0))
    candidate = tables.candidates[c]
    action = mix64_u(ref, uint64(tables.actions[candidate["action"]]["name"]))
    return mix64_u(action, uint64(tables.channels[candidate["channel"]]["name"]))
