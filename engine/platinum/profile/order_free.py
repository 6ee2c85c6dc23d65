"""Which members of a row any order of arrival leaves the same, and which not (design 6: merging gives what folding both histories gives).

Every member stands in one of the two tables; a test holds that, so a new one has to say what it is. ``profile.merge`` merges the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from platinum.profile.row import SECTIONS

_SUM, _EARLIEST, _LATEST = "sum", "the earliest", "the latest"
_FADING, _CLOCK = "fading sum", "the latest; the sums are brought to it"
_SAID = "the newest word; of two in one second the larger hash"
_STATED = "the newest word of each"
_OPEN = "everything that is open in either, unless the other holds what closes it"

#: Member → how two of it become one.
ORDER_FREE: Mapping[str, str] = MappingProxyType(
    {
        "first_seen_ms": _EARLIEST,
        "last_seen_ms": _LATEST,
        "events": _SUM,
        **dict.fromkeys(("language", "timezone", "country", "language_at_s", "timezone_at_s", "country_at_s"), _SAID),
        **dict.fromkeys(("consents", "preferences", "traits", "trait_uses"), _STATED),
        **dict.fromkeys(("care", "care_at_s", "care_until_ms"), "the newest word; of two in one second the one that asks for care"),
        **dict.fromkeys(("spend", "orders", "refunded", "cancellations"), _SUM),
        "first_day": _EARLIEST,
        "first_day_spend": "sum of that day",
        **dict.fromkeys(("last_day", "last_order_ms"), _LATEST),
        **dict.fromkeys(("last_category", "last_view_category"), "of the newest event; of two at one instant the larger hash"),
        "purchase_days": "each day once",
        **dict.fromkeys(("spend_365d", "views_30d", "earned", "said", "kept", "effort", "cases", "life"), _FADING),
        **dict.fromkeys(("get", "referrals", "reviews", "helped", "listened"), _FADING),
        "affinities": "fading sum per category",
        "shopped": _FADING,
        "bought_s": "the newest time of each category",
        **dict.fromkeys(
            ("value_as_of_ms", "views_as_of_ms", "affinity_as_of_ms", "gratitude_as_of_ms", "effort_as_of_ms", "life_as_of_ms"),
            _CLOCK,
        ),
        **dict.fromkeys(("party", "party_at_s"), "the newest word; of two in one second the later one of the list"),
        "obligations": _OPEN,
        **dict.fromkeys(("case_closed_ms", "closed_elsewhere_ms"), _LATEST),
        **dict.fromkeys(("said_ever", "broken_ever", "ces", "ces_answers"), _SUM),
        "journeys": "those that are near each other become one",
        **dict.fromkeys(("last_process", "last_process_s"), "the newest; of two in one second the larger hash"),
        "called_off": "the newest time of each category",
        "goals": "of each the newest statement and the newest word of progress; of two in one second what is more",
        "trust_as_of_ms": _CLOCK,
        "roles": "of each account the newest word; of two in one second the one that ends it, then the larger hash; what it told last",
    }
)
_OURS = "follows from decisions of ours, which depend on what was known when they were made"
_TIMER = "follows from the others: when something next changes by itself"
_ID = "ids of the last records, in the order of the log"

#: Member → why it depends on the order of arrival.
ORDERED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("timer_due_ms", "rules_due_ms", "ledger_due_ms"), _TIMER),
        "said_as_of_ms": "as of when `said` and `kept` hold; what was counted and then taken back leaves it where it is",
        "more_open": "how much stands in the second row, what is only kept in mind among it",
        "reached": "rules of `when_reached` that have fired; they fire in the order of the log",
        "older_days": "purchase days that left the window of 512 days: whether a late order's day was among them is unknown",
        "cart_value": "what is put in and taken out follows the log; an order empties it",
        **dict.fromkeys(("contacts", "planned", "pending", "claims", "given", "answered"), _OURS),
        **dict.fromkeys(("examples", "answers", "arm_month"), _OURS),
        **dict.fromkeys(("received", "received_as_of_ms", "spent"), _OURS),
        **dict.fromkeys(("thanked", "last_thanked_ms", "last_explored_ms"), _OURS),
        **dict.fromkeys(("treated", "surprised_ms"), _OURS),
        **dict.fromkeys(("engaged", "engagement_as_of_ms"), _OURS + "; a bounce takes back what reached, down to 0"),
        **dict.fromkeys(("offers", "clarity", "give", "talked"), _OURS + "; two of it are added up all the same"),
        **dict.fromkeys(("bonds_as_of_ms", "talk_as_of_ms"), "as of when the sums hold, some of which follow from decisions of ours"),
        **dict.fromkeys(
            ("style_as_of_ms", "writing", "noted", "noted_n", "read_n", "read_share"),
            "fading sums, but what arrives while they object to it is left out, and an objection wipes what was there; two are added up",
        ),
        "interests": "the newest word of each, but what is said while they object to profiling asks for no introductions",
        "met": "an answer about an interest that they have not named yet is heard by the learner alone",
        "righted": "a confirmation that arrives before its case is not heard; two of it are added up all the same",
        **dict.fromkeys(("recent", "recent_next"), _ID),
        **dict.fromkeys(("tier", "tier_since_s"), "moves with the orders in the order of the log, and is slow to go back"),
        "owed_elsewhere": "names what is open, kept in mind, or decided by us, in an account's role",
        **dict.fromkeys(("case_ref", "case_text"), "id of the case that was opened last, in the order of the log"),
    }
)
#: What bounds the first table, in words.
EXCEPT = (
    "Events are late by two days at most: so long what arrives early is kept in mind.",
    (
        "A full list gives something up, and what that is depends on the order: 16 consents, 16 wishes, 32 categories, 8 uses of traits, "
        "8 categories called off, 6 goals, 4 accounts. Of consents, permissions go first, then what was said most about counts "
        "as refused on every channel. The 251st open thing is refused, and what two histories have beyond that is left out. Of "
        "somebody with 48 agreed times, or requests that joined a call-back, a renegotiation or request is read as things stand"
        " when it arrives."
    ),
    "Two words of one second about the same consent, wish or use of a trait: the later record counts.",
    (
        "Of what is open: what it is, its id, and whether it is over. Who answers for it, its category, and the record that is named as "
        "evidence are those of the record that came first, or last."
    ),
    (
        "What refers to nothing by id goes to the oldest that fits, of those that have arrived: a request that is answered without its id, "
        "a failure without a case."
    ),
    (
        "A case that is closed by an id that nobody has heard of: the oldest that the firm has not opened itself ends, a complaint that "
        "names its case among them."
    ),
    (
        "Of a promise, everything that is said with its id is read together, while it is open and for two days after it was kept or "
        "called off; what was written off is over. An id is that of one promise: promised anew after it had ended, it is another one; "
        "of two that are open with one id, the one that arrives first counts. Where an event of the firm's own promises two things, a "
        "renegotiation, or `Promise Kept`, with its id is about one of them."
    ),
    (
        "Of a case opened several times: whose fault it was, and what is owed for it, are as the last record says. Taken up again, "
        "its time runs from the newest word of it; that it was taken up between two closings is known if word of it came between them."
    ),
    (
        "A refund, or a contact that was resolved, settles what has arrived by then; parts of an order that are refunded add up to the "
        "whole when the last of them arrives."
    ),
    "An answer says a time before that of its request: it answers that one only if it arrives later.",
    (
        "A request to be called back joins the call-back that was owed then. One that was promised by hand, or by a decision, is "
        "joined by requests of which word comes later; one that was renegotiated takes no earlier request in. Where both of two "
        "histories that are merged have such requests, those that were open together become one; which answer was for which is not "
        "asked again, and none joins what was promised by hand in the other."
    ),
    "An order that is called off without naming its categories is taken to be the last one that has arrived.",
    (
        "A fifth journey that is open at once closes the oldest, a fifth channel of one journey counts with the fourth, an event without "
        "an intent joins the journey that was there."
    ),
    "Contacts about one thing that were over in both of two histories before they were merged are two journeys.",
    "Purchase days more than 512 days before the newest are only counted.",
)


def members() -> list[str]:
    """Every stored member of a row, in the order of its sections."""
    return [str(name) for _, _, _, fields in SECTIONS for name, _ in fields]
