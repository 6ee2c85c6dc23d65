"""Single changes to what a decision was made from; each gives a case of its own and leaves the given one as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.decide.ramp import LAYER_RAMP
from platinum.hashing import mix64, name_hash
from platinum.pipeline.again import Case
from platinum.policy.policy import Policy
from platinum.policy.tables import OP_KNOWN
from platinum.profile.elsewhere import account_of
from platinum.profile.entries import MAX_CONSENTS, MAX_ROLES, ROLE, STATE_CLOSED
from platinum.profile.roles import OVER, UNHEARD, find_role, state_in
from platinum.vocabulary.codes import ActionType, Obligation, Preference, RoleBasis

#: A share of decisions that try something out so small that none does. No gamma is large enough: what is not known well may be as good
#: as the best, and is drawn as often (``decide.explore``).
_NEVER = 1e-300
_GRANTED = 1
_UNKNOWN = -1.0
#: Newer than every record of a log.
_LAST_OFFSET = (1 << 62) - 1
_WISHES = {
    Preference.CHANNEL_NO: "no contact by",
    Preference.CHANNEL_ONLY: "no contact but by",
    Preference.QUIET_HOURS: "their own quiet hours",
    Preference.CADENCE: "how often at most",
    Preference.LANGUAGE: "their language:",
    Preference.TONE: "their tone:",
    Preference.TYPE_NO: "no action of type:",
    Preference.CATEGORY_NO: "nothing about:",
    Preference.DETAIL: "how much detail:",
    Preference.ORDER: "what comes first:",
    Preference.PACE: "how quick:",
}


def _row(case: Case) -> NDArray[np.void]:
    return case.row.copy()


def _settings(case: Case, **members: Any) -> Case:
    settings = case.tables.settings.copy()
    for member, value in members.items():
        settings[0][member] = value
    return case._replace(tables=case.tables._replace(settings=settings))


def at(case: Case, now_ms: int) -> Case:
    """Asked at another instant."""
    trigger = case.trigger.copy()
    trigger[0]["now_ms"] = now_ms
    return case._replace(trigger=trigger)


def without(case: Case, actions: Sequence[int]) -> Case:
    """With these actions barred."""
    allowed = case.allowed.copy()
    allowed[0, list(actions)] = 0
    return case._replace(allowed=allowed)


def without_open_cases(case: Case) -> Case | None:
    """As if no case were open in the role that it was decided in, and none of its account; None where none is.

    A case of another role may stop the same: who asks here is not told of it.
    """
    row = _row(case)
    n, at = int(row[0]["n_obligations"]), _role_at(case)
    kept = [i for i in range(n) if not (_is_open_case(row[0]["obligations"][i]) and _is_here(row[0]["obligations"][i], case))]
    if len(kept) == n and (at < 0 or row[0]["roles"][at]["open_cases"] == 0):
        return None
    row[0]["obligations"][: len(kept)] = row[0]["obligations"][kept].copy()
    row[0]["n_obligations"] = len(kept)
    if at >= 0:
        row[0]["roles"][at]["open_cases"], row[0]["roles"][at]["severity"] = 0, 0.0
    return case._replace(row=row)


def _role_at(case: Case) -> int:
    """Index of the role that it was decided in, -1 = for themselves, or nobody said that they have it."""
    account = int(case.trigger[0]["account"])
    return int(find_role(case.row[0], account)) if account else -1


def _is_here(entry: Any, case: Case) -> bool:
    """Whether an obligation stands in the role that it was decided in (``elsewhere.is_of``)."""
    ref = entry["ref"] or np.uint64(mix64(0, int(entry["offset"])))
    return int(account_of(case.row[0], ref)) == int(case.trigger[0]["account"])


def in_force(case: Case) -> Case | None:
    """As if the role that it was decided in were declared and in force; None where it is, or they act for themselves."""
    account, now_ms = int(case.trigger[0]["account"]), int(case.trigger[0]["now_ms"])
    if state_in(case.row[0], account, now_ms) not in (UNHEARD, OVER):
        return None
    row, at = _row(case), _role_at(case)
    if at < 0:
        at = min(int(row[0]["n_roles"]), MAX_ROLES - 1)
        row[0]["roles"][at] = np.zeros((), ROLE)
        row[0]["roles"][at]["kept"] = _UNKNOWN
        row[0]["n_roles"] = at + 1
    for member, value in {"account": account, "basis": int(RoleBasis.DECLARED), "left": 0, "until_s": 0}.items():
        row[0]["roles"][at][member] = value
    return case._replace(row=row)


def without_account_contacts(case: Case) -> Case | None:
    """As if the account had had none of the contacts that count; None where it may have another one, or none at all."""
    at, now_ms = _role_at(case), int(case.trigger[0]["now_ms"])
    if at < 0 or case.row[0]["roles"][at]["full_until_ms"] <= now_ms:
        return None
    row = _row(case)
    row[0]["roles"][at]["full_until_ms"] = 0
    return case._replace(row=row)


def _is_open_case(entry: Any) -> bool:
    return bool(entry["kind"] == Obligation.CASE and int(entry["state"]) & STATE_CLOSED == 0)


def consented(case: Case, purpose: int, channel: int) -> Case:
    """With consent for a purpose on a channel (name hash), given just before."""
    row = _row(case)
    entries, n = row[0]["consents"], int(row[0]["n_consents"])
    same = [i for i in range(n) if entries[i]["purpose"] == purpose and entries[i]["channel"] == channel and abs(entries[i]["state"]) < 3]
    at_ = same[0] if same else min(n, MAX_CONSENTS - 1)
    entry = {"purpose": purpose, "channel": channel, "state": _GRANTED, "at_s": int(case.trigger[0]["now_ms"]) // 1000 + 1}
    for member, value in (entry | {"evidence_offset": _LAST_OFFSET}).items():
        entries[at_][member] = value
    row[0]["n_consents"] = max(n, at_ + 1)
    return case._replace(row=row)


def turned(case: Case, leaf: int, *, known: bool, true: bool) -> Case:
    """With one comparison true, or false, whatever the field holds."""
    leaves = case.tables.leaves.copy()
    leaves[leaf]["op"] = OP_KNOWN
    leaves[leaf]["a"] = 1.0 if known == true else 0.0
    return case._replace(tables=case.tables._replace(leaves=leaves))


def without_wish(case: Case, i: int) -> Case:
    """Without stated preference number ``i``."""
    row = _row(case)
    last = int(row[0]["n_preferences"]) - 1
    row[0]["preferences"][i] = row[0]["preferences"][last].copy()
    row[0]["n_preferences"] = last
    return case._replace(row=row)


def wish_of(case: Case, i: int, policy: Policy) -> str:
    """A stated preference in words of the policy: ``no contact by email``; names that are none of it stay out."""
    entry = case.row[0]["preferences"][i]
    kind = Preference(int(entry["kind"]))
    types = {name_hash(one.name.lower()): one.name.lower() for one in ActionType}
    name = {**policy.names, **types}.get(int(entry["name"]))
    said = _WISHES[kind]
    return f"{said} {name or 'another'}" if said.endswith((":", " by", " but by")) else said


def without_care(case: Case) -> Case:
    """Without particular care."""
    row = _row(case)
    row[0]["care"] = 0
    return case._replace(row=row)


def budgeted(case: Case, which: int) -> Case:
    """With one of a budget for everybody on every day."""
    shares = case.tables.settings[0]["budget_share"].copy()
    shares[which] = 1.0
    return _settings(case, budget_share=shares)


def ramped(case: Case, action: int) -> tuple[float, Case]:
    """(least share at which the ramp of an action reaches this person, rounded up to a ten-thousandth of a per cent; so)."""
    actions = case.tables.actions.copy()
    seed = mix64(mix64(mix64(0, int(case.trigger[0]["person"])), int(LAYER_RAMP)), int(actions[action]["name"]))
    share = min(1.0, float(np.floor((seed >> 11) / 2.0**53 * 1e6) + 1.0) / 1e6)
    members = {"kept_out": 1.0 - share, "kept_out_at_last": 1.0 - share, "ramp_from_ms": 0, "ramp_ms": 0}
    for member, value in members.items():
        actions[action][member] = value
    return share, case._replace(tables=case.tables._replace(actions=actions))


def without_draw(case: Case) -> Case:
    """With the best chosen for certain, by somebody in no arm: in that of the same for all, it would not be their best."""
    return _settings(case, epsilon=_NEVER, arm_random=0.0, arm_silent=0.0, arm_same=0.0)


def without_holdout(case: Case) -> Case:
    """With thanks for everybody."""
    return _settings(case, thank_holdout=0.0)
