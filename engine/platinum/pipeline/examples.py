"""Examples that have ended, taken out of their row on the way to the learner (``profile.examples``)."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.events.columns import ITEM
from platinum.jit import constant, inner
from platinum.pipeline.engine_records import DecisionMade
from platinum.policy.tables import Tables
from platinum.profile.entries import MAX_PENDING, N_FEATURES, N_OWN, OPEN_EXAMPLE
from platinum.profile.examples import copy_example, find_example, how_ended, make_room, open_example
from platinum.profile.identity import is_answered
from platinum.profile.pending import find_pending
from platinum.profile.row import Record, wide
from platinum.profile.standing import cohort_of
from platinum.vocabulary.codes import Closed

#: What came of one decision: of the example, and of its pending decision.
EXAMPLE = np.dtype(
    [
        ("seen", OPEN_EXAMPLE),
        ("decided_ms", "<i8"),
        ("closes_ms", "<i8"),
        ("action", "<u4"),  # name hash, 0 = silence
        ("channel", "<u4"),
        ("flags", "<u4"),  # PENDING_*
        ("cohort", "<u4"),  # name hash
    ]
)
_OPEN = constant(Closed.OPEN)
#: What a decision was made on, as items of its event: two of numbers, and the features, four in each of the others.
_HEAD, _PER_ITEM = 2, 4
_N_ITEMS = _HEAD + (N_FEATURES + N_OWN) // _PER_ITEM
_BYTE, _BYTE_BITS = constant(0xFF), constant(8)
_LOW, _SIGN = constant(0xFFFF), constant(0x8000)


@inner
def take_examples(row: Record, i: int, now_ms: int, tables: Tables, out: Any) -> None:
    """Move what has ended into ``out``: (EXAMPLE[*], event index int32[*], number so far and of those that were opened int64[2])."""
    if row["ended"] == 0:
        return
    n, cohort = wide(row["n_examples"]), cohort_of(row, now_ms, tables)
    left = wide(_OPEN)
    for k in range(n):
        entry = row["examples"][k]
        if how_ended(entry) == _OPEN:
            if k != left:
                copy_example(entry, row["examples"][left])
            left += 1
            continue
        _take(row, k, cohort, out[0][out[2][0]])
        out[1][out[2][0]] = i
        out[2][0] += 1
    row["n_examples"], row["ended"] = left, 0


@inner
def _take(row: Record, k: int, cohort: int, to: Record) -> None:
    entry = row["examples"][k]
    pending = row["pending"][find_pending(row, entry["ref"])]
    copy_example(entry, to["seen"])
    to["decided_ms"], to["closes_ms"], to["flags"] = pending["decided_ms"], pending["closes_ms"], pending["flags"]
    to["action"], to["channel"], to["cohort"] = pending["action"], pending["channel"], np.uint32(cohort)


@inner
def room_for_made(row: Record, i: int, event: Record, tables: Tables, out: Any) -> None:
    """End what gives way to an answer over HTTP, before it is folded."""
    if event["name_b"] != 0 and not is_answered(row, event["ref"]):
        make_room(row, wide(event["record_ms"]), tables)
        take_examples(row, i, wide(event["record_ms"]), tables, out)


@inner
def open_from_items(row: Record, event: Record, items: Any, tables: Tables) -> None:
    """Open the example of an answer over HTTP (``items_of``); nothing where it came with none."""
    if event["item_count"] != _N_ITEMS or row["n_examples"] == MAX_PENDING or find_example(row, event["ref"]) >= 0:
        return
    start = wide(event["item_start"])
    seen = row["examples"][row["n_examples"]]  # the next free place, from which it is opened
    seen["ref"], seen["p_chosen"], seen["utility"] = event["ref"], items[start]["amount"], items[start + 1]["amount"]
    seen["schema"], seen["tone"] = items[start]["name"], items[start]["value_name"]
    seen["p_accept"] = items[start + 1]["name"]
    seen["hour"], seen["state"] = items[start + 1]["value_name"] & _BYTE, items[start + 1]["value_name"] >> _BYTE_BITS
    for k in range(N_FEATURES + N_OWN):
        item = items[start + _HEAD + k // _PER_ITEM]
        word = wide(item["name"] if k % _PER_ITEM < 2 else item["value_name"])
        value = (word >> (16 * (k % 2))) & _LOW
        value = value - 2 * _SIGN if value >= _SIGN else value
        if k < N_FEATURES:
            seen["x"][k] = value
        else:
            seen["z"][k - N_FEATURES] = value
    open_example(row, seen, tables)


def items_of(body: DecisionMade) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """What an answer was made on, as items of its event; none where there is nothing to learn from it."""
    if len(body.seen) != OPEN_EXAMPLE.itemsize:
        return np.zeros(0, ITEM)
    seen = np.frombuffer(body.seen, OPEN_EXAMPLE)[0]
    items = np.zeros(_N_ITEMS, ITEM)
    items["amount"][:_HEAD] = seen["p_chosen"], seen["utility"]
    items["name"][:_HEAD] = seen["schema"], seen["p_accept"]
    items["value_name"][:_HEAD] = seen["tone"], int(seen["hour"]) + (int(seen["state"]) << _BYTE_BITS)
    words = np.concatenate([seen["x"], seen["z"]]).view("<u4")
    items["name"][_HEAD:], items["value_name"][_HEAD:] = words[0::2], words[1::2]
    return items
