"""What conditions may ask about a customer: the name a policy writes, the field it reads, its unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from platinum.policy.synonyms import meant
from platinum.vocabulary.codes import Field


@dataclass(frozen=True, slots=True)
class ConditionField:
    """One field of the profile or of the moment.

    Attributes
    ----------
    unit : str
        ``number of ...``, ``days``, ``money`` ...; for words what they name.
    compares : str
        ``number``, or the kind of word: ``category``, ``party``, ``language``, ``country``, ``event``, ``consent``, ``trait``.
    of : str
        What follows the dot: ``category``, ``trait``, ``channel``, ``goal``; ``""`` = nothing.
    of_optional : bool
        The dot may be left out: all channels together.
    """

    name: str
    field: Field
    unit: str
    doc: str
    compares: str = "number"
    of: str = ""
    of_optional: bool = False


_TABLE = (
    ConditionField(
        "orders", Field.ORDERS, "orders", "Orders ever completed; one that is cancelled later stays counted, and is in `cancellations` too."
    ),
    ConditionField("spend", Field.SPEND, "money", "Sum of all orders, whatever became of them; see `refunded`."),
    ConditionField("frequency", Field.FREQUENCY, "days", "Distinct purchase days after the first."),
    ConditionField("recency_days", Field.RECENCY_DAYS, "days", "From the first to the last purchase day."),
    ConditionField("age_days", Field.AGE_DAYS, "days", "Since the first purchase day."),
    ConditionField("days_since_last", Field.DAYS_SINCE_LAST, "days", "Since the last purchase day."),
    ConditionField("monetary_value", Field.MONETARY_VALUE, "money", "Mean spend per purchase day without the first."),
    ConditionField("spend_365d", Field.SPEND_365D, "money", "Spend that fades with a half-life of 365 days."),
    ConditionField("cancellations", Field.CANCELLATIONS, "orders", "Cancelled orders."),
    ConditionField("refunded", Field.REFUNDED, "money", "Money given back."),
    ConditionField("events", Field.EVENTS, "events", "Everything ever heard of this person."),
    ConditionField("days_since_seen", Field.DAYS_SINCE_SEEN, "days", "Since the last event of any kind."),
    ConditionField("days_since_first_seen", Field.DAYS_SINCE_FIRST_SEEN, "days", "Since the first event of any kind."),
    ConditionField("views_30d", Field.VIEWS_30D, "views", "Products and pages looked at, fading with a half-life of 30 days."),
    ConditionField("cart_value", Field.CART_VALUE, "money", "What lies in the cart."),
    ConditionField("gratitude", Field.GRATITUDE, "points", "Thanks owed: earned minus given, both fading."),
    ConditionField("days_since_thanked", Field.DAYS_SINCE_THANKED, "days", "Since the last thank-you."),
    ConditionField("contacts_7d", Field.CONTACTS_7D, "contacts", "Contacts of the last 7 days."),
    ConditionField("contacts_30d", Field.CONTACTS_30D, "contacts", "Contacts of the last 30 days."),
    ConditionField("planned_contacts", Field.PLANNED_CONTACTS, "contacts", "Contacts planned and not yet sent."),
    ConditionField("language", Field.LANGUAGE, "code such as de", "Language of the customer.", "language"),
    ConditionField("country", Field.COUNTRY, "code such as GB", "Country of the customer.", "country"),
    ConditionField("affinity", Field.AFFINITY, "share from 0 to 1", "How much of their interest goes to a category.", of="category"),
    ConditionField("trait", Field.TRAIT, "as declared", "An attribute of your own; the bare name does too.", "trait", "trait"),
    ConditionField("engagement", Field.ENGAGEMENT, "rate from 0 to 1", "Contacts on a channel that they took up.", of="channel"),
    ConditionField("reached", Field.REACHED, "contacts", "Contacts on a channel that reached them, fading.", of="channel"),
    ConditionField(
        "consent_promotion",
        Field.CONSENT_PROMOTION,
        "granted, unknown or denied",
        "Consent to promotion, in general or on one channel.",
        "consent",
        "channel",
        of_optional=True,
    ),
    ConditionField("trigger", Field.TRIGGER, "event such as order_completed", "The event that asks for this decision.", "event"),
    ConditionField("trigger_category", Field.TRIGGER_CATEGORY, "category", "What that event was about.", "category"),
    ConditionField("trigger_amount", Field.TRIGGER_AMOUNT, "money", "Amount of that event."),
    ConditionField("hour", Field.HOUR, "0 to 23", "Hour of the customer's day."),
    ConditionField("open_cases", Field.OPEN_CASES, "cases", "Cases that we have not closed."),
    ConditionField("case_severity", Field.CASE_SEVERITY, "1 to 5", "Severity of the gravest open case; 0 = none is open."),
    ConditionField(
        "days_since_case", Field.DAYS_SINCE_CASE, "days", "Since a case of ours was last closed, or an order ended by our fault."
    ),
    ConditionField("money_owed", Field.MONEY_OWED, "money", "Refunds and losses of open cases that are not paid yet."),
    ConditionField("open_promises", Field.OPEN_PROMISES, "promises", "Promises not kept yet, broken ones too."),
    ConditionField("broken_promises", Field.BROKEN_PROMISES, "promises", "Promises that are over their time and not kept."),
    ConditionField("hours_to_promise", Field.HOURS_TO_PROMISE, "hours", "Until the next promise is due; below 0 when it is over."),
    ConditionField("say_do", Field.SAY_DO, "share from 0 to 1", "How well we have kept what we promised this person."),
    ConditionField("trust", Field.TRUST, "index from 0 to 1", "How much they can trust us by what we did; unknown until it can be told."),
    ConditionField("vulnerable", Field.VULNERABLE, "1 or 0", "1 while the person needs particular care, as they said."),
    ConditionField("open_requests", Field.OPEN_REQUESTS, "requests", "Requests that nobody has answered."),
    ConditionField("open_offers", Field.OPEN_OFFERS, "offers", "Offers made that still hold."),
    ConditionField("open_answers", Field.OPEN_ANSWERS, "answers", "Answers to our questions of which nothing has come yet."),
    ConditionField(
        "effort", Field.EFFORT, "index from 0 to 1", "What journeys of service have cost them: the hardest open one, or what is left."
    ),
    ConditionField(
        "journey_contacts", Field.JOURNEY_CONTACTS, "contacts", "Contacts about one thing within its journey; the most of all open."
    ),
    ConditionField("predicted_ces", Field.PREDICTED_CES, "1 (hard) to 7 (easy)", "What they would probably say; unknown before a journey."),
    ConditionField("surveyed_ces", Field.SURVEYED_CES, "1 (hard) to 7 (easy)", "Mean of what they said (survey `ces`)."),
    ConditionField("p_alive", Field.P_ALIVE, "chance from 0 to 1", "That they have not left for good; unknown before an order."),
    ConditionField(
        "expected_orders", Field.EXPECTED_ORDERS, "days", "Purchase days to be expected in `value.months`; unknown before an order."
    ),
    ConditionField("expected_spend", Field.EXPECTED_SPEND, "money", "What one of them will come to; unknown before an order."),
    ConditionField(
        "equity", Field.EQUITY, "money", "Margin to be expected in `value.months`, discounted; unknown before an order. See value.md."
    ),
    ConditionField("potential", Field.POTENTIAL, "money", "Equity of the best tenth of people like them, and what events in life add."),
    ConditionField("unrealised", Field.UNREALISED, "money", "What of the potential is not equity yet."),
    ConditionField("share_of_potential", Field.SHARE_OF_POTENTIAL, "share from 0 to 1", "Equity over potential."),
    ConditionField("tier", Field.TIER, "tier", "One of `tiers`; only money given on top may depend on it.", "tier"),
    ConditionField(
        "goal_progress",
        Field.GOAL_PROGRESS,
        "share from 0 to 1",
        "How far they are with a goal, or (without a name) with the one that they stated last; unknown where nothing was said of it.",
        of="goal",
        of_optional=True,
    ),
    ConditionField(
        "days_to_goal",
        Field.DAYS_TO_GOAL,
        "days",
        "Until a goal, or the next of all, is due; below 0 when that is over, unknown without a day.",
        of="goal",
        of_optional=True,
    ),
    ConditionField(
        "has_goal", Field.HAS_GOAL, "1 or 0", "1 while they have a goal, or any, that they have not reached.", of="goal", of_optional=True
    ),
    ConditionField("give", Field.GIVE, "money", "What you gave: benefits, gifts, thanks, kept promises, effort saved; fading."),
    ConditionField("get", Field.GET, "money", "What came of them: margin, referrals, reviews, help, data; fading likewise."),
    ConditionField(
        "balance",
        Field.BALANCE,
        "logarithm",
        "`give` over `get` against what is usual in their cohort: below -1 you owe them; unknown until the usual is known. See bonds.md.",
    ),
    ConditionField("referrals", Field.REFERRALS, "referrals", "Recommendations, fading with a half-life of 365 days."),
    ConditionField("reviews", Field.REVIEWS, "reviews", "Reviews, fading likewise."),
    ConditionField("helped", Field.HELPED, "times", "Help given to other customers, fading likewise."),
    ConditionField("ambassador", Field.AMBASSADOR, "1 or 0", "1: referrals, reviews and help reach `reciprocity.ambassador`."),
    ConditionField("party", Field.PARTY, "customer, employee, partner, supplier or owner", "What they are to you.", "party"),
    ConditionField(
        "talk_listen", Field.TALK_LISTEN, "ratio", "Contacts of yours per time that they spoke to you, fading with 90 days; at most 1000."
    ),
    ConditionField(
        "role", Field.ROLE, "name of a role", "What they are in the account that this moment is about; unknown in private.", "role"
    ),
    ConditionField("account.tier", Field.ACCOUNT_TIER, "tier", "Tier of that account; only money given on top may depend on it.", "tier"),
    ConditionField("account.open_cases", Field.ACCOUNT_OPEN_CASES, "cases", "Open cases of that account, whoever of it has them."),
    ConditionField("account.spend", Field.ACCOUNT_SPEND, "money", "What was bought for that account, fading with 365 days."),
    ConditionField("account.say_do", Field.ACCOUNT_SAY_DO, "share from 0 to 1", "How well what was promised to that account was kept."),
    ConditionField("wishes.tone", Field.WISHES_TONE, "tone", "Tone that they stated they like.", "tone"),
    ConditionField("wishes.detail", Field.WISHES_DETAIL, "brief or full", "How much they stated they want to read.", "detail"),
    ConditionField("wishes.order", Field.WISHES_ORDER, "facts_first or people_first", "What they stated comes first.", "order"),
    ConditionField("wishes.pace", Field.WISHES_PACE, "quick or calm", "How soon they stated you come to the point.", "pace"),
    ConditionField("wishes.language", Field.WISHES_LANGUAGE, "code such as de", "Language that they stated.", "language"),
    ConditionField("weekday", Field.WEEKDAY, "0 to 6, Monday = 0", "Day of the customer's week."),
)

#: Name → field, in the order of the reference page.
FIELDS: Mapping[str, ConditionField] = MappingProxyType({one.name: one for one in _TABLE})

#: Words that people try first.
SYNONYMS: Mapping[str, str] = MappingProxyType(
    meant(
        orders="number_of_orders order_count purchases",
        spend="total_spend revenue",
        days_since_last="days_since_last_order last_order_days",
        recency_days="recency",
        age_days="age",
        language="locale lang",
        trigger="event",
        consent_promotion="consent",
        affinity="interest category_affinity",
        weekday="day_of_week",
        cart_value="basket_value",
        equity="clv cltv lifetime_value customer_value",
        share_of_potential="share_of_wallet",
        p_alive="churn alive",
    )
)
