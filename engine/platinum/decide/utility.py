"""What a candidate is worth to customer and firm together, in money (treatment-formulas 5.1).

``U = r̂·v·C·L + λ_g·GF·v̄ − cost − κ_E·e − κ_F·F − ŝ``; r̂ is the expected reward, which is p̂ while acceptance is all that counts. Effort that
is saved (e < 0) counts 1 + EI times: it is worth most to who had the most of it. C says how welcome contacts on the channel are
(``profile.welcome``; 1 for who comes to us). What it does for a goal of theirs (GF) is ``decide.aiming``'s. ŝ is what is expected without
any contact (``decide.expecting``), so silence is worth 0. Risk has no inputs yet and adds nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.record import SILENCE
from platinum.hashing_kernels import mix64_u
from platinum.jit import inner, uint64
from platinum.numeric import decay

Record = Any


@inner
def channel_position(channels: Any, name: int) -> int:
    """Index of a channel by its name hash, -1 = not one of this policy's."""
    for h in range(channels.shape[0]):
        if channels[h]["name"] == name:
            return h
    return -1


@inner
def fatigue_by_channel(row: Record, now_ms: int, settings: Record, channels: Any, out: Any) -> None:
    """κ_F·F of each channel: contacts made and planned, decayed, in full on the channel and half elsewhere.

    Written into ``fatigue`` of ``out``, CHANNEL_RULES[H]. A contact that lies ahead weighs like one made now.
    """
    half_life_ms = settings["fatigue_half_life_ms"]
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
        out[h]["fatigue"] = settings["kappa_fatigue"] * (0.5 * (total + out[h]["fatigue"]))


@inner
def effort_term(terms: Record, person: Record) -> float:
    """κ_E·e; what saves effort counts more the harder it was."""
    return float(terms["effort"] * person["eases"] if terms["effort"] < 0.0 else terms["effort"])


@inner
def utility_of(c: int, scratch: Any) -> float:
    """U of candidate ``c``, survivor or not; ``SILENCE`` is worth 0."""
    if c == SILENCE:
        return 0.0
    terms = scratch.terms[c]
    rules = scratch.channels[terms["channel"]]
    value = scratch.expected[c] * terms["value"] * rules["welcome"]
    return float(value - terms["cost"] - effort_term(terms, scratch.person[0]) - rules["fatigue"] - rules["alone"] + terms["goal"])


@inner
def tie_hash(ref: np.uint64, c: int, tables: Any) -> np.uint64:
    """What decides between equals: a hash of decision and candidate, never the alphabet or the file's order."""
    if c == SILENCE:
        return mix64_u(ref, uint64(0))
    candidate = tables.candidates[c]
    action = mix64_u(ref, uint64(tables.actions[candidate["action"]]["name"]))
    return mix64_u(action, uint64(tables.channels[candidate["channel"]]["name"]))
