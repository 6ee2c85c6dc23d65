"""Contacts that people begin: about what, through which process, and the effort it costs them."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from platinum.ops.population.draws import Floats
from platinum.ops.population.lines import timestamps_of
from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.agenda import Plan
from platinum.ops.society.fulfilment import give_word
from platinum.ops.society.own_words import be_tagged, write
from platinum.ops.society.processes import INTENTS, Desk
from platinum.ops.society.scene import HOUR_MS, MINUTE_MS, Scene
from platinum.ops.society.state import effort_index

#: Points of effort (treatment-formulas 3.3): repeat contact, channel switch, transfer, re-asking, refusal, failed self-service,
#: five minutes of waiting, form error.
REPEAT, SWITCH, TRANSFER, ASKED_AGAIN, REFUSED, SELF_SERVICE, WAIT_5_MIN, FORM_ERROR = 3.0, 2.0, 2.0, 2.0, 2.0, 1.5, 1.0, 0.5
#: Chance per contact at load 1, and mean minutes of waiting.
_P_TRANSFER, _P_ASKED, _P_REFUSED, _P_FAILED, _P_ERROR, _WAIT_MIN = 0.20, 0.16, 0.07, 0.16, 0.25, 5.0
#: A contact about the same within this long belongs to the same journey.
_JOURNEY_MS = 7 * DAY_MS
#: Where nobody writes.
_SPOKEN = frozenset({"call", "store"})
_FIELDS = ("order_id", "address", "reason", "name")


class _Contact(NamedTuple):
    """One contact under way."""

    person: int
    ref: str
    at_ms: int
    intent: str
    desk: Desk


def contact_for_a_day(scene: Scene, day: int) -> None:
    """Who gets in touch today; at most once a day."""
    chance = p_contacts(scene)
    for person in np.flatnonzero(scene.chances("contacts", day) < chance).tolist():
        at_ms = scene.start_ms + day * DAY_MS + 8 * HOUR_MS + round(scene.chance("contacts at", person, day) * 11 * HOUR_MS)
        _get_in_touch(scene, person, day, at_ms)


def p_contacts(scene: Scene) -> Floats:
    """float[n]: chance that a person gets in touch today."""
    model, state, traits = scene.model, scene.state, scene.traits
    reasons = (
        np.where(state.open, model.follows_up, 0.0),
        model.again_per_index * state.worry,
        model.asks_for_late * np.minimum(state.late, 2.0),
        0.15 * np.minimum(state.broken, 2.0),
        np.full(traits.customers, model.asks_anyway),
    )
    silent = np.ones(traits.customers)
    for p in reasons:
        silent *= 1.0 - np.minimum(0.9, p * traits.temper)
    return np.where(state.active & state.known, 1.0 - silent, 0.0)


def _get_in_touch(scene: Scene, person: int, day: int, at_ms: int) -> None:
    state, ref = scene.state, f"{person}.{day}"
    same = (
        state.intent[person] >= 0 and at_ms - state.contact_ms[person] < _JOURNEY_MS and (state.open[person] or state.worry[person] > 0.05)
    )
    if not same:
        state.tries[person], state.desk[person] = 0, -1
        state.intent[person] = INTENTS.index("where_is_parcel" if state.late[person] else "question")
    number = bisect_right(scene.cumulative_desks[person].tolist(), scene.chance("desk", ref))
    number = min(number, len(scene.desks) - 1)
    contact = _Contact(person, ref, at_ms, INTENTS[state.intent[person]], scene.desks[number])
    before = scene.desks[state.desk[person]].channel if state.desk[person] >= 0 else contact.desk.channel
    points = (REPEAT if state.tries[person] else 0.0) + (SWITCH if before != contact.desk.channel else 0.0)
    state.tries[person] += 1
    state.desk[person], state.contact_ms[person] = number, at_ms
    points += _serve(scene, contact)
    state.effort_by_day[day][person] += points
    state.felt[person] += points * scene.traits.temper[person]
    state.worry[person] = max(state.worry[person], float(effort_index(np.array(points))))
    if scene.chance("surveyed", ref) < scene.model.surveyed:
        scene.agenda.plan(at_ms + 3 * HOUR_MS, person, "asked how it was", ref, points=points)


def _serve(scene: Scene, contact: _Contact) -> float:
    """Live through one contact; returns its points without repeat and switch."""
    person, ref, at_ms, intent, desk = contact
    help_ = scene.model.relieves_next * min(1.0, float(scene.state.helped[person]))
    load = desk.load * float(scene.traits.strain[person]) * (1.0 - help_)
    said = {"intent": intent, "channel": desk.channel, "process": desk.name}
    agenda, points, minute = scene.agenda, 0.0, 0.0
    start = {"contact_id": f"t-{ref}"} if desk.staffed else {"request_id": f"q-{ref}"}
    agenda.tell(person, at_ms, "Contact Started" if desk.staffed else "Request Made", ref, desk.channel, **said, **start)
    if desk.staffed:
        be_tagged(scene, person, at_ms, ref, desk.channel)
    if desk.channel not in _SPOKEN:
        write(scene, person, at_ms + 1_000, ref, desk.channel, intent=intent)
    waited = round(-_WAIT_MIN * load * math.log1p(-scene.chance("waits", ref)), 1)
    if waited >= 1.0:
        minute += waited
        points += WAIT_5_MIN * waited / 5.0
        agenda.tell(person, at_ms + round(minute * MINUTE_MS), "Waited", ref, desk.channel, **said, minutes=waited)
    for name, p, cost, more in _troubles(scene, contact):
        if scene.chance(name, ref) < min(0.9, p * load):
            minute += 3.0
            points += cost
            agenda.tell(person, at_ms + round(minute * MINUTE_MS), name, ref, desk.channel, **said, **more)
    _end(scene, contact, at_ms + round((minute + 4.0) * MINUTE_MS), said | start)
    return points


def _troubles(scene: Scene, contact: _Contact) -> list[tuple[str, float, float, dict[str, str]]]:
    """What may go wrong: event, chance at load 1, points, further properties."""
    asked = _FIELDS[int(scene.chance("asked what", contact.ref) * len(_FIELDS))]
    id_name = "contact_id" if contact.desk.staffed else "request_id"
    link = {id_name: ("t-" if contact.desk.staffed else "q-") + contact.ref}
    again = ("Asked Again", _P_ASKED, ASKED_AGAIN, {"field": asked})
    refused = ("Request Refused", _P_REFUSED, REFUSED, {"request_id": f"q-{contact.ref}"})
    if contact.desk.staffed:
        return [again, ("Contact Transferred", _P_TRANSFER, TRANSFER, link), refused]
    error = ("Form Error", _P_ERROR, FORM_ERROR, {"form": contact.desk.name})
    return [error, again, ("Self Service Failed", _P_FAILED, SELF_SERVICE, {}), refused]


def _end(scene: Scene, contact: _Contact, at_ms: int, said: dict[str, str]) -> None:
    """Settled, or left open; then a desk with people in it often promises to call back."""
    person, ref, desk = contact.person, contact.ref, contact.desk
    if scene.chance("settles", ref) < desk.p_resolves:
        scene.state.open[person] = False
        scene.agenda.tell(person, at_ms, "Contact Resolved" if desk.staffed else "Request Answered", ref, desk.channel, **said)
        return
    scene.state.open[person] = True
    if desk.staffed and scene.chance("promises", ref) < 0.5:
        due_ms = at_ms + 24 * HOUR_MS
        word = {"promise_id": f"p-{ref}", "class": "call_back", "made_ms": at_ms, "due_ms": due_ms, "settles": True}
        made = {"promise_id": word["promise_id"], "class": "call_back", "due_at": timestamps_of(due_ms), "owner": desk.name}
        scene.agenda.tell(person, at_ms, "Promise Made", ref, desk.channel, **made)
        give_word(scene, person, at_ms, word, 1.0)


def returns(scene: Scene, plan: Plan) -> None:
    """A mere change of mind: they want to send it back, and get their money later."""
    person, state = plan.person, scene.state
    if not state.active[person]:
        return
    state.intent[person], state.open[person] = INTENTS.index("return_parcel"), True
    state.contact_ms[person], state.tries[person], state.desk[person] = plan.at_ms, 0, -1
    refund = {"order_id": plan.details["order_id"], "total": plan.details["total"], "currency": scene.shop.currency}
    scene.agenda.tell(person, plan.at_ms + 6 * DAY_MS, "Order Refunded", refund["order_id"], "email", **refund, reason="changed_mind")
    scene.bonds.earn(person, -scene.model.margin * refund["total"])
