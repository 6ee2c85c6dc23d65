"""What a decision that was seen does to a person. Every effect is a number of ``Model`` that ``NULL`` has at 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.agenda import Plan
from platinum.ops.society.decided import is_outbound, lowers_effort, owner_of, sells
from platinum.ops.society.fulfilment import give_word, ordered
from platinum.ops.society.hearing import in_quarantine, is_unwanted
from platinum.ops.society.knowing import feel_known
from platinum.ops.society.leaving import leave
from platinum.ops.society.scene import MINUTE_MS, Scene
from platinum.ops.society.voices import answer, stated_ease

#: Contacts in a week that nobody minds.
_ENOUGH = 2.0
#: Thank-yous in 60 days from which on they are a habit.
_THANKED_ENOUGH = 1.5


def felt(scene: Scene, plan: Plan) -> None:
    """One decision is seen."""
    person, decision, state = plan.person, plan.details["decision"], scene.state
    if not state.active[person]:
        return
    if is_outbound(decision):
        _count(scene, person)
    if sells(decision) or decision["type"] == "help":
        _be_sold_to(scene, plan, decision)
    elif decision["type"] in ("thank_you", "surprise"):
        _be_thanked(scene, plan, decision)
    elif decision["type"] == "listen":
        _be_asked(scene, plan, decision)
    if lowers_effort(scene, decision):
        _be_helped(scene, person, decision)
    feel_known(scene, plan)


def _count(scene: Scene, person: int) -> None:
    scene.state.contacts[person] += 1.0
    over = scene.state.contacts[person] - _ENOUGH
    if over > 0.0:
        scene.state.annoyance[person] += scene.model.contact_annoys * min(2.0, over) * scene.traits.temper[person]


def _be_sold_to(scene: Scene, plan: Plan, decision: Mapping[str, Any]) -> None:
    """Promotion, help about goods among it: unwanted, at a bad moment, or simply seen."""
    person, model, ref = plan.person, scene.model, str(decision["decision_id"])
    if not is_outbound(decision) or lowers_effort(scene, decision):
        return
    sore = in_quarantine(scene, person, plan.at_ms)
    unwanted = is_unwanted(scene, decision, person, plan.at_ms)
    temper = float(scene.traits.temper[person])
    if plan.at_ms - scene.state.thanked_ms[person] < 3 * DAY_MS:
        scene.state.warms(person, -model.thanks_spoiled)
    if unwanted:
        scene.state.annoyance[person] += model.unsolicited_annoys * temper
    factor = temper * (1.0 + scene.state.annoyance[person]) * (model.quarantine_harm if sore else 1.0) * (8.0 if unwanted else 1.0)
    channel, soon_ms = str(decision.get("channel") or "email"), plan.at_ms + MINUTE_MS
    mood = scene.chance("sold to", ref)
    if mood < min(0.5, model.promotion_spam * factor):
        scene.agenda.tell(person, soon_ms, "Contact Marked Spam", ref, channel, decision_id=ref, channel=channel)
        scene.state.unsubscribed[person] = True
    elif mood < min(0.8, (model.promotion_spam + model.promotion_unsubscribes) * factor):
        scene.agenda.tell(person, soon_ms, "Unsubscribed", ref, channel, channel=channel)
        scene.state.unsubscribed[person] = True
    if sore and scene.chance("leaves over it", ref) < model.quarantine_leaves * temper:
        leave(scene, person, soon_ms + MINUTE_MS)


def _be_thanked(scene: Scene, plan: Plan, decision: Mapping[str, Any]) -> None:
    """Thanks that sell nothing, not too often, to who is glad of them."""
    person, model, state = plan.person, scene.model, scene.state
    size = model.thanks if decision["type"] == "thank_you" else _size_of_surprise(scene, decision)
    liked = float(scene.traits.thank_liked[person])
    # To thank somebody in mid-complaint helps nothing, and who dislikes thanks is a little less well disposed.
    size *= min(0.0, liked) if scene.state.case[person] else liked if liked > 0.0 else 0.3 * liked
    if state.thanks[person] > _THANKED_ENOUGH:
        size = -model.thanks_surfeit
    else:
        size *= 0.5 ** state.thanks[person] * (plan.details["fresh"] if size > 0.0 else 1.0)
    state.thanks[person] += 1.0
    state.thanked_ms[person] = plan.at_ms
    state.warms(person, size)


def _size_of_surprise(scene: Scene, decision: Mapping[str, Any]) -> float:
    """Money delights less than a thing that was thought of."""
    return scene.model.surprise * (1.0 - scene.model.surprise_cash * scene.meanings.is_cash(decision))


def _be_asked(scene: Scene, plan: Plan, decision: Mapping[str, Any]) -> None:
    """A question of ours: two in five answer, and remember when nothing comes of it."""
    person, ref = plan.person, str(decision["decision_id"])
    if scene.chance("answers", ref) >= 0.4:
        return
    score = stated_ease(scene, person, float(scene.state.felt[person]), ref)
    acts = answer(scene, person, plan.at_ms + 2 * MINUTE_MS, ref, score, {"decision_id": ref})
    if not acts:
        scene.agenda.plan(plan.at_ms + 14 * DAY_MS, person, "unheard", ref)


def unheard(scene: Scene, plan: Plan) -> None:
    """Fourteen days, and nothing came of what they said."""
    scene.state.trusts(plan.person, -scene.model.unheard)


def _be_helped(scene: Scene, person: int, decision: Mapping[str, Any]) -> None:
    """Work taken off who has any, or trouble on the mind; with a named owner it counts in full."""
    model, state = scene.model, scene.state
    if not (state.open[person] or state.case[person] or state.late[person] or max(state.worry[person], state.broken[person]) > 0.05):
        return
    weight = 1.0 if decision["type"] != "apology" or owner_of(decision) else model.apology_alone
    state.worry[person] *= 1.0 - model.relieves_worry * weight
    state.felt[person] *= 1.0 - model.relieves_felt * weight
    state.helped[person] = max(state.helped[person], weight)
    if scene.chance("settled by it", decision["decision_id"]) < model.relieves_open * weight:
        state.open[person] = False
    if decision["type"] == "apology" and not state.apologised[person]:
        state.apologised[person] = weight
        state.trusts(person, model.apology_trust * weight * scene.traits.forgiveness[person])


def answered(scene: Scene, plan: Plan) -> None:
    """An event about a decision; who has left does not answer."""
    if plan.details["always"] or scene.state.active[plan.person]:
        event = plan.details["event"]
        scene.agenda.enter(plan.at_ms, event)
        if event["event"] == "Unsubscribed":
            scene.state.unsubscribed[plan.person] = True


def buys(scene: Scene, plan: Plan) -> None:
    """An offer that was taken becomes an order like any other."""
    if scene.state.active[plan.person]:
        scene.bonds.give(plan.person, plan.details["given"])
        ordered(scene, plan.person, plan.at_ms, plan.details["order"])


def word_given(scene: Scene, plan: Plan) -> None:
    """A promise made in a decision: a desk keeps it or does not; what it counts is a number of the model."""
    give_word(scene, plan.person, plan.at_ms, plan.details["word"], scene.model.word_counts)
