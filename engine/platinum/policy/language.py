"""The table of keys: everything a policy may say, with its documentation.

The compiler reads a file by it; the JSON Schema for editors and the reference page are generated from it.
"""

from __future__ import annotations

import re

from platinum.policy.accounts import ACCOUNT_CAP, ACCOUNTS
from platinum.policy.action_keys import ACTION, NAME, NAME_WANTED, TYPES
from platinum.policy.agents import AGENTS
from platinum.policy.budgets import BUDGET
from platinum.policy.cohorts import COHORTS
from platinum.policy.containers import Key, ListOf, MapOf, Record
from platinum.policy.durations import duration, some_duration
from platinum.policy.effort_keys import CAPS, EFFORT, POINTS
from platinum.policy.exploration_keys import EXPLORATION
from platinum.policy.goal_keys import GOAL
from platinum.policy.human_keys import HUMAN
from platinum.policy.listening import LISTENING
from platinum.policy.problems import nearest
from platinum.policy.promise_keys import PROMISE, PROMISES, RECOVERY, TRUST
from platinum.policy.ramps import RAMP
from platinum.policy.reciprocity import RECIPROCITY
from platinum.policy.reward_keys import SILENCE_REWARD
from platinum.policy.scalars import CAP_SCOPES, DURATION, cap, quiet_hours
from platinum.policy.segment_keys import MOST_SEGMENTS, SEGMENT
from platinum.policy.shapes import LARGEST, Choice, Flag, Number, Parsed, Text
from platinum.policy.surprises import SURPRISE
from platinum.policy.synonyms import meant
from platinum.policy.tables import MOST_GOALS
from platinum.policy.tiers import TIERS
from platinum.policy.value_keys import GROWS, ORDERS, SPEND, VALUE
from platinum.vocabulary.codes import TIMED_KINDS, Lane
from platinum.vocabulary.table import SNAKE

LANES = tuple(lane.name.lower() for lane in Lane if lane is not Lane.SILENCE)
#: What only time brings, and may ask for a decision all the same.
TIMED_EVENTS = tuple(kind.name.lower() for kind in TIMED_KINDS)
#: Other words for an event.
OTHER_WORDS = {"call_started": "contact_started"}


def _cap_meant(text: str) -> str:
    """A cap that says what another text probably means."""
    number = re.search(r"\d+", text)
    limit = min(int(number[0]), 8) if number else 3
    scope = (
        nearest(next((word for word in re.findall(r"[a-z_-]+", text.lower()) if nearest(word, CAP_SCOPES)), ""), CAP_SCOPES) or "contacts"
    )
    window = re.search(r"per\s+(\d+)\s*([dhwm])", text)
    return f"{limit} {scope} per {window[1]}{window[2].replace('m', 'min')}" if window else f"{limit} {scope} per 7d"


_MEMBER = Number(lowest=-1, highest=1)
_CAP = Parsed(
    cap,
    'a cap such as "2 per 7d"',
    rf"\d{{1,6}} +(?:[A-Za-z_-]+ +)?per +{DURATION}",
    _cap_meant,
)
_QUIET = Parsed(quiet_hours, 'quiet hours such as "21:00-08:00"', r"\d\d:\d\d ?- ?\d\d:\d\d")
_EVENT = Choice((*SNAKE, *TIMED_EVENTS), "an event such as order_completed:", accepts=OTHER_WORDS)

TRAIT = Record(
    "a trait",
    {
        "kind": Key(
            Choice(("yes_no", "one_of", "number"), "one of", meant(yes_no="boolean bool", one_of="enum", number="float")),
            "What its values are.",
            required=True,
        ),
        "values": Key(ListOf(Text("a value", longest=64), "values", 32), "The values of a `one_of`."),
        "sensitive": Key(
            Flag(),
            "Health, bereavement, debt, faith, minors ...: used only by actions for whose purpose the person permitted it "
            "(`Consent Changed` with `trait`), never learned from, never tried out.",
            default="no",
        ),
        "about": Key(
            Choice(("need", "place", "industry", "size"), "one of"),
            "What it says of a person. A segment that rests on nothing but place, industry and size is named superficial.",
            default="not said, which counts as no need",
        ),
        "typical": Key(
            Number(above=0, highest=LARGEST),
            "A typical value of a `number`: what is learned from it is counted in such steps.",
            default="1",
        ),
    },
    shorthand="kind",
    synonyms=meant(kind="type", values="options choices", about="of"),
)
CHANNEL = Record(
    "a channel",
    {
        "kind": Key(
            Choice(("inbound", "outbound"), "one of", meant(inbound="in pull", outbound="out push")),
            "Does the customer come to us (inbound), or do we go to them (outbound)?",
            required=True,
        ),
        "cost": Key(Number(lowest=0, highest=1e6), "Money that one contact costs.", default="0"),
        "quiet": Key(
            _QUIET, "Hours without contact, on the customer's own clock; what falls into them waits. 00:00-24:00 closes the channel."
        ),
        "caps": Key(ListOf(_CAP, "caps", 8), "At most so many contacts on this channel, per person."),
        "basis": Key(
            Choice(("consent", "existing_customer"), "one of", meant(consent="opt_in", existing_customer="soft_opt_in contract")),
            "Ground for promotion: consent, or also that they are a customer already (unless they said no).",
            default="consent",
        ),
        "best_hour": Key(
            Flag(),
            "Whether contacts that help or sell wait, a day at most, for the hour of the week at which people take oftenest what comes"
            " through this channel. What is owed, asked for or thanked for never waits for it.",
            default="no",
        ),
        "expires": Key(some_duration("24h"), "How long a decision for this channel may wait to be sent.", default="24h"),
    },
    shorthand="kind",
    synonyms=meant(kind="type direction", cost="price", quiet="quiet_hours", caps="cap limit limits", expires="expires_after ttl"),
)
PLACEMENT = Record(
    "a placement",
    {
        "channel": Key(Text("the name of an inbound channel"), "The channel it is part of.", required=True),
        "takes": Key(ListOf(Choice(TYPES, "an action type:"), "action types", len(TYPES)), "Types of action that fit in.", default="all"),
        "lanes": Key(ListOf(Choice(LANES, "a lane:"), "lanes", len(LANES)), "Lanes that may use it.", default="all"),
        "may_be_empty": Key(Flag(), "Whether nothing is an answer, too; `no`: something, wherever something may be.", default="yes"),
    },
    shorthand="channel",
    synonyms=meant(takes="types accepts type", lanes="lane"),
)
TONE = Record(
    "a tone",
    {
        "assertive": Key(_MEMBER, "Tells (1) rather than asks (-1).", default="0"),
        "responsive": Key(_MEMBER, "Shows feeling (1) rather than control (-1).", default="0"),
        "formality": Key(_MEMBER, "Formal (1) or familiar (-1).", default="0"),
        "detail": Key(_MEMBER, "Much detail (1) or little (-1).", default="0"),
        "pace": Key(_MEMBER, "Quick (1) or calm (-1).", default="0"),
    },
    synonyms=meant(formality="formal", assertive="assertiveness", responsive="responsiveness warmth", detail="details", pace="speed"),
)
WHEN_REACHED = Record(
    "a rule of when_reached",
    {
        "days_since_last": Key(Number(lowest=1, highest=3650, whole=True), "Days since the last order that have gone by.", required=True),
        "name": Key(Text(NAME_WANTED, NAME, 64), "Name of the rule.", default="days_since_last_<days>"),
    },
    synonyms=meant(days_since_last="days days_since_last_order"),
)
EVENT_MAPPING = Record(
    "an event mapping",
    {
        "as": Key(Text("the name of a standard event such as Order Completed"), "What it is here.", required=True),
        "properties": Key(
            MapOf(
                Text("the dotted path of a property of yours, such as amount.gross", r"[^.\s]+(?:\.[^.\s]+){0,7}"),
                "property",
                r"\S{1,64}",
                "a name without spaces",
                32,
            ),
            "Standard property → where yours has it.",
        ),
    },
    synonyms={"is": "as", "to": "as", "event": "as", "name": "as", **meant(properties="props fields")},
)
THANK = Record(
    "thank",
    {
        "threshold": Key(
            Number(above=0, highest=1000),
            "Gratitude owed (points) from which on a thank-you is due: this, or up to half as much again. See Thank-yous.",
            default="3",
        ),
        "weight": Key(Number(above=0, highest=1000), "Points that one thank-you pays off.", default="the threshold"),
        "interval": Key(duration("90d"), "Least time between two thank-yous to one person.", default="90d"),
        "for": Key(
            MapOf(Number(lowest=0, highest=1000), "event", r"[a-z_]+", "such as order_completed", 64),
            "Points that one event of a kind earns.",
            default="{order_completed: 1, referral_made: 3, review_written: 2}",
        ),
        "quiet_before": Key(duration("24h"), "No promotion is sent so long before a thank-you.", default="24h"),
        "quiet_after": Key(duration("72h"), "No promotion is sent so long after a thank-you.", default="72h"),
        "half_life": Key(some_duration("90d"), "Time in which half of the gratitude fades.", default="90d"),
        "delay": Key(
            duration("48h"),
            "Thanks come so long after what they are for at most, when exactly is drawn by hash; see Thank-yous.",
            default="0h",
        ),
        "daily": Key(
            Number(above=0, highest=1),
            "Of those to whom thanks are due, the share that may be thanked on one day, drawn by hash.",
            default="1",
        ),
        "holdout": Key(
            Number(lowest=0, highest=0.5),
            "Share of people who are not thanked for a month, so that it shows what thanks do; see docs/reference/thanks.md.",
            default="0.05",
        ),
    },
    synonyms={"events": "for", **meant(interval="every min_interval", threshold="min", daily="quota share", holdout="control")},
)
WEIGHTS = Record(
    "weights",
    {
        "effort": Key(Number(lowest=0, highest=1e6), "Money that one point of the customer's effort is worth.", default="0.10"),
        "fatigue": Key(Number(lowest=0, highest=1e6), "Money that one recent contact weighs.", default="0.05"),
        "goal": Key(
            Number(lowest=0, highest=1e6),
            "λ: what serving a goal of the customer's is worth, in units of what your offers and help are expected to bring on average.",
            default="1",
        ),
    },
)
HALF_LIVES = Record(
    "half_lives",
    {
        "affinity": Key(some_duration("90d"), "Interest in categories.", default="90d"),
        "engagement": Key(some_duration("30d"), "How contacts on a channel were taken up.", default="30d"),
        "value": Key(some_duration("365d"), "`spend_365d`.", default="365d"),
        "views": Key(some_duration("30d"), "`views_30d`.", default="30d"),
        "fatigue": Key(some_duration("7d"), "The weight of recent contacts.", default="7d"),
        "welcome": Key(some_duration("180d"), "How what was sent was received.", default="180d"),
    },
)
FEATURES = Record(
    "features",
    {
        "without": Key(
            ListOf(Text("a feature such as affinity.candles or trait.region"), "features", 64),
            "Features to leave out; at most 64 may remain.",
        ),
        "with": Key(
            ListOf(Text("a field such as equity"), "fields", 16),
            "Fields to add that are left out otherwise: p_alive, expected_orders, expected_spend, equity, potential, unrealised, "
            "share_of_potential, tier.",
        ),
    },
    shorthand="without",
)
POLICY = Record(
    "a policy",
    {
        "policy": Key(Text(NAME_WANTED, NAME, 64), "Name of the policy.", required=True),
        "currency": Key(
            Text("a currency code such as EUR", "[A-Z]{3}", 3, synonyms=meant(EUR="€ euro", USD="$ dollar", GBP="£ pound")),
            "Currency of every amount, in events too.",
            required=True,
        ),
        "timezone": Key(
            Text("an IANA time zone such as Europe/London"),
            "Where days begin and end, and where a customer's own clock is unknown.",
            required=True,
        ),
        "human": Key(HUMAN, "How a customer reaches a person; part of every decision."),
        "languages": Key(
            ListOf(
                Text("a language code such as en", "[a-z]{2,3}", 3, synonyms=meant(en="english", de="german deutsch", fr="french")),
                "language codes",
                64,
            ),
            "Languages that words are written in; the first is the default.",
            default="[en]",
        ),
        "categories": Key(
            ListOf(Text("a category", longest=64), "categories", 32), "What products are about, as events say it in `products[].category`."
        ),
        "traits": Key(MapOf(TRAIT, "trait", NAME, NAME_WANTED, 32), "Attributes of your own, from `identify`."),
        "channels": Key(
            MapOf(CHANNEL, "channel", r"[a-z0-9][a-z0-9_-]{0,63}", "lower-case letters, digits, - and _", 12),
            "Ways to reach a customer, or to be reached; as events say it in `context.channel`.",
        ),
        "placements": Key(
            MapOf(PLACEMENT, "placement", NAME, NAME_WANTED, 64),
            "Places that ask for a decision over HTTP, such as a slot of a page.",
            default="one per inbound channel, of the same name",
        ),
        "caps": Key(
            ListOf(_CAP, "caps", 16),
            f"At most so many contacts per person over all outbound channels; a cap counts {', '.join(CAP_SCOPES)}.",
        ),
        "tones": Key(MapOf(TONE, "tone", NAME, NAME_WANTED, 8), "Ways to speak; what is not said is 0.", default="one tone, neutral"),
        "default_tone": Key(Text("the name of a tone"), "Tone for people who stated none.", default="the tone nearest to 0"),
        "decide_on": Key(ListOf(_EVENT, "events", 64), "Events that ask for a decision."),
        "when_reached": Key(ListOf(WHEN_REACHED, "rules", 8), "Moments that ask for a decision because time went by."),
        "events": Key(MapOf(EVENT_MAPPING, "event", r".{1,256}", "the event's name", 256), "Your own event names → standard events."),
        "thank": Key(THANK, "When a thank-you is due."),
        "promises": Key(
            MapOf(PROMISES, "promise", NAME, NAME_WANTED, 32),
            "Classes of promises, and the events of yours that make and keep them; `no` turns one off that is there by default.",
            default="{answer: made by request_made within 24h, delivery: made by order_completed.expected_delivery}",
        ),
        "recovery": Key(RECOVERY, "How what went wrong is made right."),
        "listening": Key(LISTENING, "Whom you ask, after what and how often, and what answers oblige you to."),
        "trust": Key(TRUST, "What follows where trust is low."),
        "effort": Key(EFFORT, "What journeys cost customers, and that hard ones are made easier."),
        "cohorts": Key(COHORTS, "With whom a customer is compared; see docs/explanation/cohorts.md."),
        "value": Key(VALUE, "What customers will probably buy, and what that is worth; see docs/reference/value.md."),
        "tiers": Key(TIERS, "How much money may be spent on top, by expected margin and orders of a year; never how somebody is treated."),
        "segments": Key(
            MapOf(SEGMENT, "segment", NAME, NAME_WANTED, MOST_SEGMENTS),
            "Groups of people by what they need, want and do; a condition asks for one by `segment: <name>`. See Segments.",
        ),
        "goals": Key(
            MapOf(GOAL, "goal", NAME, NAME_WANTED, MOST_GOALS),
            "What customers may want to reach; see docs/explanation/goals-and-variety.md.",
        ),
        "surprise": Key(SURPRISE, "How seldom somebody is surprised."),
        "reciprocity": Key(RECIPROCITY, "What counts as given and as got between you and a customer; see docs/reference/bonds.md."),
        "interests": Key(
            ListOf(Text(NAME_WANTED, NAME, 64), "interests", 64), "Interests in which customers may be introduced to each other."
        ),
        "accounts": Key(ACCOUNTS, "What holds for all who act for one account; see docs/reference/roles.md."),
        "agents": Key(AGENTS, "What may be known of those who serve customers; see docs/reference/bonds.md."),
        "exploration": Key(EXPLORATION, "Trying out what is not known to be best."),
        "weights": Key(WEIGHTS, "What effort, fatigue and goals count in money."),
        "half_lives": Key(HALF_LIVES, "How fast the past fades."),
        "features": Key(FEATURES, "What the learner looks at."),
        "actions": Key(MapOf(ACTION, "action", NAME, NAME_WANTED, 256), "What you may do for a customer."),
        "budgets": Key(
            MapOf(BUDGET, "budget", NAME, NAME_WANTED, 8),
            "Whole actions per day for what is given on top, such as goodwill and surprises; what is owed is never stopped by one.",
        ),
    },
    synonyms=meant(
        policy="name",
        timezone="tz time_zone",
        currency="money",
        actions="offers treatments",
        languages="languages_spoken language",
        human="contact",
        caps="limits",
        decide_on="triggers",
        events="mapping event_mapping",
        traits="attributes",
        placements="slots",
        thank="thanks",
        exploration="explore",
    ),
)

#: Sections in the order of the reference page.
SECTIONS = {
    "A policy": POLICY,
    "`human`": HUMAN,
    "`traits`": TRAIT,
    "`channels`": CHANNEL,
    "`placements`": PLACEMENT,
    "`tones`": TONE,
    "`when_reached`": WHEN_REACHED,
    "`events`": EVENT_MAPPING,
    "`thank`": THANK,
    "`promises`": PROMISE,
    "`recovery`": RECOVERY,
    "`listening`": LISTENING,
    "`trust`": TRUST,
    "`effort`": EFFORT,
    "`effort.points`": POINTS,
    "`effort.caps`": CAPS,
    "`budgets`": BUDGET,
    "`cohorts`": COHORTS,
    "`value`": VALUE,
    "`value.orders`": ORDERS,
    "`value.spend`": SPEND,
    "`tiers`": TIERS,
    "`grows` of an action": GROWS,
    "`segments`": SEGMENT,
    "`goals`": GOAL,
    "`surprise`": SURPRISE,
    "`reciprocity`": RECIPROCITY,
    "`accounts`": ACCOUNTS,
    "`accounts.cap`": ACCOUNT_CAP,
    "`agents`": AGENTS,
    "`exploration`": EXPLORATION,
    "`exploration.alone`": SILENCE_REWARD,
    "`weights`": WEIGHTS,
    "`half_lives`": HALF_LIVES,
    "`features`": FEATURES,
    "`actions`": ACTION,
    "`ramp` of an action": RAMP,
}
