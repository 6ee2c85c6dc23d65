"""Slow twin of the information wall: what a decision in one role may know, member by member, from what is allowed (3.16)."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.hashing import mix64
from platinum.profile.entries import STATE_CLOSED, STATE_OURS
from platinum.profile.row import ROW, SECTIONS
from platinum.profile.tiers import tier_at
from platinum.vocabulary.codes import Gate, Obligation, Purpose

#: Sections that are the person's in every role; a new one has to be named here, or with the others.
SHARED = {
    *("identity", "consents", "preferences", "traits", "engagement_clock", "engagement", "contacts", "planned", "pending", "recent_ids"),
    *("recent_next", "gratitude", "reached", "given", "answered", "ledger", "said", "trait_uses", "case_id", "care", "journeys", "effort"),
    *("claims", "trust", "received", "spent", "writing", "manner", "standing", "treated", "surprised", "bonds", "talk", "roles"),
    "owed_elsewhere",
}
#: ... and those that belong to what they want and buy for themselves.
OWN = {"value", "value_decayed", "affinity_clock", "affinities", "called_off", "life", "goals", "interests", "met"}
BY_ROLE = {"obligations", "closed_elsewhere"}
#: Of the shared sections, members that are their own all the same: what they gave and got, and when a case of theirs was closed.
OWN_MEMBERS = {"give", "get", "case_closed_ms"}


def account_of(row: Any, entry: Any) -> int:
    """Account in whose role an obligation stands, 0 = their own."""
    key = int(entry["ref"]) or mix64(0, int(entry["offset"]) & (2**64 - 1))
    named = {int(one["ref"]): int(one["account"]) for one in reversed(row["owed_elsewhere"][: row["n_elsewhere"]])}
    return named.get(key, 0)


def role_of(row: Any, account: int) -> Any | None:
    """What is known of the role for an account."""
    return next((one for one in row["roles"][: row["n_roles"]] if account and int(one["account"]) == account), None)


def in_force(role: Any, now: int) -> bool:
    """Whether they still act in it."""
    return not role["left"] and (not role["until_s"] or int(role["until_s"]) * 1000 > now)


def tier(row: Any, account: int, now: int, tables: Any) -> int:
    """Its own, or one below the best of the others to which the link is sure; -1 without tiers."""
    names = [int(name) for name in tables.settings[0]["tier_names"][: int(tables.settings[0]["n_tiers"])]]
    if not names:
        return -1

    def told(role: Any | None) -> int:
        return names.index(int(role["tier"])) if role is not None and int(role["tier"]) in names else 0

    private, mine = int(tier_at(row, now, tables)), role_of(row, account)
    own = told(mine) if account else private
    sure = [one for one in row["roles"][: row["n_roles"]] if in_force(one, now) and one["basis"] != 3]
    if account and (mine is None or all(int(one["account"]) != account for one in sure)):
        return own
    others = [told(one) for one in sure if int(one["account"]) != account] + ([private] if account else [])
    return max([own, *(other - 1 for other in others)])


def seen_in(row: Any, account: int, now: int, tables: Any) -> Any:
    """The row as a decision in the role for ``account`` sees it; the row itself where they have one role alone."""
    if not account and not row["n_roles"] and not row["n_elsewhere"]:
        return row
    seen = np.zeros(1, ROW)[0]
    for name in ("more", "person"):
        seen[name] = row[name]
    shown = SHARED if account else SHARED | OWN
    for section, _, count, fields in SECTIONS:
        for name in (*((count,) if count else ()), *(name for name, _ in fields)) if section in shown else ():
            if not account or name not in OWN_MEMBERS:
                seen[name] = row[name]
    kept = [entry for entry in row["obligations"][: row["n_obligations"]] if account_of(row, entry) == account]
    seen["n_obligations"] = len(kept)
    for i, entry in enumerate(kept):
        seen["obligations"][i] = entry
    if account:
        seen["case_closed_ms"] = last_closed(kept, tables)
    seen["acting"], seen["halo"] = account, 1 + tier(row, account, now, tables)
    role = role_of(row, account)
    if role is not None and in_force(role, now) and role["basis"] != 3:
        seen["last_category"], seen["spend"], seen["spend_365d"] = role["category"], role["spend"], role["spend"]
        seen["value_as_of_ms"] = int(role["stands_s"]) * 1000
    return seen


def last_closed(kept: Any, tables: Any) -> int:
    """When a case of ours among these obligations was closed last, 0 = not known."""
    ended = [int(one["due_ms"]) for one in kept if one["kind"] == Obligation.CASE and _is_ended(int(one["state"])) and one["due_ms"]]
    return max((due - int(tables.settings[0]["quarantine_ms"]) for due in ended), default=0)


def _is_ended(state: int) -> bool:
    return bool(state & STATE_CLOSED and state & STATE_OURS)


def rests(w: Any, action: Any) -> bool:
    """Whether promotion rests in the role."""
    account = int(w.trigger["account"])
    if not account or action["purpose"] != Purpose.PROMOTION:
        return False
    role = role_of(w.whole, account)
    if role is None or not in_force(role, w.now):
        return True
    return bool(w.settings["account_softens"] and role["open_cases"] > 0)


def full_until(w: Any, action: Any, channel: Any, at: int) -> int | None:
    """When the account may be contacted again; None = it may."""
    account = int(w.trigger["account"])
    limit, role = int(w.settings["account_cap"]), role_of(w.whole, account)
    if not account or limit < 0 or action["purpose"] not in (Purpose.PROMOTION, Purpose.RELATIONSHIP):
        return None
    counted = role is not None and in_force(role, w.now)
    until = int(role["full_until_ms"]) if counted and limit else 4_102_444_800_000  # type: ignore[index]
    return until if channel["outbound"] and until > at else None


def said(w: Any, gates: dict[int, tuple[int, int, int]], fits: Any) -> dict[str, Any]:
    """Members of DECISION about what the role stopped; ``fits(action)``: nothing but what comes before fit would have stopped it."""
    found = {"account_case": 0, "account_cap": 0, "role_over": 0, "account": int(w.trigger["account"])}
    role = role_of(w.whole, found["account"])
    sure = role is not None and in_force(role, w.now)
    for c, (gate, _, send) in gates.items():
        action, _, channel = w.candidate(c)
        if gate == Gate.QUARANTINE and rests(w, action) and fits(action):
            found["account_case" if sure else "role_over"] = 1
        elif gate == Gate.CAP and full_until(w, action, channel, send or w.now) is not None and fits(action):
            found["account_cap" if sure else "role_over"] = 1
    return found
