"""The gates, in the order of ``codes.Gate``: the first that fails is the reason a candidate is blocked.

``Tables.matrix`` says which gate applies in which lane. What depends on the channel alone is computed once per decision
(``decide.channel``), what depends on the action alone when a channel first lets it through (``decide.fit``); a candidate
then costs a few comparisons. The thank-you window is an invariant, not a choice of the policy: it holds whatever
the matrix says and is reported as ``CAP`` ("caps and suppression").
"""

from __future__ import annotations

from typing import Any

from platinum.decide.caps import later
from platinum.decide.conditions import holds, try_leaves
from platinum.decide.fit import fit, taste
from platinum.decide.record import DENIED, FREE, NEVER, OUT, PASSED, UNKNOWN
from platinum.decide.timing import sells
from platinum.jit import constant, inner, int64, uint64
from platinum.vocabulary.codes import N_GATES, ActionType, Basis, Gate, Lane, Purpose

Record = Any

_CONSENT, _PREFERENCE, _ELIGIBILITY = constant(Gate.CONSENT), constant(Gate.PREFERENCE), constant(Gate.ELIGIBILITY)
_CAP, _QUIET_HOURS = constant(Gate.CAP), constant(Gate.QUIET_HOURS)
_ASKED, _GROWTH = constant(Lane.ASKED), constant(Lane.GROWTH)
_THANK_YOU = constant(ActionType.THANK_YOU)
_PROFILING = constant(Purpose.PROFILING)
_NO_BASIS, _REQUEST = constant(Basis.NONE), constant(Basis.REQUEST)
_FOR_THANKS, _FOR_PROMOTION = 0, 1
_EVERYTHING = constant(0x7FFFFFFF)
_EVERYWHERE, _NOWHERE, _ONE = uint64(0xFFFFFFFFFFFFFFFF), uint64(0), uint64(1)


@inner
def hold_of(on: int) -> int:
    """1 where quiet hours apply (``on``: bit mask of a lane's gates), else 0."""
    return int(on >> _QUIET_HOURS & 1)


@inner
def basis_for(action: Record, rules: Record, person: Record) -> int:
    """Basis or DENIED of one candidate; an answer to what the person asks for now rests on their request."""
    basis = rules["basis"][action["purpose"]]
    if action["lane"] == _ASKED and rules["outbound"] != 0 and basis != DENIED and person["asked"] != 0:
        return int(_REQUEST)
    return int(basis)


@inner
def permitted(action: Record, rules: Record, person: Record) -> bool:
    """The consent gate; an objection to profiling removes everything that is scored."""
    basis = basis_for(action, rules, person)
    if basis == DENIED or basis == _NO_BASIS:
        return False
    return bool(action["lane"] != _GROWTH or rules["basis"][_PROFILING] != DENIED)


@inner
def suppressed(action: Record, rules: Record, hold: int, capped: int) -> int:
    """Release of caps (where ``capped`` says that they apply) and of the thank-you window, FREE = neither blocks."""
    kind = action["type"]
    release = rules["cap_ms"][hold, kind] if capped != 0 else FREE
    if kind == _THANK_YOU:
        release = later(release, rules["window_ms"][hold, _FOR_THANKS])
    if sells(kind, action["purpose"]):
        release = later(release, rules["window_ms"][hold, _FOR_PROMOTION])
    return int(release)


@inner
def life_ms(action: Record, channel: Record) -> int:
    """How long a decision for this action lives from when it is made: the action's own word, else the channel's."""
    return int(action["expires_ms"] if action["expires_ms"] > 0 else channel["expires_ms"])


@inner
def gates_after_consent(action: Record, channel: Record, rules: Record, known: Record, on: int) -> tuple[int, int]:
    """(first gate that fails, instant at which it would pass or NEVER); (PASSED, FREE) if none does."""
    hold = hold_of(on)
    send = rules["send_ms"][hold]
    if on >> _PREFERENCE & 1 == 1:
        release = later(rules["wish_ms"][hold], known["taste_ms"])
        if release != FREE:
            return _PREFERENCE, release
    fit = known["fit_ms"]
    if on >> _ELIGIBILITY & 1 == 1 and (fit == NEVER or (fit > send and send != NEVER)):
        return _ELIGIBILITY, fit
    release = suppressed(action, rules, hold, on >> _CAP & 1)
    if release != FREE:
        return _CAP, release
    delay_ms = send - rules["send_ms"][0]
    if send == NEVER or (delay_ms > 0 and delay_ms >= life_ms(action, channel)):
        return _QUIET_HOURS, send
    return PASSED, FREE


@inner
def masks_of(placement: int, placements: Any) -> tuple[int, int, int]:
    """(lanes, types, places) that may run, as bit masks: the placement's, or all when the stream decides (−1)."""
    if placement < 0:
        return _EVERYTHING, _EVERYTHING, _EVERYWHERE
    place = placements[placement]
    return int64(place["lanes"]), int64(place["types"]), _ONE << uint64(placement)


@inner
def invited(action: Record, masks: tuple[int, int, int]) -> bool:
    """Whether an action's lane, type and places are among those that may run."""
    lanes, types, places = masks
    if (lanes >> action["lane"]) & (types >> action["type"]) & 1 == 0:
        return False
    return bool(action["placements"] == _NOWHERE or (action["placements"] & places) != _NOWHERE)


@inner
def try_gates(row: Record, trigger: Record, tables: Any, scratch: Any, out: Record) -> None:
    """Gate and release of every candidate into ``scratch``; counts per gate into ``out``."""
    for gate in range(N_GATES):
        out["blocked_by"][gate] = 0
    masks = masks_of(trigger["placement"], tables.placements)
    person = scratch.person[0]
    for c in range(tables.candidates.shape[0]):
        a, h = tables.candidates[c]["action"], tables.candidates[c]["channel"]
        action, rules = tables.actions[a], scratch.channels[h]
        scratch.gate[c] = OUT
        if scratch.allowed[a] == 0 or rules["running"] == 0 or not invited(action, masks):
            continue
        on = scratch.on[action["lane"]]
        scratch.gate[c], scratch.until_ms[c] = _CONSENT, NEVER
        if on >> _CONSENT & 1 == 0 or permitted(action, rules, person):
            if person["tried"] == 0:
                try_leaves(row, trigger, tables, scratch.leaf)
                person["tried"] = 1
            if scratch.actions[a]["fit_ms"] == UNKNOWN:
                known = scratch.actions[a]
                known["taste_ms"], known["fit_ms"] = taste(action, row, person), NEVER
                if holds(action, tables.program, scratch.leaf):
                    known["fit_ms"] = fit(action, row, trigger, person, tables.settings[0]["thank_interval_ms"])
            gate, until = gates_after_consent(action, tables.channels[h], rules, scratch.actions[a], on)
            scratch.gate[c], scratch.until_ms[c] = gate, until
        if scratch.gate[c] >= 0:
            out["blocked_by"][scratch.gate[c]] += 1
