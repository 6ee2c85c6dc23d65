"""Which candidate would have been the best without one part of the utility (treatment-formulas 5.1, "drop-one winners").

Without its chance of acceptance, or its value, each candidate has the mean of all that passed: set to 1 instead, money would be
compared with chances. Without welcome or lever the factor is 1, without costs nothing is taken off, without
goal nothing is added for it. What outbound contacts must do
better than silence holds in each case. Nothing is drawn: these are the best, not what trying out would have chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from platinum.decide.record import PASSED, SILENCE, Scratch
from platinum.emit.derive import Names, costs, factors, six
from platinum.policy.policy import Policy

Json = dict[str, Any]
#: What is left out → its name in the formula.
PARTS: Mapping[str, str] = {"p_accept": "P", "welcome": "C", "worth": "V", "lever": "L", "costs": "costs", "goal": "G"}


def drop_one(policy: Policy, scratch: Scratch) -> list[Json]:
    """For each of ``PARTS`` the best without it, its utility so, and by how much it leads; ``scratch`` as the decision left it."""
    passed = [c for c in range(len(policy.tables.candidates)) if int(scratch.gate[c]) == PASSED]
    names = Names(policy)
    return [{"without": part, **_best(_without(part, passed, policy, scratch), names, scratch)} for part in PARTS]


def _without(part: str, passed: Sequence[int], policy: Policy, scratch: Scratch) -> dict[int, float]:
    """Utility of each survivor without one part."""
    made = {c: factors(c, policy, scratch) for c in passed}
    if part in ("p_accept", "worth") and passed:
        which = "expected" if part == "p_accept" else part
        mean = sum(one[which] for one in made.values()) / len(passed)
        made = {c: one | {which: mean} for c, one in made.items()}
    elif part in ("welcome", "lever"):
        made = {c: one | {part: 1.0} for c, one in made.items()}
    values = {c: one["expected"] * one["worth"] * one["lever"] * one["welcome"] for c, one in made.items()}
    goals = {c: float(scratch.terms[c]["goal"]) for c in passed}
    if part == "costs":
        return {c: value + goals[c] for c, value in values.items()}
    return {c: value - sum(costs(c, scratch).values()) + (0.0 if part == "goal" else goals[c]) for c, value in values.items()}


def _best(utility: dict[int, float], names: Names, scratch: Scratch) -> Json:
    """The best, silence among them; the first in the policy of equals."""
    outbound = {c: scratch.channels[int(scratch.terms[c]["channel"])]["outbound"] != 0 for c in utility}
    running = {c: u for c, u in utility.items() if u > 0.0 or not outbound[c]} | {SILENCE: 0.0}
    order = sorted(running, key=lambda c: -running[c])
    leads = running[order[0]] - running[order[1]] if len(order) > 1 else None
    return {**names.candidate(order[0]), "utility": six(running[order[0]]), "leads_by": None if leads is None else six(leads)}


def drop_one_lines(found: Sequence[Json], best: Json) -> list[str]:
    """The same as sentences; ``best``: action and channel of the best as it was."""
    told = []
    for one in found:
        same = (one["action"], one["channel"]) == (best["action"], best["channel"])
        who = "silence" if one["action"] is None else f"{one['action']} by {one['channel']}"
        ahead = "" if one["leads_by"] is None else f", ahead by {one['leads_by']:g}"
        told.append(f"  without {one['without']}: {'the same' if same else who}{ahead}")
    return ["The best without one part:", *told]
