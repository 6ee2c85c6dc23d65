"""A policy as the stages see it once the learner has spoken: the same tables, with what was measured in place of what was assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.learn.portfolio import JUDGED_FROM
from platinum.pipeline.learned_bonds import set_bonds, set_introductions
from platinum.pipeline.learned_hours import set_hours
from platinum.pipeline.learned_model import set_exploration, set_maturity
from platinum.pipeline.learned_tones import set_tones
from platinum.pipeline.learned_worth import set_worth
from platinum.policy.budgets import share_of
from platinum.policy.policy import Policy

#: A promise of "as soon as we can" is quoted so that it is kept with this probability.
QUOTED_AT = "0.95"


def with_learned(policy: Policy, judged: Mapping[str, Any]) -> Policy:
    """The policy under a snapshot (``learn.portfolio.Portfolio.judged``).

    Classes get their quote and whether they may be promised; everybody's say/do ratio and the parts of their trust start at the
    measured rates, once those are some.
    """
    promises, settings = policy.tables.promises.copy(), policy.tables.settings.copy()
    classes = judged["classes"]
    for i, name in enumerate(policy.promises):
        known = classes.get(name)
        if known is not None:
            promises[i]["quote_ms"] = known["quote_ms"][QUOTED_AT] or 0
            promises[i]["barred"] = not known["may_promise"]
    n = sum(one["n"] for one in classes.values())
    if n >= JUDGED_FROM:
        settings["say_do_prior"] = sum(one["n"] * one["rate"] for one in classes.values()) / n
        settings["trust_kept"] = settings["say_do_prior"]
    for part in ("terms", "recovery"):
        known = judged.get(part)  # a snapshot of before there was trust has neither
        if known is not None and known["n"] >= JUDGED_FROM and known["some"]:
            settings[f"trust_{part}"] = known["rate"]
    for name, people in judged.get("demand", {}).items():
        for i in range(int(settings[0]["n_budgets"])):
            if settings[0]["budget_name"][i] == name_hash(name):
                settings["budget_share"][0, i] = share_of(float(settings[0]["budget_per_day"][i]), people)
    set_bonds(settings, judged.get("cohorts") or {})
    set_introductions(settings, judged.get("introductions") or (), policy.names)
    _with_writing(settings, judged.get("writing") or {})
    set_exploration(settings, judged.get("taught"))
    set_tones(settings, policy.tables.tones, judged.get("taught"))
    if judged.get("worth") is not None:  # a snapshot of before anybody's worth was told has none
        set_worth(settings, judged["worth"])
    actions, channels = policy.tables.actions.copy(), policy.tables.channels.copy()
    set_maturity(policy, actions, judged.get("taught"))
    set_hours(channels, policy.channels, judged.get("taught"))
    tables = policy.tables._replace(promises=promises, settings=settings, actions=actions, channels=channels)
    return replace(policy, tables=tables)


def _with_writing(settings: NDArray[np.void], known: Mapping[str, Any]) -> None:
    """What is usual in how customers write, and the usual tone of each cohort, once that is known (``learn.writing``)."""
    if known.get("mean") is None:
        return
    settings["style_mean"][0], settings["style_spread"][0] = known["mean"], known["spread"]
    for i, (name, cohort) in enumerate(known["cohorts"].items()):
        settings["style_cohorts"][0, i], settings["style_tone"][0, i] = name_hash(name), cohort["tone"]
    settings["n_style_cohorts"] = len(known["cohorts"])
