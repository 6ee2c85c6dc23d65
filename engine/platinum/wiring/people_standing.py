"""How the people of a deployment stand at an instant under the policy in force there: their tier, and the segments that they are in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from platinum.decide.conditions import leaf_values
from platinum.decide.record import TRIGGER
from platinum.errors import UsageError
from platinum.ops.simulate.playing import Standing
from platinum.pipeline.checkpoint import standing
from platinum.pipeline.stages import Stages
from platinum.policy.policy import Policy
from platinum.policy.segments import holds
from platinum.policy.told import truths
from platinum.profile.codec import unpack_rows
from platinum.profile.row import ROW
from platinum.profile.second_row import is_person
from platinum.profile.tiers import tier_at
from platinum.wiring.parts import Parts


async def stages_in_force(parts: Parts) -> Stages:
    """Policy and model that the deployment decides by.

    Raises
    ------
    UsageError
        Nothing was ever in force.
    """
    d = parts.deployment
    _, version, semantics, model = max(standing(packed) for packed in await d.store.checkpoints(range(d.buckets)))
    if not version:
        raise UsageError("no policy was ever in force here: `platinum policy activate` puts one there")
    return await d.shelf.get(version, semantics, model)


def truths_of(policy: Policy, now_ms: int) -> Callable[[bytes], list[bool]]:
    """Packed row → the truth of each comparison of the policy (bool[L]) at an instant at which nothing happens."""
    trigger, row, values = np.zeros(1, TRIGGER), np.zeros(1, ROW), np.full((1, len(policy.tables.leaves)), np.nan)
    trigger["now_ms"], trigger["offset"], trigger["placement"] = now_ms, -1, -1

    def of(blob: bytes) -> list[bool]:
        unpack_rows([blob], row, np.zeros(1, np.int64))
        leaf_values(row, trigger, policy.tables, values)
        found: list[bool] = truths(policy.tables.leaves, values)[0].tolist()
        return found

    return of


def tier_names_of(policy: Policy) -> list[str]:
    """Tiers of a policy, lowest first."""
    settings = policy.tables.settings[0]
    return [policy.names[int(hashed)] for hashed in settings["tier_names"][: int(settings["n_tiers"])]]


async def standing_of(parts: Parts, now_ms: int) -> dict[int, Standing]:
    """Of customers whose keys are numbers, as ``policy simulate`` names them; empty where the policy has neither tiers nor segments."""
    rows = {key: blob for key, blob in (await parts.all_rows()).items() if is_person(key)}
    if not rows:
        return {}
    policy = (await stages_in_force(parts)).policy
    names, row = tier_names_of(policy), np.zeros(1, ROW)
    if not names and not policy.segments:
        return {}
    truth, found = truths_of(policy, now_ms), {}
    for key, blob in rows.items():
        unpack_rows([blob], row, np.zeros(1, np.int64))
        tier = names[int(tier_at(row[0], now_ms, policy.tables))] if names else ""
        said = truth(blob) if policy.segments else []
        found[int(key)] = Standing(tier, tuple(one.name for one in policy.segments if holds(one.program, said)))
    return found
