"""What was called off or sent back a short while ago: it is not promoted again at once (issue 5, real data).

Orders are cancelled for reasons that no event tells, and nobody wants to be sold on Monday what they gave back on Sunday, whoever's
fault it was. After a mere change of mind nothing else rests (treatment-formulas 3.6); an order that ended by our fault is a failure that
is settled at once: promotion rests as after a case.
"""

from __future__ import annotations

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.entries import MAX_CALLED_OFF
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind

_FREE = constant(-1)
_CANCELLED, _REFUNDED = constant(Kind.ORDER_CANCELLED), constant(Kind.ORDER_REFUNDED)
_OUR_FAULT = constant(1)  # of ``reason``


@inner
def calls_off(kind: int) -> bool:
    """Whether an event of this kind undoes an order."""
    return bool(kind == _CANCELLED or kind == _REFUNDED)


@inner
def fold_called_off(row: Record, event: Record, items: Record) -> None:
    """Remember the categories of an order that was cancelled or refunded, and that it was our fault.

    An event without categories is taken to be about what was ordered last, as far as that is known: shops that only say which order it
    was mean the newest far more often than not, and to keep every order's lines would cost each row more than this rule is worth.
    """
    at_s, named = max(wide(event["occurred_ms"]), 0) // 1000, False
    if event["code"] == _OUR_FAULT:
        row["case_closed_ms"] = max(wide(row["case_closed_ms"]), wide(event["occurred_ms"]))
    for i in range(wide(event["item_start"]), wide(event["item_start"] + event["item_count"])):
        if items[i]["name"] != 0:
            named = True
            remember_called_off(row, wide(items[i]["name"]), at_s)
    if not named and row["last_category"] != 0:
        remember_called_off(row, wide(row["last_category"]), at_s)


@inner
def remember_called_off(row: Record, category: int, at_s: int) -> None:
    """Enter a category with its newest time; a full list gives up the oldest, of equals the smaller hash."""
    entries, oldest = row["called_off"], 0
    for i in range(wide(row["n_called_off"])):
        if entries[i]["category"] == category:
            entries[i]["at_s"] = max(entries[i]["at_s"], at_s)
            return
        if _before(entries[i]["at_s"], entries[i]["category"], entries[oldest]):
            oldest = i
    if row["n_called_off"] < MAX_CALLED_OFF:
        oldest = wide(row["n_called_off"])
        row["n_called_off"] += 1
    elif _before(at_s, category, entries[oldest]):
        return
    entries[oldest]["category"], entries[oldest]["at_s"] = category, at_s


@inner
def _before(at_s: int, category: int, entry: Record) -> bool:
    return bool(at_s < entry["at_s"] or (at_s == entry["at_s"] and category < entry["category"]))


@inner
def rests_until_ms(row: Record, category: int, tables: Tables) -> int:
    """Until when a category (name hash) is not promoted, because it was called off; FREE (−1) = it never was."""
    for i in range(wide(row["n_called_off"])):
        if row["called_off"][i]["category"] == category:
            return wide(row["called_off"][i]["at_s"]) * 1000 + wide(tables.settings[0]["called_off_ms"])
    return int(_FREE)
