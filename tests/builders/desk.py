"""Rows, triggers and decisions: members by name, lists as sequences of mappings, the rest empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from platinum.decide.kernel import Scratch, decide_one, new_scratch
from platinum.decide.record import DECISION, TRIGGER
from platinum.hashing import name_hash
from platinum.policy.tables import Tables
from platinum.profile.row import ROW, SECTIONS
from platinum.scoring.model import Model, from_priors
from platinum.vocabulary.codes import ActionType, Kind, Preference, Purpose
from tests.reference.scoring import Expected

NOW = 1_700_000_000_000  # 2023-11-14 22:13:20 UTC
HOUR, DAY = 3_600_000, 86_400_000

#: Which count belongs to which list.
_COUNT_OF = {fields[0][0]: count for _, _, count, fields in SECTIONS if count}


def a_row(**members: Any) -> Any:
    """One ROW; ``contacts=[{...}]`` fills a list and its count."""
    row = np.zeros(1, ROW)[0]
    for name, value in members.items():
        if name in _COUNT_OF and isinstance(value, Sequence):
            row[_COUNT_OF[name]] = len(value)
            for i, entry in enumerate(value):
                for member, x in entry.items():
                    row[name][i][member] = x
        else:
            row[name] = value
    return row


def a_trigger(**members: Any) -> Any:
    """One TRIGGER of the stream at ``NOW``."""
    trigger = np.zeros(1, TRIGGER)[0]
    defaults = {"ref": 77, "now_ms": NOW, "offset": 5, "kind": Kind.ORDER_COMPLETED, "placement": -1}
    for name, value in (defaults | members).items():
        trigger[name] = value
    return trigger


def said(purpose: Purpose = Purpose.PROMOTION, channel: str = "", state: int = 1, at_s: int = 1, offset: int = 3) -> dict[str, Any]:
    """One entry of ``consents``; state 1 grants."""
    return {"purpose": purpose, "channel": name_hash(channel) if channel else 0, "state": state, "at_s": at_s, "evidence_offset": offset}


def wish(kind: Preference, name: str = "", low: float = 0.0, high: float = 0.0) -> dict[str, Any]:
    """One entry of ``preferences``."""
    return {"kind": kind, "name": name_hash(name) if name else 0, "low": low, "high": high, "on": 1, "at_s": 1}


def contact(at_ms: int, kind: ActionType = ActionType.OFFER, channel: str = "email", action: str = "other") -> dict[str, Any]:
    """One outbound entry of ``contacts``."""
    return {"at_ms": at_ms, "type": kind, "channel": name_hash(channel), "outbound": 1, "action": name_hash(action)}


def planned(send_ms: int, expires_ms: int, kind: ActionType = ActionType.OFFER, channel: str = "email") -> dict[str, Any]:
    """One outbound entry of ``planned``."""
    entry = {"type": kind, "channel": name_hash(channel), "outbound": 1, "action": name_hash("other")}
    return entry | {"ref": send_ms, "planned_ms": send_ms, "send_ms": send_ms, "expires_ms": expires_ms}


def hopes_of(scratch: Scratch) -> Expected:
    """What the kernel expected of the candidates of its last decision."""
    alone, spread = (max((float(one[name]) for one in scratch.channels), key=abs, default=0.0) for name in ("alone", "alone_spread"))
    return Expected(scratch.chance.tolist(), scratch.expected.tolist(), scratch.spread.tolist(), alone, spread)


class Desk:
    """One policy's tables, model and working memory, for many decisions."""

    def __init__(self, tables: Tables, model: Model | None = None) -> None:
        self.tables = tables
        self.model = from_priors(tables) if model is None else model
        self.scratch: Scratch = new_scratch(tables)

    def decide(self, row: Any, trigger: Any) -> Any:
        """A fresh DECISION."""
        out = np.zeros(1, DECISION)[0]
        decide_one(row, trigger, self.tables, self.model, self.scratch, out)
        return out
