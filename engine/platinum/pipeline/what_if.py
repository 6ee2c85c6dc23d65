"""What would have changed a decision: single changes, each of which is made and the decision made again before it is told.

So nothing here is a guess: what is listed led to another winner. What is not listed either did not, or was not tried (two changes at
once never are). Everything else stays as it was: the row, the draw, the other rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.decide.conditions import leaf_values
from platinum.decide.record import NEVER, OUT, PASSED, SILENCE
from platinum.decide.utility import utility_of
from platinum.emit.derive import Names, six
from platinum.emit.timestamps import Timestamps
from platinum.jit import kernel
from platinum.pipeline import changes
from platinum.pipeline.again import Again, Case, seen_by
from platinum.policy.policy import Policy
from platinum.policy.told import holds, parts, subject, test, truths, value_of
from platinum.vocabulary.arms import Arm
from platinum.vocabulary.codes import Gate, Lane, Purpose

Json = dict[str, Any]
Change = tuple[Json, Case]
#: Most of one kind that are told, and that are tried.
_TOLD, _TRIED = 3, 24
_timestamp = Timestamps()


@kernel
def _utility(c: int, scratch: Any) -> float:
    return utility_of(c, scratch)


class Asked(NamedTuple):
    """A decision that was made, and what it left behind: the gate of each candidate and until when, int64[C], and utilities, float64[C].

    ``seen``: what it could know of the row, ROW[1].
    """

    case: Case
    policy: Policy
    again: Again
    seen: NDArray[np.void]
    winner: tuple[int, int]
    gate: NDArray[np.int64]
    until_ms: NDArray[np.int64]
    utility: NDArray[np.float64]
    explored: bool
    held_out: bool


def what_if(case: Case, policy: Policy) -> list[Json]:
    """Changes that lead to another winner, at most a few of each kind.

    Returns
    -------
    list of dict
        ``kind``, ``if`` (a sentence), what belongs to the kind, and ``winner`` with ``action``, ``channel`` and ``lane``.
    """
    again = Again(case.tables, case.model)
    out = again.decide(case)[0]
    scratch, seen = again.scratch, seen_by(case.row, case.trigger, again.scratch)
    utilities = np.array([_utility(c, scratch) for c in range(len(case.tables.candidates))], np.float64)
    drawn = bool(out["explored"]) or int(out["arm"]) in (Arm.RANDOM, Arm.SILENT)
    won = (int(out["lane"]), int(out["candidate"]))
    asked = Asked(case, policy, again, seen, won, scratch.gate.copy(), scratch.until_ms.copy(), utilities, drawn, bool(out["held_out"]))
    found: list[Json] = []
    for kind in _KINDS:
        found += _checked(kind(asked), asked)
    return found + _by_amount(asked)


def _checked(some: Iterator[Change], asked: Asked) -> list[Json]:
    """Those that really change the winner; one that was told in the same words is not told twice."""
    told: dict[str, Json] = {}
    for n, (said, case) in enumerate(some):
        if n == _TRIED or len(told) == _TOLD:
            break
        lane, candidate = asked.again.winner(case)
        if candidate != asked.winner[1]:
            told.setdefault(said["if"], said | {"winner": winner_of(candidate, lane, asked.policy)})
    return list(told.values())


def winner_of(candidate: int, lane: int, policy: Policy) -> Json:
    """A choice by name."""
    return {**Names(policy).candidate(candidate), "lane": Lane(lane).name.lower()}


def _blocked(asked: Asked, *gates: Gate) -> list[int]:
    """Candidates that one of these gates stopped, what would be worth most first."""
    stopped = [c for c in range(len(asked.gate)) if int(asked.gate[c]) in gates]
    return sorted(stopped, key=lambda c: (int(asked.policy.actions[_action(c, asked)].lane), -asked.utility[c]))


def _action(c: int, asked: Asked) -> int:
    return int(asked.case.tables.candidates[c]["action"])


def _channel(c: int, asked: Asked) -> int:
    return int(asked.case.tables.candidates[c]["channel"])


def _time(asked: Asked) -> Iterator[Change]:
    """Asked at the first instant at which a gate opens that changes it."""
    now_ms = int(asked.case.trigger[0]["now_ms"])
    for at_ms in sorted({int(t) for t, gate in zip(asked.until_ms, asked.gate, strict=True) if gate >= 0 and t != NEVER and t > now_ms}):
        opened = sorted({Gate(int(g)).name.lower() for t, g in zip(asked.until_ms, asked.gate, strict=True) if g >= 0 and t == at_ms})
        at = _timestamp(at_ms)
        yield {"kind": "time", "if": f"asked at {at}", "at": at, "gates": opened}, changes.at(asked.case, at_ms)


def first_time(asked: Asked) -> Iterator[Change]:
    """``_time``, of which only the first that counts is told."""
    for change in _time(asked):
        if asked.again.winner(change[1])[1] != asked.winner[1]:
            yield change
            return


def lane(asked: Asked) -> Iterator[Change]:
    """Without the lane that took precedence."""
    first, candidate = asked.winner
    if candidate == SILENCE or first >= Lane.GROWTH:
        return
    name = Lane(first).name.lower()
    ours = [a for a, action in enumerate(asked.policy.actions) if action.lane == first]
    yield {"kind": "lane", "if": f"nothing in the lane {name} had passed its gates", "without": name}, changes.without(asked.case, ours)


def case_closed(asked: Asked) -> Iterator[Change]:
    """Without the cases that are open."""
    changed = changes.without_open_cases(asked.case)
    if changed is not None:
        whose = " of the account" if asked.case.trigger[0]["account"] else ""
        yield {"kind": "case", "if": f"no case{whose} had been open"}, changed


def role(asked: Asked) -> Iterator[Change]:
    """In a role that is in force."""
    changed = changes.in_force(asked.case)
    if changed is not None:
        yield {"kind": "role", "if": "the role had been in force"}, changed


def account(asked: Asked) -> Iterator[Change]:
    """Without the contacts that the account has had."""
    changed = changes.without_account_contacts(asked.case)
    if changed is not None:
        yield {"kind": "account", "if": "the account had had no contact"}, changed


def consent(asked: Asked) -> Iterator[Change]:
    """Consent given for a purpose on a channel."""
    for c in _blocked(asked, Gate.CONSENT):
        h = _channel(c, asked)
        for purpose in (asked.policy.actions[_action(c, asked)].purpose, Purpose.PROFILING):
            name, channel = purpose.name.lower(), asked.policy.channels[h]
            said = {"kind": "consent", "if": f"consent for {name} on {channel} had been given", "purpose": name, "channel": channel}
            yield said, changes.consented(asked.case, int(purpose), int(asked.case.tables.channels[h]["name"]))


def condition(asked: Asked) -> Iterator[Change]:
    """One comparison, in the conditions of an action that they stopped, the other way round."""
    values = values_of(asked.case, asked.seen)
    truth = truths(asked.case.tables.leaves, values)
    for a in dict.fromkeys(_action(c, asked) for c in _blocked(asked, Gate.ELIGIBILITY)):
        for part in parts(a, asked.policy):
            if holds(part.code, truth)[0]:
                continue
            for leaf in dict.fromkeys(step for step in part.code if step >= 0):
                yield _turned(leaf, a, values[0], truth[0], asked)


def failed_conditions(case: Case, seen: NDArray[np.void], policy: Policy) -> dict[str, list[Json]]:
    """Action → the parts of its conditions that do not hold, each with what its fields held in the role that it was decided in.

    ``seen``: ``again.seen_by``.
    """
    values = values_of(case, seen)
    truth = truths(case.tables.leaves, values)
    failing: dict[str, list[Json]] = {}
    for a, action in enumerate(policy.actions):
        for part in parts(a, policy):
            if not holds(part.code, truth)[0]:
                leaves = {step: case.tables.leaves[step] for step in part.code if step >= 0}
                was = {subject(leaf, policy): value_of(leaf, float(values[0, step]), policy) for step, leaf in leaves.items()}
                failing.setdefault(action.name, []).append({"condition": part.words, "was": was})
    return failing


def _turned(leaf: int, a: int, values: NDArray[np.float64], truth: NDArray[np.bool_], asked: Asked) -> Change:
    record, policy = asked.case.tables.leaves[leaf], asked.policy
    was = value_of(record, float(values[leaf]), policy)
    written = test(record, policy)
    shown = "not known" if was is None else f"{was:g}" if isinstance(was, float) else was
    said = {
        "kind": "condition",
        "if": f"`{written}` had {'not ' if truth[leaf] else ''}been true (it was {shown})",
        "action": policy.actions[a].name,
        "field": subject(record, policy),
        "condition": written,
        "was": was,
    }
    return said, changes.turned(asked.case, leaf, known=bool(values[leaf] == values[leaf]), true=not truth[leaf])


def values_of(case: Case, seen: NDArray[np.void]) -> NDArray[np.float64]:
    """What each comparison of the policy looks at, float64[1, L], of the row as the decision saw it (ROW[1])."""
    values = np.full((1, len(case.tables.leaves)), np.nan)
    leaf_values(seen, case.trigger, case.tables, values)
    return values


def wish(asked: Asked) -> Iterator[Change]:
    """Without one of the stated wishes."""
    if not _blocked(asked, Gate.PREFERENCE):
        return
    for i in range(int(asked.case.row[0]["n_preferences"])):
        what = changes.wish_of(asked.case, i, asked.policy)
        yield {"kind": "wish", "if": f"they had not said {what}", "wish": what}, changes.without_wish(asked.case, i)


def care(asked: Asked) -> Iterator[Change]:
    """Without the particular care that they need."""
    if _blocked(asked, Gate.SENSITIVITY) and asked.case.row[0]["care"] == 1:
        yield {"kind": "care", "if": "they had not asked for particular care"}, changes.without_care(asked.case)


def budget(asked: Asked) -> Iterator[Change]:
    """One left of a budget."""
    names = asked.case.tables.settings[0]["budget_name"]
    for c in _blocked(asked, Gate.BUDGET):
        which = int(asked.case.tables.actions[_action(c, asked)]["budget"]) - 1
        name = asked.policy.names.get(int(names[which]), "")
        yield {"kind": "budget", "if": f"there had been one left of the budget {name}", "budget": name}, changes.budgeted(asked.case, which)


def ramp(asked: Asked) -> Iterator[Change]:
    """A ramp that had reached them."""
    for a in dict.fromkeys(_action(c, asked) for c in _blocked(asked, Gate.RAMP)):
        share, changed = changes.ramped(asked.case, a)
        name = asked.policy.actions[a].name
        yield {"kind": "ramp", "if": f"the ramp of {name} had reached {share:.4%}", "action": name, "share": share}, changed


def draw(asked: Asked) -> Iterator[Change]:
    """Nothing tried out, nobody held out."""
    if asked.explored:
        yield {"kind": "draw", "if": "nothing had been tried out"}, changes.without_draw(asked.case)
    if asked.held_out:
        yield {"kind": "draw", "if": "nobody were held out of thanks this month"}, changes.without_holdout(asked.case)


_KINDS: Sequence[Callable[[Asked], Iterator[Change]]] = (
    first_time, draw, condition, consent, wish, case_closed, role, account, care, budget, ramp, lane,
)  # fmt: skip


def _by_amount(asked: Asked) -> list[Json]:
    """By how much money the next best would have to be better, or the winner worse where silence is next."""
    first, winner = asked.winner
    if first < Lane.GROWTH:
        return []
    passed = [c for c in range(len(asked.gate)) if int(asked.gate[c]) == PASSED and c != winner]
    rival = max(
        [c for c in passed if asked.policy.actions[_action(c, asked)].lane == Lane.GROWTH], key=lambda c: asked.utility[c], default=OUT
    )
    found = []
    if rival != OUT:
        found += _least(asked, rival, -1.0)
    if winner != SILENCE:
        found += _least(asked, winner, 1.0)
    return found


def _least(asked: Asked, c: int, sign: float) -> list[Json]:
    """The least amount by which candidate ``c`` must be worse (sign 1) or better (−1) for another winner, if there is one."""
    cost = float(asked.again.scratch.terms[c]["cost"])

    def changed_by(amount: float) -> tuple[int, int] | None:
        asked.again.scratch.terms[c]["cost"] = cost + sign * amount
        won = asked.again.winner(asked.case)
        asked.again.scratch.terms[c]["cost"] = cost
        return won if won[1] != asked.winner[1] and (sign > 0 or won[1] == c) else None

    high = 1e-6
    while changed_by(high) is None:
        high *= 2.0
        if high > 1e6:
            return []
    low = high / 2.0
    while high - low > 0.001 * high:
        middle = (low + high) / 2.0
        low, high = (low, middle) if changed_by(middle) is not None else (middle, high)
    amount = float(np.format_float_positional(high * 1.0005, precision=4, fractional=False))
    won = changed_by(amount)
    if won is None:
        return []
    name = Names(asked.policy).text(c)
    said = f"{name} had been worth {amount:g} {'less' if sign > 0 else 'more'}"
    what: Json = {"kind": "amount", "if": said, **Names(asked.policy).candidate(c), "by": six(-sign * amount)}
    return [what | {"winner": winner_of(won[1], won[0], asked.policy)}]


def what_if_lines(found: Sequence[Json]) -> list[str]:
    """The same as sentences."""
    told = [f"  if {one['if']}: {_named(one['winner'])}" for one in found]
    return ["What would have changed it:", *told] if told else ["No single change that was tried would have changed it."]


def _named(one: Json) -> str:
    return "silence" if one["action"] is None else f"{one['action']} by {one['channel']}"
