"""How the decision kernel wants a policy's candidates laid out; computed once per policy.

Most gates see of an action only its lane, type, purpose, life, end and placements. Actions that are alike in these, and run on
the same channels, form a group: the gates are asked once per group and channel, not once per candidate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.decide.relief import relieves
from platinum.policy.tables import Tables
from platinum.vocabulary.codes import ActionType, Lane, Outcome

LEVER_LIMITS = (0.5, 2.0)
#: What the gates see of an action.
_ALIKE = ("lane", "type", "purpose", "expires_ms", "ends_hours_ms", "ends_days", "ends_day", "placements", "terms_missing", "budget")
#: ... and whether it lowers effort and sells nothing, or costs effort.
#: What makes it matter to an action who the person is, beside their tastes and what they called off: 0 of all of them, and it does not.
_PARTICULAR = (
    *("program_len", "sensitive", "facts", "promises", "asks", "asks_to_sell", "introduces", "parties", "min_interval_ms"),
    *("kept_out", "ramp_from_ms", "immature"),
)
#: Share of the parts of a sum that rounding cannot reach.
SUM_SLACK = 1e-12

#: What is the same of a candidate in every decision, read out of the policy once (treatment-formulas 5.1).
CANDIDATE_TERMS = np.dtype(
    [
        ("value", "<f8"),  # v·C·L; where it depends on the person, of the decision in hand (``decide.growing``)
        ("cost", "<f8"),
        ("effort", "<f8"),  # κ_E·e
        ("goal", "<f8"),  # λ_g·GF·v̄ of the decision in hand (``decide.aiming``), and the bound of cost and effort, see ``fixed_of``
        ("fixed", "<f8"),
        ("channel", "<i8"),
        ("money", "<f8"),  # what of the value does not depend on the person, and the shares of their equity and of what is left
        ("of_equity", "<f8"),
        ("of_unrealised", "<f8"),
        ("hope", "<f8"),  # reward expected before anything is learned
    ]
)

#: One group of actions. ``open``, ``passes`` and ``n`` belong to the decision in hand.
GROUP = np.dtype(
    [
        ("action", "<i8"),  # its first action stands for all
        ("channels", "<i8"),  # bit h: its actions run on channel h
        ("open", "<i8"),  # 1: on some channel more than consent decides
        ("passes", "<i8"),  # 1: on some channel those of its actions pass that the person fits
        ("n", "<i8", (5,)),  # actions by what the person is to them: FITS, DISLIKED, UNFIT, WITHHELD, KEPT_OUT
    ]
)


def terms_of(tables: Tables) -> NDArray[np.void]:
    """CANDIDATE_TERMS[C] of a policy; levers are held to [0.5, 2], the context weight is 1 until there are contexts."""
    actions = tables.actions[tables.candidates["action"]]
    terms = np.zeros(tables.candidates.shape[0], CANDIDATE_TERMS)
    levers = np.clip(actions["lever"], *LEVER_LIMITS)
    terms["value"] = terms["money"] = actions["value"] * levers
    terms["of_equity"], terms["of_unrealised"] = actions["of_equity"] * levers, actions["of_unrealised"] * levers
    terms["cost"] = tables.candidates["cost"]
    terms["effort"] = tables.settings[0]["kappa_effort"] * actions["effort"]
    terms["channel"] = tables.candidates["channel"]
    terms["hope"] = priors_of(tables)
    terms["fixed"] = fixed_of(terms)
    return terms


def first_of(tables: Tables) -> NDArray[np.int64]:
    """First candidate of each action, int64[A + 1]: candidates stand action by action."""
    of = tables.candidates["action"]
    if np.any(np.diff(of) < 0):
        raise ValueError("candidates must stand in the order of their actions")
    return np.searchsorted(of, np.arange(tables.actions.shape[0] + 1)).astype(np.int64)


def alike_of(tables: Tables) -> NDArray[np.int64]:
    """First action of the same category, int64[A]: what is known of the category is the same for both."""
    categories = tables.actions["category"].tolist()
    return np.array([categories.index(category) for category in categories], np.int64)


def plain_of(tables: Tables) -> NDArray[np.uint8]:
    """Which actions, uint8[A], fit everybody of whom ``decide.gates.is_plain`` holds: most offers do, and asking took 22 ns of each."""
    actions = tables.actions
    plain = (actions["lane"] == Lane.GROWTH) & ~np.isin(actions["type"], (ActionType.THANK_YOU, ActionType.SURPRISE))
    for name in _PARTICULAR:
        plain &= actions[name] == 0
    found: NDArray[np.uint8] = plain.astype(np.uint8)
    return found


def groups_of(tables: Tables) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """GROUP[G], and the group of each action, int64[A]."""
    first, channels = first_of(tables), tables.candidates["channel"].tolist()
    found: dict[tuple[object, ...], int] = {}
    group, made = np.zeros(tables.actions.shape[0], np.int64), []
    for a, action in enumerate(tables.actions):
        on = sum(1 << h for h in channels[first[a] : first[a + 1]])
        alike = (on, bool(relieves(action)), bool(action["effort"] > 0), *(action[name].item() for name in _ALIKE))
        if alike not in found:
            made.append((a, on, 0, 0, (0,) * 5))
        group[a] = found.setdefault(alike, len(found))
    return np.array(made, GROUP), group


def by_channel(tables: Tables) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Candidates channel by channel, int64[C], and where each channel begins, int64[H + 1]."""
    of = tables.candidates["channel"]
    order = np.argsort(of, kind="stable")
    return order.astype(np.int64), np.searchsorted(of[order], np.arange(tables.channels.shape[0] + 1)).astype(np.int64)


def fixed_of(terms: NDArray[np.void]) -> NDArray[np.float64]:
    """Cost and effort of candidates, float64[C], rounded down: they serve upper bounds. Saved effort counts double at most."""
    cost, effort = terms["cost"].astype(np.float64), terms["effort"].astype(np.float64)
    effort = np.where(effort < 0.0, 2.0 * effort, effort)
    fixed: NDArray[np.float64] = cost + effort - SUM_SLACK * (np.abs(cost) + np.abs(effort))
    return fixed


def keenest_first(tables: Tables) -> NDArray[np.int64]:
    """Candidates by what the policy itself expects of them, int64[C], best first."""
    terms = terms_of(tables)
    return np.argsort(terms["cost"] + terms["effort"] - priors_of(tables) * terms["value"], kind="stable").astype(np.int64)


def priors_of(tables: Tables) -> NDArray[np.float64]:
    """Reward that the policy itself expects of every candidate, in parts of its action's value, float64[C].

    The chance of acceptance, times what that counts; where it counts nothing, of an order or a visit.
    """
    weights = tables.rewards["weight"][tables.candidates["action"]]
    counts = np.zeros(len(weights), np.float64)
    for outcome in (Outcome.VISITED, Outcome.ORDERED, Outcome.ACCEPTED):
        counts = np.where(weights[:, outcome] != 0.0, weights[:, outcome], counts)
    found: NDArray[np.float64] = tables.candidates["p_accept"] * counts
    return found
