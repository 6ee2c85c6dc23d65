"""``platinum policy search``: a small grid of a policy's numbers, chosen on half of the people, judged on the other half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from platinum.ops.evaluation.estimates import Judge, Mask
from platinum.ops.evaluation.grid import Axis, combinations, with_numbers
from platinum.ops.evaluation.report import Json, estimate, told
from platinum.ops.evaluation.words import SEARCH_FROM
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.wiring.decision_log import WHY, Advance, Averages, Log
from platinum.wiring.evaluate import Request, compiled, load
from platinum.wiring.parts import Parts
from platinum.wiring.people_standing import stages_in_force
from platinum.wiring.reading import on
from platinum.wiring.versions import Target


class Search(NamedTuple):
    """What was asked for.

    Attributes
    ----------
    file : (name, YAML) or None
        Policy whose numbers are tried; None = the one in force.
    axes : sequence of Axis
    salt : str
        Another one halves the people otherwise.
    """

    file: tuple[str, bytes] | None
    axes: Sequence[Axis]
    salt: str


class Tried(NamedTuple):
    """One combination, by the text of its numbers."""

    numbers: Mapping[str, str]
    source: bytes

    @property
    def name(self) -> str:
        """``exploration.gamma0=5 weights.fatigue=0``."""
        return " ".join(f"{path}={value}" for path, value in self.numbers.items())


async def search_in(parts: Parts, search: Search, advance: Advance = lambda _: None) -> Json:
    """The report, as ``platinum policy search --json`` prints it, and the winner's YAML under ``source``.

    Raises
    ------
    PolicyInvalid, UsageError
        A combination is no policy, or what is tried is no number of it; before anything is read.
    """
    in_force = (await stages_in_force(parts)).policy
    name, source = search.file or (in_force.name, (await parts.deployment.shelf.policy(int(in_force.version, 16))).source)
    grid = [Tried(numbers, with_numbers(source, name, numbers)) for numbers in combinations(search.axes)]
    policies = compiled([(one.name, one.source) for one in grid], in_force)

    def targets(_: Policy, __: Averages) -> list[Target]:
        return [Target(one.name, policy) for one, policy in zip(grid, policies, strict=True)]

    found = await load(parts, targets, Request(salt=search.salt), advance)
    base = compile_policy(source, name)
    return {"policy": base.name, "version": base.version, "currency": base.currency} | chosen(found.log, grid, search.salt)


def chosen(log: Log, grid: Sequence[Tried], salt: str) -> Json:
    """The best by the first half of the people, and what the other half says of it.

    What the first half says of the winner is not told: of many that are tried, the best looks better there than it is.
    """
    rows, judge = log.rows, Judge(log.rows, log.missing)
    every = np.ones(rows.n, np.bool_)
    first: Mask = rows.part(salt, log.customers) if rows.n else every
    ranked: list[tuple[float, int]] = []
    refused: list[str | None] = [None] * len(grid)
    for i, one in enumerate(grid):
        found = judge.find(log.under[one.name], first) if rows.n else None
        refused[i] = found.refused if found is not None else "no decision of the log says anything"
        if found is not None and found.value is not None:
            ranked.append((-found.value.value, i))
    ranked.sort()
    order = [i for _, i in ranked] + [i for i, why in enumerate(refused) if why]
    winner = grid[ranked[0][1]] if ranked else None
    return {
        "decisions": log.decisions,
        "used": rows.n,
        "people": len(log.customers),
        "left_out": {WHY.get(why, why): n for why, n in log.left_out.most_common()},
        "enough": rows.n >= SEARCH_FROM,
        "achieved": estimate(judge.achieved(~first)) if rows.n else None,
        "tried": [{"numbers": dict(grid[i].numbers), "refused": refused[i]} for i in order],
        "winner": None if winner is None else {"numbers": dict(winner.numbers), **told(judge.find(log.under[winner.name], ~first))},
        "source": None if winner is None else winner.source.decode(),
    }


def search_data(data: Path, search: Search, advance: Advance) -> Json:
    """In a deployment on this machine, running or not."""
    return on(data, lambda parts: search_in(parts, search, advance))
