"""What each number of the society's model is to change, how it is measured, and in which direction."""

from __future__ import annotations

from collections.abc import Callable

from platinum.ops.society import Society
from tests.builders.societies import Event, Treatment, after, count, mean, nothing, to_each, to_everybody
from tests.builders.society_known import in_the_style_of, introduced_to_the_next, laid_out_for, unlike

Measure = Callable[[Society, list[Event]], float]
DAYS = 25

TREATMENTS: dict[str, Treatment] = {
    "nothing": nothing,
    "help": after({"Contact Started", "Request Made"}, "help", placement="call-screen", channel="call"),
    "apology": after({"Case Opened"}, "apology", owner="A. Reed", placement="account", channel="web"),
    "sold to in mid-complaint": after({"Case Opened", "Case Closed", "Complaint Made"}, "offer"),
    "thanked": to_everybody("thank_you", [2]),
    "surprised": to_everybody("surprise", [2]),
    "pestered": to_everybody("answer"),
    "in their tone": to_each("answer", range(2, 25, 3), lambda truth: {"tone": in_the_style_of(truth)}),
    "in another tone": to_each("answer", range(2, 25, 3), lambda truth: {"tone": unlike(truth)}),
    "laid out for them": to_each("answer", range(2, 25, 3), lambda truth: {"content": laid_out_for(truth)}),
    "something taken off": to_everybody("offer", range(2, 25, 3), offer={"id": "o-1", "discount": "20 %"}),
    "helped with goals": to_each("help", range(2, 25, 3), lambda truth: {"goal": truth["goal"] or "none", "action": "some-guide"}),
    "gadgets": to_everybody("offer", [2], goals=[]),
    "the same again": to_everybody("offer", range(2, 25, 3)),
    "told to bring others": to_everybody("listen", [2], asks="sell"),
    "introduced": introduced_to_the_next,
}


def effort(world: Society, events: list[Event]) -> float:
    return float(world.effort(0, DAYS).sum())


def orders(world: Society, events: list[Event]) -> float:
    return count(events, "Order Completed")


def left(world: Society, events: list[Event]) -> float:
    return world.left()


def trust(world: Society, events: list[Event]) -> float:
    return mean(world, "trust")


def index(world: Society, events: list[Event]) -> float:
    return mean(world, "effort_index")


def goodwill(world: Society, events: list[Event]) -> float:
    return mean(world, "goodwill")


def annoyance(world: Society, events: list[Event]) -> float:
    return mean(world, "annoyance")


def progress(world: Society, events: list[Event]) -> float:
    return mean(world, "goal_progress")


def worry(world: Society, events: list[Event]) -> float:
    return mean(world, "worry")


def margin(world: Society, events: list[Event]) -> float:
    return float(world.margin(0, DAYS).sum())


def told(*names: str) -> Measure:
    return lambda world, events: count(events, *names)


#: Number, how people are treated, what is measured, and whether the number makes it more (1) or less (-1).
OF_TREATMENT = [
    ("relieves_worry", "help", effort, -1),
    ("relieves_felt", "help", index, -1),
    ("relieves_next", "help", effort, -1),
    ("relieves_open", "help", effort, -1),
    ("apology_trust", "apology", trust, 1),
    ("apology_settles", "apology", told("Case Confirmed"), 1),
    ("surprise", "surprised", goodwill, 1),
    ("promotion_unsubscribes", "sold to in mid-complaint", told("Unsubscribed"), 1),
    ("promotion_spam", "sold to in mid-complaint", told("Contact Marked Spam"), 1),
    ("quarantine_leaves", "sold to in mid-complaint", left, 1),
    ("tone_accepts", "in their tone", told("Decision Accepted"), 1),
    ("tone_accepts", "in another tone", told("Decision Accepted"), -1),
    ("tone_eases", "in their tone", index, -1),
    ("tone_eases", "in another tone", index, 1),
    ("tone_soothes", "in another tone", annoyance, 1),
    ("shown_accepts", "laid out for them", told("Decision Accepted"), 1),
    ("saving_accepts", "something taken off", told("Decision Accepted"), 1),
    ("goal_accepts", "helped with goals", told("Decision Accepted"), 1),
    ("goal_helps", "helped with goals", progress, 1),
    ("goal_helps", "helped with goals", told("Goal Progressed"), 1),
    ("goal_warms", "helped with goals", goodwill, 1),
    ("goal_sells", "helped with goals", orders, 1),
    ("gadget_bores", "gadgets", annoyance, 1),
    ("repeats_bore", "the same again", told("Decision Accepted"), -1),
    ("colleague_annoys", "the same again", annoyance, 1),
    ("advocate_annoyed", "told to bring others", annoyance, 1),
    ("advocate_warms", "thanked", goodwill, 1),
    ("introduced", "introduced", goodwill, 1),
    ("introduced_unasked", "introduced", annoyance, 1),
]
OF_THE_WORLD = [
    ("visits", "nothing", told("Product Viewed"), 1),
    ("asks_anyway", "nothing", effort, 1),
    ("asks_for_late", "nothing", effort, 1),
    ("follows_up", "nothing", effort, 1),
    ("again_per_index", "nothing", effort, 1),
    ("buys_less_per_index", "nothing", orders, -1),
    ("buys_per_goodwill", "thanked", orders, 1),
    ("buys_per_trust", "nothing", orders, -1),  # left alone, trust falls
    ("forgotten", "nothing", told("Promise Kept"), -1),
    ("damaged", "nothing", told("Failure Reported"), 1),
    ("own_mistake", "nothing", told("Failure Reported"), 1),
    ("changed_mind", "nothing", told("Order Cancelled"), 1),
    ("complains_per_index", "nothing", told("Complaint Made"), 1),
    ("complains_when_broken", "nothing", told("Complaint Made"), 1),
    ("complains_per_annoyance", "pestered", told("Complaint Made"), 1),
    ("leaves", "nothing", left, 1),
    ("leaves_per_index", "nothing", left, 1),
    ("leaves_per_annoyance", "pestered", left, 1),
    ("leaves_when_broken", "nothing", left, 1),
    ("trust_when_broken", "nothing", trust, -1),
    ("trust_when_kept", "nothing", trust, 1),
    ("trust_when_recovered", "nothing", trust, 1),
    ("reviews", "nothing", told("Review Written"), 1),
    ("refers", "nothing", told("Referral Made"), 1),
    ("surveyed", "nothing", told("Survey Answered"), 1),
    ("acts_on_answers", "nothing", told("Feedback Acted On"), 1),
    ("writes", "nothing", told("Message Received"), 1),
    ("writes_notes", "nothing", told("Message Received"), 1),
    ("orders_for_firm", "nothing", orders, 1),
    ("life_changes", "nothing", told("Life Event Reported"), 1),
    ("life_raises", "nothing", told("Product Viewed"), 1),
    ("goal_by_use", "nothing", progress, 1),
    ("worries_for_colleague", "nothing", worry, 1),
    ("advocates_tell", "nothing", told("Review Written", "Referral Made"), 1),
    ("margin", "nothing", margin, 1),
]

#: Numbers whose direction has a test of its own.
ELSEWHERE = {
    "drift_per_30d", "apology_alone", "quarantine_harm", "word_counts", "thanks", "thanks_surfeit", "thanks_spoiled",
    "offers_sell", "unsolicited_annoys", "contact_annoys", "night_answers", "unheard", "surprise_cash",
}  # fmt: skip
