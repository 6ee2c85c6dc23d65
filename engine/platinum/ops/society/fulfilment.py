"""From order to door, and from a word given to a word kept: how long it takes, when it is late, and what comes with it."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Any

from platinum.ops.population.lines import timestamps_of
from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.agenda import Plan
from platinum.ops.society.character import PRIVATE
from platinum.ops.society.grievances import as_whom, fail
from platinum.ops.society.lives import use
from platinum.ops.society.scene import HOUR_MS, Scene
from platinum.ops.society.traits import normal

#: Hours a desk takes to do what it said it would, whoever said it: median, and sigma of the logarithm.
DESK_MEDIAN_H, DESK_SIGMA = 12.0, 0.55


def ordered(scene: Scene, person: int, at_ms: int, order: dict[str, Any]) -> None:
    """An order at the till: when it is to arrive is promised there, when it does arrive is the carrier's."""
    ref = str(order["order_id"])
    carrier = scene.carriers[min(bisect_right(scene.cumulative_carriers.tolist(), scene.chance("carrier", ref)), len(scene.carriers) - 1)]
    arrives_ms = at_ms + hours_ms(scene, ref, at_ms, carrier.median_h, carrier.sigma)
    quoted_ms = at_ms + round(carrier.quoted_h * HOUR_MS)
    promised = {"expected_delivery": timestamps_of(quoted_ms), "process": carrier.name}
    scene.agenda.enter(at_ms, scene.agenda.event(person, "Order Completed", ref, "web", {**order, **promised}))
    scene.state.customer[person] = True
    scene.bonds.orders[person] += 1
    scene.bonds.earn(person, scene.model.margin * order["total"])
    details: dict[str, Any] = {
        "order_id": ref,
        "total": order["total"],
        "category": order["products"][0]["category"],
        "process": carrier.name,
        "late": arrives_ms > quoted_ms,
        **as_whom(order),
    }
    scene.bonds.names(person, order.get("role", PRIVATE), details["category"])
    if arrives_ms > quoted_ms:
        scene.agenda.plan(quoted_ms, person, "overdue", ref, **details)
    if scene.chance("regret", ref) < 0.3 * scene.model.changed_mind:
        when_ms = at_ms + HOUR_MS
        scene.agenda.tell(person, when_ms, "Order Cancelled", ref, order_id=ref, total=order["total"], reason="changed_mind")
        scene.bonds.earn(person, -scene.model.margin * order["total"])
    scene.agenda.plan(arrives_ms, person, "arrived", ref, **details)


def hours_ms(scene: Scene, ref: str, at_ms: int, median_h: float, sigma: float) -> int:
    """How long it takes, in ms: log-normal, with the drift of the day on which it began."""
    deviate = normal(scene.chance("takes", ref), scene.chance("takes too", ref))
    return max(60_000, round(scene.drift(at_ms) * median_h * math.exp(sigma * deviate) * HOUR_MS))


def overdue(scene: Scene, plan: Plan) -> None:
    """What was promised has not come; people notice."""
    scene.state.late[plan.person] += 1
    word_broken(scene, plan.person, 1.0)


def arrived(scene: Scene, plan: Plan) -> None:
    """A parcel at the door: in time or late, whole or not, wanted or not any more."""
    person, at_ms, model, agenda, ref = plan.person, plan.at_ms, scene.model, scene.agenda, str(plan.details["order_id"])
    agenda.tell(person, at_ms, "Order Delivered", ref, order_id=ref, process=plan.details["process"], **as_whom(plan.details))
    if plan.details["late"]:
        scene.state.late[person] = max(0, scene.state.late[person] - 1)
    else:
        word_kept(scene, person, 1.0)
    if "role" not in plan.details:
        use(scene, person, at_ms + HOUR_MS, ref, plan.details["category"])
    fate = scene.chance("fate", ref)
    if fate < model.damaged:
        fail(scene, plan, "ours")
    elif fate < model.damaged + model.own_mistake:
        fail(scene, plan, "theirs")
    elif fate < model.damaged + model.own_mistake + model.changed_mind:
        agenda.plan(at_ms + DAY_MS, person, "returns", ref, **plan.details)
    agenda.plan(at_ms + 2 * DAY_MS, person, "tells", ref, **plan.details)


def give_word(scene: Scene, person: int, now_ms: int, said: dict[str, Any], weight: float) -> None:
    """A promise that a desk has to keep: when it will, is drawn now and shows when it does.

    ``said``: ``promise_id``, ``class``, ``made_ms``, ``due_ms``; ``decision_id`` when a decision gave it. ``weight`` is what
    the word counts with this person: 0 in a world in which decisions change nothing.
    """
    ref = str(said["promise_id"])
    forgotten = scene.chance("forgotten", ref) < scene.model.forgotten
    carrier = next((c for c in scene.carriers if said["class"] in ("delivery", c.name)), None)
    median_h, sigma = (carrier.median_h, carrier.sigma) if carrier else (DESK_MEDIAN_H, DESK_SIGMA)
    kept_ms = said["made_ms"] + hours_ms(scene, ref, said["made_ms"], median_h, sigma)
    if forgotten or kept_ms > said["due_ms"]:
        scene.agenda.plan(max(said["due_ms"], now_ms), person, "word broken", ref, weight=weight)
    if not forgotten:
        on_time = kept_ms <= said["due_ms"]
        details = {"weight": weight if on_time else 0.0, "said": said, "kept_ms": kept_ms}
        scene.agenda.plan(max(kept_ms, now_ms), person, "word done", ref, **details)


def word_done(scene: Scene, plan: Plan) -> None:
    """The desk did what it had said."""
    said = plan.details["said"]
    ref = str(said["promise_id"])
    properties = {"promise_id": ref} | ({"decision_id": said["decision_id"]} if "decision_id" in said else {})
    event = scene.agenda.event(plan.person, "Promise Kept", ref, "call", properties)
    # A decision may be heard a night late: then the word was kept before it could be told.
    scene.agenda.enter(plan.at_ms, event | {"timestamp": timestamps_of(plan.details["kept_ms"])})
    if plan.details["weight"] > 0.0:
        word_kept(scene, plan.person, plan.details["weight"])
    if said.get("settles"):
        scene.state.open[plan.person] = False


def word_broken(scene: Scene, person: int, weight: float) -> None:
    """Trust falls, and it is on the mind for days."""
    scene.state.broken[person] += weight
    scene.state.trusts(person, weight * scene.model.trust_when_broken)


def word_kept(scene: Scene, person: int, weight: float) -> None:
    """Trust grows, the less the more there is."""
    scene.state.trusts(person, weight * scene.model.trust_when_kept * (1.0 - scene.state.trust[person]))
