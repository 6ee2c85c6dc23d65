"""What is expected of every candidate once the learner has spoken: its prior, and what is added for this person and this candidate.

Before, the priors stand, and they stand in the working memory already.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.jit import constant, inner, int64, uint64
from platinum.profile.engagement import acceptance
from platinum.profile.entries import N_OWN
from platinum.profile.features import fill_features
from platinum.profile.own import (
    ANSWERED,
    CHANNEL,
    GIVEN,
    ONE,
    SINCE_BOUGHT,
    USUAL,
    answered_as,
    fill_category,
    find_answers,
    interest_left,
)
from platinum.profile.row import wide
from platinum.scoring.kernel import score
from platinum.scoring.model import ACCEPTED, REWARD, VARIANCE
from platinum.vocabulary.arms import Arm

Record = Any

#: No chance is held to be smaller, nor larger than 1 less it: nobody is known that well.
LEAST_CHANCE = 0.001
_SAME = constant(Arm.SAME_FOR_ALL)


@inner
def expect(row: Record, trigger: Record, tables: Any, model: Any, scratch: Any) -> None:
    """Fill ``chance``, ``expected``, ``spread`` and ``hopes``; after the rules of all channels are."""
    if model.learned[0] == 0:
        return
    if scratch.person[0]["arm"] == _SAME:
        stand_by_priors(row, trigger, tables, scratch)
        return
    fill_features(row, trigger, tables, scratch.features)
    for f in range(uint64(scratch.features.shape[0])):
        scratch.squares[f] = scratch.features[f] * scratch.features[f]
    fill_owned(row, int64(trigger["now_ms"]), tables, scratch)
    sum_up(ACCEPTED, scratch.features, model, scratch)
    for c in range(uint64(scratch.chance.shape[0])):
        scratch.chance[c] = min(1.0 - LEAST_CHANCE, max(LEAST_CHANCE, tables.candidates[c]["p_accept"] + scratch.sums[c]))
    sum_up(REWARD, scratch.features, model, scratch)
    for c in range(uint64(scratch.chance.shape[0])):
        scratch.expected[c] = scratch.terms[c]["hope"] + scratch.sums[c]
    square(scratch.owned)
    sum_up(VARIANCE, scratch.squares, model, scratch)
    for c in range(uint64(scratch.chance.shape[0])):
        scratch.spread[c] = scratch.sums[c]
    for q in range(uint64(scratch.ordered.shape[0])):
        scratch.hopes[q] = scratch.expected[uint64(scratch.ordered[q])]
    leave_alone(tables, model, scratch)


@inner
def stand_by_priors(row: Record, trigger: Record, tables: Any, scratch: Any) -> None:
    """As before anything was learned, but that the features are filled: what comes of it is learned from all the same."""
    fill_features(row, trigger, tables, scratch.features)
    for c in range(uint64(scratch.chance.shape[0])):
        scratch.chance[c], scratch.expected[c], scratch.spread[c] = tables.candidates[c]["p_accept"], scratch.terms[c]["hope"], 0.0
    for q in range(uint64(scratch.ordered.shape[0])):
        scratch.hopes[q] = scratch.expected[uint64(scratch.ordered[q])]
    for h in range(scratch.channels.shape[0]):
        scratch.channels[h]["alone"], scratch.channels[h]["alone_spread"] = 0.0, 0.0


@inner
def fill_owned(row: Record, now_ms: int, tables: Any, scratch: Any) -> None:
    """What every candidate is to this person: read once per category, channel and action that they know, and laid out for ``sum_up``.

    Candidate by candidate, the logarithms alone took 3 µs of 50.
    """
    owned = scratch.owned
    for h in range(scratch.channels.shape[0]):
        running = scratch.channels[h]["running"] != 0
        scratch.heard[h] = acceptance(row, wide(tables.channels[h]["name"]), now_ms, tables) if running else 0.0
    for c in range(uint64(owned.shape[1])):
        owned[ONE, c], owned[CHANNEL, c] = 1.0, scratch.heard[scratch.terms[c]["channel"]]
        owned[ANSWERED, c], owned[GIVEN, c] = 0.0, 0.0
    left = interest_left(row, now_ms, tables)
    for a in range(tables.actions.shape[0]):
        if scratch.alike[a] == a:
            fill_category(row, wide(tables.actions[a]["category"]), left, now_ms, scratch.own)
        else:
            like = scratch.first[scratch.alike[a]]
            for s in range(USUAL, SINCE_BOUGHT + 1):
                scratch.own[s] = owned[s, like]
        for c in range(scratch.first[a], scratch.first[a + 1]):
            for s in range(USUAL, SINCE_BOUGHT + 1):
                owned[s, c] = scratch.own[s]
    fill_known(row, tables, scratch)


@inner
def fill_known(row: Record, tables: Any, scratch: Any) -> None:
    """Fill ANSWERED and GIVEN of the actions that have met them."""
    for a in range(tables.actions.shape[0] if row["n_answers"] > 0 else 0):
        at = find_answers(row, wide(tables.actions[a]["name"]))
        for c in range(scratch.first[a], scratch.first[a + 1] if at >= 0 else scratch.first[a]):
            answered_as(row, at, tables.candidates[c]["p_accept"], scratch.own)
            scratch.owned[ANSWERED, c], scratch.owned[GIVEN, c] = scratch.own[ANSWERED], scratch.own[GIVEN]


@inner
def sum_up(head: int, features: Any, model: Any, scratch: Any) -> None:
    """What one part of the model adds up for every candidate, into ``sums``."""
    score(features, model.weights[head], model.bias[head], scratch.sums)
    for s in range(N_OWN):
        add_products(model.own[head, s], scratch.owned[s], scratch.sums)


@inner
def add_products(weights: Any, values: Any, sums: Any) -> None:
    """Add the products of one row of weights and one of values, candidate by candidate."""
    for c in range(uint64(sums.shape[0])):
        sums[c] += weights[c] * values[c]


@inner
def square(values: Any) -> None:
    """Put squares in the place of values."""
    for s in range(uint64(values.shape[0])):
        for c in range(uint64(values.shape[1])):
            values[s, c] = values[s, c] * values[s, c]


@inner
def leave_alone(tables: Any, model: Any, scratch: Any) -> None:
    """What is expected, in money, of who is left in peace, and its variance: a contact is worth what comes of it beyond that.

    Who comes to us is there already: nothing is taken off what they may be shown. How welcome contacts are (C) stood in for that: once it
    is known, C is 1. It would count the same twice, and against the contact alone: of people who like to be reminded, but seldom say so,
    two in three were left alone after ten weeks.
    """
    expected, spread = np.float64(model.silence[0, 0]), np.float64(model.silence[1, 0])
    for f in range(scratch.features.shape[0]):
        expected += model.silence[0, f + 1] * scratch.features[f]
        spread += model.silence[1, f + 1] * scratch.squares[f]
    for h in range(scratch.channels.shape[0]):
        outbound = tables.channels[h]["outbound"] != 0
        scratch.channels[h]["alone"] = expected if outbound else 0.0
        scratch.channels[h]["alone_spread"] = spread if outbound else 0.0
        if outbound and spread > 0.0:
            scratch.channels[h]["welcome"] = 1.0
