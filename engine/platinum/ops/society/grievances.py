"""Failures, complaints and the cases that come of them: opened by the firm, closed by it, confirmed or reopened by the customer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.agenda import Plan
from platinum.ops.society.own_words import write
from platinum.ops.society.processes import INTENTS
from platinum.ops.society.scene import HOUR_MS, MINUTE_MS, Scene
from platinum.ops.society.traits import normal

#: Promotion offends for so long after the firm closed a case (treatment-formulas 3.6).
QUARANTINE_DAYS = 14
_OWNERS = ("A. Reed", "M. Olsen", "K. Brandt")


def as_whom(details: Mapping[str, Any]) -> dict[str, str]:
    """Account and role of what was done for a firm; nothing for what was done in private."""
    return {key: details[key] for key in ("account", "role") if key in details}


def fail(scene: Scene, parcel: Plan, fault: str) -> None:
    """Something is wrong with a parcel: the firm's fault opens a case, the customer's own mistake does not."""
    person, ref = parcel.person, str(parcel.details["order_id"])
    at_ms = parcel.at_ms + HOUR_MS + round(scene.chance("finds out", ref) * 20 * HOUR_MS)
    ours = fault == "ours"
    severity = 1 + int(scene.chance("severity", ref) * 4) if ours else 1
    loss = round(5.0 * severity * scene.chance("loss", ref), 2) if ours else None
    scene.agenda.plan(at_ms, person, "failure", ref, fault=fault, severity=severity, loss=loss, **parcel.details)


def failure(scene: Scene, plan: Plan) -> None:
    """The customer reports it."""
    person, details, ref = plan.person, plan.details, str(plan.details["order_id"])
    if not scene.state.active[person]:
        return
    told = {key: details[key] for key in ("severity", "fault", "category", "loss")}
    case_id = f"k-{ref}" if details["fault"] == "ours" else None  # the help desk numbers it as it is reported
    scene.agenda.tell(person, plan.at_ms, "Failure Reported", ref, **told, **as_whom(details), about=ref, case_id=case_id)
    scene.state.open[person] = True
    scene.state.intent[person] = INTENTS.index("damaged" if details["fault"] == "ours" else "return_parcel")
    scene.state.contact_ms[person], scene.state.tries[person], scene.state.desk[person] = plan.at_ms, 0, -1
    if details["fault"] == "ours":
        scene.state.worry[person] = min(1.0, scene.state.worry[person] + 0.1 * details["severity"])
        owed = details["total"] + details["loss"]
        open_case(scene, person, plan.at_ms + 20 * MINUTE_MS, ref, severity=details["severity"], owed=owed, **as_whom(details))


def complain(scene: Scene, day: int) -> None:
    """Who complains today, by effort felt, broken promises and annoyance; an open case keeps most people waiting."""
    model, state, traits = scene.model, scene.state, scene.traits
    chance = model.complains_per_index * np.maximum(0.0, state.index - 0.4)
    chance = chance + model.complains_when_broken * np.minimum(state.broken, 2.0) + model.complains_per_annoyance * state.annoyance
    chance = np.where(state.active & state.known, chance * traits.temper * np.where(state.case > 0, 0.3, 1.0), 0.0)
    for person in np.flatnonzero(scene.chances("complains", day) < chance).tolist():
        at_ms = scene.start_ms + day * DAY_MS + 8 * HOUR_MS + round(scene.chance("complains at", person, day) * 12 * HOUR_MS)
        cause = "broken_promise" if state.broken[person] > 0.5 else "effort" if state.index[person] > 0.4 else "contact"
        ref, severity = f"{person}.{day}", 1 + int(3 * scene.chance("how bad", person, day))
        # Anger about contacts names no fault; the desk that takes it up says "ours" in the case.
        fault = "ours" if cause != "contact" else "unknown"
        case_id = state.case_id[person] if state.case[person] else f"k-c{ref}"
        told = {"category": cause, "fault": fault, "severity": severity, "case_id": case_id}
        scene.agenda.tell(person, at_ms, "Complaint Made", ref, "email", **told)
        write(scene, person, at_ms + 1_000, f"{ref}-complaint", "email")
        if not state.case[person]:
            scene.agenda.plan(at_ms + 30 * MINUTE_MS, person, "case", f"c{ref}", severity=severity, ref=f"c{ref}")


def case_of_complaint(scene: Scene, plan: Plan) -> None:
    """The firm takes a complaint up."""
    open_case(scene, plan.person, plan.at_ms, plan.details["ref"], severity=plan.details["severity"], owed=None)


def open_case(scene: Scene, person: int, at_ms: int, ref: str, severity: int, owed: float | None, **whom: str) -> None:
    """A case, and when the firm closes it: a day or two, longer for the grave ones."""
    owner = _OWNERS[int(scene.chance("owner", ref) * len(_OWNERS))]
    scene.state.case[person] += 1
    scene.state.case_id[person] = f"k-{ref}"
    scene.state.apologised[person] = 0.0
    owed = None if owed is None else round(owed, 2)
    properties = {"case_id": f"k-{ref}", "severity": severity, "fault": "ours", "owner": owner, "owed": owed, **whom}
    scene.agenda.tell(person, at_ms, "Case Opened", ref, "email", **properties, about=ref if owed else None)
    takes_h = (12.0 + 8.0 * severity) * math.exp(0.7 * normal(scene.chance("closes", ref), scene.chance("closes too", ref)))
    scene.agenda.plan(at_ms + round(takes_h * HOUR_MS), person, "closed", ref, properties=properties, again=False)


def closed(scene: Scene, plan: Plan) -> None:
    """The firm is done: what is owed is paid, and the quarantine runs."""
    properties, ref = plan.details["properties"], f"{plan.details['properties']['case_id']}-{int(plan.details['again'])}"
    if properties["owed"] and not plan.details["again"]:
        order = str(properties["case_id"]).removeprefix("k-")
        refund = {"order_id": order, "total": properties["owed"], "currency": scene.shop.currency, "reason": "our_fault"}
        scene.agenda.tell(plan.person, plan.at_ms, "Order Refunded", order, "email", **refund)
        scene.bonds.earn(plan.person, -properties["owed"])
    scene.agenda.tell(plan.person, plan.at_ms + MINUTE_MS, "Case Closed", ref, "email", case_id=properties["case_id"])
    scene.state.quarantine_ms[plan.person] = plan.at_ms + QUARANTINE_DAYS * DAY_MS
    scene.agenda.plan(plan.at_ms + DAY_MS, plan.person, "verdict", ref, **plan.details)


def verdict(scene: Scene, plan: Plan) -> None:
    """The customer confirms, reopens once, or shrugs."""
    person, state, properties, again = plan.person, scene.state, plan.details["properties"], plan.details["again"]
    ref = f"{properties['case_id']}-{int(again)}"
    settles = 0.35 + 0.4 * scene.traits.forgiveness[person] + scene.model.apology_settles * state.apologised[person]
    mood = scene.chance("verdict", ref)
    if mood >= settles and not again and mood > 0.6 and state.active[person]:
        scene.agenda.tell(person, plan.at_ms, "Case Opened", ref, "email", **{**properties, "owed": None})  # it is paid by now
        takes_ms = (24 + round(48 * scene.chance("closes again", ref))) * HOUR_MS
        scene.agenda.plan(plan.at_ms + takes_ms, person, "closed", ref, properties=properties, again=True)
        return
    state.case[person] = max(0, state.case[person] - 1)
    if mood < settles and state.active[person]:
        # Recovery gives back what was lost, never more: no paradox for repurchase (de Matos et al. 2007).
        lost = max(0.0, scene.traits.trust[person] - state.trust[person])
        state.trusts(person, min(lost, scene.model.trust_when_recovered))
        scene.agenda.tell(person, plan.at_ms, "Case Confirmed", ref, "email", case_id=properties["case_id"])
