"""The ledger as people read it: what is open, and how well what was promised has been kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from platinum.policy.policy import Policy
from platinum.profile.debts import owed_debts
from platinum.profile.entries import (
    MORE,
    STATE_ACTED,
    STATE_AGAIN,
    STATE_BROKEN,
    STATE_CLOSED,
    STATE_NOTICED,
    STATE_OURS,
    STATE_SORRY,
    STATE_TOLD,
)
from platinum.profile.quarantine import quarantine_end_ms
from platinum.profile.row import Record
from platinum.profile.say_do import say_do
from platinum.profile.second_row import unpack_more
from platinum.vocabulary.codes import Debt, Obligation

_STATES = (
    (STATE_NOTICED, "noticed"),
    (STATE_BROKEN, "overdue"),
    (STATE_ACTED, "acted_on"),
    (STATE_TOLD, "told"),
    (STATE_CLOSED, "closed"),
    (STATE_AGAIN, "opened_again"),
    (STATE_SORRY, "apologised"),
    (STATE_OURS, "our_fault"),
)
_OFFER, _CASE = int(Obligation.OFFER), int(Obligation.CASE)
#: What is owed by nobody: kept in mind, for events that are late.
_KEPT_IN_MIND = (int(Obligation.EARLY), int(Obligation.ENDED))

Json = dict[str, Any]
Say = Callable[[Any], Any]


def ledger(row: Record, policy: Policy, now_ms: int, name: Say, instant: Say, second: bytes | None = None) -> Json:
    """Group ``ledger`` of a readable profile.

    Parameters
    ----------
    name, instant : callable
        Hash → name, epoch milliseconds → RFC 3339; None for 0.
    second : bytes or None
        Packed second row; without it, only its number of entries is told.
    """
    debts = int(owed_debts(row, now_ms, policy.tables))
    return {
        "owed": [debt.name.lower() for debt in Debt if debts & debt],
        "open": [_one(entry, name, instant) for entry in _entries(row, second) if not _is_used(entry)],
        "offers_redeemed": [_used(entry, name, instant) for entry in _entries(row, second) if _is_used(entry)],
        "more_open": 0 if second is not None else int(row["more_open"]),
        **rests(row, policy, now_ms, instant),
        "say_do": float(f"{say_do(row, now_ms, policy.tables):.6g}"),
        "promises_ended": int(row["said_ever"]),
        "promises_broken": int(row["broken_ever"]),
    }


def rests(row: Record, policy: Policy, now_ms: int, instant: Say) -> Json:
    """Whether promotion rests for the person, and until when; one and the same in every role."""
    until_ms = int(quarantine_end_ms(row, now_ms, policy.tables))
    return {"promotion_rests": until_ms != -1, "promotion_rests_until": instant(max(until_ms, 0))}


def _entries(row: Record, second: bytes | None) -> Iterator[Record]:
    kept = [row["obligations"][: int(row["n_obligations"])]]
    if second is not None and row["more_open"]:
        page = np.zeros(1, MORE)[0]
        unpack_more(second, page)
        kept.append(page["entries"][: int(page["n"])])
    for entries in kept:
        yield from entries[~np.isin(entries["kind"], _KEPT_IN_MIND)]


def _is_used(entry: Record) -> bool:
    return int(entry["kind"]) == _OFFER and int(entry["state"]) & STATE_CLOSED != 0


def _used(entry: Record, name: Say, instant: Say) -> Json:
    """An offer that was used (``profile.offers.redeem``)."""
    return {
        "ref": f"{int(entry['ref']):016x}",
        "name": name(entry["name"]),
        "made_at": instant(int(entry["made_ms"])),
        "redeemed_at": instant(1000 * int(entry["channel"])),
        "evidence_offset": int(entry["offset"]),
    }


def _one(entry: Record, name: Say, instant: Say) -> Json:
    state = int(entry["state"])
    return {
        "kind": Obligation(int(entry["kind"])).name.lower(),
        "ref": f"{int(entry['ref']):016x}",
        "name": name(entry["name"]),
        "owner": name(entry["owner"]),
        "channel": None if int(entry["kind"]) == _CASE else name(entry["channel"]),
        "made_at": instant(int(entry["made_ms"])),
        "due_at": instant(int(entry["due_ms"])),
        "weight": float(f"{float(entry['weight']):.6g}"),
        "money_owed": round(float(entry["amount"]), 4) + 0.0 if entry["kind"] == _CASE else 0.0,
        "state": [word for bit, word in _STATES if state & bit],
        "evidence_offset": int(entry["offset"]),
    }
