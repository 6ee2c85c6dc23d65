"""Where trust is low: half as much promotion, no surprises, nothing tried out; what is owed and promised stays (treatment-formulas 3.7)."""

from __future__ import annotations

from typing import Any

from platinum.decide.budget import is_for_tier
from platinum.decide.caps import cap_release, later
from platinum.decide.gates import hold_of, verdict_of
from platinum.decide.record import FITS, FREE, NEVER, PASSED
from platinum.decide.relief import burdens
from platinum.decide.timing import PROMOTIONAL
from platinum.decide.welcome import intrudes
from platinum.jit import constant, inner, int64
from platinum.profile.trust import kept_part, recovery_part, terms_part, trust_index
from platinum.vocabulary.codes import ActionType, Gate

Record = Any

_CAP, _SUITABILITY, _BUDGET = constant(Gate.CAP), constant(Gate.SUITABILITY), constant(Gate.BUDGET)
_SURPRISE = constant(ActionType.SURPRISE)
_NOTHING = constant(0)
_ALL_OUTBOUND = constant(0)
#: ``PERSON.strained`` of a decision that a cancellation asks for (``decide.relief``): it has no surprises in any case.
_CALLED_OFF = constant(2)


@inner
def look_at_trust(row: Record, now_ms: int, tables: Any, person: Record) -> None:
    """Fill what PERSON says about trust; it is low only when it is known."""
    kept, terms, recovery = kept_part(row, now_ms, tables), terms_part(row, now_ms, tables), recovery_part(row, now_ms, tables)
    index = trust_index(kept, terms, recovery)
    person["trust"], person["trust_kept"], person["trust_terms"], person["trust_recovery"] = index, kept, terms, recovery
    person["wary"] = 1 if 0.0 <= index < tables.settings[0]["trust_low"] else 0


@inner
def halved(cap: Record, name: int) -> tuple[int, int, int, int]:
    """Rule of ``caps.cap_release`` with half of the limit; half of one is one in twice the time."""
    limit, window_ms = int64(cap["limit"]), int64(cap["window_ms"])
    if limit == 1:
        return int64(cap["types"]), name, limit, 2 * window_ms
    return int64(cap["types"]), name, limit // 2, window_ms


@inner
def halve(h: int, hold: int, row: Record, now_ms: int, tables: Any, rules: Record) -> None:
    """Hold promotion on channel ``h`` to half of every cap, and note in ``rules["halved"]`` for which types only that stops it."""
    send_ms, channel = int64(rules["send_ms"][hold]), tables.channels[h]
    at_ms = send_ms if send_ms != NEVER else now_ms
    rules["halved"][hold] = _NOTHING
    for i in range(tables.caps.shape[0]):
        cap = tables.caps[i]
        other = cap["channel"] != h and (cap["channel"] >= 0 or channel["outbound"] == 0)
        if other or cap["types"] & PROMOTIONAL == 0:
            continue
        name = int64(channel["name"]) if cap["channel"] >= 0 else _ALL_OUTBOUND
        release = cap_release(row, halved(cap, name), at_ms, now_ms)
        if release == FREE:
            continue
        for kind in range(rules["cap_ms"].shape[1]):
            if (cap["types"] & PROMOTIONAL) >> kind & 1 == 1:
                if rules["cap_ms"][hold, kind] == FREE:
                    rules["halved"][hold] |= 1 << kind
                rules["cap_ms"][hold, kind] = later(rules["cap_ms"][hold, kind], release)


@inner
def be_wary(row: Record, now_ms: int, tables: Any, scratch: Any) -> None:
    """Halve what may be promoted to a person whose trust is low; after the rules of all channels are filled."""
    if scratch.person[0]["wary"] == 0:
        return
    for h in range(scratch.channels.shape[0]):
        if scratch.channels[h]["running"] != 0 and tables.channels[h]["outbound"] != 0:
            halve(h, 0, row, now_ms, tables, scratch.channels[h])
            halve(h, 1, row, now_ms, tables, scratch.channels[h])


@inner
def is_stopped_by_trust(action: Record, h: int, gate: int, scratch: Any) -> bool:
    """Whether ``gate`` stops an action on channel ``h`` because trust is low."""
    person, rules = scratch.person[0], scratch.channels[h]
    if person["wary"] == 0:
        return False
    if gate == _SUITABILITY:
        return bool(action["type"] == _SURPRISE and person["strained"] != _CALLED_OFF)
    halved = rules["outbound"] != 0 and rules["halved"][hold_of(scratch.on[action["lane"]])] >> action["type"] & 1 == 1
    return bool(gate == _CAP and halved)


@inner
def say_why(tables: Any, scratch: Any, out: Record) -> None:
    """Note whether low trust, or being unwelcome, stopped anything that nothing before it had stopped; after ``gates.try_gates``."""
    out["wary"], out["unwelcome"], out["welcome_upper"] = 0, 0, 0.0
    person, some = scratch.person[0], scratch.person[0]["wary"] != 0
    for h in range(scratch.channels.shape[0]):
        some = some or (scratch.channels[h]["running"] != 0 and scratch.channels[h]["unwelcome"] != 0)
    if not some:
        return
    for c in range(tables.candidates.shape[0]):
        candidate = tables.candidates[c]
        a, h = candidate["action"], candidate["channel"]
        action = tables.actions[a]
        if scratch.state[a] != FITS or scratch.channels[h]["running"] == 0:
            continue
        gate, _ = verdict_of(c, tables, scratch)
        if is_stopped_by_trust(action, h, gate, scratch):
            out["wary"] = 1
        elif gate == _SUITABILITY and intrudes(action, scratch.channels[h]) and not burdens(action, person):
            out["unwelcome"], out["welcome_upper"] = 1, scratch.channels[h]["welcome_upper"]


@inner
def wanted(tables: Any, scratch: Any) -> int:
    """Bits of the budgets of which one would be used: nothing but the budget stands against it."""
    bits = int64(_NOTHING)
    if tables.settings[0]["n_budgets"] == 0:
        return int(bits)
    for c in range(tables.candidates.shape[0]):
        a = tables.candidates[c]["action"]
        budget = int64(tables.actions[a]["budget"])
        if budget > 0 and scratch.state[a] == FITS and is_for_tier(budget - 1, int64(scratch.person[0]["tier"]), tables):
            gate, _ = verdict_of(c, tables, scratch)
            if gate == PASSED or gate == _BUDGET:
                bits |= 1 << (budget - 1)
    return int(bits)
