"""Goals before gadgets: what brings somebody closer to a goal of theirs weighs more (treatment-formulas 3.12, 5.1).

``GF(a) = max_g conf_g·match(a, g)·(1 − progress_g)`` adds ``λ_g·GF·v̄`` to the utility of an offer or help, whatever the chance that it is
accepted. A question for the goal gets what knowing it could change, ``λ_g·v̄·(1 − known)``: what the best help for a goal would weigh,
times how unsure we are of theirs; where that is less than what the answer costs them, they are not asked. It is written once per decision
into the terms of those candidates, so that nothing that weighs candidates has to know of it.
"""

from __future__ import annotations

from typing import Any

from platinum.decide.layout import SUM_SLACK
from platinum.jit import constant, inner, int64, uint64
from platinum.policy.goal_keys import GADGET, NEAR, SERVES
from platinum.policy.tables import ASKS_GOAL
from platinum.profile.goals import confidence_in, need_of
from platinum.vocabulary.codes import ActionType, Lane

Record = Any

_GROWTH, _OFFER = constant(Lane.GROWTH), constant(ActionType.OFFER)
_ASKS_GOAL, _NOTHING = uint64(ASKS_GOAL), uint64(0)
_NO, _YES = constant(0), constant(1)


@inner
def look_at_goals(row: Record, now_ms: int, tables: Any, person: Record) -> None:
    """Fill what PERSON says about goals: conf·(1 − progress) of each of the policy's, whether there is any, how sure we are of one."""
    n = int64(tables.settings[0]["n_goals"])
    person["aims"], person["goal_known"] = _NO, 0.0
    for g in range(n):
        need = need_of(row, g, now_ms, tables)
        person["needs"][g] = need
        if need > 0.0:
            person["aims"] = _YES
            person["goal_known"] = max(float(person["goal_known"]), confidence_in(row, g, now_ms, tables))


@inner
def goal_fit(action: Record, person: Record, n_goals: int) -> float:
    """GF of an action, 0 to 1."""
    if person["aims"] == _NO:
        return 0.0
    best = SERVES * person["needs"][action["goal"] - 1] if action["goal"] > 0 else 0.0
    if action["near_goals"] != 0:
        for g in range(n_goals):
            if (action["near_goals"] >> g) & 1 == 1:
                best = max(best, NEAR * person["needs"][g])
    return float(best)


@inner
def goal_worth(action: Record, person: Record, settings: Record) -> float:
    """Money that a candidate of this action gets for a goal, or for asking for it."""
    if action["lane"] == _GROWTH:
        return float(settings["goal_money"] * goal_fit(action, person, int64(settings["n_goals"])))
    if (action["asks"] & _ASKS_GOAL) != _NOTHING:
        return float(settings["goal_money"] * (1.0 - person["goal_known"]))
    return 0.0


@inner
def worth_asking(action: Record, person: Record, settings: Record) -> bool:
    """Whether to know the goal could change more than it costs them to say it; of what asks for none, always.

    Where the policy names no goal, what it could change has no number, and conditions alone may read it: then it is asked.
    """
    if (action["asks"] & _ASKS_GOAL) == _NOTHING or settings["n_goals"] == 0:
        return True
    return bool(goal_worth(action, person, settings) > settings["kappa_effort"] * max(0.0, float(action["effort"])))


@inner
def value_goals(tables: Any, scratch: Any) -> None:
    """Write what goals add into the terms of every candidate, and what bounds are read from; nothing where no term changes."""
    settings, person = tables.settings[0], scratch.person[0]
    if settings["n_goals"] == 0 or (person["aims"] == _NO and person["aimed"] == _NO and settings["asks_goal"] == 0):
        return
    person["aimed"] = person["aims"]
    for q in range(scratch.ordered.shape[0]):
        c = int64(scratch.ordered[q])
        terms = scratch.terms[c]
        goal = goal_worth(tables.actions[tables.candidates[c]["action"]], person, settings)
        terms["goal"] = goal
        scratch.fixed[q] = terms["fixed"] - goal - SUM_SLACK * goal


@inner
def say_goal(action: Record, outbound: int, tables: Any, scratch: Any, out: Record) -> None:
    """Fill how well what was chosen fits a goal, and whether it is a gadget: an offer sent to somebody whom it brings no closer to one."""
    n_goals = int64(tables.settings[0]["n_goals"])
    fit = goal_fit(action, scratch.person[0], n_goals)
    out["goal_fit"] = fit
    out["gadget"] = 1 if n_goals > 0 and outbound != 0 and action["type"] == _OFFER and fit < GADGET else 0
