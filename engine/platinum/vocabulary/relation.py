"""Who the customer is and how they wish to be treated; what became of decisions and contacts."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from platinum.vocabulary.bonds import SERVED_BY
from platinum.vocabulary.codes import ActionType, Kind, Preference, Purpose
from platinum.vocabulary.limits import CUSTOMER_PATTERN, MAX_ID, MAX_TRAITS
from platinum.vocabulary.manner import DETAIL, ORDER, PACE, TAGS
from platinum.vocabulary.roles import GROUP
from platinum.vocabulary.spec import EventSpec, Property, choice, identifier, instant, money, name, number

_PURPOSE = choice(
    "purpose",
    "Why the customer would be contacted, or profiled.",
    "code",
    {p.name.lower(): p for p in (Purpose.PROMOTION, Purpose.RELATIONSHIP, Purpose.SERVICE, Purpose.PROFILING, Purpose.STYLE, Purpose.ALL)},
    required=True,
)
# Policies write channels in lower case: a "no" to "Email" that matched nothing would be no "no" at all.
_TRAIT = name(
    "trait", "A sensitive trait of the policy: then it is about the use of that trait for the purpose, and nothing else.", "name_a"
)
_CHANNEL = Property(
    "channel",
    "name",
    "Channel it is about, in any case; all channels when absent. One that the policy does not have is kept and shown in the profile as "
    "# and eight digits.",
    register="name_b",
    how="folded_hash",
)
#: What ``type_no`` may name.
ACTION_TYPES = tuple(kind.name.lower() for kind in ActionType if kind is not ActionType.SILENCE)
#: Preference → the only words that its value may be, in any case.
ONLY_WORDS = MappingProxyType({"type_no": ACTION_TYPES, "detail": DETAIL, "order": ORDER, "pace": PACE})
_ON_CHANNEL = name("channel", "Channel it happened on.", "name_b")
_DECISION = identifier("decision_id", "Id of the decision.", required=True, how="decision_ref")
_WORTH = money("value", "What it is worth.")
_REASON = name("reason", "Why, in a few words.", "name_b")
_WHOSE = Property(
    "customer_id",
    "id",
    "Customer key of the one that was decided for, as the decision says it, where somebody else did this: it is passed on to them.",
    register="high",
    how="customer",
    max_length=MAX_ID,
    pattern=CUSTOMER_PATTERN,
)

# 0 stays "not said", so what is stored is one more than the code.
_FOR = choice(
    "purpose",
    "Why the customer was contacted.",
    "code",
    {p.name.lower(): p + 1 for p in (Purpose.LEGAL, Purpose.SERVICE, Purpose.RELATIONSHIP, Purpose.PROMOTION)},
)
_AS = choice("type", "What it was.", "low", {kind.name.lower(): kind + 1 for kind in ActionType if kind is not ActionType.SILENCE})
_CAMPAIGN = name("campaign", "Campaign that it belonged to; of a question, which one.", "name_a")


def _flag(of: str, doc: str, register: str, when_true: float, otherwise: float) -> Property:
    numbers = MappingProxyType({"true": when_true, "false": otherwise})
    return Property(of, "flag", doc, register=register, how="sign", choices=numbers)


def _traits(of_spec: str) -> Property:
    return Property("traits", "traits", of_spec, register="items", how="traits", max_length=MAX_TRAITS)


def _outcome(title: str, kind: Kind, doc: str, *more: Property) -> EventSpec:
    return EventSpec(title, "track", kind, doc, (_DECISION, *(more or (_WORTH,)), _WHOSE))


IDENTITY: tuple[EventSpec, ...] = (
    EventSpec(
        "identify",
        "identify",
        Kind.IDENTIFY,
        "What is known about the customer. Text, numbers and flags of `traits` become items; lists and objects are ignored.",
        (_traits("Attributes, such as loyalty_card: true; language and country also fill their columns."),),
        "identify",
    ),
    EventSpec("page", "page", Kind.PAGE, "A web page was looked at.", (name("category", "Category of the page.", "name_a"),)),
    EventSpec(
        "screen", "screen", Kind.SCREEN, "A screen of an app was looked at.", (name("category", "Category of the screen.", "name_a"),)
    ),
    EventSpec(
        "group",
        "group",
        Kind.GROUP,
        "The customer belongs to an account, in a role; all but `groupId` is a member of `traits`.",
        GROUP,
        "group",
    ),
    EventSpec(
        "alias", "alias", Kind.ALIAS, "Two ids are one person.", (identifier("previousId", "The other id.", required=True),), "alias"
    ),
)

WISHES: tuple[EventSpec, ...] = (
    EventSpec(
        "Consent Changed",
        "track",
        Kind.CONSENT_CHANGED,
        "Consent to a purpose was given or taken back.",
        (_PURPOSE, choice("state", "The new state.", "low", {"granted": 1, "denied": -1, "revoked": -1}, required=True), _CHANNEL, _TRAIT),
    ),
    EventSpec(
        "Objection Made",
        "track",
        Kind.OBJECTION_MADE,
        "The customer objected to a purpose (GDPR 21), or took the objection back.",
        (_PURPOSE, _CHANNEL, _flag("withdrawn", "True takes the objection back.", "low", 2.0, -2.0)),
        constants=MappingProxyType({"low": -2.0}),
    ),
    EventSpec(
        "Unsubscribed",
        "track",
        Kind.UNSUBSCRIBED,
        "The customer wants no promotion on a channel any more.",
        (replace(_CHANNEL, doc="Channel it is about, in any case.", required=True),),
        constants=MappingProxyType({"code": float(Purpose.PROMOTION), "low": -1.0}),
    ),
    EventSpec(
        "Preference Stated",
        "track",
        Kind.PREFERENCE_STATED,
        "The customer said how they want to be treated.",
        (
            choice("preference", "Which preference.", "code", {p.name.lower(): p for p in Preference}, required=True),
            Property(
                "value",
                "name",
                "Channel (in any case), language, tone, action type or category; what the others may be is said below.",
                register="name_a",
                how="name_hash",
            ),
            Property("from", "clock", "First quiet minute of the day, HH:MM.", register="low", how="minute"),
            Property(
                "to",
                "clock",
                "First minute that is not quiet any more, HH:MM; not `from`. From 00:00 to 24:00 is the whole day.",
                register="high",
                how="minute",
            ),
            number("limit", "At most so many contacts ...", "low", 0.0, 1e3),
            number("days", "... in so many days.", "high", 1.0, 3660.0),
            _flag("withdrawn", "True takes the preference back.", "amount", -1.0, 1.0),
        ),
        "preference",
        required_when=(
            "preference",
            MappingProxyType(
                {
                    p.name.lower(): {Preference.QUIET_HOURS: ("from", "to"), Preference.CADENCE: ("limit", "days")}.get(p, ("value",))
                    for p in Preference
                }
            ),
        ),
        only_when=("value", ONLY_WORDS),
        constants=MappingProxyType({"amount": 1.0}),
    ),
    EventSpec(
        "Style Noted",
        "track",
        Kind.STYLE_NOTED,
        "An employee noted how the customer likes to be spoken to.",
        (choice("tag", "What they noted.", "low", TAGS, required=True),),
    ),
    EventSpec(
        "Content Read",
        "track",
        Kind.CONTENT_READ,
        "How far the customer read what was sent or shown to them.",
        (
            number("share", "Share of it that was read, 0 to 1.", "low", 0.0, 1.0, required=True),
            identifier("decision_id", "Id of the decision that it came by.", how="decision_ref"),
        ),
    ),
    EventSpec(
        "Review Written",
        "track",
        Kind.REVIEW_WRITTEN,
        "The customer reviewed something.",
        (
            number("rating", "The rating.", "low", -1e3, 1e3),
            identifier("product_id", "What was reviewed."),
            name("category", "Its category.", "name_a"),
        ),
    ),
    EventSpec("Referral Made", "track", Kind.REFERRAL_MADE, "The customer recommended the firm to somebody."),
)

OUTCOMES: tuple[EventSpec, ...] = (
    _outcome("Decision Shown", Kind.DECISION_SHOWN, "A decision reached the customer's eyes."),
    _outcome("Decision Accepted", Kind.DECISION_ACCEPTED, "The customer took what was decided."),
    _outcome("Decision Declined", Kind.DECISION_DECLINED, "The customer said no.", _WORTH, _REASON),
    _outcome("Decision Dismissed", Kind.DECISION_DISMISSED, "The customer closed it without an answer."),
    EventSpec(
        "Decision Overridden",
        "track",
        Kind.DECISION_OVERRIDDEN,
        "An employee did something else.",
        (_DECISION, name("chose", "Action that was done instead.", "name_a"), _REASON, *SERVED_BY),
    ),
    _outcome(
        "Offer Redeemed",
        Kind.OFFER_REDEEMED,
        "An offer was used. It is honoured once: a second event about it that is not the same use counts for nothing. To be told whether it"
        " may be honoured, ask (docs/how-to/honour-an-offer.md): that sends this event.",
        _WORTH,
        name("redeemed_by", "Number of the receipt or booking that used it: the same again is the same use.", "name_b"),
        name("action", "What was offered, as the decision says; finds the offer where a newer decision has offered the same.", "name_a"),
        instant("offered_at", "When the decision was made; tells two offers of the same action apart.", "low"),
    ),
    EventSpec(
        "Contact Dispatched",
        "track",
        Kind.CONTACT_DISPATCHED,
        "A contact was handed to its channel. Of one that another system sent, `decision_id` is that system's own number of it, and the"
        " last three say what it was: `platinum audit` reads them.",
        (_DECISION, _WORTH, _ON_CHANNEL, _FOR, _AS, _CAMPAIGN, _WHOSE),
    ),
    _outcome("Contact Delivered", Kind.CONTACT_DELIVERED, "A contact arrived.", _WORTH, _ON_CHANNEL),
    _outcome("Contact Bounced", Kind.CONTACT_BOUNCED, "A contact could not be delivered.", _WORTH, _ON_CHANNEL),
    _outcome(
        "Contact Marked Spam",
        Kind.CONTACT_MARKED_SPAM,
        "The customer marked a contact as spam: they get no promotion on its channel any more. When the decision is no longer remembered"
        " and no channel is said, they get none on any.",
        _WORTH,
        _ON_CHANNEL,
    ),
    _outcome(
        "Contact Aborted",
        Kind.CONTACT_ABORTED,
        "A contact was stopped before it was sent, or an answer over HTTP was never shown: what it promised or offered is taken back.",
        _WORTH,
        _ON_CHANNEL,
    ),
)
