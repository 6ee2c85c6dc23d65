"""Small integers that columns, rows and policy tables share. They are stored: numbers never change meaning.

New members are appended; a removed one leaves its number unused.
"""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """What an event is. The name table is ``vocabulary.table``."""

    OTHER = 0  # a name nobody mapped: folded as a sign of life only
    IDENTIFY = 1
    PAGE = 2
    SCREEN = 3
    PRODUCT_LIST_VIEWED = 4
    PRODUCT_VIEWED = 5
    PRODUCT_ADDED = 6
    PRODUCT_REMOVED = 7
    PRODUCTS_SEARCHED = 8
    CART_VIEWED = 9
    CHECKOUT_STARTED = 10
    ORDER_COMPLETED = 11
    ORDER_CANCELLED = 12
    ORDER_REFUNDED = 13
    ORDER_DELIVERED = 14
    REQUEST_MADE = 15
    REQUEST_ANSWERED = 16
    CONTACT_STARTED = 17
    CONTACT_TRANSFERRED = 18
    CONTACT_RESOLVED = 19
    WAITED = 20
    FORM_ERROR = 21
    SELF_SERVICE_FAILED = 22
    COMPLAINT_MADE = 23
    FAILURE_REPORTED = 24
    PROMISE_MADE = 25
    PROMISE_KEPT = 26
    PROMISE_RENEGOTIATED = 27
    CASE_OPENED = 28
    CASE_CLOSED = 29
    CASE_CONFIRMED = 30
    SURVEY_ANSWERED = 31
    PREFERENCE_STATED = 32
    GOAL_STATED = 33
    GOAL_PROGRESSED = 34
    REVIEW_WRITTEN = 35
    REFERRAL_MADE = 36
    CONSENT_CHANGED = 37
    OBJECTION_MADE = 38
    MESSAGE_RECEIVED = 39
    LIFE_EVENT_REPORTED = 40
    DECISION_SHOWN = 41
    DECISION_ACCEPTED = 42
    DECISION_DECLINED = 43
    DECISION_DISMISSED = 44
    DECISION_OVERRIDDEN = 45
    OFFER_REDEEMED = 46
    CONTACT_DISPATCHED = 47
    CONTACT_DELIVERED = 48
    CONTACT_BOUNCED = 49
    CONTACT_MARKED_SPAM = 50
    CONTACT_ABORTED = 51
    UNSUBSCRIBED = 52
    GROUP = 53
    ALIAS = 54
    FEEDBACK_ACTED_ON = 55
    FEEDBACK_REPORTED_BACK = 56
    REQUEST_REFUSED = 57
    ASKED_AGAIN = 58
    VULNERABILITY_STATED = 59
    # Engine records (MAC required, refused from anybody else).
    POLICY_ACTIVATED = 60  # no key: one per partition
    TIMER_DUE = 61
    DECISION_MADE = 62
    CONTACT_CLAIMED = 63
    MODEL_ACTIVATED = 64  # no key: one per partition
    CONTACTS_SWEPT = 65
    ACCOUNT_STANDS = 66  # of a member: how an account that they belong to stands now
    ACCOUNT_CONTACTED = 67  # of an account: somebody who acts for it is to be contacted
    # What is known of how somebody likes to be treated, besides what they say.
    STYLE_NOTED = 80  # an employee's tag
    CONTENT_READ = 81
    # What customers do for each other.
    INTEREST_STATED = 82
    HELP_GIVEN = 83
    INTRODUCTION_ANSWERED = 84
    # What time brings: no records, the kinds of triggers that a timer due may give.
    PROMISE_DUE = 70  # soon: the notice that its class asks for
    PROMISE_BROKEN = 71
    REQUEST_OVERDUE = 72
    CASE_DUE = 73  # its deadline has come
    ANSWER_OWED = 74  # two weeks, and nothing came of it
    PATIENCE_SHOWN = 75  # the quarantine after a closed case is over


N_KINDS = 96
#: Triggers that only time brings, gravest first.
TIMED_KINDS = (
    Kind.CASE_DUE,
    Kind.PROMISE_BROKEN,
    Kind.REQUEST_OVERDUE,
    Kind.PROMISE_DUE,
    Kind.ANSWER_OWED,
    Kind.PATIENCE_SHOWN,
)
ENGINE_KINDS = frozenset(
    {
        *(Kind.POLICY_ACTIVATED, Kind.MODEL_ACTIVATED, Kind.TIMER_DUE, Kind.DECISION_MADE, Kind.CONTACT_CLAIMED, Kind.CONTACTS_SWEPT),
        *(Kind.ACCOUNT_STANDS, Kind.ACCOUNT_CONTACTED),
    }
)


class Debt(IntEnum):
    """What an action of the lane of what we owe may pay; bits of ``ACTION.pays`` and ``PERSON.owed``."""

    APOLOGY = 1  # an open case or a broken promise that nobody has said sorry for
    CASE = 2  # an open case
    PROMISE_DUE = 4  # a promise nearly due
    PROMISE_BROKEN = 8
    REQUEST = 16  # asked and overdue
    ANSWER = 32  # something came of an answer to our question, and nobody has said so
    MONEY = 64  # refund or loss not paid yet
    EFFORT = 128  # the last journey was hard, and nobody has made it easier
    ANSWER_PENDING = 256  # an answer to our question, and nothing came of it yet: a word that it is being worked on


class Lane(IntEnum):
    """Lanes in order; the first with a survivor wins (design 7)."""

    LEGAL = 0
    OWED = 1
    ASKED = 2
    THANK = 3
    GROWTH = 4
    SILENCE = 5


class ActionType(IntEnum):
    """What an action is; each type has one lane (``LANE_OF``) and one default purpose."""

    NOTICE = 0  # legal or safety, such as a recall
    APOLOGY = 1
    ANSWER = 2  # what the customer asked for
    THANK_YOU = 3
    LISTEN = 4
    SURPRISE = 5
    HELP = 6
    OFFER = 7
    SILENCE = 8
    AMENDS = 9  # keeps what was promised or makes good: a word on how it stands, a call-back, a refund, what came of an answer


LANE_OF = {
    ActionType.NOTICE: Lane.LEGAL,
    ActionType.APOLOGY: Lane.OWED,
    ActionType.AMENDS: Lane.OWED,
    ActionType.ANSWER: Lane.ASKED,
    ActionType.THANK_YOU: Lane.THANK,
    ActionType.LISTEN: Lane.THANK,
    ActionType.SURPRISE: Lane.THANK,
    ActionType.HELP: Lane.GROWTH,
    ActionType.OFFER: Lane.GROWTH,
    ActionType.SILENCE: Lane.SILENCE,
}


class Purpose(IntEnum):
    """Why a customer would be contacted; consent and objections are per purpose."""

    LEGAL = 0
    SERVICE = 1  # performs a contract or answers a request
    RELATIONSHIP = 2  # thank, listen
    PROMOTION = 3
    PROFILING = 4  # GDPR 21: an objection stops every scored decision
    ALL = 5
    STYLE = 6  # how they write is looked at, so that we can write likewise


PURPOSE_OF = {
    ActionType.NOTICE: Purpose.LEGAL,
    ActionType.APOLOGY: Purpose.SERVICE,
    ActionType.AMENDS: Purpose.SERVICE,
    ActionType.ANSWER: Purpose.SERVICE,
    ActionType.THANK_YOU: Purpose.RELATIONSHIP,
    ActionType.LISTEN: Purpose.RELATIONSHIP,
    ActionType.SURPRISE: Purpose.RELATIONSHIP,
    ActionType.HELP: Purpose.PROMOTION,
    ActionType.OFFER: Purpose.PROMOTION,
    ActionType.SILENCE: Purpose.SERVICE,
}


class Basis(IntEnum):
    """On what ground an outbound contact stands (treatment-formulas 3.11)."""

    NONE = 0
    REQUEST = 1
    CONSENT = 2
    CONTRACT = 3  # the person is a customer and the message serves that contract
    LEGAL = 4
    INBOUND = 5  # the person came to us: no contact is made


class Gate(IntEnum):
    """Gates in the order in which they are tried; a blocked candidate carries the first that failed."""

    CONSENT = 0
    PREFERENCE = 1
    SENSITIVITY = 2
    QUARANTINE = 3
    ELIGIBILITY = 4
    SUITABILITY = 5
    TERMS = 6
    CAP = 7
    QUIET_HOURS = 8
    BUDGET = 9
    RAMP = 10  # not yet given to everybody (``decide.ramp``)


N_GATES = 11
N_LANES = 6


class RoleBasis(IntEnum):
    """How it is known that somebody acts for an account."""

    DECLARED = 1
    VERIFIED = 2
    INFERRED = 3


class Preference(IntEnum):
    """Kinds of stated preference (``Preference Stated``)."""

    CHANNEL_NO = 1  # name = channel: never there
    CHANNEL_ONLY = 2  # name = channel: there and nowhere else (outbound)
    QUIET_HOURS = 3  # low, high = first and last minute of the local day without contact
    CADENCE = 4  # low = at most so many contacts, high = per so many days
    LANGUAGE = 5  # name = language code
    TONE = 6  # name = tone of the policy
    TYPE_NO = 7  # name = action type: no offers, no thank-yous, no surveys ...
    CATEGORY_NO = 8  # name = category: nothing about it
    DETAIL = 9  # name = brief or full
    ORDER = 10  # name = facts_first or people_first
    PACE = 11  # name = quick or calm


class Obligation(IntEnum):
    """What can be open between the firm and a person (design 6)."""

    PROMISE = 1
    OFFER = 2
    REQUEST = 3
    ANSWER = 4  # an answer to a question of ours: owed are an action and a word
    CASE = 5
    EARLY = 6  # no obligation: word of something that arrived before the thing it is about, see profile.early
    ENDED = 7  # no obligation any more: a promise that ended lately, of which word may still come, see profile.endings


class Fact(IntEnum):
    """What the ledger tells the learner (design 8); records of ``platinum.learning.v1``."""

    PROMISE_ENDED = 1
    CASE_ENDED = 2
    RECOVERY = 3  # a case of ours: said when its outcome is known, kept when it was in time and the customer said so
    TERMS = 4  # an offer met the customer: kept is how clear its terms are
    BUDGET_WANTED = 5  # somebody could have had one of a budget on a day, whether or not there was one
    STANDING = 6  # where a customer stood when a month of theirs began
    WRITING = 7  # how somebody writes, as far as it is known
    WORTH = 8  # ... and what they were worth then
    OVERRIDDEN = 16  # an employee did something else than what was decided
    RESOLVED = 17  # a team settled what a customer came for
    INTEREST = 18  # one more, or one less, wants to be introduced to others who share an interest
    INTRODUCTION = 19  # somebody answered a proposal to be introduced to somebody
    ACCOUNT = 20  # how an account stands: its members are told, not the learner
    LATE_OUTCOME = 21  # something came of a decision when its reward window was over


class Outcome(IntEnum):
    """What may come of a decision; places in ``REWARD.weight``."""

    ACCEPTED = 0
    DECLINED = 1
    DISMISSED = 2
    COMPLAINED = 3
    UNSUBSCRIBED = 4
    VISITED = 5  # they came by themselves
    ORDERED = 6
    SPENT = 7  # per unit of money
    PROGRESSED = 8  # towards goals of theirs, per goal reached
    BURDENED = 9  # effort they had more, per unit of the effort index
    NOTHING = 10  # nothing was heard


N_OUTCOMES = 11


class Closed(IntEnum):
    """How an example ended; the first two are told to the learner with what came of it, the others as a reason why there is none."""

    OPEN = 0
    ANSWERED = 1  # the first answer decides
    OVER = 2  # its window is over
    NOT_MET = 3  # ... and it was never sent or shown
    BOUNCED = 4
    ABORTED = 5
    OVERRIDDEN = 6  # an employee did something else
    EVICTED = 7  # the row keeps four decisions, and newer ones came


class Field(IntEnum):
    """What conditions and features may read; ``policy.fields`` has names and units, ``profile.fields`` computes."""

    ORDERS = 0
    SPEND = 1
    FREQUENCY = 2
    RECENCY_DAYS = 3
    AGE_DAYS = 4
    DAYS_SINCE_LAST = 5
    MONETARY_VALUE = 6
    SPEND_365D = 7
    CANCELLATIONS = 8
    REFUNDED = 9
    EVENTS = 10
    DAYS_SINCE_SEEN = 11
    GRATITUDE = 12
    DAYS_SINCE_THANKED = 13
    CONTACTS_7D = 14
    CONTACTS_30D = 15
    PLANNED_CONTACTS = 16
    LANGUAGE = 17
    COUNTRY = 18
    AFFINITY = 19  # name = category
    TRAIT = 20  # name = trait
    ENGAGEMENT = 21  # name = channel: accepted / reached, decayed, with prior
    REACHED = 22  # name = channel: decayed count of contacts that reached
    TRIGGER = 23  # kind of the event that asks for the decision
    TRIGGER_CATEGORY = 24
    HOUR = 25  # of the customer's local day
    WEEKDAY = 26  # Monday = 0
    CART_VALUE = 27
    CONSENT_PROMOTION = 28  # name = channel or 0: 1 granted, 0 unknown, -1 denied
    TRIGGER_AMOUNT = 29
    DAYS_SINCE_FIRST_SEEN = 30
    VIEWS_30D = 31
    OPEN_CASES = 32
    CASE_SEVERITY = 33  # of the gravest open case, 0 = none
    OPEN_PROMISES = 34
    BROKEN_PROMISES = 35  # due and not kept yet
    HOURS_TO_PROMISE = 36  # until the next promise is due
    OPEN_REQUESTS = 37
    OPEN_OFFERS = 38
    OPEN_ANSWERS = 39
    MONEY_OWED = 40
    SAY_DO = 41
    DAYS_SINCE_CASE = 42
    VULNERABLE = 43
    EFFORT = 44  # effort index now, 0 to 1
    JOURNEY_CONTACTS = 45  # about one and the same thing; the most of all open journeys
    PREDICTED_CES = 46
    SURVEYED_CES = 47
    TRUST = 48
    P_ALIVE = 49  # what customers will probably buy: P_ALIVE to TIER
    EXPECTED_ORDERS = 50
    EXPECTED_SPEND = 51
    EQUITY = 52
    POTENTIAL = 53
    UNREALISED = 54
    SHARE_OF_POTENTIAL = 55
    TIER = 56
    GOAL_PROGRESS = 57  # what customers want to reach: GOAL_PROGRESS to HAS_GOAL; name = goal or 0
    DAYS_TO_GOAL = 58
    HAS_GOAL = 59
    GIVE = 64  # what firm and person have given each other, and what they are to each other: GIVE to TALK_LISTEN
    GET = 65
    BALANCE = 66
    REFERRALS = 67
    REVIEWS = 68
    HELPED = 69
    AMBASSADOR = 70
    PARTY = 71
    TALK_LISTEN = 72
    ROLE = 80  # what the person is in the role that the moment is about, and what its account's record told: ROLE to ACCOUNT_SAY_DO
    ACCOUNT_TIER = 81
    ACCOUNT_OPEN_CASES = 82
    ACCOUNT_SPEND = 83
    ACCOUNT_SAY_DO = 84
    WISHES_TONE = 85  # the word of a stated preference: WISHES_TONE to WISHES_LANGUAGE
    WISHES_DETAIL = 86
    WISHES_ORDER = 87
    WISHES_PACE = 88
    WISHES_LANGUAGE = 89
