"""The fields of a decision: one table that the schema and the reference page are made from."""

from __future__ import annotations

from typing import Any, NamedTuple

from platinum.emit.reasons import REASONS
from platinum.policy.content import FACT_OF
from platinum.policy.content_schema import PARTS
from platinum.vocabulary.bonds import MOST_PSEUDONYM
from platinum.vocabulary.codes import ActionType, Basis, Gate, Lane
from platinum.vocabulary.manner import DETAIL, HINTS, ORDER, PACE, TONE_SOURCES

Schema = dict[str, Any]


class DecisionField(NamedTuple):
    """One top-level field of decision JSON, in order."""

    name: str
    schema: Schema  # without null
    meaning: str
    null_when: str  # "" = never null
    absent_when: str = ""  # "" = always there


INSTANT = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
DAY = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
NAME = {"type": "string", "minLength": 1}
PROBABILITY = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def shape(**members: Schema) -> Schema:
    """An object that always has these members; a later build may add others, which subscribers ignore."""
    return {"type": "object", "properties": members, "required": list(members)}


def _names(enum: type[Lane | ActionType | Basis | Gate]) -> list[str]:
    return [member.name.lower() for member in enum]


_BLOCK = {
    "type": "object",
    "properties": {"kind": {"enum": ["words", "image", "link", "products"]}, "part": {"enum": list(PARTS)}},
    "required": ["kind"],
}
_CONTENT = shape(
    language=nullable(NAME),
    presentation=shape(
        detail=nullable({"enum": list(DETAIL)}),
        order=nullable({"enum": list(ORDER)}),
        pace=nullable({"enum": list(PACE)}),
        stated={"type": "array", "items": {"enum": ["detail", "order", "pace"]}, "uniqueItems": True},
    ),
    facts={"type": "string", "pattern": "^[0-9a-f]{16}$"},
    blocks={"type": "array", "items": _BLOCK},
    placeholders={"type": "array", "items": NAME, "uniqueItems": True},
    cites={"type": "array", "items": {"enum": list(FACT_OF)}, "uniqueItems": True},
)
_TONE = shape(
    id=NAME,
    vector={"type": "array", "items": {"type": "number", "minimum": -1, "maximum": 1}, "minItems": 5, "maxItems": 5},
    source={"enum": list(TONE_SOURCES)},
    confidence={"type": "number", "minimum": 0, "maximum": 1},
    hints={"type": "array", "items": {"enum": list(HINTS)}, "maxItems": 3, "uniqueItems": True},
)
_PSEUDONYM = {"type": "integer", "minimum": 0, "maximum": MOST_PSEUDONYM}
_REASON = shape(code={"enum": [reason.code for reason in REASONS]}, value=nullable({"type": "number"}))
_BLOCKED = shape(
    counts={
        "type": "object",
        "properties": {gate: {"type": "integer", "minimum": 1} for gate in _names(Gate)},
        "additionalProperties": {"type": "integer", "minimum": 1},
    },
    best={
        "type": "array",
        "maxItems": 3,
        "items": shape(action=NAME, channel=NAME, gate={"enum": _names(Gate)}, until=nullable(INSTANT)),
    },
)
_SILENCE = "silence"

FIELDS = (
    DecisionField("decision_id", NAME, "Unique. Equal id means equal bytes, however often it is delivered.", ""),
    DecisionField(
        "customer_id",
        NAME,
        "The customer's key: `userId` as sent, or `anon:` and the anonymous id; what is shaped like an e-mail address or a phone number "
        "is replaced over HTTP by `hash:` and a hash with the deployment's key.",
        "",
    ),
    DecisionField("decided_at", INSTANT, "Instant of the decision on the log's clock, not on the computing machine's.", ""),
    DecisionField(
        "lane", {"enum": _names(Lane)}, "The first of the lanes in which an action was left: " + ", ".join(_names(Lane)) + ".", ""
    ),
    DecisionField("type", {"enum": _names(ActionType)}, "What the action is.", ""),
    DecisionField("action", NAME, "Name of the action in the policy.", _SILENCE),
    DecisionField("channel", NAME, "Through which channel.", _SILENCE),
    DecisionField("placement", NAME, "Which placement asked.", "the stream decided by itself"),
    DecisionField(
        "role",
        shape(account=nullable(NAME), name=nullable(NAME)),
        "In which of their roles the person was meant: `account` is its id as `group` said it (null: not said there, or longer than 48"
        " bytes), `name` what they are there, where the policy knows the word. (docs/reference/roles.md).",
        "they were meant for themselves",
    ),
    DecisionField(
        "tone",
        _TONE,
        "Tone of the words: name, vector (assertive, responsive, formality, detail, pace; −1 to 1), why this one: `stated`, the"
        " `nearest` to a stated one in which the action has no words, `inferred`, `learned` of people like them, `tried` out to learn, or"
        " the `default`; how well it is known how they like to be spoken to"
        " (`confidence`, 0 to 1), and at most three hints to an employee who speaks with them. (docs/explanation/tone.md).",
        "there are no words",
    ),
    DecisionField(
        "content",
        _CONTENT,
        "Blocks in order (words, image, link, products), laid out as `presentation` says: what the customer stated or seems to like, null ="
        " as the policy has it. `facts` is a hash of what the content states, equal in every tone and presentation. What the engine"
        " knows is filled in; what it does not know stays in braces and is listed under `placeholders`; the facts about the customer"
        " that it names are `cites`: a thank-you has at least one.",
        "silence, or the action has no content",
    ),
    DecisionField(
        "offer",
        {"type": "object", "properties": {"id": NAME, "valid_until": nullable(INSTANT)}, "required": ["id", "valid_until"]},
        "Id, values as the policy states them, and the first instant at which it holds no longer (null = no end stated).",
        "the type is not `offer`",
    ),
    DecisionField(
        "terms",
        {"type": "object"},
        "Terms as the policy states them; `ends` is the last day that counts.",
        "there are none, and always for a `thank_you`",
    ),
    DecisionField(
        "promise",
        shape(promise_id=NAME, **{"class": NAME}, due_at=INSTANT),
        "What it promises: an id (the decision's), which class of `promises`, and by when. It is in the ledger with the decision.",
        "it promises nothing",
    ),
    DecisionField(
        "introduction",
        shape(interest=nullable(NAME), **{"from": _PSEUDONYM, "to": _PSEUDONYM}),
        "Whom the customer may meet: the interest that both share, a pseudonym of theirs (`from`) and one of the other (`to`)."
        ' See bonds.md, "Introductions".',
        "",
        "the action introduces nobody",
    ),
    DecisionField(
        "send_at",
        INSTANT,
        "When it is to be sent or shown: the first legal instant, later than `decided_at` when quiet hours hold it; or a better hour.",
        _SILENCE,
    ),
    DecisionField(
        "expires_at",
        INSTANT,
        "From then on it must not be sent or shown; it counts against caps until then. Never later than the end of what it offers; what is"
        " owed, or law, lives from `send_at` on.",
        _SILENCE,
    ),
    DecisionField(
        "basis",
        shape(kind={"enum": _names(Basis)}, evidence=nullable({"type": "string", "pattern": r"^\d+\.\d+\.\d+$"})),
        "Ground for the contact, and the record that proves it: generation, partition and offset in the log.",
        _SILENCE,
    ),
    DecisionField(
        "human_path",
        {
            "type": "object",
            "properties": {
                "open_now": {"type": ["boolean", "null"]},
                "opens_at": nullable(INSTANT),
                "first": {"type": "boolean"},
                "owner": nullable(NAME),
                "case_id": nullable(NAME),
                "call_back": nullable(shape(**{"class": NAME}, promised_by=INSTANT, requested={"type": "boolean"})),
            },
            "required": ["open_now", "opens_at", "first", "owner", "case_id", "call_back"],
            "additionalProperties": {"type": "string"},
        },
        "How the customer reaches a person, in every decision: contacts as the policy states them, whether somebody is there"
        " (null = hours not stated) and otherwise from when; `first` when a person should come before a machine (a grave case, or"
        " somebody who needs particular care); who answers for the gravest open case, and its id; and, while nobody is there, the call-back"
        " that whoever asks for it (`Request Made` with the intent `call_back`) is promised, and by when, or that is promised already"
        " (`requested`; then also while somebody is there).",
        "the policy names no human path",
    ),
    DecisionField("p_accept", PROBABILITY, "Chance that the customer accepts.", "the lane is not scored (all but growth)"),
    DecisionField("p_chosen", PROBABILITY, "Exact probability with which the policy chose this; 1 where nothing was drawn.", ""),
    DecisionField("explored", {"type": "boolean"}, "Drawn to learn although another was better by utility.", ""),
    DecisionField("policy", NAME, "Content hash of the policy in force.", ""),
    DecisionField("model", NAME, "Content hash of the model in force, or `prior`.", ""),
    DecisionField("reasons", {"type": "array", "items": _REASON, "minItems": 1}, "Why, as short codes with values; see below.", ""),
    DecisionField(
        "runner_up",
        shape(action=nullable(NAME), channel=nullable(NAME), margin={"type": "number"}),
        "The best that was not chosen (action null = silence), and how much more utility, in money, the chosen one had; below 0 when"
        " explored.",
        "there was no other",
    ),
    DecisionField(
        "blocked",
        _BLOCKED,
        "How many candidates each gate stopped first, and the three best of them with the instant at which they become legal"
        " (null = unknown).",
        "",
    ),
)

WITHDRAWAL = (
    DecisionField("type", {"const": "withdrawal"}, "Marks a withdrawal among the decisions of a contacts topic.", ""),
    DecisionField("decision_id", NAME, "The decision whose contact must not be sent any more.", ""),
    DecisionField("customer_id", NAME, "The customer's key.", ""),
    DecisionField(
        "reason",
        NAME,
        "Kind of the event that withdrew it: `complaint_made`, `decision_made` (an answer over HTTP), ...; `policy_stopped`",
        "",
    ),
    DecisionField("at", INSTANT, "Instant of the withdrawal on the log's clock.", ""),
)
