"""The keys of an action: the part of the table of keys that a policy writes most."""

from __future__ import annotations

from platinum.policy import tables as t
from platinum.policy.containers import ByForm, Key, ListOf, MapOf, Raw, Record
from platinum.policy.content_schema import CONDITION_SCHEMA, CONTENT_SCHEMA, WORDS_SCHEMA
from platinum.policy.durations import duration, some_duration, tidy_some
from platinum.policy.ramps import RAMP
from platinum.policy.reward_keys import REWARD
from platinum.policy.scalars import DATE, DURATION, ends, ends_meant, some_duration_ms
from platinum.policy.shapes import Choice, Flag, Number, Parsed, Plain, Text
from platinum.policy.synonyms import meant
from platinum.policy.terms import SHOWN
from platinum.policy.value_keys import GROWS
from platinum.vocabulary.bonds import PARTIES
from platinum.vocabulary.codes import ActionType, Debt

NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
NAME_WANTED = "a name of letters, digits, - and _, 64 at most"
TYPES = tuple(one.name.lower() for one in ActionType if one is not ActionType.SILENCE)


def _ends_meant(text: str) -> str:
    return ends_meant(text) or tidy_some(text)


_TERM = Text("text that the customer reads", longest=1000)
TERMS = Record(
    "terms",
    {
        "total_cost": Key(_TERM, "Everything the customer pays, in words."),
        "ends": Key(
            Parsed(ends, "the life of the offer (14d), its last day (2026-12-31), or never", rf"\d{{1,4}}[hdw]|{DATE}|never", _ends_meant),
            "Until when it holds.",
        ),
        "cancel": Key(_TERM, "How to get out of it."),
        "data_use": Key(_TERM, "What is done with the customer's data; none if nothing."),
        "fees": Key(_TERM, "Fees on top, if any.", default="none, and decisions say so"),
        "length": Key(_TERM, "How long it binds.", default="none, and decisions say so"),
        "renewal": Key(_TERM, "Whether it renews itself.", default="none, and decisions say so"),
        "eligibility": Key(_TERM, "Who may take it."),
        "personal_price": Key(Flag(), "Whether the price was made for this person: the law wants it said.", default="no"),
        "shown": Key(
            Choice(tuple(SHOWN), "one of"),
            "Where the customer sees them; what takes a click, or more, counts as less clear.",
            default="in_message",
        ),
    },
    synonyms=meant(total_cost="cost price", ends="expires until end", cancel="cancellation", data_use="data privacy"),
)
#: Terms without which nothing may be offered (treatment-formulas 3.5).
REQUIRED_TERMS = ("total_cost", "ends", "cancel", "data_use")

OFFER = Record(
    "offer",
    {
        "id": Key(Text("an id", longest=64), "Id of the offer.", default="the action's name"),
        "price": Key(Plain(), "What it costs."),
        "discount": Key(Plain(), "What is taken off, such as 10 %."),
        "code": Key(Text("a code", longest=64), "Code to redeem it with."),
    },
    others=Plain(),
)
#: What an action may ask for that may be known already → bit of ``ACTION.asks``; traits of the policy besides.
ASKS = {
    "order_id": t.ASKS_ORDER,
    "reason": t.ASKS_INTENT,
    "intent": t.ASKS_INTENT,
    "channel": t.ASKS_CHANNEL,
    "language": t.ASKS_LANGUAGE,
    "country": t.ASKS_COUNTRY,
    "timezone": t.ASKS_TIMEZONE,
    "tone": t.ASKS_TONE,
    "presentation": t.ASKS_PRESENTATION,
    "goal": t.ASKS_GOAL,
}
#: What an action of the lane of what we owe may be for.
DEBTS = tuple(one.name.lower() for one in Debt)
PROMISED = Record(
    "a promise",
    {
        "class": Key(Text("the name of a promise"), "Which of `promises` it is.", required=True),
        "within": Key(
            Parsed(
                lambda text: -1 if text == "quote" else some_duration_ms(text),
                "a duration such as 24h, or quote",
                rf"quote|{DURATION}",
                tidy_some,
            ),
            "When it will be kept; `quote`: the time within which 95 of 100 of its class are really kept, as far as that is known.",
            default="the promise's `within`",
        ),
    },
    shorthand="class",
    synonyms=meant(within="due in"),
)
_TYPE = Choice(
    TYPES,
    "one of",
    meant(
        offer="discount promotion sale",
        thank_you="thanks thank",
        listen="question survey",
        notice="recall warning",
        answer="reply",
        apology="sorry",
        help="advice",
        surprise="gift",
    ),
)
_P = Number(above=0, below=1)

ACTION = Record(
    "an action",
    {
        "type": Key(_TYPE, "What it is. The type decides the lane and the gates (docs/reference/gates.md).", required=True),
        "channels": Key(ListOf(Text("the name of a channel"), "channels", 12), "Channels it may use.", required=True),
        "placements": Key(
            ListOf(Text("the name of a placement"), "placements", 64),
            "Placements it may use.",
            default="all of its channels that take its type",
        ),
        "value": Key(Number(-1e9, 1e9), "Money earned if the customer accepts: margin, not turnover.", default="0; an offer must say it"),
        "grows": Key(
            GROWS,
            "What acceptance changes in what the person is worth over the months ahead, in place of `value`: money, and shares of their "
            "equity and of what is left of their potential; below 0 where it costs more later than it brings. See docs/reference/value.md.",
        ),
        "cost": Key(Number(0, 1e9), "Money it costs whenever it is made, on top of the channel's.", default="0"),
        "p_accept": Key(
            ByForm(_P, MapOf(_P, "channel", NAME, NAME_WANTED, 12)),
            "Chance that a customer accepts, before anything is learned; one for all or one per channel.",
            default="0.05",
        ),
        "when": Key(Raw("conditions such as `orders: {at_least: 2}`", CONDITION_SCHEMA), "Only for customers for whom this is true."),
        "not_when": Key(Raw("conditions such as `orders: {at_least: 2}`", CONDITION_SCHEMA), "Not for customers for whom this is true."),
        "words": Key(
            Raw("a text, or texts per tone or per language and tone", WORDS_SCHEMA),
            "What is said. {placeholders} that the engine knows are filled, others are left for the channel and listed.",
        ),
        "content": Key(
            Raw("a list of blocks, or such lists per tone or per language and tone", CONTENT_SCHEMA),
            "Words, images, links and product lists, in place of `words`.",
        ),
        "offer": Key(OFFER, "Price, code and the like; each is a placeholder too. Only for type offer."),
        "terms": Key(TERMS, f"What the customer must know beforehand; an offer needs {', '.join(REQUIRED_TERMS)}."),
        "reward": Key(REWARD, "What may come of it, how much each counts, and for how long. See docs/reference/learning.md."),
        "min_interval": Key(duration("30d"), "Least time between two contacts of this action with one person."),
        "expires": Key(
            some_duration("24h"),
            "How long a decision may wait to be sent or shown; less than the quiet hours of its channels is warned about.",
            default="the channel's",
        ),
        "effort": Key(Number(-10, 10), "Points of effort it costs the customer; negative saves effort.", default="0"),
        "priority": Key(Number(-1000, 1000), "Order among actions of the lanes that do not score; larger is first.", default="0"),
        "lever": Key(Number(-50, 50), "Percent by which you raise or lower its value, for reasons the numbers do not show.", default="0"),
        "category": Key(Text("the name of a category"), "What it is about; customers who refuse the category do not get it."),
        "pays": Key(
            ListOf(Choice(DEBTS, "a debt:"), "debts", len(DEBTS)),
            "What of all that we owe it is for; the lane of what we owe is for nothing else. See docs/reference/ledger.md.",
            default="apology",
        ),
        "budget": Key(Text(NAME_WANTED, NAME, 64), "The budget that each such decision takes one from; see `budgets`."),
        "ramp": Key(
            RAMP,
            "Whom it reaches so far: a share of all people, always the same ones, and more as it grows. "
            "Not for what law demands, what is owed and what is asked for.",
            default="everybody",
        ),
        "promise": Key(PROMISED, "What it promises: every such decision enters the ledger."),
        "intent": Key(Text("an intent such as return_parcel", longest=64), "Request that an answer is for.", default="any"),
        "asks": Key(
            ListOf(Text("such as order_id, reason, or a trait"), "things", 16),
            "What it asks the customer for, of `{}` and traits: not chosen while one of them is known.".format("`, `".join(ASKS)),
        ),
        "asks_to_sell": Key(
            Flag(),
            "It asks the customer to recommend you or to bring others: never for ambassadors, nor for whom you owe. See bonds.md.",
            default="no",
        ),
        "introduces": Key(
            Flag(),
            "It proposes to be introduced to another customer: only for who wants that and where somebody else does. See bonds.md.",
            default="no",
        ),
        "for": Key(
            ListOf(Choice(PARTIES, "a party:"), "parties", len(PARTIES)),
            "To whom it may be given, by what they are to you (trait `party`); nobody else gets it. See bonds.md.",
            default="customer",
        ),
        "goal": Key(Text("a goal", longest=64), "Goal of the customer that it brings them closer to; see `goals`."),
    },
    synonyms=meant(
        type="kind",
        channels="channel",
        placements="placement",
        value="margin worth",
        offer="price",
        p_accept="probability acceptance",
        when="condition conditions if",
        not_when="unless",
        words="text message",
        content="blocks",
        terms="conditions_of_offer",
        min_interval="interval every",
        expires="ttl",
        lever="weight boost",
        category="topic",
        ramp="rollout percentage",
        reward="rewards",
    ),
)
