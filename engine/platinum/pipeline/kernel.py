"""The one compiled call per batch: fold each event into its row and, where the policy asks for it, decide.

Events of one customer see each other's effects, decisions included, in log order; that is why folding and
deciding share one loop instead of being two passes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.decide.kernel import decide
from platinum.decide.plan import plan_decision
from platinum.decide.teaching import open_stream_example
from platinum.emit.inputs import keep_inputs
from platinum.events.columns import FLAG_ACCOUNT, FLAG_HISTORY
from platinum.hashing_kernels import mix64_u
from platinum.jit import constant, inner, kernel, uint64
from platinum.pipeline.examples import room_for_made, take_examples
from platinum.pipeline.made import fold_decision_made
from platinum.pipeline.meant import account_meant, keep_meant
from platinum.profile.account import FOR_ALL, FOR_ONE, count_contact, standing_mark, tell_account
from platinum.profile.ahead import bring_near
from platinum.profile.claiming import fold_claim
from platinum.profile.contacts import drop_expired, find_planned
from platinum.profile.due import all_due
from platinum.profile.examples import make_room, settle_examples
from platinum.profile.fold import fold, is_about_nothing, is_of_another
from platinum.profile.ledger import is_full
from platinum.profile.obligations import copy_to, forget_settled, put_in_order
from platinum.profile.roles import bought_last, stand
from platinum.profile.row import wide
from platinum.profile.timers import next_due_ms, reach, rules_armed_ms, set_timer
from platinum.profile.value import largest_line
from platinum.profile.withdraw import withdraw_in_role, withdraw_resting, withdraw_stopped
from platinum.vocabulary.codes import Kind

Record = Any

#: What became of an event.
SKIPPED, APPLIED, DUPLICATE, FULL = constant(0), constant(1), constant(2), constant(3)
_FIRST_SLOT, _NOBODYS = constant(0), constant(0)
#: Events between a row's being fetched and its being needed: one takes about as long as the fetching.
_AHEAD = 2

_TIMER_DUE = int(Kind.TIMER_DUE)
_DECISION_MADE = int(Kind.DECISION_MADE)
_CLAIMED, _SWEPT = int(Kind.CONTACT_CLAIMED), int(Kind.CONTACTS_SWEPT)
_STANDS, _CONTACTED = int(Kind.ACCOUNT_STANDS), int(Kind.ACCOUNT_CONTACTED)
_REQUEST_MADE = int(Kind.REQUEST_MADE)
_CONTACT_STARTED = int(Kind.CONTACT_STARTED)
_GROUP = int(Kind.GROUP)
_NO_MARK = uint64(0)


@inner
def stream_ref_u(generation: int, partition: int, offset: int, slot: int) -> np.uint64:
    """``ids.stream_ref`` inside kernels."""
    ref = mix64_u(np.uint64(0), np.uint64(generation))
    ref = mix64_u(mix64_u(mix64_u(ref, np.uint64(partition)), np.uint64(offset)), np.uint64(slot))
    return ref if ref != np.uint64(0) else np.uint64(1)


@inner
def set_trigger(trigger: Record, event: Record, row: Record) -> None:
    """Fill a TRIGGER from the event that asks; ``ref`` and ``placement`` are the caller's."""
    kind = event["kind"]
    trigger["now_ms"] = event["record_ms"]
    trigger["offset"] = event["offset"]
    trigger["amount"] = event["amount"]
    trigger["kind"] = kind
    trigger["person"] = row["person"]
    trigger["channel"] = event["channel"]
    trigger["account"] = event["account"]
    trigger["category"] = event["name_a"] if event["item_count"] == 0 else row["last_category"]
    trigger["intent"] = event["name_a"] if kind == _REQUEST_MADE or kind == _CONTACT_STARTED else np.uint32(0)


@inner
def keep_decided_on(row: Record, at: int, kept: Any) -> None:
    """``keep_inputs`` without what waits to be learned: no decision looks at it, and it is as long as a third of all else."""
    n = row["n_examples"]
    row["n_examples"] = 0
    keep_inputs(at, kept)
    row["n_examples"] = n


@inner
def decide_and_plan(row: Record, more: Any, i: int, at: int, slot: int, where: tuple[int, int], run: Any, outs: Any) -> None:
    """One stream decision, asked for by event ``i``, into ``outs[1][at]``: keep the row as it was, decide, let the row remember it.

    ``where`` is (generation, partition), ``run`` is (tables, model, scratch).
    """
    tables, model, scratch = run
    trigger, out = outs[0][at], outs[1][at]
    drop_expired(row, trigger["now_ms"])  # a timer that falls due is no fold, which would have done it
    trigger["placement"] = -1
    trigger["ref"] = stream_ref_u(where[0], where[1], trigger["offset"], slot)
    keep_decided_on(row, at, outs[2])
    decide(row, trigger, tables, model, scratch, out)
    if out["action"] >= 0 and tables.channels[out["channel"]]["outbound"] != 0:
        make_room(row, wide(trigger["now_ms"]), tables)
        take_examples(row, i, wide(trigger["now_ms"]), tables, outs[6])
    plan_decision(row, more, out, tables)
    outs[6][2][1] += open_stream_example(row, more, out, tables, scratch)
    planned = find_planned(row, trigger["ref"])
    if planned >= 0:
        row["planned"][planned]["offset"] = trigger["offset"]
        row["planned"][planned]["slot"] = slot


@inner
def keep_withdrawn(row: Record, count: int, i: int, gone: Any) -> None:
    """Copy ``count`` entries that a fold withdrew from behind the plan's end into ``gone``.

    ``gone`` is (PLANNED[*], event index int32[*], number so far int64[1]).
    """
    for j in range(count):
        at = gone[2][0]
        gone[0][at] = row["planned"][row["n_planned"] + j]
        gone[1][at] = i
        gone[2][0] = at + 1


@inner
def decide_due(row: Record, more: Any, event: Record, i: int, n: int, where: tuple[int, int], run: Any, outs: Any) -> int:
    """A timer (event ``i``) fell due: a decision for the gravest of what the ledger says, and one per ``when_reached`` rule.

    What a promise that is broken now forbids is withdrawn before. Returns the new count of decisions.
    """
    tables = run[0]
    triggers = outs[0]
    now_ms = event["record_ms"]
    history = (event["flags"] & FLAG_HISTORY) != 0
    slot = _FIRST_SLOT
    row["rules_due_ms"] = rules_armed_ms(row)
    settle_examples(row, wide(now_ms), tables)
    take_examples(row, i, wide(now_ms), tables, outs[6])
    fell, account = all_due(row, more, now_ms, tables)
    forget_settled(row, more)
    if fell != 0:
        drop_expired(row, now_ms)
        keep_withdrawn(row, withdraw_resting(row, more, now_ms, tables), i, outs[3])
    if fell != 0 and tables.decide_on[fell] != 0 and not history:
        set_trigger(triggers[n], event, row)
        triggers[n]["kind"], triggers[n]["account"] = fell, account
        triggers[n]["category"] = bought_last(row, account)
        decide_and_plan(row, more, i, n, slot, where, run, outs)
        slot += 1
        n += 1
    for rule in range(tables.whens.shape[0]):
        if reach(row, rule, tables, now_ms) == 0 or history:
            continue
        set_trigger(triggers[n], event, row)
        triggers[n]["category"] = row["last_category"]
        decide_and_plan(row, more, i, n, slot, where, run, outs)
        slot += 1
        n += 1
    row["rules_due_ms"] = next_due_ms(row, tables, now_ms)
    put_in_order(row, more)
    set_timer(row, more, tables)
    return n


@inner
def rearranged(gone: int, row: Record, more: Any, tables: Any) -> int:
    """``gone`` contacts were withdrawn, and with them what they would have promised: put the ledger in order, and the timer."""
    if gone > 0:
        put_in_order(row, more)
        set_timer(row, more, tables)
    return gone


@inner
def keep_facts(i: int, more: Any, facts: Any) -> None:
    """Take the facts of event ``i`` out of second row 0 into ``facts``: (OBLIGATION[*], event index int32[*], number so far int64[1])."""
    for j in range(more[0]["told"]):
        at = facts[2][0]
        copy_to(more[0]["entries"][j], facts[0][at])
        facts[1][at] = i
        facts[2][0] = at + 1
    more[0]["told"] = 0


@inner
def fold_and_tell(row: Record, i: int, batch: Any, tables: Any, outs: Any) -> int:
    """Fold event ``i``, and take out what it ended; what ``fold`` returns."""
    events, items, more = batch
    event = events[i]
    if event["kind"] == _DECISION_MADE:
        room_for_made(row, i, event, tables, outs[6])
        n_examples = row["n_examples"]
        folded = fold_decision_made(row, more, event, items, tables)
        outs[6][2][1] += row["n_examples"] - n_examples
    else:
        folded = fold(row, event, items, tables, more)
    if folded != 0:
        take_examples(row, i, wide(event["record_ms"]), tables, outs[6])
    return int(folded)


@inner
def step(row: Record, i: int, batch: Any, n: int, where: tuple[int, int], run: Any, outs: Any) -> tuple[int, int]:
    """Fold event ``i`` of ``batch`` (events, items, second rows) and decide if asked; returns (what became of it, decisions so far)."""
    events, items, more = batch
    event = events[i]
    tables = run[0]
    kind = event["kind"]
    if kind == _TIMER_DUE:
        return APPLIED, decide_due(row, more, event, i, n, where, run, outs)
    if kind == _STANDS:
        stand(row, event)
        drop_expired(row, event["record_ms"])
        gone = withdraw_in_role(row, more, wide(event["account"]), wide(event["record_ms"]), tables)
        keep_withdrawn(row, rearranged(gone, row, more, tables), i, outs[3])
        return APPLIED, n
    if kind == _CONTACTED:
        count_contact(row, event)
        return APPLIED, n
    if kind == _CLAIMED:
        keep_withdrawn(row, rearranged(fold_claim(row, more, event, tables), row, more, tables), i, outs[3])
        return APPLIED, n
    if kind == _SWEPT:
        drop_expired(row, event["record_ms"])
        keep_withdrawn(row, rearranged(withdraw_stopped(row, more, tables), row, more, tables), i, outs[3])
        return APPLIED, n
    if is_full(row, more, event, tables):
        return FULL, n
    about_them = not (is_of_another(event) or is_about_nothing(row, event))
    folded = fold_and_tell(row, i, batch, tables, outs)
    if folded == 0:
        return DUPLICATE, n
    keep_withdrawn(row, folded - 1, i, outs[3])
    if kind == _DECISION_MADE or tables.decide_on[kind] == 0 or (event["flags"] & FLAG_HISTORY) != 0 or not about_them:
        return APPLIED, n
    set_trigger(outs[0][n], event, row)
    if event["account"] != 0 and event["item_count"] > 0:  # what the order was about, not what they bought for themselves
        outs[0][n]["category"] = largest_line(event, items)
    decide_and_plan(row, more, i, n, _FIRST_SLOT, where, run, outs)
    return APPLIED, n + 1


@inner
def watch(row: Record, event: Record, mark: uint64, became: int, more: Any, tables: Any) -> None:
    """Note how an account stands: for all members when that has changed since ``mark``, else for whoever joins and knows nothing yet."""
    now_ms = wide(event["record_ms"])
    if became != APPLIED:
        return
    if standing_mark(row, more, now_ms, tables) != mark:
        tell_account(row, more, now_ms, FOR_ALL, tables)
    elif event["kind"] == _GROUP:
        tell_account(row, more, now_ms, FOR_ONE, tables)


@inner
def start_counting(outs: Any) -> None:
    """Nothing is withdrawn, told, meant, ended or opened yet."""
    outs[3][2][0], outs[4][2][0], outs[5][1][0] = 0, 0, 0
    outs[6][2][0], outs[6][2][1] = 0, 0


@kernel
def run_batch(
    rows: Any,
    at: tuple[NDArray[np.int64], NDArray[np.int64]],
    batch: Any,
    frontier: tuple[NDArray[np.int64], NDArray[np.int64]],
    where: tuple[int, int],
    run: Any,
    outs: Any,
    became: NDArray[np.int8],
) -> int:
    """Fold and decide a batch of one partition in log order.

    Parameters
    ----------
    rows : ROW[N]
        Changed in place.
    at : (int64[B], int64[B])
        Row of each event, and its bucket (index into ``frontier``).
    batch : (EVENT[B], ITEM[*], MORE[*])
        ``record_ms`` is raised to the bucket's clock: time never runs backwards.
    frontier : (int64[K], int64[K])
        Next offset and clock of each bucket; clocks advance, events before the next offset are skipped.
    where : (generation, partition)
    run : (Tables, Model, Scratch)
    outs : (TRIGGER[D], DECISION[D], Kept, gone, facts, meant, examples)
        Filled from the front: trigger, decision, what it was made from (``keep_inputs``), what was withdrawn (``keep_withdrawn``),
        what the learner is told (``keep_facts``), of which account an event is that names none (``keep_meant``), and what came of
        decisions (``take_examples``).
    became : int8[B]
        SKIPPED, APPLIED, DUPLICATE, or FULL: refused, because the customer's ledger has no room.

    Returns
    -------
    int
        Number of decisions.
    """
    slots, bucket = at
    next_offset, clock_ms = frontier
    events = batch[0]
    start_counting(outs)
    n: int = _FIRST_SLOT
    for i in range(events.shape[0]):
        event = events[i]
        if i + _AHEAD < events.shape[0]:
            bring_near(rows, slots[i + _AHEAD])
        k = bucket[i]
        became[i] = SKIPPED
        if event["offset"] < next_offset[k]:
            continue
        if event["record_ms"] > clock_ms[k]:
            clock_ms[k] = event["record_ms"]
        event["record_ms"] = clock_ms[k]
        first = n
        outs[2].slot[0] = slots[i]
        row = rows[slots[i]]
        is_account = (event["flags"] & FLAG_ACCOUNT) != 0
        mark = standing_mark(row, batch[2], wide(event["record_ms"]), run[0]) if is_account else _NO_MARK
        account = account_meant(row, event)
        became[i], n = step(row, i, batch, n, where, run, outs)
        keep_meant(row, account if became[i] == APPLIED else _NOBODYS, i, outs[5])
        watch(row, event, mark, became[i] if is_account else SKIPPED, batch[2], run[0])
        for d in range(first, n):
            outs[1][d]["event"] = i
        if batch[2][0]["told"] > 0:
            keep_facts(i, batch[2], outs[4])
    return n
