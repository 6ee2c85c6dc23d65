"""The scalars of ``Tables.settings``, with their defaults and where those come from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.accounts import account_members
from platinum.policy.actions import CompiledAction
from platinum.policy.agents import agent_members
from platinum.policy.arranging import PER_WISH
from platinum.policy.arrays import longest_cap_ms, records
from platinum.policy.budgets import budget_members
from platinum.policy.cohorts import cohort_members
from platinum.policy.community import community_members
from platinum.policy.declared import Declared, Values, kept
from platinum.policy.effort_keys import effort_members
from platinum.policy.goal_keys import goal_members, mean_value
from platinum.policy.human_keys import call_back_index
from platinum.policy.listening import listening_members
from platinum.policy.promise_classes import LATE_MS, NOTICE_MS
from platinum.policy.reciprocity import reciprocity_members
from platinum.policy.scalars import DAY_MS
from platinum.policy.surprises import surprise_members
from platinum.policy.tiers import tier_members
from platinum.policy.value_keys import typical_equity, value_members
from platinum.vocabulary.codes import Lane

_HOUR_MS = DAY_MS // 24
# Defaults as ``language`` documents them.
_WEIGHTS = {"effort": 0.10, "fatigue": 0.05, "goal": 1.0}
_EXPLORE: dict[str, Any] = {
    "gamma0": 10.0,
    "prior_n": 50.0,
    "interval": 7 * DAY_MS,
    "max_scored": 20,
    "random": 0.02,
    "silence": 0.02,
    "same_for_all": 0.01,
    "mature_at": 0.0,
    "tone": 0.0,
    "hour": 0.05,
}
_EXPLORE |= {"method": "square_cb", "epsilon": 0.05}
_THANK = {
    "threshold": 3.0,
    "interval": 90 * DAY_MS,
    "quiet_before": 24 * _HOUR_MS,
    "quiet_after": 72 * _HOUR_MS,
    "half_life": 90 * DAY_MS,
    "holdout": 0.05,
    "daily": 1.0,
    "delay": 0,
}
#: Share of promises that everybody is taken to be kept, until the learner knows it.
SAY_DO_PRIOR = 0.9
#: Trust below it is low (treatment-formulas 3.7).
TRUST_LOW = 0.5
_DEADLINES = [72 * _HOUR_MS, 72 * _HOUR_MS, 24 * _HOUR_MS, 24 * _HOUR_MS, 4 * _HOUR_MS]
_RECOVERY = {"quarantine": 14 * DAY_MS, "called_off": 7 * DAY_MS, "deadlines": _DEADLINES}
_HALF_LIVES = {"affinity": 90 * DAY_MS, "engagement": 30 * DAY_MS, "value": 365 * DAY_MS, "view": 30 * DAY_MS, "fatigue": 7 * DAY_MS}
_HALF_LIVES["welcome"] = 180 * DAY_MS
#: A contact of a channel that has never been tried is expected to be taken up like this many others at this rate.
ENGAGEMENT_PRIOR_N, ENGAGEMENT_PRIOR_RATE = 10.0, 0.05


def settings(
    values: Values, version: str, declared: Declared, zone: int, actions: Sequence[CompiledAction], cap_rows: NDArray[np.void]
) -> NDArray[np.void]:
    """SETTINGS[1] of a policy with this content hash."""
    weights = {**_WEIGHTS, **values.get("weights", {})}
    thank = {**_THANK, **values.get("thank", {})}
    lives = {**_HALF_LIVES, **values.get("half_lives", {}), "gratitude": thank["half_life"]}
    lives["view"] = lives.pop("views", lives["view"])
    low, high = utility_range(_prior_utilities(values, actions, weights["effort"]))
    aims = aim_members(values, declared, weights["goal"], actions)
    one = {
        "policy": np.uint64(int(version, 16)),
        "utility_low": low,
        "utility_high": high + (aims["goal_money"] if aims["n_goals"] else 0.0),
        "kappa_effort": weights["effort"],
        "kappa_fatigue": weights["fatigue"],
        "thank_threshold": thank["threshold"],
        "thank_weight": thank.get("weight", thank["threshold"]),
        **{f"thank_{name}_ms": thank[name] for name in ("interval", "quiet_before", "quiet_after", "delay")},
        **{f"thank_{name}": thank[name] for name in ("holdout", "daily")},
        **exploration_members(values),
        **{f"{name}_half_life_ms": life for name, life in lives.items()},
        "engagement_prior_n": ENGAGEMENT_PRIOR_N,
        "engagement_prior_rate": ENGAGEMENT_PRIOR_RATE,
        "longest_cap_ms": longest_cap_ms(cap_rows),
        **ledger_members(values, thank["threshold"]),
        **effort_members(values),
        "call_back": call_back_index(values),
        **budget_members(values),
        **cohort_members(values),
        **worth_members(values, actions),
        **aims,
        "zone": zone,
        "default_tone": declared.default_tone,
    }
    return records(t.SETTINGS, [one])


def exploration_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about what is tried out, and on whom."""
    explore = {**_EXPLORE, **values.get("exploration", {})}
    return {
        # treatment-formulas 5.2: γ = γ0·√n; until the learner speaks, n is what the priors are worth.
        "gamma": explore["gamma0"] * math.sqrt(explore["prior_n"]),
        "prior_n": explore["prior_n"],
        "epsilon": explore["epsilon"] if explore["method"] == "epsilon_greedy" else 0.0,
        "explore_interval_ms": explore["interval"],
        "max_scored": explore["max_scored"],
        "arm_random": explore["random"],
        "arm_silent": explore["silence"],
        "arm_same": explore["same_for_all"],
        "mature_at": explore["mature_at"],
        "tone_trial": explore["tone"],
        "hour_trial": explore["hour"],
    }


def ledger_members(values: Values, threshold: float) -> dict[str, Any]:
    """Members of SETTINGS about what is owed; ``threshold`` is that of a thank-you."""
    recovery = {**_RECOVERY, **values.get("recovery", {})}
    deadlines = kept(recovery["deadlines"])
    return {
        "promise_half_life_ms": 180.0 * DAY_MS,
        "say_do_prior": SAY_DO_PRIOR,
        "late_ms": LATE_MS,
        **dict.fromkeys(("trust_kept", "trust_terms", "trust_recovery"), -1.0),
        "trust_low": values.get("trust", {}).get("low", TRUST_LOW),
        "thank_patience": recovery.get("patience", 1.5 * threshold),
        "notice_ms": NOTICE_MS,
        "early_ms": 2 * DAY_MS,
        **listening_members(values),
        "quarantine_ms": recovery["quarantine"],
        "called_off_ms": recovery["called_off"],
        "recovery_owner": name_hash(recovery["owner"]) if "owner" in recovery else 0,
        "write_off_ms": 180 * DAY_MS,
        "case_deadline_ms": tuple((deadlines + _DEADLINES[len(deadlines) :])[:5]),
    }


def aim_members(values: Values, declared: Declared, weight: float, actions: Sequence[CompiledAction]) -> dict[str, Any]:
    """Members of SETTINGS about goals, variety and surprises; ``weight``: λ_g."""
    return {
        "goal_money": weight * mean_value(_expected(values, actions)),
        **goal_members(values, declared),
        "asks_goal": int(any(int(one.record["asks"]) & t.ASKS_GOAL for one in actions)),
        "signatures": signatures(actions),
        **surprise_members(values),
    }


def worth_members(values: Values, actions: Sequence[CompiledAction]) -> dict[str, Any]:
    """Members of SETTINGS about what people are worth and have given; ``grows``: an action is valued by a share of it."""
    grows = any(one.record.get("of_equity") or one.record.get("of_unrealised") for one in actions)
    return {
        **value_members(values),
        **tier_members(values),
        **reciprocity_members(values),
        **agent_members(values),
        **account_members(values),
        **community_members(),
        "grows": int(grows),
    }


def _prior_utilities(values: Values, actions: Sequence[CompiledAction], kappa_effort: float) -> list[float]:
    """p·v·L − cost − κ·effort of every scored candidate, by the policy's priors."""
    charges = {name: spec.get("cost", 0.0) for name, spec in values.get("channels", {}).items()}
    return [
        value - one.action.cost - charges.get(channel, 0.0) - kappa_effort * one.record["effort"]
        for value, (one, channel) in zip(_expected(values, actions), _scored(actions), strict=True)
    ]


def _scored(actions: Sequence[CompiledAction]) -> list[tuple[CompiledAction, str]]:
    """Action and channel of every scored candidate."""
    return [(one, channel) for one in actions if one.action.lane is Lane.GROWTH for channel in one.p_accept]


def _expected(values: Values, actions: Sequence[CompiledAction]) -> list[float]:
    """p·v·L of every scored candidate, by the policy's priors."""
    typical = typical_equity(values)
    return [
        one.p_accept[channel]
        * (one.record["value"] + typical * (one.record.get("of_equity", 0.0) + one.record.get("of_unrealised", 0.0)))
        * one.record["lever"]
        for one, channel in _scored(actions)
    ]


def signatures(actions: Sequence[CompiledAction]) -> float:
    """M of treatment-formulas 3.14: action × channel × tone × presentation, as far as the policy has words for them."""
    ways = [max(1, int(one.record["tones"]).bit_count()) * PER_WISH ** int(one.record["presents"]).bit_count() for one in actions]
    return float(sum(n * len(one.p_accept) for n, one in zip(ways, actions, strict=True)))


def utility_range(utilities: Sequence[float]) -> tuple[float, float]:
    """Utilities that SquareCB maps to cost 1 and cost 0 until a snapshot brings measured ones (treatment-formulas 5.2).

    Taken from the prior utilities p·v·L − cost − κ·effort of all scored candidates. High is twice their upper quartile
    (of those above 0): priors are averages, so a customer likelier than average must not be clipped level with one
    who is not; but twice the maximum would let one rare candidate of great value (a visit for 5,000 among offers of
    20) press all others together, and what is pressed together is drawn almost evenly. Low is the worst of them, 0 at
    most, as silence is, and −high at least, for the same reason. Fixed per policy, never by what one decision compares.
    """
    above = sorted(u for u in utilities if u > 0.0)
    high = 2.0 * (above[(3 * (len(above) - 1) + 3) // 4] if above else 0.5)
    return max(-high, min(0.0, *utilities)) if utilities else 0.0, high
