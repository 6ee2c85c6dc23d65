"""What each number of the society's model is to change, how it is measured, and in which direction."""

from __future__ import annotations

from collections.abc import Callable

from platinum.ops.society import Society
from tests.builders.societies import Event, Treatment, after, count, mean, nothing, to_everybody

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
]

#: Numbers whose direction has a test of its own.
ELSEWHERE = {
    "drift_per_30d", "apology_alone", "quarantine_harm", "word_counts", "thanks", "thanks_surfeit", "thanks_spoiled",
    "offers_sell", "unsolicited_annoys", "contact_annoys", "night_answers", "unheard",
}  # fmt: skip
