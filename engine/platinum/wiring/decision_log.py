"""The decision log of a deployment as rows that can say what another policy would have achieved (treatment-formulas 5.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson

from platinum.emit.contacts import INPUTS_HEADER
from platinum.emit.inputs import unpack_inputs
from platinum.errors import Rejected
from platinum.learn.off_policy import MOST_MISSING
from platinum.ops.evaluation.deciding import NOBODY, Arm, Asker, Moment, moment_of, silence_is_watched
from platinum.ops.evaluation.outcomes import Outcomes
from platinum.ops.evaluation.rows import Builder, Rows, Under, in_first_part
from platinum.pipeline.engine_records import header
from platinum.policy.policy import Policy
from platinum.ports import DECISIONS, LEARNING, Fetched
from platinum.wiring.parts import Parts
from platinum.wiring.people_standing import tier_names_of
from platinum.wiring.versions import Target, Versions

Json = dict[str, Any]
Advance = Callable[[int], None]
_PAGE, _BYTES = 5_000, 64 << 20
#: Lanes in which something is drawn.
_DRAWN_IN = ("growth", "silence")
#: p_chosen is published with six digits.
_SAME = 1e-5

#: Why a decision says nothing, in words.
WHY = {
    "owed_or_asked": "were owed, asked for or thanks: nothing is drawn there",
    "nothing_drawn": "left nothing to chance: one option only, or the person's budget of trials was spent",
    "inputs_gone": "were made from what is no longer kept",
    "versions_gone": "were made under a policy or snapshot that is no longer kept",
    "open": "may still be answered, or were made behind one that may",
    "silence_not_watched": "were made while it could not have been known what comes of silence",
    "not_met": "never met the person",
    "bounced": "came back",
    "aborted": "were called off",
    "overridden": "were not followed by an employee",
    "evicted": "gave way to newer ones before they were answered",
    "not_reproduced": "could not be made again: the probability is not known",
}


class Log(NamedTuple):
    """What a decision log says.

    Attributes
    ----------
    decisions, missing : int
        All that were read; those that count but whose probability is not known.
    under : mapping of name to Under
        What each target does.
    customers : list of str
        For ``Rows.person``.
    """

    rows: Rows
    under: dict[str, Under]
    decisions: int
    missing: int
    left_out: Counter[str]
    customers: list[str]


class Averages(NamedTuple):
    """First look: until when decisions are closed, and how actions were taken up by the first part of the people.

    Attributes
    ----------
    until_ms : int
        Decisions from then on are left out, whatever became of them: those that are closed already would be the answered ones.
    given, accepted : Counter
        By action.
    """

    until_ms: int
    given: Counter[str]
    accepted: Counter[str]


async def records_of(parts: Parts, topic: str) -> AsyncIterator[Fetched]:
    """All that a topic holds, partition by partition."""
    log = parts.deployment.log
    for partition in range(log.partitions):
        at, end = await log.start(topic, partition), await log.end(topic, partition)
        while at < end:
            records = await log.fetch(topic, partition, at, min(_PAGE, end - at), max_bytes=_BYTES)
            if not records:
                break
            for record in records:
                yield record
            at = records[-1].offset + 1


async def count_of(parts: Parts, topic: str) -> int:
    """How many records a topic holds, about."""
    log = parts.deployment.log
    return sum([await log.end(topic, p) - await log.start(topic, p) for p in range(log.partitions)])


async def outcomes_of(parts: Parts) -> Outcomes:
    """What came of all decisions."""
    found = Outcomes()
    found.take([record.value async for record in records_of(parts, LEARNING)])
    return found


async def averages_of(parts: Parts, outcomes: Outcomes, salt: str, advance: Advance) -> Averages:
    """One look at the log."""
    times, still, given, accepted = [], [], Counter[str](), Counter[str]()
    async for record in records_of(parts, DECISIONS):
        advance(1)
        said = orjson.loads(record.value) if record.value else {}
        if said.get("action") is None or said["lane"] != "growth" or said["p_chosen"] >= 1.0:
            continue
        outcome = outcomes.of(said["decision_id"])
        times.append(record.time_ms)
        still.append(outcome is None)
        if outcome is not None and outcome.reward is not None and in_first_part(said["customer_id"], salt):
            given[said["action"]] += 1
            accepted[said["action"]] += outcome.accepted
    return Averages(closed_until(np.array(times, np.int64), np.array(still, np.bool_)), given, accepted)


def closed_until(made_ms: np.ndarray[Any, np.dtype[np.int64]], still: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
    """Until when all decisions but a few (``MOST_MISSING``) are closed; one after the last where they always are."""
    order = np.argsort(made_ms, kind="stable")
    share = np.cumsum(still[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share <= MOST_MISSING)
    n_closed = int(good[-1]) + 1 if len(good) else 0
    if n_closed == len(order):
        return int(made_ms.max()) + 1 if len(order) else 0
    return int(made_ms[order[n_closed]])


class Reader:
    """Reads the decisions of a deployment.

    Parameters
    ----------
    policy : Policy
        In force: its tiers and segments say in which groups people are.
    """

    def __init__(self, policy: Policy, versions: Versions, targets: Sequence[Target], outcomes: Outcomes, until_ms: int) -> None:
        self._versions, self._targets, self._outcomes, self._until_ms = versions, targets, outcomes, until_ms
        self._build = Builder([one.name for one in policy.segments])
        self._in_force = Target("", policy)
        self._tiers = tier_names_of(policy)
        self._missing = self._read = 0

    async def read(self, parts: Parts, advance: Advance) -> Log:
        """All of them."""
        async for record in records_of(parts, DECISIONS):
            advance(1)
            if not record.value:  # erased
                continue
            self._read += 1
            why = await self._take(orjson.loads(record.value), record)
            if why:
                self._build.left_out[why] += 1
        build = self._build
        return Log(build.rows(), build.under(), self._read, self._missing, build.left_out, build.customers)

    async def _take(self, said: Json, record: Fetched) -> str:
        """One decision; returns why it is left out, "" = it is not."""
        if said["lane"] not in _DRAWN_IN:
            return "owed_or_asked"
        if said["p_chosen"] >= 1.0:
            return "nothing_drawn"
        inputs = header(record.headers, INPUTS_HEADER)
        if record.time_ms >= self._until_ms:
            return "open"
        reward = self._reward(said)
        if isinstance(reward, str):
            return reward
        if inputs is None:
            return "inputs_gone"
        try:
            kept = unpack_inputs(inputs)
        except Rejected:  # of another build
            return "inputs_gone"
        asker = await self._versions.logged(kept.policy, kept.model)
        if asker is None:
            return "versions_gone"
        return await self._again(said, moment_of(kept, asker.policy), (asker, kept.model), reward)

    def _reward(self, said: Json) -> float | str:
        """What came of it, in parts of what its action is worth; or why that is not known."""
        if said["action"] is None and said["placement"] is not None:
            return 0.0  # nothing was shown to who came to us, and nothing came of it
        outcome = self._outcomes.of(said["decision_id"])
        if outcome is None:
            return "silence_not_watched" if said["action"] is None else "open"
        return outcome.closed if outcome.reward is None else outcome.reward

    async def _again(self, said: Json, moment: Moment, under: tuple[Asker, str], reward: float) -> str:
        asker, model = under
        choice = asker.ask(moment)
        arm: Arm = (said["action"] or "", said["channel"] or "")
        if choice is None or choice.arms[choice.chosen] != arm or abs(choice.p[choice.chosen] / said["p_chosen"] - 1.0) > _SAME:
            self._missing += 1
            return "not_reproduced"
        if not moment.placement and NOBODY in choice.arms and not silence_is_watched(moment):
            return "silence_not_watched"
        group: tuple[str, tuple[bool, ...]] = ("", ())
        at_ms = int(moment.trigger[0]["now_ms"])
        if self._tiers or self._in_force.policy.segments:
            grouping = await self._versions.target(self._in_force, model)
            grouping.ask(moment)
            group = grouping.groups(moment, self._tiers)
        self._build.add(choice, reward, said["customer_id"], at_ms, group)
        for target in self._targets:
            self._build.target(target.name, choice, (await self._versions.target(target, model)).ask(moment))
        return ""
