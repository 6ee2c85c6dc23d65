"""The service side: requests, contacts, failures, promises, cases, surveys, goals."""

from __future__ import annotations

from types import MappingProxyType

from platinum.vocabulary.bonds import SERVED_BY
from platinum.vocabulary.codes import Kind
from platinum.vocabulary.limits import MAX_MONEY, MAX_TEXT
from platinum.vocabulary.spec import EventSpec, Property, choice, identifier, instant, money, name, number

_INTENT = name("intent", "What it is about, in the policy's words.", "name_a")
_INTENT_REQUIRED = name("intent", "What is asked for, in the policy's words.", "name_a", required=True)
# What counts is context.channel, which every event may carry; `name_b` is the process here.
_CHANNEL = name("channel", "Channel it happens on; what counts is `context.channel`.", "")
_PROCESS = name("process", "Business process that the customer met, such as returns-form.", "name_b")
_OWNER = name("owner", "Who answers for it: a person or a team, no e-mail address.", "name_b")
_REQUEST = identifier("request_id", "Links the answer to the request.")
_CONTACT = identifier("contact_id", "The call, chat or visit.")
_CASE = identifier("case_id", "The case.", required=True)
_CASE_ABOUT = identifier("case_id", "The case that it belongs to, if there is one already; stands before `about`.")
_PROMISE = identifier("promise_id", "The promise.", required=True)
_ABOUT = identifier("about", "Order, case or product it is about.")
_STILL_OWED = number("owed", "What is still owed to the customer; 0: nothing is any more. Absent: as before.", "amount", 0.0, MAX_MONEY)
_NOT_SAID = MappingProxyType({"amount": -1.0})
_CATEGORY = name("category", "Category as the policy spells it.", "name_a")
_SEVERITY = number("severity", "1 (slight) to 5 (grave).", "low", 1.0, 5.0)
_SEVERITY_REQUIRED = number("severity", "1 (slight) to 5 (grave).", "low", 1.0, 5.0, required=True)
_FAULT = choice("fault", "Whose fault it was.", "code", {"unknown": 0, "ours": 1, "theirs": 2, "nobody": 3})
_GOAL = name("goal", "The goal, in the policy's words.", "name_a", required=True)


def _track(title: str, kind: Kind, doc: str, *properties: Property) -> EventSpec:
    return EventSpec(title, "track", kind, doc, properties)


SERVICE: tuple[EventSpec, ...] = (
    _track("Request Made", Kind.REQUEST_MADE, "The customer asked for something.", _INTENT_REQUIRED, _CHANNEL, _PROCESS, _REQUEST),
    _track("Request Answered", Kind.REQUEST_ANSWERED, "A request was answered.", _INTENT, _CHANNEL, _PROCESS, _REQUEST),
    _track("Request Refused", Kind.REQUEST_REFUSED, "A rule of the firm stood against it.", _INTENT, _CHANNEL, _PROCESS, _REQUEST),
    _track("Contact Started", Kind.CONTACT_STARTED, "The customer came into contact with a person.", _INTENT, _CHANNEL, _PROCESS, _CONTACT),
    _track("Contact Transferred", Kind.CONTACT_TRANSFERRED, "The contact was handed on.", _INTENT, _CHANNEL, _PROCESS, _CONTACT),
    _track(
        "Contact Resolved",
        Kind.CONTACT_RESOLVED,
        "The contact reached its aim. How long it took is not asked: no number depends on it.",
        _INTENT,
        _CHANNEL,
        _PROCESS,
        _CONTACT,
        *SERVED_BY,
    ),
    _track(
        "Waited",
        Kind.WAITED,
        "The customer had to wait.",
        number("minutes", "How long.", "low", 0.0, 1e6, required=True),
        _INTENT,
        _CHANNEL,
        _PROCESS,
    ),
    _track(
        "Asked Again",
        Kind.ASKED_AGAIN,
        "The customer was asked for something that the firm knew already, or had to explain it once more.",
        _INTENT,
        _CHANNEL,
        _PROCESS,
    ),
    _track(
        "Form Error",
        Kind.FORM_ERROR,
        "A form refused what the customer entered.",
        name("form", "Which form.", ""),
        _INTENT,
        _PROCESS,
    ),
    _track("Self Service Failed", Kind.SELF_SERVICE_FAILED, "The customer could not help themselves.", _INTENT, _CHANNEL, _PROCESS),
    _track(
        "Complaint Made",
        Kind.COMPLAINT_MADE,
        "The customer complained.",
        _CATEGORY,
        _CHANNEL,
        _PROCESS,
        _FAULT,
        _ABOUT,
        _CASE_ABOUT,
        _SEVERITY,
    ),
    _track(
        "Failure Reported",
        Kind.FAILURE_REPORTED,
        "Something went wrong.",
        _SEVERITY_REQUIRED,
        _FAULT,
        _ABOUT,
        _CASE_ABOUT,
        _CATEGORY,
        _PROCESS,
        money("loss", "What it cost the customer: owed to them."),
    ),
    _track(
        "Promise Made",
        Kind.PROMISE_MADE,
        "The firm promised something.",
        _PROMISE,
        name("class", "Kind of promise, in the policy's words.", "name_a", required=True),
        instant("due_at", "When it is due.", "high", required=True),
        number("weight", "How much it matters; 1 when absent.", "low", 0.0, 1e3),
        _OWNER,
    ),
    _track("Promise Kept", Kind.PROMISE_KEPT, "A promise was kept.", _PROMISE),
    _track(
        "Promise Renegotiated",
        Kind.PROMISE_RENEGOTIATED,
        "A promise was moved with the customer's consent. Before it was due it is another promise; afterwards it was broken: it is to be "
        "apologised for, and promotion rests until it is kept.",
        _PROMISE,
        instant("due_at", "When it is due now.", "high", required=True),
    ),
    EventSpec(
        "Case Opened",
        "track",
        Kind.CASE_OPENED,
        "A recovery case was opened; opened once more, a closed one is taken up again. Its id is told in every decision while it is open.",
        (
            _CASE,
            _SEVERITY,
            _FAULT,
            _CATEGORY,
            _OWNER,
            money("owed", "What is owed to the customer: refund and loss."),
        ),
        "case",
    ),
    EventSpec(
        "Case Closed",
        "track",
        Kind.CASE_CLOSED,
        "The firm closed a case; what is owed for it and not paid stays owed.",
        (_CASE, _STILL_OWED),
        constants=_NOT_SAID,
    ),
    EventSpec(
        "Case Confirmed",
        "track",
        Kind.CASE_CONFIRMED,
        "The customer confirmed that a case is settled; what is owed for it and not paid stays owed.",
        (_CASE, _STILL_OWED),
        constants=_NOT_SAID,
    ),
    _track(
        "Survey Answered",
        Kind.SURVEY_ANSWERED,
        "The customer answered a question of ours.",
        number("score", "The answer.", "low", -1e3, 1e3, required=True),
        number("scale", "Best possible answer.", "high", -1e3, 1e3),
        name("survey", "Which question.", "name_a"),
        identifier("answer_id", "Links the answer to what comes of it."),
    ),
    _track(
        "Feedback Acted On",
        Kind.FEEDBACK_ACTED_ON,
        "Something was done because of an answer.",
        identifier("answer_id", "The answer.", required=True),
        _PROCESS,
    ),
    _track(
        "Feedback Reported Back",
        Kind.FEEDBACK_REPORTED_BACK,
        "The customer was told what came of their answer.",
        identifier("answer_id", "The answer.", required=True),
    ),
    EventSpec(
        "Vulnerability Stated",
        "track",
        Kind.VULNERABILITY_STATED,
        "The customer, or somebody for them, said that they need particular care; nothing is inferred, and why is not kept.",
        (
            Property(
                "withdrawn",
                "flag",
                "True takes it back.",
                register="low",
                how="sign",
                choices=MappingProxyType({"true": -1.0, "false": 1.0}),
            ),
            instant("until", "Until when; without it, until it is taken back.", "high"),
        ),
        constants=MappingProxyType({"low": 1.0}),
    ),
    _track(
        "Goal Stated",
        Kind.GOAL_STATED,
        "The customer named a goal.",
        _GOAL,
        money("target", "Amount aimed at."),
        instant("due_at", "By when.", "high"),
    ),
    _track(
        "Goal Progressed",
        Kind.GOAL_PROGRESSED,
        "The customer came closer to a goal.",
        _GOAL,
        number("progress", "Share reached, 0 to 1.", "low", 0.0, 1.0, required=True),
    ),
    _track(
        "Life Event Reported",
        Kind.LIFE_EVENT_REPORTED,
        "The customer told of a change in their life.",
        name("life_event", "What happened, in the policy's words.", "name_a", required=True),
    ),
    EventSpec(
        "Message Received",
        "track",
        Kind.MESSAGE_RECEIVED,
        "The customer wrote. The text becomes style counters; nothing but the log keeps it.",
        (
            Property("text", "text", "The customer's own words.", True, "items", "counters", max_length=MAX_TEXT),
            Property("language", "name", "Language of the text; context.locale when absent.", register="items", how="language"),
            _INTENT,
            _CHANNEL,
        ),
        "message",
    ),
)
