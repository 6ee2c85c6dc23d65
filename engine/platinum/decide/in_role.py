"""A decision in one of several roles: what of the row it may see, what it says of the role, and what stopped something there."""

from __future__ import annotations

from typing import Any

from platinum.decide.gates import hold_of, verdict_of
from platinum.decide.record import FITS, FREE, NEVER
from platinum.decide.resting import is_full_in_role, rests_in_role
from platinum.jit import constant, inner, int64
from platinum.profile.elsewhere import MOST
from platinum.profile.entries import ACCOUNT_BYTES
from platinum.profile.obligations import MOST_OPEN, n_open
from platinum.profile.quarantine import quarantine_end_ms
from platinum.profile.roles import REST_CASE, REST_OVER, as_seen_in, find_role, has_roles, rests_in
from platinum.vocabulary.codes import Gate
from platinum.vocabulary.limits import LAST_MS

Record = Any

_QUARANTINE, _CAP = constant(Gate.QUARANTINE), constant(Gate.CAP)
_NOTHING = constant(0)


@inner
def show_role(row: Record, trigger: Record, tables: Any, scratch: Any) -> bool:
    """Fill ``scratch.seen`` where anything could belong to another role; hardly anybody has more than one, and a copy is 7 kB."""
    if not has_roles(row, int64(trigger["account"])):
        return False
    as_seen_in(row, int64(trigger["account"]), int64(trigger["now_ms"]), scratch.seen, tables)
    return True


@inner
def look_at_role(row: Record, trigger: Record, tables: Any, person: Record) -> None:
    """Fill what PERSON says about the role, and what counts over all roles: until when promotion rests, whether the ledger is full."""
    person["rests_in_role"], person["account_full_ms"] = _NOTHING, _NOTHING
    account, now_ms = int64(trigger["account"]), int64(trigger["now_ms"])
    if not has_roles(row, account):
        return
    person["quarantine_ms"] = quarantine_end_ms(row, now_ms, tables)
    person["full"] = 1 if n_open(row) >= MOST_OPEN or (account != 0 and row["n_elsewhere"] >= MOST) else 0
    if account == 0:
        return
    person["rests_in_role"] = rests_in(row, account, now_ms, tables)
    person["account_full_ms"] = full_until(row, account, int64(person["rests_in_role"]) == REST_OVER, tables)


@inner
def full_until(row: Record, account: int, is_over: bool, tables: Any) -> int:
    """Until when the account has had its contacts; what it told under another policy counts for nothing where this one has no cap.

    Whoever does not belong to it is not told how many it has had, and nobody counts theirs: they get none of those that are limited.
    A limit of 0 is none at all: until the end of time as events know it, both times.
    """
    limit = tables.settings[0]["account_cap"]
    if limit < 0:
        return int(_NOTHING)
    return int(LAST_MS) if limit == 0 or is_over else int64(row["roles"][find_role(row, account)]["full_until_ms"])


@inner
def describe_role(row: Record, trigger: Record, out: Record) -> None:
    """Fill in which role the decision is made."""
    out["account"], out["role"], out["account_bytes"] = trigger["account"], 0, 0
    at = find_role(row, int64(trigger["account"])) if trigger["account"] != 0 else -1
    if at < 0:
        return
    role = row["roles"][at]
    out["role"] = role["name"]
    for k in range(ACCOUNT_BYTES):
        out["account_text"][k] = role["account_text"][k]
        if role["account_text"][k] != 0:
            out["account_bytes"] = k + 1


@inner
def say_role(tables: Any, scratch: Any, out: Record) -> None:
    """Note whether the role stopped anything that nothing else before it had stopped; after ``gates.try_gates``."""
    out["account_case"], out["account_cap"], out["role_over"] = 0, 0, 0
    person = scratch.person[0]
    if person["rests_in_role"] == 0 and person["account_full_ms"] <= out["now_ms"]:
        return
    for c in range(tables.candidates.shape[0]):
        candidate = tables.candidates[c]
        a, h = candidate["action"], int64(candidate["channel"])
        action, rules = tables.actions[a], scratch.channels[h]
        if scratch.state[a] != FITS or rules["running"] == 0:
            continue
        gate, _ = verdict_of(c, tables, scratch)
        if gate == _QUARANTINE and person["quarantine_ms"] == FREE and rests_in_role(action, person):
            if person["rests_in_role"] == REST_CASE:
                out["account_case"] = 1
            else:
                out["role_over"] = 1
        elif gate == _CAP and is_full_in_role(action, rules, person, send_at(action, rules, scratch)):
            if person["rests_in_role"] != REST_OVER:
                out["account_cap"] = 1
            else:  # however many the account has had
                out["role_over"] = 1


@inner
def send_at(action: Record, rules: Record, scratch: Any) -> int:
    """When a contact would be sent, as the gates see it."""
    send_ms = int64(rules["send_ms"][hold_of(scratch.on[action["lane"]])])
    return int(send_ms if send_ms != NEVER else rules["send_ms"][0])
