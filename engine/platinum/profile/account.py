"""How an account stands: what its members are told each time that it has changed (treatment-formulas 3.16).

An account's row is the fold of what its members did for it. What of it matters for the treatment of each of them is few numbers; they
travel through the log, because a decision is made from one row alone.
"""

from __future__ import annotations

import numpy as np

from platinum.hashing_kernels import mix64_u
from platinum.jit import constant, inner, uint64
from platinum.policy.tables import Tables
from platinum.profile.cases import is_open_case
from platinum.profile.decay import decayed
from platinum.profile.entries import MAX_CONTACTS
from platinum.profile.facts import tell_of
from platinum.profile.row import Record, wide
from platinum.profile.tiers import tier_at
from platinum.vocabulary.codes import Fact

_ACCOUNT = int(Fact.ACCOUNT)
#: ``ref`` of what is noted: all members are to be told, or whoever joined alone.
FOR_ALL, FOR_ONE = constant(0), constant(1)


@inner
def open_cases(row: Record, more: Record) -> tuple[int, float]:
    """How many cases are open, and the severity of the gravest (0 without one)."""
    n, severity = 0, 0.0
    for i in range(wide(row["n_obligations"])):
        if is_open_case(row["obligations"][i]):
            n, severity = n + 1, max(severity, float(row["obligations"][i]["weight"]))
    if row["more_open"] > 0 and row["more"] > 0:
        page = more[wide(row["more"])]
        for i in range(wide(page["n"])):
            if is_open_case(page["entries"][i]):
                n, severity = n + 1, max(severity, float(page["entries"][i]["weight"]))
    return n, severity


@inner
def kept_per_mille(row: Record) -> int:
    """Of what was promised and has ended, -1 = nothing has. Both sums decay alike, so their ratio does not move with time."""
    return wide(np.rint(1000.0 * row["kept"] / row["said"])) if row["said"] > 0.0 else -1


@inner
def full_until_ms(row: Record, tables: Tables) -> int:
    """Until when members have been contacted as often as the policy allows, 0 = they have not."""
    limit, window_ms = wide(tables.settings[0]["account_cap"]), wide(tables.settings[0]["account_cap_ms"])
    if limit <= 0 or row["n_contacts"] < limit:  # a limit of 0 needs no counting: ``decide.in_role``
        return 0
    return wide(row["contacts"][limit - 1]["at_ms"]) + window_ms


@inner
def count_contact(row: Record, event: Record) -> None:
    """Fold ``ACCOUNT_CONTACTED``: the newest 32 are kept, newest first, whatever they were."""
    at = min(wide(row["n_contacts"]), MAX_CONTACTS - 1)
    entries, at_ms = row["contacts"], wide(event["high"])
    if row["n_contacts"] == MAX_CONTACTS and entries[at]["at_ms"] >= at_ms:
        return
    while at > 0 and entries[at - 1]["at_ms"] < at_ms:
        entries[at] = entries[at - 1]
        at -= 1
    row["n_contacts"] = min(wide(row["n_contacts"]) + 1, MAX_CONTACTS)
    entries[at]["at_ms"], entries[at]["channel"], entries[at]["type"] = at_ms, event["name_b"], event["code"]
    entries[at]["outbound"], entries[at]["action"] = 1, event["name_a"]


@inner
def tier_name(row: Record, now_ms: int, tables: Tables) -> int:
    """Name hash of the tier in force, 0 where the policy has none."""
    at = tier_at(row, now_ms, tables)
    return wide(tables.settings[0]["tier_names"][at]) if at >= 0 else 0


@inner
def standing_mark(row: Record, more: Record, now_ms: int, tables: Tables) -> uint64:
    """Changes exactly when members must be told. What they spend decays: it is told with each order, and not in between."""
    n, severity = open_cases(row, more)
    mark = mix64_u(mix64_u(uint64(0), uint64(n)), uint64(np.rint(severity * 16.0)))
    mark = mix64_u(mix64_u(mark, uint64(tier_name(row, now_ms, tables))), uint64(row["last_category"]))
    mark = mix64_u(mix64_u(mark, uint64(row["orders"])), uint64(kept_per_mille(row) + 1))
    return mix64_u(mark, uint64(full_until_ms(row, tables)))


@inner
def tell_account(row: Record, more: Record, now_ms: int, whom: int, tables: Tables) -> None:
    """Note how the account stands now; ``whom`` is ``FOR_ALL`` or ``FOR_ONE``."""
    n, severity = open_cases(row, more)
    half_life_ms = float(tables.settings[0]["value_half_life_ms"])
    spend = decayed(float(row["spend_365d"]), wide(row["value_as_of_ms"]), now_ms, half_life_ms)
    before = wide(more[0]["told"])
    tell_of(more, _ACCOUNT, tier_name(row, now_ms, tables), now_ms, severity, spend)
    if more[0]["told"] == before:
        return
    fact = more[0]["entries"][before]
    fact["ref"], fact["channel"], fact["state"] = np.uint64(whom), row["last_category"], n
    fact["owner"], fact["due_ms"] = kept_per_mille(row) + 1, full_until_ms(row, tables)
