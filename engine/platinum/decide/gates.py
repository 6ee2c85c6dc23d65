"""The gates, in the order of ``codes.Gate``: the first that fails is the reason a candidate is blocked.

``Tables.matrix`` says which gate applies in which lane. What depends on the channel alone is computed once per decision
(``decide.channel``), what depends on group and channel once for both (``judge``), what depends on the action alone once
(``decide.fit``); a candidate then is a look-up. The thank-you window is an invariant, not a choice of the policy: it holds
whatever the matrix says and is reported as ``CAP`` ("caps and suppression").
"""

from __future__ import annotations

from typing import Any

from platinum.decide.budget import is_spent
from platinum.decide.caps import later
from platinum.decide.conditions import holds, try_leaves
from platinum.decide.fit import fit, taste
from platinum.decide.ramp import is_immature, is_kept_out, reaches_ms
from platinum.decide.record import DENIED, DISLIKED, FITS, FREE, KEPT_OUT, N_STATES, NEVER, OUT, PASSED, UNFIT, WITHHELD
from platinum.decide.relief import burdens
from platinum.decide.resting import is_full_in_role, rests_in_role
from platinum.decide.timing import ends_at, near_thanks
from platinum.decide.welcome import intrudes
from platinum.jit import constant, inner, int64, uint64
from platinum.profile.care import SPARED, withheld
from platinum.vocabulary.codes import N_GATES, Basis, Gate, Lane, Purpose

Record = Any

_CONSENT, _PREFERENCE, _ELIGIBILITY = constant(Gate.CONSENT), constant(Gate.PREFERENCE), constant(Gate.ELIGIBILITY)
_SENSITIVITY, _QUARANTINE, _SUITABILITY = constant(Gate.SENSITIVITY), constant(Gate.QUARANTINE), constant(Gate.SUITABILITY)
_NOTHING = uint64(0)
_TERMS, _CAP, _QUIET_HOURS = constant(Gate.TERMS), constant(Gate.CAP), constant(Gate.QUIET_HOURS)
_BUDGET, _RAMP = constant(Gate.BUDGET), constant(Gate.RAMP)
_OWED, _ASKED, _GROWTH = constant(Lane.OWED), constant(Lane.ASKED), constant(Lane.GROWTH)
_PROFILING = constant(Purpose.PROFILING)
_NO_BASIS, _REQUEST = constant(Basis.NONE), constant(Basis.REQUEST)
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
def life_ms(action: Record, channel: Record) -> int:
    """How long a decision for this action lives: the action's own word, else the channel's."""
    return int(action["expires_ms"] if action["expires_ms"] > 0 else channel["expires_ms"])


@inner
def expiry(action: Record, channel: Record, on: int, now_ms: int, send_ms: int, tables: Any) -> int:
    """Instant from which a decision sent at ``send_ms`` at the earliest must not be sent or shown any more.

    Its life begins when it is decided; in the lanes of law and of what we owe, when it may be sent: there, quiet hours hold
    and drop nothing. Nothing outlives its terms, where they matter.
    """
    expires = (send_ms if action["lane"] <= _OWED else now_ms) + life_ms(action, channel)
    ends = ends_at(action, send_ms, tables) if on >> _TERMS & 1 == 1 else NEVER
    return int(expires if ends == NEVER else min(expires, ends))


@inner
def gates_after_fit(action: Record, h: int, on: int, row: Record, tables: Any, scratch: Any) -> tuple[int, int]:
    """(first of the gates behind eligibility that fails, instant at which it would pass or NEVER); (PASSED, FREE) if none does."""
    rules, hold, person = scratch.channels[h], hold_of(on), scratch.person[0]
    if on >> _SUITABILITY & 1 == 1 and (burdens(action, person) or intrudes(action, rules)):
        return _SUITABILITY, NEVER
    now_ms, send = int64(rules["send_ms"][0]), int64(rules["send_ms"][hold])
    at = send if send != NEVER else now_ms
    ends = ends_at(action, at, tables) if on >> _TERMS & 1 == 1 else NEVER
    if (ends != NEVER and ends <= at) or (on >> _TERMS & 1 == 1 and action["terms_missing"] != 0):
        return _TERMS, NEVER
    expires = int64(expiry(action, tables.channels[h], on, now_ms, at, tables))
    release = rules["cap_ms"][hold, action["type"]] if on >> _CAP & 1 == 1 else FREE
    if on >> _CAP & 1 == 1 and is_full_in_role(action, rules, person, at):
        release = later(release, int64(person["account_full_ms"]))
    span = (at, expires)
    release = later(release, near_thanks(action, rules, hold, row, span, now_ms, tables.settings[0]))
    if release != FREE:
        return _CAP, release
    if send == NEVER or (send > now_ms and send >= expires):
        return _QUIET_HOURS, send
    if is_spent(action, on, row, person, now_ms, tables):
        return _BUDGET, NEVER
    return PASSED, FREE


@inner
def say(verdict: Record, gate: int, until_ms: int) -> None:
    """Write one verdict."""
    verdict["gate"], verdict["until_ms"] = gate, until_ms


@inner
def judge(action: Record, h: int, row: Record, tables: Any, scratch: Any, verdicts: Any) -> bool:
    """Fill ``verdicts``, VERDICT[N_STATES], of a group on channel ``h``; whether more than consent decides there.

    ``action`` stands for its group.
    """
    rules, person, on = scratch.channels[h], scratch.person[0], scratch.on[action["lane"]]
    if on >> _CONSENT & 1 == 1 and not permitted(action, rules, person):
        for state in range(N_STATES):
            say(verdicts[state], _CONSENT, NEVER)
        return False
    hold = hold_of(on)
    wish = rules["wish_ms"][hold] if on >> _PREFERENCE & 1 == 1 else FREE
    spares = on >> _SENSITIVITY & 1 == 1
    say(verdicts[DISLIKED], _PREFERENCE, NEVER)
    say(verdicts[WITHHELD], _PREFERENCE if wish != FREE else _SENSITIVITY, wish if wish != FREE else NEVER)
    if wish == FREE and spares and person["care"] != 0 and SPARED >> action["type"] & 1 == 1:
        for state in (FITS, UNFIT, KEPT_OUT):
            say(verdicts[state], _SENSITIVITY, NEVER)
        return True
    rest_ms = int64(person["quarantine_ms"]) if on >> _QUARANTINE & 1 == 1 else FREE
    rest_ms = NEVER if rests_in_role(action, person) else rest_ms
    if wish != FREE or rest_ms != FREE:
        gate = _PREFERENCE if wish != FREE else _QUARANTINE
        for state in (FITS, UNFIT, KEPT_OUT):
            say(verdicts[state], gate, wish if wish != FREE else rest_ms)
    else:
        gate, until = gates_after_fit(action, h, on, row, tables, scratch)
        say(verdicts[FITS], gate, until)
        say(verdicts[UNFIT], _ELIGIBILITY, NEVER)
        say(verdicts[KEPT_OUT], _RAMP if gate == PASSED else gate, until)
    return True


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
def judge_groups(row: Record, trigger: Record, tables: Any, scratch: Any) -> bool:
    """Fill every group's verdicts; whether for any action more than consent decides."""
    masks = masks_of(trigger["placement"], tables.placements)
    some = False
    for g in range(scratch.groups.shape[0]):
        group = scratch.groups[g]
        action = tables.actions[group["action"]]
        invites = invited(action, masks)
        group["open"], group["passes"] = 0, 0
        for state in range(N_STATES):
            group["n"][state] = 0
        for h in range(tables.channels.shape[0]):
            verdicts = scratch.verdicts[g, h]
            if scratch.channels[h]["running"] == 0 or not invites:
                for state in range(N_STATES):
                    say(verdicts[state], OUT, NEVER)
            elif judge(action, h, row, tables, scratch, verdicts):
                group["open"], some = 1, True
                group["passes"] |= 1 if verdicts[FITS]["gate"] == PASSED else 0
    return some


@inner
def state_of(action: Record, on: int, row: Record, trigger: Record, tables: Any, scratch: Any) -> tuple[int, int]:
    """(what the person is to an action, instant from which they fit or FREE); gates that its lane does not have rule out nobody."""
    person = scratch.person[0]
    if on >> _PREFERENCE & 1 == 1 and taste(action, row, person) != FREE:
        return DISLIKED, FREE
    if on >> _SENSITIVITY & 1 == 1 and action["sensitive"] != _NOTHING and withheld(action, row, tables):
        return WITHHELD, FREE
    fit_ms = FREE
    if on >> _ELIGIBILITY & 1 == 1:
        fit_ms = int64(fit(action, row, trigger, person, tables)) if holds(action, tables.program, scratch.leaf) else NEVER
    if fit_ms == NEVER:
        return UNFIT, FREE
    whose, outbound = uint64(person["whose"]), bool(trigger["placement"] < 0)
    kept_out = on >> _RAMP & 1 == 1 and (is_kept_out(action, whose, int64(trigger["now_ms"])) or is_immature(action, whose, outbound))
    return (KEPT_OUT, fit_ms) if kept_out else (FITS, fit_ms)


@inner
def is_plain(row: Record, person: Record) -> bool:
    """Whether nothing about a person keeps them from actions that are for everybody (``layout.plain_of``)."""
    return bool(row["n_preferences"] == 0 and row["n_called_off"] == 0 and person["full"] == 0 and person["party"] == 0)


@inner
def verdict_of(c: int, tables: Any, scratch: Any) -> tuple[int, int]:
    """(first gate that stops candidate ``c``, instant at which it would pass or NEVER); PASSED, or OUT of the running.

    Valid after ``try_gates``. A person who fits from an instant on is too late for a contact that would leave before it.
    """
    candidate = tables.candidates[c]
    a, h = candidate["action"], candidate["channel"]
    if scratch.allowed[a] == 0:
        return OUT, NEVER
    verdict, fit_ms = scratch.verdicts[scratch.group[a], h, scratch.state[a]], scratch.fit_ms[a]
    gate = verdict["gate"]
    if fit_ms != FREE and (gate == PASSED or gate > _QUARANTINE):
        send = scratch.channels[h]["send_ms"][hold_of(scratch.on[tables.actions[a]["lane"]])]
        if fit_ms > send and send != NEVER:
            return _ELIGIBILITY, fit_ms
    if gate == _RAMP:
        outbound = bool(tables.channels[h]["outbound"] != 0)
        return _RAMP, reaches_ms(tables.actions[a], uint64(scratch.person[0]["whose"]), outbound)
    return gate, verdict["until_ms"]


@inner
def count_one_by_one(a: int, tables: Any, scratch: Any, out: Record) -> None:
    """Add to the counts per gate the candidates of an action that has an instant of its own."""
    for c in range(scratch.first[a], scratch.first[a + 1]):
        gate, _ = verdict_of(c, tables, scratch)
        if gate >= 0:
            out["blocked_by"][gate] += 1


@inner
def count_groups(scratch: Any, out: Record) -> None:
    """Add to the counts per gate what the groups' verdicts make of all other actions."""
    for g in range(scratch.groups.shape[0]):
        group = scratch.groups[g]
        for state in range(N_STATES):
            n = group["n"][state]
            if n == 0:
                continue
            for h in range(scratch.channels.shape[0]):
                gate = scratch.verdicts[g, h, state]["gate"]
                if gate >= 0 and group["channels"] >> h & 1 == 1:
                    out["blocked_by"][gate] += n


@inner
def list_passed(tables: Any, scratch: Any) -> int:
    """Write the survivors to ``scratch.passed`` in the policy's order; returns how many there are."""
    n: int = int64(0)
    for a in range(scratch.group.shape[0]):
        if scratch.state[a] == FITS and scratch.groups[scratch.group[a]]["passes"] != 0:
            at_once = scratch.allowed[a] != 0 and scratch.fit_ms[a] == FREE  # then the verdict of the group is the candidate's
            for c in range(scratch.first[a], scratch.first[a + 1]):
                said = scratch.verdicts[scratch.group[a], tables.candidates[c]["channel"], FITS]["gate"]
                if said == PASSED and (at_once or verdict_of(c, tables, scratch)[0] == PASSED):
                    scratch.passed[n] = c
                    n += 1
    return n


@inner
def try_gates(row: Record, trigger: Record, tables: Any, scratch: Any, out: Record) -> int:
    """What the gates say into ``scratch`` (``verdict_of`` reads it), counts per gate into ``out``; how many candidates survive."""
    for gate in range(N_GATES):
        out["blocked_by"][gate] = 0
    if judge_groups(row, trigger, tables, scratch):
        try_leaves(row, trigger, tables, scratch.leaf)
    plain = is_plain(row, scratch.person[0])
    for a in range(scratch.group.shape[0]):
        group, action = scratch.groups[scratch.group[a]], tables.actions[a]
        scratch.state[a], scratch.fit_ms[a] = FITS, FREE
        if scratch.allowed[a] == 0:
            continue
        if group["open"] != 0 and not (plain and scratch.plain[a] != 0):
            state, fit_ms = state_of(action, scratch.on[action["lane"]], row, trigger, tables, scratch)
            scratch.state[a] = state
            if fit_ms > trigger["now_ms"]:
                scratch.fit_ms[a] = fit_ms
                count_one_by_one(a, tables, scratch, out)
                continue
        group["n"][scratch.state[a]] += 1
    count_groups(scratch, out)
    return list_passed(tables, scratch)
