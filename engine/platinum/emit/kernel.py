"""The encoding kernel: runs each decision's program and writes its JSON into one buffer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.decide.hours import AT_ONCE, FIRST
from platinum.emit.forms import Mark, Op, Part
from platinum.emit.program import (
    find_programs,
    last_day,
    local_day,
    look,
    mark,
    midnight,
    name_at,
    put,
    put_blocked,
    put_evidence,
    put_goal,
    put_human,
    put_owner,
    put_role,
    put_runner_up,
    put_trust,
    put_written,
)
from platinum.emit.write import Bytes, put_bytes, put_day, put_instant, put_integer, put_number, put_text, wide
from platinum.jit import constant, inner, kernel
from platinum.vocabulary.arms import Arm

#: What became of a batch, see ``encode_batch``.
WRITTEN, UNKNOWN, NOT_FINITE = 0, -1, -2

Record = Any
Ints = NDArray[np.int64]
#: Texts one behind the other, and the end of each.
Texts = tuple[Bytes, Ints]

_COPY, _DECISION_ID, _CUSTOMER, _NOW, _SEND, _EXPIRES, _BASIS, _EVIDENCE, _HUMAN = (int(op) for op in list(Op)[:9])
_P_ACCEPT, _P_CHOSEN, _UTILITY, _VALUE, _COST, _EFFORT, _FATIGUE, _GRATITUDE = (int(op) for op in list(Op)[9:17])
_IS_EXPLORED, _WHY_SILENT, _ALSO, _RUNNER_UP, _BLOCKED, _ORDERS, _SINCE = (int(op) for op in list(Op)[17:24])
_LAST_CATEGORY, _TOP_CATEGORY, _LAST_ORDER, _FIRST_ORDER, _ENDS, _ENDS_ISO, _VALID_UNTIL = (int(op) for op in list(Op)[24:31])
_PROMISE_DUE, _STYLE_KNOWN, _HINTS = int(Op.PROMISE_DUE), int(Op.STYLE_KNOWN), int(Op.HINTS)
_MEETS, _MEETS_WHOM = int(Op.MEETS), int(Op.MEETS_WHOM)
_ROLE = int(Op.ROLE)
_FIRST_HINT, _MARKS = constant(Mark.FIRST_HINT), constant(Part.MARKS)
_TRUE, _FALSE, _EXPLORED, _HELD = constant(Mark.TRUE), constant(Mark.FALSE), constant(Mark.EXPLORED), constant(Mark.HELD)
_OPS, _PROGRAMS, _BOUNDS, _BASES, _FRAGMENTS = (constant(Part[name]) for name in ["OPS", "PROGRAMS", "BOUNDS", "BASES", "FRAGMENTS"])
_START = constant(0)
_NAME_FRAGMENT = constant(Part.NAME_FRAGMENT)
_NOTHING, _SILENCE_BEST, _HELD_OUT = constant(Mark.NOTHING_ELIGIBLE), constant(Mark.SILENCE_BEST), constant(Mark.HELD_OUT)
_NO_ARM, _RANDOM, _SILENT = constant(Arm.NONE), constant(Arm.RANDOM), constant(Arm.SILENT)
_RANDOM_ARM, _SILENCE_ARM, _SAME_ARM = constant(Mark.RANDOM_ARM), constant(Mark.SILENCE_ARM), constant(Mark.SAME_FOR_ALL_ARM)


@inner
def number_of(d: Record, op: int) -> float:
    """The number that a step writes."""
    if op == _P_ACCEPT:
        return float(d["p_accept"])
    if op == _P_CHOSEN:
        return float(d["p_chosen"])
    if op == _UTILITY:
        return float(d["utility"])
    if op == _VALUE:
        return float(d["term_value"])
    if op == _COST:
        return float(d["term_cost"])
    if op == _EFFORT:
        return float(d["term_effort"])
    return float(d["term_fatigue"] if op == _FATIGUE else d["gratitude"])


@inner
def put_fact(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record, step: int) -> int:
    """What the words cite about the customer, and when the offer ends."""
    op, form, action = look(book, _OPS, 3 * step), look(book, _OPS, 3 * step + 1), look(book, _OPS, 3 * step + 2)
    if op == _ORDERS:
        return put_integer(out, at, wide(d["orders"]))
    if op == _SINCE:
        return put_integer(out, at, max(_START, local_day(book, d["now_ms"]) - local_day(book, d["last_order_ms"])))
    if op == _LAST_CATEGORY:
        return put(out, at, arena, book, look(book, _NAME_FRAGMENT, name_at(book, wide(d["last_category"]))))
    if op == _TOP_CATEGORY:
        return put(out, at, arena, book, look(book, _NAME_FRAGMENT, name_at(book, wide(d["top_category"]))))
    if op == _LAST_ORDER:
        return put_written(out, at, arena, book, form, local_day(book, d["last_order_ms"]))
    if op == _FIRST_ORDER:
        return put_written(out, at, arena, book, form, wide(d["first_day"]))
    day = last_day(book, action, d["send_ms"])
    if op == _ENDS:
        return put_written(out, at, arena, book, form, day)
    if op == _ENDS_ISO:
        return put_day(out, at, day)
    return put_instant(out, at, midnight(book, day + 1))


@inner
def put_verdict(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record, op: int, where: tuple[int, int]) -> int:
    """Proof, human path, reasons that vary, and what was not chosen."""
    if op == _HUMAN:
        return put_human(out, at, arena, book, d)
    if op == _BLOCKED:
        return put_blocked(out, at, arena, book, d)
    if op == _RUNNER_UP:
        return put_runner_up(out, at, arena, book, d)
    if op == _IS_EXPLORED:
        return mark(out, at, arena, book, _TRUE if d["explored"] else _FALSE)
    if op == _WHY_SILENT:
        at = mark(out, at, arena, book, _EXPLORED if d["explored"] else _SILENCE_BEST if d["n_passed"] > 0 else _NOTHING)
        at = put_arm(out, at, arena, book, wide(d["arm"]))
        return put_trust(out, put_goal(out, put_held_out(out, at, arena, book, d), arena, book, d), arena, book, d)
    if op == _BASIS:
        return put(out, at, arena, book, look(book, _BASES, wide(d["basis"])))
    if op == _EVIDENCE:
        return put_evidence(out, at, arena, book, d, where)
    if d["explored"]:
        out[at] = 44
        at = mark(out, at + 1, arena, book, _EXPLORED)
    at = put_arm(out, at, arena, book, wide(d["arm"]))
    if d["send_ms"] > d["now_ms"] and (d["hour_source"] == AT_ONCE or d["hour_source"] == FIRST):
        out[at] = 44
        at = mark(out, at + 1, arena, book, _HELD)
    return put_trust(out, put_goal(out, put_held_out(out, at, arena, book, d), arena, book, d), arena, book, d)


@inner
def put_arm(out: Bytes, at: int, arena: Bytes, book: Ints, arm: int) -> int:
    """That an arm had a say in what was chosen (``codes.Arm``)."""
    if arm == _NO_ARM:
        return at
    return mark(out, at, arena, book, _RANDOM_ARM if arm == _RANDOM else _SILENCE_ARM if arm == _SILENT else _SAME_ARM)


@inner
def put_held_out(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """The reason that marks a decision in whose place somebody else would have been thanked."""
    if d["held_out"]:
        out[at] = 44
        at = mark(out, at + 1, arena, book, _HELD_OUT)
    return at


@inner
def put_hints(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record) -> int:
    """Hints to an employee, one behind the other."""
    for h in range(d["hints"].shape[0]):
        if d["hints"][h] >= 0:
            if h > 0:
                out[at] = 44
                at += 1
            at = put(out, at, arena, book, look(book, _MARKS, _FIRST_HINT) + wide(d["hints"][h]))
    return at


@inner
def put_introduced(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record, op: int) -> int:
    """In which interest somebody is introduced, to whom, or who they are themselves: pseudonyms."""
    if op == _MEETS:
        return put_owner(out, at, arena, book, wide(d["meets"]))
    return put_integer(out, at, wide(d["meets_whom"]) if op == _MEETS_WHOM else wide(d["met_as"]))


@inner
def put_step(out: Bytes, at: int, arena: Bytes, book: Ints, d: Record, step: int, where: tuple[int, int]) -> int:
    """One step of a program that names neither customer nor decision."""
    op = look(book, _OPS, 3 * step)
    if op == _COPY:
        return put(out, at, arena, book, look(book, _OPS, 3 * step + 1))
    if op == _NOW:
        return put_instant(out, at, d["now_ms"])
    if op == _SEND:
        return put_instant(out, at, d["send_ms"])
    if op == _EXPIRES:
        return put_instant(out, at, d["expires_ms"])
    if op == _PROMISE_DUE:
        return put_instant(out, at, d["promise_ms"])
    if _P_ACCEPT <= op <= _GRATITUDE:
        return put_number(out, at, number_of(d, op))
    if op == _STYLE_KNOWN:
        return put_number(out, at, float(d["style_known"]))
    if op == _ROLE:
        return put_role(out, at, arena, book, d)
    if op >= _MEETS:
        return put_introduced(out, at, arena, book, d, op)
    if op == _HINTS:
        return put_hints(out, at, arena, book, d)
    if op >= _ORDERS:
        return put_fact(out, at, arena, book, d, step)
    return put_verdict(out, at, arena, book, d, op, where)


@inner
def room_for(decisions: Any, programs: Ints, book: Ints, customers: Texts, ids: Texts) -> int:
    """Bytes that the batch's JSON has at most; an escaped byte of a customer's key takes six. ``NOT_FINITE`` - i: i is not finite."""
    total = 6 * customers[0].shape[0] + ids[0].shape[0]
    for i in range(decisions.shape[0]):
        d = decisions[i]
        total += look(book, _BOUNDS, programs[i])
        numbers = d["p_accept"] + d["p_chosen"] + d["utility"] + d["term_value"] + d["term_cost"] + d["term_effort"]
        if not math.isfinite(numbers + d["term_fatigue"] + d["term_goal"] + d["runner_up_utility"] + d["gratitude"] + d["trust"]):
            return NOT_FINITE - i
    return int(total)


@inner
def put_decision(
    out: Bytes, at: int, d: Record, forms: tuple[Bytes, Ints], program: int, who: tuple[Texts, Texts], where: tuple[int, Ints, int]
) -> int:
    """JSON of one decision, the ``where[2]``-th of the batch."""
    arena, book = forms
    (customers, customer_ends), (ids, id_ends) = who
    generation, partitions, i = where
    for step in range(look(book, _PROGRAMS, program), look(book, _PROGRAMS, program + 1)):
        op = look(book, _OPS, 3 * step)
        if op == _CUSTOMER:
            at = put_text(out, at, customers, customer_ends[i - 1] if i > 0 else _START, customer_ends[i])
        elif op == _DECISION_ID:
            at = put_bytes(out, at, ids, id_ends[i - 1] if i > 0 else _START, id_ends[i])
        else:
            at = put_step(out, at, arena, book, d, step, (generation, partitions[i]))
    return at


@kernel
def encode_batch(
    decisions: Any,
    work: tuple[Ints, Ints, Ints],
    forms: tuple[Bytes, Ints],
    who: tuple[Texts, Texts],
    where: tuple[int, Ints],
    out: Bytes,
) -> int:
    """JSON of each decision, one behind the other; returns ``WRITTEN``, or why nothing was.

    One call from Python: taking the arrays out of their objects costs more than what is done with six decisions.

    Parameters
    ----------
    decisions : DECISION[D]
    work : (keys, programs, ends), int64[D] each
        Overwritten: see ``find_programs``, and the end of each decision's JSON in ``out``.
    forms : (arena, book)
    who : (customers, ids), each (uint8[*], int64[D])
        UTF-8 texts one behind the other, and the end of each.
    where : (generation, partition int64[D])
    out : uint8[*]
        Overwritten.

    Returns
    -------
    int
        ``WRITTEN``; ``UNKNOWN``: a program is missing; ``NOT_FINITE`` - i: the i-th decision holds a number that is none;
        a positive number: ``out`` must have so many bytes.
    """
    keys, programs, ends = work
    if find_programs(decisions, forms[1], keys, programs) > 0:
        return UNKNOWN
    room = room_for(decisions, programs, forms[1], who[0], who[1])
    if room <= NOT_FINITE or room > out.shape[0]:
        return room
    at = _START
    for i in range(decisions.shape[0]):
        at = put_decision(out, at, decisions[i], forms, programs[i], who, (where[0], where[1], i))
        ends[i] = at
    return WRITTEN
