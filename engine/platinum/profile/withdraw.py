"""What an event takes out of the plan: complaints, opt-outs, stated preferences, purchases, and answers over HTTP (design 7)."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.consent import standing
from platinum.profile.contacts import remove_planned
from platinum.profile.outcomes import find_action
from platinum.profile.preferences import forbids
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import LANE_OF, PURPOSE_OF, ActionType, Gate, Kind, Purpose

#: Purpose and lane of each action type, for planned actions that have left the policy.
_PURPOSE = np.array([PURPOSE_OF[kind] for kind in ActionType], np.int64)
_LANE = np.array([LANE_OF[kind] for kind in ActionType], np.int64)
_COMPLAINT, _ORDER, _STATED = int(Kind.COMPLAINT_MADE), int(Kind.ORDER_COMPLETED), int(Kind.PREFERENCE_STATED)
_OPT_OUTS = (Kind.CONSENT_CHANGED, Kind.OBJECTION_MADE, Kind.UNSUBSCRIBED, Kind.CONTACT_MARKED_SPAM)
#: Bit mask of the kinds that may take something out of the plan; numba compiles ``in`` anew for every tuple.
_MAY_WITHDRAW = constant(sum(1 << int(kind) for kind in (_COMPLAINT, _ORDER, _STATED, *_OPT_OUTS)))
_OUTBOUND = constant(1)
_THANK_YOU = int(ActionType.THANK_YOU)
_RELATIONSHIP, _PROMOTION = int(Purpose.RELATIONSHIP), int(Purpose.PROMOTION)
_G_CONSENT, _G_PREFERENCE = int(Gate.CONSENT), int(Gate.PREFERENCE)


@inner
def withdraw(row: Record, event: Record, tables: Tables) -> int:
    """Withdraw the planned outbound contacts that ``event`` (already folded) rules out; returns how many.

    They stand in ``row["planned"][n_planned : n_planned + returned]`` until the row is changed again.
    """
    kind = wide(event["kind"])
    if row["n_planned"] == 0 or _MAY_WITHDRAW >> kind & 1 == 0:
        return 0
    n = 0
    for i in range(wide(row["n_planned"]) - 1, -1, -1):
        if row["planned"][i]["outbound"] == 1 and _ruled_out(row, row["planned"][i], event, tables):
            remove_planned(row, i)
            n += 1
    return n


@inner
def _ruled_out(row: Record, planned: Record, event: Record, tables: Tables) -> bool:
    kind, type_ = wide(event["kind"]), wide(planned["type"])
    purpose, lane, category = int(_PURPOSE[type_]), int(_LANE[type_]), 0
    at = find_action(planned["action"], tables)
    if at >= 0:
        action = tables.actions[at]
        purpose, lane, category = wide(action["purpose"]), wide(action["lane"]), wide(action["category"])
    if kind == _COMPLAINT:
        return purpose == _PROMOTION or purpose == _RELATIONSHIP
    if kind == _ORDER:
        # An order that arrives late was known of nowhere when the contact was planned, but did not follow it either.
        return purpose == _PROMOTION and bool(event["occurred_ms"] >= planned["planned_ms"]) and bool(event["amount"] > 0.0)
    if kind == _STATED:
        return tables.matrix[_G_PREFERENCE, lane] == 1 and forbids(row, type_, category, wide(planned["channel"]), _OUTBOUND)
    return tables.matrix[_G_CONSENT, lane] == 1 and standing(row, purpose, wide(planned["channel"]))[0] < 0


@inner
def withdraw_rivals(row: Record, made: Record, tables: Tables) -> int:
    """Withdraw the planned outbound contacts that do not go with an answer over HTTP (`decision made`, already folded).

    The API answered from a row in which they were not planned yet: had it known them, a rule would have stopped it. Of
    the two the answer stays, because the customer has it. Returns how many, as ``withdraw`` does.
    """
    n = 0
    for i in range(wide(row["n_planned"]) - 1, -1, -1):
        planned = row["planned"][i]
        if planned["outbound"] == 1 and (_too_soon(planned, made, tables) or _sells_near_thanks(planned, made, tables)):
            remove_planned(row, i)
            n += 1
    return n


@inner
def _too_soon(planned: Record, made: Record, tables: Tables) -> bool:
    """Whether the interval of their action, or that of thank-yous, lies between the two."""
    apart_ms = 0
    if wide(planned["type"]) == _THANK_YOU and wide(made["code"]) == _THANK_YOU:
        apart_ms = wide(tables.settings[0]["thank_interval_ms"])
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
