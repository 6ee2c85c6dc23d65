"""In which roles somebody acts: for themselves, and for accounts that they belong to (treatment-formulas 3.16).

What they are like as a person is one: how they are spoken to, when, how often. What they want and buy belongs to the role; what is known
of one role may change how they are treated in another, and never what they are told there (``as_seen_in``).
"""

from __future__ import annotations

import math

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.elsewhere import is_of
from platinum.profile.entries import ACCOUNT_BYTES, MAX_ROLES, STATE_CLOSED, STATE_OURS
from platinum.profile.row import Record, wide
from platinum.profile.tiers import tier_at
from platinum.vocabulary.codes import Field, Obligation, RoleBasis

NAN = math.nan
_INFERRED = int(RoleBasis.INFERRED)
_NONE, _LOWEST = constant(-1), constant(0)
_LAST_S = constant(0xFFFFFFFF)
_UNKNOWN = np.float32(-1.0)
_CASE, _CLOSED_OURS = int(Obligation.CASE), STATE_CLOSED | STATE_OURS
_ROLE, _TIER, _OPEN_CASES, _SPEND = (
    int(Field.ROLE),
    int(Field.ACCOUNT_TIER),
    int(Field.ACCOUNT_OPEN_CASES),
    int(Field.ACCOUNT_SPEND),
)
#: What a role is to a decision: none, an account that nobody has heard of, one that is over, one in force.
PRIVATE, UNHEARD, OVER, IN_FORCE = constant(0), constant(1), constant(2), constant(3)
#: ``rests_in``: a case of the account is open; the role is over, or nothing was ever heard of it.
REST_CASE, REST_OVER = constant(1), constant(2)


@kernel
def find_role(row: Record, account: int) -> int:
    """Index of the role for an account (name hash), -1 = nothing was heard of it."""
    for i in range(wide(row["n_roles"])):
        if row["roles"][i]["account"] == account:
            return i
    return int(_NONE)


@kernel
def state_in(row: Record, account: int, now_ms: int) -> int:
    """What the role for ``account`` (0 = for themselves) is at ``now_ms``."""
    if account == 0:
        return int(PRIVATE)
    at = find_role(row, account)
    if at < 0:
        return int(UNHEARD)
    return int(IN_FORCE if is_in_force(row["roles"][at], now_ms) else OVER)


@inner
def is_in_force(role: Record, now_ms: int) -> bool:
    """Whether somebody still acts in it."""
    return bool(role["left"] == 0 and (role["until_s"] == 0 or wide(role["until_s"]) * 1000 > now_ms))


@kernel
def rests_in(row: Record, account: int, now_ms: int, tables: Tables) -> int:
    """Why promotion rests in the role for ``account``: 0 = it does not, ``REST_CASE``, ``REST_OVER``. In private, quarantine says it."""
    if account == 0:
        return int(PRIVATE)
    if state_in(row, account, now_ms) != IN_FORCE:
        return int(REST_OVER)
    softens = row["roles"][find_role(row, account)]["open_cases"] > 0 and tables.settings[0]["account_softens"] != 0
    return int(REST_CASE if softens else PRIVATE)


@inner
def fold_role(row: Record, event: Record, items: Record) -> None:
    """Fold a ``group`` call: that somebody acts for an account, since when, until when, or no more."""
    at_s, until_s = max(wide(event["occurred_ms"]), 0) // 1000, wide(event["high"]) // 1000
    left = 1 if event["low"] > 0.0 else 0
    said = (wide(event["role"]), wide(event["code"]), min(until_s, wide(_LAST_S)), wide(left))
    at = put_role(row, wide(event["account"]), (at_s, at_s), said)
    if at >= 0:
        put_text(row["roles"][at], event, items)


@inner
def put_text(role: Record, event: Record, items: Record) -> None:
    """Keep the id of an account as it was sent, eight bytes per item (``events.fill.add_id``)."""
    for i in range(min(wide(event["item_count"]), ACCOUNT_BYTES // 8)):
        item = items[wide(event["item_start"]) + i]
        for k in range(4):
            role["account_text"][8 * i + k] = (wide(item["name"]) >> (8 * k)) & 0xFF
            role["account_text"][8 * i + 4 + k] = (wide(item["value_name"]) >> (8 * k)) & 0xFF


@inner
def put_role(row: Record, account: int, times: tuple[int, int], said: tuple[int, int, int, int]) -> int:
    """Enter what was said of a role; its index, -1 = it finds no room.

    Parameters
    ----------
    times : (int, int)
        Event time in seconds of this word, and of the oldest that is known with it.
    said : (name, basis, until_s, left)
        The newest word counts; of two in one second the one that ends it, then the larger numbers.
    """
    ends = said[3] != 0 or 0 < said[2] <= times[0]
    at = _place_of(row, account, times[0], ends) if account != 0 else int(_NONE)
    if at < 0:
        return int(_NONE)
    role = row["roles"][at]
    fresh = role["at_s"] == 0 and role["from_s"] == 0
    role["from_s"] = times[1] if fresh else min(wide(role["from_s"]), times[1])
    known = (wide(role["left"]), wide(role["name"]), wide(role["basis"]), wide(role["until_s"]))
    if times[0] > role["at_s"] or (times[0] == role["at_s"] and (said[3], said[0], said[1], said[2]) >= known):
        role["at_s"], role["name"], role["basis"], role["until_s"], role["left"] = times[0], said[0], said[1], said[2], said[3]
    return at


@inner
def _place_of(row: Record, account: int, at_s: int, ends: bool) -> int:
    """Index of the entry of an account, made if need be, for a word of ``at_s`` that it is in force, or ends.

    A full list gives up one that is over then, else the one that was heard of least lately; for word of an ending, none that is in force.
    """
    at = find_role(row, account)
    if at >= 0:
        return at
    if row["n_roles"] < MAX_ROLES:
        at = wide(row["n_roles"])
        row["n_roles"] += 1
    else:
        for i in range(MAX_ROLES):
            if at < 0 or _weighs_less(row["roles"][i], row["roles"][at], at_s):
                at = i
        over, newer = _is_over(row["roles"][at], at_s), row["roles"][at]["at_s"] >= at_s
        if (newer and (ends or not over)) or (ends and not over):
            return int(_NONE)
    _blank(row["roles"][at])
    row["roles"][at]["account"] = account
    return at


@inner
def _weighs_less(one: Record, other: Record, at_s: int) -> bool:
    if _is_over(one, at_s) != _is_over(other, at_s):
        return _is_over(one, at_s)
    return bool(one["at_s"] < other["at_s"])


@inner
def _is_over(role: Record, at_s: int) -> bool:
    return not is_in_force(role, 1000 * at_s)


@inner
def _blank(role: Record) -> None:
    role["account"], role["name"], role["at_s"], role["from_s"], role["until_s"] = 0, 0, 0, 0, 0
    role["basis"], role["left"], role["tier"], role["category"], role["open_cases"] = 0, 0, 0, 0, 0
    role["severity"], role["kept"], role["spend"], role["full_until_ms"], role["stands_s"] = 0.0, _UNKNOWN, 0.0, 0, 0
    for k in range(ACCOUNT_BYTES):
        role["account_text"][k] = 0


@inner
def stand(row: Record, event: Record) -> None:
    """Fold ``ACCOUNT_STANDS``: how an account stands. Of one that they do not belong to, or have left, nothing is kept.

    Notes
    -----
    Registers: ``name_a`` tier, ``name_b`` category ordered last, ``code`` open cases, ``low`` severity of the gravest, ``high`` until
    when its members are contacted no more, ``amount`` spend of 365 days, ``country`` promises kept, per mille and one more, 0 = unknown.
    """
    at = find_role(row, wide(event["account"]))
    if at < 0 or row["roles"][at]["left"] != 0:
        return
    role, kept = row["roles"][at], wide(event["country"])
    role["tier"], role["category"], role["open_cases"] = event["name_a"], event["name_b"], event["code"]
    role["severity"], role["spend"] = event["low"], event["amount"]
    role["kept"] = (kept - 1) / 1000.0 if kept > 0 else _UNKNOWN
    role["full_until_ms"], role["stands_s"] = wide(event["high"]), wide(event["record_ms"]) // 1000


@inner
def merge_roles(row: Record, other: Record) -> None:
    """The newest word of each, and what its record told last."""
    for i in range(wide(other["n_roles"])):
        theirs = other["roles"][i]
        said = (wide(theirs["name"]), wide(theirs["basis"]), wide(theirs["until_s"]), wide(theirs["left"]))
        at = put_role(row, wide(theirs["account"]), (wide(theirs["at_s"]), wide(theirs["from_s"])), said)
        if at < 0:
            continue
        role = row["roles"][at]
        for k in range(ACCOUNT_BYTES):
            role["account_text"][k] = theirs["account_text"][k]
        if theirs["stands_s"] > role["stands_s"]:
            role["tier"], role["category"], role["open_cases"] = theirs["tier"], theirs["category"], theirs["open_cases"]
            role["severity"], role["kept"], role["spend"] = theirs["severity"], theirs["kept"], theirs["spend"]
            role["full_until_ms"], role["stands_s"] = theirs["full_until_ms"], theirs["stands_s"]


@inner
def bought_last(row: Record, account: int) -> int:
    """Name hash of the category that was bought last in a role, 0 = not known."""
    if account == 0:
        return wide(row["last_category"])
    at = find_role(row, account)
    return wide(row["roles"][at]["category"]) if at >= 0 else int(PRIVATE)


@kernel
def has_roles(row: Record, account: int) -> bool:
    """Whether anything of a row could belong to another role than the one for ``account``, 0 = for themselves."""
    return bool(account != 0 or row["n_roles"] > 0 or row["n_elsewhere"] > 0)


@kernel
def as_seen_in(row: Record, account: int, now_ms: int, view: Record, tables: Tables) -> None:
    """Write into ``view`` what a decision in one role may know of somebody: the information wall (treatment-formulas 3.16).

    What was opened in other roles is gone; in the role for an account so is everything that was bought, looked at and wanted in
    private, and what the account's record tells stands in its place. Caps, consents, hours, manner, effort and trust are the person's.

    Parameters
    ----------
    account : int
        Name hash, 0 = for themselves.
    view : ROW[1]
        Overwritten; only decisions look at it.
    """
    view[0] = row
    seen = view[0]
    seen["acting"], seen["halo"] = account, 1 + tier_in(row, account, now_ms, tables)
    n = 0
    for i in range(wide(row["n_obligations"])):
        if is_of(row, row["obligations"][i], account):
            seen["obligations"][n] = row["obligations"][i]
            n += 1
    seen["n_obligations"], seen["closed_elsewhere_ms"] = n, 0
    if account != 0:
        _hide_own(seen)
        seen["case_closed_ms"] = _closed_here_ms(seen, tables)
        _show_account(row, seen, find_role(row, account), now_ms)


@inner
def _hide_own(seen: Record) -> None:
    """Take out what somebody wants and buys for themselves."""
    seen["spend"], seen["first_day_spend"], seen["last_order_ms"], seen["orders"] = 0.0, 0.0, 0, 0
    seen["first_day"], seen["last_day"], seen["older_days"], seen["last_category"] = 0, 0, 0, 0
    for w in range(seen["purchase_days"].shape[0]):
        seen["purchase_days"][w] = 0
    seen["value_as_of_ms"], seen["spend_365d"], seen["refunded"], seen["cart_value"] = 0, 0.0, 0.0, 0.0
    seen["views_30d"], seen["views_as_of_ms"], seen["cancellations"], seen["last_view_category"] = 0.0, 0, 0, 0
    seen["affinity_as_of_ms"], seen["n_affinities"] = 0, 0
    seen["n_goals"], seen["n_interests"], seen["n_met"], seen["n_called_off"] = 0, 0, 0, 0
    seen["life_as_of_ms"], seen["life"] = 0, 0.0
    seen["give"], seen["get"] = 0.0, 0.0  # what they come to is unknown there: ``bonds.is_balance_known``


@inner
def _closed_here_ms(seen: Record, tables: Tables) -> int:
    """When the last case of ours in the role that is seen was closed, as long as its quarantine keeps it; 0 = not known."""
    at_ms = 0
    for i in range(wide(seen["n_obligations"])):
        entry = seen["obligations"][i]
        if entry["kind"] == _CASE and wide(entry["state"]) & _CLOSED_OURS == _CLOSED_OURS and entry["due_ms"] != 0:
            at_ms = max(at_ms, wide(entry["due_ms"]) - wide(tables.settings[0]["quarantine_ms"]))
    return at_ms


@inner
def _show_account(row: Record, seen: Record, at: int, now_ms: int) -> None:
    """Put what is known of the account in its place: it is colleagues' doing, and told to nobody who left or may never have come."""
    if at < 0:
        return
    role = row["roles"][at]
    if not _is_linked(role, now_ms):
        return
    seen["last_category"], seen["spend"], seen["spend_365d"] = role["category"], role["spend"], role["spend"]
    seen["value_as_of_ms"] = wide(role["stands_s"]) * 1000


@inner
def _own_tier(role: Record, tables: Tables) -> int:
    """Index of the tier that an account's record told, the lowest where it told none of this policy's."""
    for i in range(wide(tables.settings[0]["n_tiers"])):
        if tables.settings[0]["tier_names"][i] == role["tier"]:
            return i
    return int(_LOWEST)


@kernel
def tier_in(row: Record, account: int, now_ms: int, tables: Tables) -> int:
    """Tier that counts in one role, -1 = the policy has none: its own, or one below the best of the other roles.

    Between roles it counts only where the link to the account was declared or verified and is in force: who is only thought to work
    somewhere is given nothing for it.
    """
    if tables.settings[0]["n_tiers"] == 0:
        return int(_NONE)
    at = find_role(row, account) if account != 0 else int(_NONE)
    private = tier_at(row, now_ms, tables)
    own = private if account == 0 else _own_tier(row["roles"][at], tables) if at >= 0 else int(_LOWEST)
    if account != 0 and (at < 0 or not _is_linked(row["roles"][at], now_ms)):
        return own
    best = int(_NONE) if account == 0 else private
    for i in range(wide(row["n_roles"])):
        if i != at and _is_linked(row["roles"][i], now_ms):
            best = max(best, _own_tier(row["roles"][i], tables))
    return max(own, best - 1)


@inner
def _is_linked(role: Record, now_ms: int) -> bool:
    return bool(role["basis"] != _INFERRED and is_in_force(role, now_ms))


@inner
def role_field(field: int, row: Record, account: int) -> float:
    """Value of a ``codes.Field`` from ROLE on, of the role that the moment is about; NaN where it is their own or nothing is known."""
    at = find_role(row, account) if account != 0 else int(_NONE)
    if at < 0:
        return NAN
    role = row["roles"][at]
    if field == _ROLE:
        return float(role["name"]) if role["name"] != 0 else NAN
    if role["stands_s"] == 0:
        return NAN
    if field == _TIER:
        return float(role["tier"]) if role["tier"] != 0 else NAN
    if field == _OPEN_CASES:
        return float(role["open_cases"])
    if field == _SPEND:
        return float(role["spend"])
    return float(role["kept"]) if role["kept"] >= 0.0 else NAN
