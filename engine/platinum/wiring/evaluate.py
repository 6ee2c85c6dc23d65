"""``platinum evaluate``: the policy in force against the best single action, no personalisation, and any policy file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from platinum.errors import UsageError
from platinum.ops.evaluation.estimates import Judge, best_action
from platinum.ops.evaluation.report import Asked, Json, estimate, groups, policies, weeks
from platinum.ops.evaluation.rows import always
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.ports import DECISIONS
from platinum.wiring.decision_log import WHY, Advance, Averages, Log, Reader, averages_of, count_of, outcomes_of
from platinum.wiring.parts import Parts
from platinum.wiring.people_standing import stages_in_force
from platinum.wiring.reading import on
from platinum.wiring.snapshots_given import Snapshot
from platinum.wiring.versions import Target, Versions

IN_FORCE, PRIORS, AVERAGE, BEST = "in force", "nothing learned", "averages", "best single action"
#: Halves the people, for everybody in the same way unless said otherwise.
SALT = "evaluate"
#: Answers that the policy's prior counts beside those that were given (treatment-formulas 5.1).
_PRIOR_N = 50.0


class Request(NamedTuple):
    """What was asked for.

    Attributes
    ----------
    files : sequence of (name, YAML)
        Policies to compare with.
    snapshot : Snapshot
        What these are given of what was learned.
    salt : str
        Another one halves the people otherwise.
    """

    files: Sequence[tuple[str, bytes]] = ()
    snapshot: Snapshot = Snapshot.THEN
    salt: str = SALT
    level: float = 0.95


class Loaded(NamedTuple):
    """A decision log under the targets that were asked for."""

    policy: Policy
    averages: Averages
    log: Log


def to_read(data: Path) -> int:
    """How many decisions will be looked at, twice."""

    async def both(parts: Parts) -> int:
        return 2 * await count_of(parts, DECISIONS)

    return on(data, both)


def compiled(files: Sequence[tuple[str, bytes]], policy: Policy) -> list[Policy]:
    """Policies of files, in the currency of the one in force.

    Raises
    ------
    PolicyInvalid, UsageError
        One has mistakes, counts in another currency, or has another's name.
    """
    found = []
    for name, source in files:
        one = compile_policy(source, name)
        if one.currency != policy.currency:
            raise UsageError(f"{name}: 'currency' must be {policy.currency}, as that of the policy in force, or values do not compare")
        found.append(one)
    if len({name for name, _ in files}) < len(files):
        raise UsageError("each policy file must be given once")
    return found


async def load(parts: Parts, targets: Callable[[Policy, Averages], Sequence[Target]], request: Request, advance: Advance) -> Loaded:
    """Read the log once for what is average, and once for what each target would have done."""
    stages = await stages_in_force(parts)
    policy = await parts.deployment.shelf.policy(int(stages.policy.version, 16))
    outcomes = await outcomes_of(parts)
    averages = await averages_of(parts, outcomes, request.salt, advance)
    versions = Versions(parts, request.snapshot)
    versions.newest = stages.version[1]
    reader = Reader(policy, versions, targets(policy, averages), outcomes, averages.until_ms)
    return Loaded(policy, averages, await reader.read(parts, advance))


async def evaluation_of(parts: Parts, request: Request, advance: Advance = lambda _: None) -> Json:
    """The report, as ``platinum evaluate --json`` prints it."""
    named = {name: f"policy {name}" for name, _ in request.files}

    def targets(policy: Policy, averages: Averages) -> list[Target]:
        ours = [Target(IN_FORCE, policy), Target(PRIORS, policy, learns=False), Target(AVERAGE, averaged(policy, averages), learns=False)]
        return ours + [Target(name, one, follows=True) for name, one in zip(named, compiled(request.files, policy), strict=True)]

    found = await load(parts, targets, request, advance)
    return report(found, named, request)


def report(found: Loaded, named: dict[str, str], request: Request) -> Json:
    """Estimates of what was read."""
    rows, log = found.log.rows, found.log
    judge = Judge(rows, log.missing, request.level)
    every = np.ones(rows.n, np.bool_)
    first = rows.part(request.salt, log.customers) if rows.n else every
    asked = [Asked(name, _about(name, found, named), log.under[name], every) for name in (IN_FORCE, PRIORS) if name in log.under]
    if AVERAGE in log.under:
        asked.append(Asked(AVERAGE, _about(AVERAGE, found, named), log.under[AVERAGE], ~first))
    actions = {name: always(name, rows) for name in dict.fromkeys(arm[0] for arm in rows.arms)}
    best = best_action(rows, judge, first, actions)
    if best is not None:
        told = f"{best or 'silence'} wherever it may be; chosen on the other half of the people"
        asked.append(Asked(BEST, told, actions[best], ~first))
    asked += [Asked(name, about, log.under[name], every) for name, about in named.items() if name in log.under]
    return {
        "policy": found.policy.name,
        "version": found.policy.version,
        "currency": found.policy.currency,
        "snapshot": request.snapshot.value,
        "level": request.level,
        "decisions": log.decisions,
        "used": rows.n,
        "people": len(log.customers),
        "left_out": {WHY.get(why, why): n for why, n in log.left_out.most_common()},
        "achieved": estimate(judge.achieved(every)),
        "best_action": None if best is None else best or "silence",
        "policies": policies(asked, judge, every),
        "groups": groups(asked, judge, rows),
        "weeks": weeks(asked, judge, rows),
    }


def _about(name: str, found: Loaded, named: dict[str, str]) -> str:
    said = {
        IN_FORCE: f"{found.policy.name} {found.policy.version}, with what was learned until each decision",
        PRIORS: "the same policy with its own expectation of each action, the same for everybody",
        AVERAGE: "the same policy with the average answer to each action, the same for everybody",
    }
    return said.get(name) or named[name]


def averaged(policy: Policy, averages: Averages) -> Policy:
    """The policy with the average answer to each action in place of its own expectation."""
    candidates = policy.tables.candidates.copy()
    for c, a in enumerate(candidates["action"].tolist()):
        name, prior = policy.actions[a].name, float(candidates["p_accept"][c])
        candidates["p_accept"][c] = (_PRIOR_N * prior + averages.accepted[name]) / (_PRIOR_N + averages.given[name])
    return replace(policy, tables=policy.tables._replace(candidates=candidates))


def evaluate_data(data: Path, request: Request, advance: Advance) -> Json:
    """Of a deployment on this machine, running or not."""
    return on(data, lambda parts: evaluation_of(parts, request, advance))
