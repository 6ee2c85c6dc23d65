"""What an event takes out of the plan: complaints, opt-outs, stated preferences, care, purchases, and answers over HTTP (design 7)."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.called_off import calls_off, rests_until_ms
from platinum.profile.claims import find_claim
from platinum.profile.commit import take_back
from platinum.profile.contacts import remove_planned
from platinum.profile.elsewhere import account_of, is_in
from platinum.profile.outcomes import find_action
from platinum.profile.preferences import forbids, stated
from platinum.profile.quarantine import quarantine_end_ms
from platinum.profile.roles import rests_in
from platinum.profile.row import Record, wide
from platinum.profile.said_since import opted_out, spared
from platinum.profile.stops import is_stopped
from platinum.profile.zones import DAY_MS, customer_zone, first_allowed_ms
from platinum.vocabulary.codes import LANE_OF, PURPOSE_OF, ActionType, Gate, Kind, Preference, Purpose

#: Purpose and lane of each action type, for planned actions that have left the policy.
_PURPOSE = np.array([PURPOSE_OF[kind] for kind in ActionType], np.int64)
_LANE = np.array([LANE_OF[kind] for kind in ActionType], np.int64)
_COMPLAINT, _ORDER, _STATED, _CARE = (
    int(kind) for kind in (Kind.COMPLAINT_MADE, Kind.ORDER_COMPLETED, Kind.PREFERENCE_STATED, Kind.VULNERABILITY_STATED)
)
_FAULTS = (Kind.FAILURE_REPORTED, Kind.CASE_OPENED)
_CALLED_OFF = (Kind.ORDER_CANCELLED, Kind.ORDER_REFUNDED)
_OPT_OUTS = (Kind.CONSENT_CHANGED, Kind.OBJECTION_MADE, Kind.UNSUBSCRIBED, Kind.CONTACT_MARKED_SPAM)
#: Bit mask of the kinds that may take something out of the plan; numba compiles ``in`` anew for every tuple.
_MAY_WITHDRAW = constant(sum(1 << int(kind) for kind in (_COMPLAINT, _ORDER, _STATED, _CARE, *_CALLED_OFF, *_FAULTS, *_OPT_OUTS)))
_OUTBOUND = constant(1)
_THANK_YOU, _LISTEN = int(ActionType.THANK_YOU), int(ActionType.LISTEN)
_RELATIONSHIP, _PROMOTION = int(Purpose.RELATIONSHIP), int(Purpose.PROMOTION)
_G_QUARANTINE, _NO_QUARANTINE = int(Gate.QUARANTINE), constant(-1)
_FAILURE, _OPENED = int(Kind.FAILURE_REPORTED), int(Kind.CASE_OPENED)
_G_PREFERENCE, _G_QUIET_HOURS = int(Gate.PREFERENCE), int(Gate.QUIET_HOURS)
_LANGUAGE, _QUIET_HOURS, _CADENCE = int(Preference.LANGUAGE), int(Preference.QUIET_HOURS), int(Preference.CADENCE)
_ANY = constant(0)
_DAY_MS = float(DAY_MS)
_ONE, _NO_WORDS = np.uint64(1), np.uint64(0)


@inner
def withdraw(row: Record, more: Record, event: Record, tables: Tables) -> int:
    """Withdraw the planned outbound contacts that ``event`` (already folded) rules out; returns how many.

    What is claimed stays: it is being sent, and cannot be taken back.

    They stand in ``row["planned"][n_planned : n_planned + returned]`` until the row is changed again.
    """
    kind = wide(event["kind"])
    if row["n_planned"] == 0 or _MAY_WITHDRAW >> kind & 1 == 0:
        return 0
    rests = quarantine_end_ms(row, wide(event["record_ms"]), tables) != _NO_QUARANTINE
    n = 0
    for i in range(wide(row["n_planned"]) - 1, -1, -1):
        if _may_be_withdrawn(row, i) and _ruled_out(row, i, event, rests, tables):
            take_back(row, more, row["planned"][i]["ref"], tables)
            remove_planned(row, i)
            n += 1
    return n


@inner
def withdraw_resting(row: Record, more: Record, now_ms: int, tables: Tables) -> int:
    """Withdraw what may not be sent since promotion rests because a promise was broken; returns how many, as ``withdraw``."""
    if row["n_planned"] == 0 or quarantine_end_ms(row, now_ms, tables) == _NO_QUARANTINE:
        return 0
    n = 0
    for i in range(wide(row["n_planned"]) - 1, -1, -1):
        if _may_be_withdrawn(row, i) and _rests(row["planned"][i], tables):
            take_back(row, more, row["planned"][i]["ref"], tables)
            remove_planned(row, i)
            n += 1
    return n


@inner
def withdraw_in_role(row: Record, more: Record, account: int, now_ms: int, tables: Tables) -> int:
    """Withdraw promotion that is planned in the role for ``account`` and rests there now; returns how many, as ``withdraw``."""
    if row["n_planned"] == 0 or rests_in(row, account, now_ms, tables) == 0:
        return 0
    n = 0
    for i in range(wide(row["n_planned"]) - 1, -1, -1):
        if _may_be_withdrawn(row, i) and is_in(row, row["planned"][i]["ref"], account) and _promotes(row["planned"][i], tables):
            take_back(row, more, row["planned"][i]["ref"], tables)
            remove_planned(row, i)
            n += 1
    return n


@inner
def _promotes(planned: Record, tables: Tables) -> bool:
    at = find_action(planned["action"], tables)
    return bool((wide(tables.actions[at]["purpose"]) if at >= 0 else int(_PURPOSE[wide(planned["type"])])) == _PROMOTION)


@inner
def is_resting(row: Record, i: int, now_ms: int, tables: Tables) -> bool:
    """Whether planned contact ``i`` may not be sent now because promotion rests, whether or not its withdrawal has been told yet."""
    planned = row["planned"][i]
    if row["n_elsewhere"] > 0 and _promotes(planned, tables) and rests_in(row, account_of(row, planned["ref"]), now_ms, tables) != 0:
        return True
    return bool(_rests(planned, tables) and quarantine_end_ms(row, now_ms, tables) != _NO_QUARANTINE)


@inner
def _rests(planned: Record, tables: Tables) -> bool:
    """Whether a planned contact is of a lane that rests with promotion."""
    at = find_action(planned["action"], tables)
    lane = wide(tables.actions[at]["lane"]) if at >= 0 else int(_LANE[wide(planned["type"])])
    return bool(tables.matrix[_G_QUARANTINE, lane] == 1)


@inner
def _may_be_withdrawn(row: Record, i: int) -> bool:
    planned = row["planned"][i]
    return bool(planned["outbound"] == 1 and find_claim(row, planned["ref"]) < 0)


@inner
def _ruled_out(row: Record, i: int, event: Record, rests: bool, tables: Tables) -> bool:
    planned = row["planned"][i]
    kind, type_ = wide(event["kind"]), wide(planned["type"])
    purpose, lane, category = int(_PURPOSE[type_]), int(_LANE[type_]), 0
    at = find_action(planned["action"], tables)
    if at >= 0:
        action = tables.actions[at]
        purpose, lane, category = wide(action["purpose"]), wide(action["lane"]), wide(action["category"])
    if rests and tables.matrix[_G_QUARANTINE, lane] == 1:
        return True
    if kind == _FAILURE or kind == _OPENED:
        return False
    if kind == _COMPLAINT:
        return purpose == _PROMOTION or purpose == _RELATIONSHIP
    if calls_off(kind):
        return purpose == _PROMOTION and category != 0 and rests_until_ms(row, category, tables) > wide(planned["send_ms"])
    if kind == _ORDER:
        # An order that arrives late was known of nowhere when the contact was planned, but did not follow it either.
        return purpose == _PROMOTION and bool(event["occurred_ms"] >= planned["planned_ms"]) and bool(event["amount"] > 0.0)
    if kind == _STATED:
        return _unwished(row, i, at, lane, event, tables) or (
            tables.matrix[_G_PREFERENCE, lane] == 1 and forbids(row, type_, category, wide(planned["channel"]), _OUTBOUND)
        )
    if kind == _CARE:
        return spared(row, planned, lane, wide(event["record_ms"]), tables)
    return opted_out(row, planned, at, purpose, lane, tables)


@inner
def _unwished(row: Record, i: int, action: int, lane: int, event: Record, tables: Tables) -> bool:
    """Whether planned contact ``i`` goes against the language, the quiet hours or the cadence that was just stated.

    It was decided before; what is decided from now on goes by them anyhow, and may be about the same action.
    """
    said, held = wide(event["code"]), tables.matrix[_G_QUIET_HOURS, lane] == 1
    if said == _QUIET_HOURS:
        return held and _disturbs(row, max(wide(row["planned"][i]["send_ms"]), wide(event["record_ms"])), tables)
    if tables.matrix[_G_PREFERENCE, lane] == 0:
        return False
    if said == _LANGUAGE:
        return action >= 0 and _speechless(row, tables.actions[action], tables)
    return said == _CADENCE and _too_many(row, i)


@inner
def _disturbs(row: Record, at_ms: int, tables: Tables) -> bool:
    """Whether an instant lies in the person's quiet hours, on their own clock."""
    at = stated(row, _QUIET_HOURS, _ANY)
    if at < 0:
        return False
    quiet, zone = row["preferences"][at], customer_zone(row, tables)
    return first_allowed_ms(zone, at_ms, wide(quiet["low"]), wide(quiet["high"]), tables) != at_ms


@inner
def _speechless(row: Record, action: Record, tables: Tables) -> bool:
    """Whether an action has words, but none in the language that the person stated."""
    at = stated(row, _LANGUAGE, _ANY)
    if at < 0 or action["languages"] == _NO_WORDS:
        return False
    for i in range(tables.languages.shape[0]):
        if tables.languages[i] == row["preferences"][at]["name"]:
            return bool((action["languages"] >> np.uint64(i)) & _ONE == _NO_WORDS)
    return True


@inner
def _too_many(row: Record, i: int) -> bool:
    """Whether planned contact ``i`` exceeds the person's cadence: those made in the time before it, and those planned before it, count."""
    at = stated(row, _CADENCE, _ANY)
    if at < 0:
        return False
    wish = row["preferences"][at]
    since_ms, n = wide(row["planned"][i]["send_ms"]) - wide(wish["high"] * _DAY_MS), 0
    for j in range(wide(row["n_contacts"])):
        n += 1 if row["contacts"][j]["outbound"] == 1 and row["contacts"][j]["at_ms"] > since_ms else 0
    for j in range(i):
        n += wide(row["planned"][j]["outbound"])
    return bool(n >= wish["low"])


@inner
def withdraw_stopped(row: Record, more: Record, tables: Tables) -> int:
    """Withdraw the planned outbound contacts that the policy in force stops (`policy stop`); returns how many, as ``withdraw`` does."""
    n = 0
    for i in range(wide(row["n_planned"]) - 1, -1, -1):
        if _may_be_withdrawn(row, i) and is_stopped(row["planned"][i], tables):
            take_back(row, more, row["planned"][i]["ref"], tables)
            remove_planned(row, i)
            n += 1
    return n


@inner
def withdraw_rivals(row: Record, more: Record, made: Record, tables: Tables) -> int:
    """Withdraw the planned outbound contacts that do not go with an answer over HTTP (`decision made`, already folded).

    The API answered from a row in which they were not planned yet: had it known them, a rule would have stopped it. Of
    the two the answer stays, because the customer has it. Returns how many, as ``withdraw`` does.
    """
    n = 0
    for i in range(wide(row["n_planned"]) - 1, -1, -1):
        planned = row["planned"][i]
        if _may_be_withdrawn(row, i) and (_too_soon(planned, made, tables) or _sells_near_thanks(planned, made, tables)):
            take_back(row, more, row["planned"][i]["ref"], tables)
            remove_planned(row, i)
            n += 1
    return n


@inner
def _too_soon(planned: Record, made: Record, tables: Tables) -> bool:
    """Whether the interval of their action, or that of thank-yous, lies between the two."""
    apart_ms = 0
    if wide(planned["type"]) == _THANK_YOU and wide(made["code"]) == _THANK_YOU:
        apart_ms = wide(tables.settings[0]["thank_interval_ms"])
    elif wide(planned["type"]) == _LISTEN and wide(made["code"]) == _LISTEN:
        apart_ms = wide(tables.settings[0]["ask_interval_ms"])
    at = find_action(planned["action"], tables) if planned["action"] == made["name_a"] else -1
    if at >= 0:
        apart_ms = max(apart_ms, wide(tables.actions[at]["min_interval_ms"]))
    return abs(wide(planned["send_ms"]) - wide(made["record_ms"])) < apart_ms


@inner
def _sells_near_thanks(planned: Record, made: Record, tables: Tables) -> bool:
    """Whether the answer is a thank-you and the contact an outbound promotion too near it (treatment-formulas 3.1)."""
    if wide(made["code"]) != _THANK_YOU:
        return False
    type_, settings = wide(planned["type"]), tables.settings[0]
    at = find_action(planned["action"], tables)
    purpose = wide(tables.actions[at]["purpose"]) if at >= 0 else int(_PURPOSE[type_])
    before, after = wide(settings["thank_quiet_before_ms"]), wide(settings["thank_quiet_after_ms"])
    # Either may happen at any instant from when it may be sent, or shown, until it expires.
    from_ms, to_ms = wide(made["record_ms"]) - before, int(made["high"]) + after
    near = before + after > 0 and wide(planned["send_ms"]) <= to_ms and wide(planned["expires_ms"]) >= from_ms
    return near and (purpose == _PROMOTION or int(_PURPOSE[type_]) == _PROMOTION)
