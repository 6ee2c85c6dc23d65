"""The parts of a decision's JSON that are more than one number or name: kernels over a policy's arena and book."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.decide.hours import DRAWN
from platinum.emit.forms import Mark, Part
from platinum.emit.write import (
    MS_PER_DAY,
    Bytes,
    civil,
    put_bytes,
    put_day,
    put_instant,
    put_integer,
    put_number,
    put_text,
    wide,
)
from platinum.jit import constant, inner
from platinum.vocabulary.codes import N_GATES

Record = Any
Ints = NDArray[np.int64]

_COMMA, _QUOTE, _COLON, _BRACE, _END, _POINT = (ord(c) for c in ',":{}.')
_NULL, _TRUE, _FALSE = constant(Mark.NULL), constant(Mark.TRUE), constant(Mark.FALSE)
_MARGIN, _COUNTS, _BEST, _GATE = constant(Mark.MARGIN), constant(Mark.COUNTS), constant(Mark.BEST), constant(Mark.GATE)
_UNTIL, _END_BLOCKED = constant(Mark.UNTIL), constant(Mark.END_BLOCKED)
_FRAGMENTS, _KEYS, _KEY_PROGRAM = constant(Part.FRAGMENTS), constant(Part.KEYS), constant(Part.KEY_PROGRAM)
_NAMES, _PAIRS, _GATES, _MARKS = constant(Part.NAMES), constant(Part.PAIRS), constant(Part.GATES), constant(Part.MARKS)
_DATES, _ENDS = constant(Part.DATES), constant(Part.ENDS)
_ZONE_STARTS, _ZONE_OFFSETS = constant(Part.ZONE_STARTS), constant(Part.ZONE_OFFSETS)
_EDGES, _OPENS, _CITED = constant(Part.HUMAN_EDGES), constant(Part.HUMAN_OPENS), constant(Part.CITED)
_CONTACT, _OPENS_AT = constant(Mark.CONTACT), constant(Mark.OPENS_AT)
_FIRST, _OWNER, _CASE_ID = constant(Mark.FIRST), constant(Mark.OWNER), constant(Mark.CASE_ID)
_CALL_BACK, _PROMISED_BY, _REQUESTED = constant(Mark.CALL_BACK), constant(Mark.PROMISED_BY), constant(Mark.REQUESTED)
_TRUST, _TRUST_KEPT = constant(Mark.TRUST), constant(Mark.TRUST_KEPT)
_UNWELCOME = constant(Mark.UNWELCOME)
_TERM_ALONE, _TERM_GOAL = constant(Mark.TERM_ALONE), constant(Mark.TERM_GOAL)
_GADGET, _VARIETY = constant(Mark.GADGET), constant(Mark.VARIETY)
_BEST_HOUR, _HOUR_TRIED = constant(Mark.BEST_HOUR), constant(Mark.HOUR_TRIED)
_FIRM_OWES, _NOT_ASKED = constant(Mark.FIRM_OWES), constant(Mark.NOT_ASKED_TO_SELL)
_TRUST_TERMS, _TRUST_RECOVERY = constant(Mark.TRUST_TERMS), constant(Mark.TRUST_RECOVERY)
_ACCOUNT_CASE, _ACCOUNT_CAP, _ROLE_OVER = constant(Mark.ACCOUNT_CASE), constant(Mark.ACCOUNT_CAP), constant(Mark.ROLE_OVER)
_ROLE_ACCOUNT, _ROLE_NAME = constant(Mark.ROLE_ACCOUNT), constant(Mark.ROLE_NAME)
_NAME_FRAGMENT, _START = constant(Part.NAME_FRAGMENT), constant(0)
_N_GATES = N_GATES


@inner
def look(book: Ints, part: int, i: int) -> int:
    """Entry ``i`` of a part."""
    return int(book[book[part] + i])


@inner
def search(book: Ints, part: int, value: int) -> int:
    """Index of the last entry of a sorted part that is ≤ ``value``, -1 when there is none."""
    first = book[part] - 1
    low, high = first, book[part + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if book[middle] <= value:
            low = middle
        else:
            high = middle
    return int(low - first - 1)


@inner
def name_at(book: Ints, hashed: int) -> int:
    """Index of a name of the policy, -1 when the policy has none of this hash."""
    at = search(book, _NAMES, hashed)
    return at if at >= 0 and hashed != 0 and look(book, _NAMES, at) == hashed else -1


@inner
def shape_key(d: Record, book: Ints) -> int:
    """What decides a decision's program, packed; which facts about the customer are known counts only where the words cite them."""
    placement = int(d["placement"]) + 1
    if d["action"] < 0:
        return placement
    cited = look(book, _CITED, wide(d["action"]))
    known = 1 if cited & 1 and d["orders"] > 0 else 0
    known += 2 if cited & 2 and name_at(book, wide(d["last_category"])) >= 0 else 0
    known += 4 if cited & 4 and name_at(book, wide(d["top_category"])) >= 0 else 0
    key = ((int(d["action"]) + 1) * 32 + int(d["channel"]) + 1) * 16 + int(d["tone"]) + 1
    key = ((key * 128 + int(d["language"]) + 1) * 8 + int(d["tone_source"])) * 128 + int(d["presented"])
    return (key * 8 + known) * 1024 + placement


@inner
def find_programs(decisions: Any, book: Ints, keys: Ints, programs: Ints) -> int:
    """Key and program of each decision; returns how many have no program yet (-1)."""
    missing = 0
    for i in range(decisions.shape[0]):
        keys[i] = shape_key(decisions[i], book)
        at = search(book, _KEYS, keys[i])
        programs[i] = look(book, _KEY_PROGRAM, at) if at >= 0 and look(book, _KEYS, at) == keys[i] else -1
        missing += 1 if programs[i] < 0 else 0
    return missing


@inner
def put(out: Bytes, at: int, arena: Bytes, book: Ints, fragment: int) -> int:
    """One fragment."""
    return put_bytes(out, at, arena, look(book, _FRAGMENTS, fragment), look(book, _FRAGMENTS, fragment + 1))


@inner
def mark(out: Bytes, at: int, arena: Bytes, book: Ints, which: int) -> int:
    """One fixed text."""
    return put(out, at, arena, book, look(book, _MARKS, which))


@inner
def local_day(book: Ints, ms: int) -> int:
    """Day of an instant in the policy's zone."""
    return (ms + look(book, _ZONE_OFFSETS, max(0, search(book, _ZONE_STARTS, ms)))) // MS_PER_DAY


@inner
def midnight(book: Ints, day: int) -> int:
    """First instant of a local day; where clocks skip midnight, the first that exists."""
    local = day * MS_PER_DAY
    regimes = book[_ZONE_STARTS + 1] - book[_ZONE_STARTS]
    for r in range(max(0, search(book, _ZONE_STARTS, local - 2 * MS_PER_DAY)), regimes):
        t = max(local - look(book, _ZONE_OFFSETS, r), look(book, _ZONE_STARTS, r))
        if r + 1 == regimes or t < look(book, _ZONE_STARTS, r + 1):
            return t
    return local


@inner
def last_day(book: Ints, action: int, send_ms: int) -> int:
    """Last local day on which an action's terms hold."""
    hours_ms = look(book, _ENDS, 3 * action + 1)
    if hours_ms < 0:
        return look(book, _ENDS, 3 * action + 2)
    return local_day(book, send_ms + hours_ms) + look(book, _ENDS, 3 * action)


@inner
def put_written(out: Bytes, at: int, arena: Bytes, book: Ints, form: int, day: int) -> int:
    """A day as people of a language write it."""
    january = look(book, _DATES, 4 * form)
    if january < 0:
        return put_day(out, at, day)
    year, month, of_month = civil(day)
    at = put_integer(out, at, of_month)
    at = put(out, at, arena, book, look(book, _DATES, 4 * form + (3 if of_month == 1 else 1)))
    at = put(out, at, arena, book, january + month - 1)
    return put_integer(out, put(out, at, arena, book, look(book, _DATES, 4 * form + 2)), year)


@inner
def put_human(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """The human path at an instant; null when the policy has none."""
    edge = search(book, _EDGES, d["now_ms"])
    if edge < 0:
        return mark(out, at, arena, book, _NULL)
    opens = look(book, _OPENS, edge)
    at = mark(out, at, arena, book, _CONTACT)
    at = mark(out, at, arena, book, _TRUE if opens < 0 else _NULL if opens == 0 else _FALSE)
    at = mark(out, at, arena, book, _OPENS_AT)
    at = put_instant(out, at, opens) if opens > 0 else mark(out, at, arena, book, _NULL)
    at = mark(out, mark(out, at, arena, book, _FIRST), arena, book, _TRUE if d["human_first"] else _FALSE)
    at = put_owner(out, mark(out, at, arena, book, _OWNER), arena, book, wide(d["owner"]))
    at = mark(out, at, arena, book, _CASE_ID)
    n = wide(d["case_bytes"])
    at = put_text(out, at, d["case_text"], _START, n) if n > 0 else mark(out, at, arena, book, _NULL)
    at = put_call_back(out, mark(out, at, arena, book, _CALL_BACK), arena, book, d)
    out[at] = _END
    return at + 1


@inner
def put_call_back(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """The call-back that is promised, or would be to whoever asks for it; null when none is."""
    if d["call_back_ms"] == 0:
        return mark(out, at, arena, book, _NULL)
    at = put_instant(out, mark(out, at, arena, book, _PROMISED_BY), d["call_back_ms"])
    at = mark(out, mark(out, at, arena, book, _REQUESTED), arena, book, _TRUE if d["called_back"] else _FALSE)
    out[at] = _END
    return at + 1


@inner
def put_owner(out: Bytes, at: int, arena: Bytes, book: Ints, hashed: int) -> int:
    """A name of the policy in quotes, null for others."""
    i = name_at(book, hashed)
    if i < 0:
        return mark(out, at, arena, book, _NULL)
    out[at] = _QUOTE
    at = put(out, at + 1, arena, book, look(book, _NAME_FRAGMENT, i))
    out[at] = _QUOTE
    return at + 1


@inner
def put_role(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """The account in whose role it was decided, and what they are there; null where it is their own."""
    if d["account"] == 0:
        return mark(out, at, arena, book, _NULL)
    at, n = mark(out, at, arena, book, _ROLE_ACCOUNT), wide(d["account_bytes"])
    at = put_text(out, at, d["account_text"], _START, n) if n > 0 else mark(out, at, arena, book, _NULL)
    at = put_owner(out, mark(out, at, arena, book, _ROLE_NAME), arena, book, wide(d["role"]))
    out[at] = _END
    return at + 1


@inner
def pair_of(book: Ints, candidate: int) -> int:
    """Fragment of a candidate's action and channel; -1 is silence, which stands last."""
    return int(book[book[_PAIRS] + candidate] if candidate >= 0 else book[book[_PAIRS + 1] - 1])


@inner
def put_runner_up(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """The best that was not chosen, and how much more utility the chosen one had."""
    if d["runner_up"] < -1:
        return mark(out, at, arena, book, _NULL)
    utility = d["utility"] if d["action"] >= 0 else 0.0
    out[at] = _BRACE
    at = put(out, at + 1, arena, book, pair_of(book, wide(d["runner_up"])))
    at = put_number(out, mark(out, at, arena, book, _MARGIN), utility - d["runner_up_utility"])
    out[at] = _END
    return at + 1


@inner
def put_counts(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """How many candidates each gate stopped, gates that stopped none left out."""
    at = mark(out, at, arena, book, _COUNTS)
    some = False
    for g in range(_N_GATES):
        if d["blocked_by"][g] > 0:
            if some:
                out[at] = _COMMA
                at += 1
            at = put(out, at, arena, book, look(book, _GATES, wide(g)))
            out[at] = _COLON
            at = put_integer(out, at + 1, wide(d["blocked_by"][g]))
            some = True
    return at


@inner
def put_blocked(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """Counts per gate and the best blocked."""
    at = mark(out, put_counts(out, at, arena, book, d), arena, book, _BEST)
    for b in range(3):
        candidate = d["blocked"][b]["candidate"]
        if candidate < 0:
            break
        if b > 0:
            out[at] = _COMMA
            at += 1
        out[at] = _BRACE
        at = mark(out, put(out, at + 1, arena, book, pair_of(book, wide(candidate))), arena, book, _GATE)
        at = mark(out, put(out, at, arena, book, look(book, _GATES, wide(d["blocked"][b]["gate"]))), arena, book, _UNTIL)
        until = d["blocked"][b]["until_ms"]
        at = put_instant(out, at, until) if until > 0 else mark(out, at, arena, book, _NULL)
        out[at] = _END
        at += 1
    return mark(out, at, arena, book, _END_BLOCKED)


@inner
def put_evidence(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record, where: tuple[int, int]) -> int:
    """Coordinate of the record that the basis rests on."""
    if d["evidence_offset"] < 0:
        return mark(out, at, arena, book, _NULL)
    out[at] = _QUOTE
    at = put_integer(out, at + 1, where[0])
    out[at] = _POINT
    at = put_integer(out, at + 1, where[1])
    out[at] = _POINT
    at = put_integer(out, at + 1, d["evidence_offset"])
    out[at] = _QUOTE
    return at + 1


@inner
def put_trust(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """Being unwelcome as a reason where it stopped something; and low trust, with the three parts that it is made of."""
    if d["unwelcome"] != 0:
        at = put_valued(out, at, arena, book, _UNWELCOME, d["welcome_upper"])
    at = put_bonds(out, at, arena, book, d)
    if d["wary"] == 0:
        return at
    at = put_valued(out, at, arena, book, _TRUST, d["trust"])
    at = put_valued(out, at, arena, book, _TRUST_KEPT, d["trust_kept"])
    at = put_valued(out, at, arena, book, _TRUST_TERMS, d["trust_terms"])
    return put_valued(out, at, arena, book, _TRUST_RECOVERY, d["trust_recovery"])


@inner
def put_goal(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """What goals and variety did, where they did something; and at which hour it is sent, where that was chosen."""
    if d["term_alone"] != 0.0:
        at = put_valued(out, at, arena, book, _TERM_ALONE, d["term_alone"])
    if d["term_goal"] != 0.0:
        at = put_valued(out, at, arena, book, _TERM_GOAL, d["term_goal"])
    if d["gadget"] != 0:
        at = put_valued(out, at, arena, book, _GADGET, d["goal_fit"])
    if d["variety"] != 0:
        at = mark(out, at, arena, book, _VARIETY)
    if d["hour_source"] == 0:
        return at
    return put_valued(out, at, arena, book, _HOUR_TRIED if d["hour_source"] == DRAWN else _BEST_HOUR, d["hour_p"])


@inner
def put_bonds(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """That we owe this person, that they were not asked to sell, and what rests in their role."""
    if d["owes"] != 0:
        at = put_valued(out, at, arena, book, _FIRM_OWES, d["balance"])
    if d["spared"] != 0:
        at = put_valued(out, at, arena, book, _NOT_ASKED, d["advocacy"])
    if d["account_case"] != 0:
        at = mark(out, at, arena, book, _ACCOUNT_CASE)
    if d["account_cap"] != 0:
        at = mark(out, at, arena, book, _ACCOUNT_CAP)
    return mark(out, at, arena, book, _ROLE_OVER) if d["role_over"] != 0 else at


@inner
def put_valued(out: Bytes, at: int, arena: Bytes, book: Ints, which: int, value: float) -> int:
    """One more reason with a number: the fixed text up to its value, and the end."""
    at = put_number(out, mark(out, at, arena, book, which), float(value))
    out[at] = _END
    return at + 1
