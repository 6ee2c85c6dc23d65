"""Simulated lives: one person, decided about again and again, contacts sent as planned. What was sent is returned."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.random import Generator

from platinum.decide.plan import plan_decision
from platinum.hashing import mix64
from platinum.profile.entries import MAX_CONTACTS, NO_MORE
from platinum.vocabulary.codes import ActionType
from tests.builders.desk import Desk, a_trigger


class Sent(NamedTuple):
    """One contact that left."""

    at_ms: int
    kind: ActionType
    channel: int  # index


def live(desk: Desk, row: Any, rng: Generator, start_ms: int, steps: int, mean_gap_ms: int, lose: float = 0.0) -> list[Sent]:
    """Decide ``steps`` times at random gaps; a planned contact leaves at a random instant of its life or (``lose``) never.

    Contacts are noted in the row as the fold does: a planned one becomes a contact when it leaves.
    """
    now, sent = start_ms, list[Sent]()
    leaves: dict[int, int] = {}
    for step in range(steps):
        now += 1 + int(rng.exponential(mean_gap_ms))
        _dispatch(row, desk, leaves, now, sent)
        out = desk.decide(row, a_trigger(ref=mix64(step, int(rng.integers(2**62))) or 1, now_ms=now))
        if out["action"] < 0:
            continue
        plan_decision(row, NO_MORE, out, desk.tables)
        send, expires = int(out["send_ms"]), int(out["expires_ms"])
        leaves[int(out["ref"])] = 2**62 if rng.random() < lose else int(rng.integers(send, expires))
    return sorted(sent)


def _dispatch(row: Any, desk: Desk, leaves: dict[int, int], now: int, sent: list[Sent]) -> None:
    """Turn every planned contact whose time has come into a contact; forget the expired."""
    plans = [row["planned"][i].copy() for i in range(int(row["n_planned"]))]
    kept = [p for p in plans if leaves[int(p["ref"])] > now and p["expires_ms"] > now]
    for p in plans:
        at = leaves[int(p["ref"])]
        if at <= now:
            _note(row, p, at)
            names = [int(c["name"]) for c in desk.tables.channels]
            sent.append(Sent(at, ActionType(int(p["type"])), names.index(int(p["channel"]))))
    row["n_planned"] = len(kept)
    for i, p in enumerate(kept):
        row["planned"][i] = p


def _note(row: Any, planned: Any, at_ms: int) -> None:
    """Insert a contact, newest first."""
    entries = [row["contacts"][i].copy() for i in range(int(row["n_contacts"]))]
    new = row["contacts"][0].copy()
    new["at_ms"] = at_ms
    for member in ("channel", "type", "outbound", "action"):
        new[member] = planned[member]
    entries = sorted([*entries, new], key=lambda c: -int(c["at_ms"]))[:MAX_CONTACTS]
    row["n_contacts"] = len(entries)
    for i, entry in enumerate(entries):
        row["contacts"][i] = entry
    if planned["type"] == ActionType.THANK_YOU:
        row["last_thanked_ms"] = max(int(row["last_thanked_ms"]), at_ms)
