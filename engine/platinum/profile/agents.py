"""What employees did: something else than was decided, and whether a team settled at once what somebody came for.

Told to the learner and kept nowhere else. How long anybody talked or waited is not part of it: who listens longer is not worse.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.effort import GAP_MS
from platinum.profile.entries import MAX_MORE, PENDING_OVERRIDDEN
from platinum.profile.facts import tell_of
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Fact

_OVERRIDDEN, _RESOLVED = constant(Fact.OVERRIDDEN), constant(Fact.RESOLVED)
_FLAG, _NONE = np.uint32(PENDING_OVERRIDDEN), np.uint32(0)
_HALF = np.uint64(32)


@inner
def whose(event: Record, tables: Tables) -> np.uint64:
    """Team (name hash) and, in the upper half, who of it, if the policy lets individuals be counted."""
    team, agent = np.uint64(wide(event["low"])), np.uint64(wide(event["high"]))
    return np.uint64(team | (agent << _HALF)) if tables.settings[0]["individuals"] != 0 else team


@inner
def override(row: Record, more: Record, entry: Record, event: Record, tables: Tables) -> None:
    """An employee did something else than pending decision ``entry``; told once. It is no answer of the customer's."""
    if (entry["flags"] & _FLAG) != _NONE:
        return
    entry["flags"] |= _FLAG
    if more.shape[0] == 1 or more[0]["told"] >= MAX_MORE:
        return
    tell_of(more, _OVERRIDDEN, wide(entry["action"]), wide(event["occurred_ms"]), 1.0, 0.0)
    fact = more[0]["entries"][more[0]["told"] - 1]
    fact["owner"], fact["channel"], fact["ref"] = event["name_a"], event["name_b"], whose(event, tables)


@inner
def tell_resolved(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """A team settled what somebody came for; kept is 1 where it took one contact, nobody handed it on or asked again."""
    if event["low"] <= 0.0 or more.shape[0] == 1 or more[0]["told"] >= MAX_MORE:
        return
    at_once = 1.0 if took_one(row, wide(event["name_a"]), wide(event["occurred_ms"])) else 0.0
    tell_of(more, _RESOLVED, 0, wide(event["occurred_ms"]), 1.0, at_once)
    more[0]["entries"][more[0]["told"] - 1]["ref"] = whose(event, tables)


@inner
def took_one(row: Record, intent: int, at_ms: int) -> bool:
    """Whether the journey about ``intent`` (0 = the newest one) has had one contact at most so far, and no trouble of that kind."""
    found = -1
    for i in range(wide(row["n_journeys"])):
        journey = row["journeys"][i]
        if at_ms >= journey["last_ms"] + GAP_MS or at_ms <= journey["first_ms"] - GAP_MS:
            continue
        if journey["intent"] == intent or (intent == 0 and (found < 0 or journey["last_ms"] > row["journeys"][found]["last_ms"])):
            found = i
    if found < 0:
        return True
    journey, contacts = row["journeys"][found], 0
    for k in range(wide(journey["n_channels"])):
        contacts += max(wide(journey["started"][k]), wide(journey["requests"][k]))
    return bool(contacts <= 1 and journey["transfers"] == 0 and journey["asked_again"] == 0)
