"""The reference page of what is owed."""

from __future__ import annotations

from platinum.policy.promise_classes import DEFAULTS
from platinum.policy.published import keys_on
from platinum.vocabulary.codes import Debt, Kind

_FROM_CODE = "This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."
_INTRO = """Everything that is open between you and a person stands in one ledger, whatever channel it came from: promises, offers
that still hold, requests nobody has answered, answers to your questions of which nothing has come, and cases. It is made from events
you send anyway: `Promise Made`, `Failure Reported`, `Case Opened` ..., from the rules in `promises` (an order with an
`expected_delivery` is a promise that its delivery keeps), and from decisions: what a decision promises or offers is in the ledger with
it, under the decision's id. A contact that is withdrawn, aborted or bounces takes them back; of an answer over HTTP that nobody ever saw
(the visitor had gone), say so with `Contact Aborted`. Nothing in it that is open is ever dropped to make room. An offer that was used is
remembered until it would have ended, so that every channel can be told; see docs/how-to/honour-an-offer.md.

An action of the lane of what we owe (`apology`, `amends`) is for what `pays` says, and is only chosen while that is owed:"""
_DEBTS = {
    Debt.APOLOGY: "a case of yours is open, or a promise is over its time, and nobody has said sorry",
    Debt.CASE: "a case is open",
    Debt.PROMISE_DUE: "a promise is due within its `notice` and nobody has spoken of it",
    Debt.PROMISE_BROKEN: "a promise is over its time and nobody has spoken of it",
    Debt.REQUEST: "a request is over its time",
    Debt.ANSWER: "an answer is two weeks old, something came of it, and nobody has said so",
    Debt.MONEY: "a refund or a loss is not paid yet, whether its case is open or closed",
    Debt.ANSWER_PENDING: "an answer is two weeks old and nothing came of it yet: a word that it is being worked on; two weeks later again",
    Debt.EFFORT: "a hard journey is open, and nobody has made it easier; see docs/reference/effort.md",
}
_AFTER = """What is said counts when it met the customer (`Contact Dispatched`, `Decision Shown` ...); while it is on its way, it is not
decided again. What is to be done stays open until an event says so: an answer of the customer's, until something came of it
(`Feedback Acted On`) and they were told.

A request is answered by `Request Answered` or `Request Refused` (a no is an answer too) with its `request_id`, and by `Contact Resolved`.
Where no id says which, it is the oldest with the same `intent`, else the oldest without one, and never one about something else.

These moments ask for a decision where `decide_on` names them, and are its `trigger`:"""
_TIMED = {
    Kind.CASE_DUE: "the deadline of a case has come",
    Kind.PROMISE_BROKEN: "a promise was due, and was not kept",
    Kind.REQUEST_OVERDUE: "a request was due an answer",
    Kind.PROMISE_DUE: "a promise is due within its `notice` (a short one: within half of its time)",
    Kind.ANSWER_OWED: "an answer is two weeks old (or the last word about it is), and nothing came of it or nobody has said so",
    Kind.PATIENCE_SHOWN: "a case is over and so is the rest of promotion after it: the person has waited for you",
}
_REST = """**Promotion rests** on every channel while a case of yours is open (severity 1 to 5 sets its deadline), `recovery.quarantine`
after it was closed, and while a promise is over its time and not kept, for as long at most (one that was moved after it was broken: until
it is kept, and so long after its new time at most); planned contacts that it forbids are withdrawn. A fault of theirs, or a mere change of
mind, opens no case. A failure or complaint without a `case_id` opens a case of its own,
which `Case Opened` takes over, and which `Contact Resolved`, `Case Closed`, or a refund of the order that pays all that is owed ends.

**Money that is owed stays owed until it is paid**, also when its case is closed or the contact about it went well; promotion rests as long
as it would without it. A refund pays the case that it names (`case_id`), then the cases about its order, the oldest first. Where there is
neither, it pays those of which nobody said what they are about (a case known by an id of its own), unless the customer changed their
mind. What is owed for one order is never paid by the refund of another, a refund that says no amount pays nothing, and of a part paid the
rest stays. `Case Closed` and `Case Confirmed` may say `owed`: what is owed from then on, 0 for nothing.

**What was called off is not promoted.** For `recovery.called_off` after an order was cancelled or refunded, whoever's fault it was, no help
and no offer of a category of its items is chosen (until then the gate `eligibility` holds it), and what is planned of them is withdrawn. An
event that names no categories is taken to be about what was ordered last. A decision that the cancellation itself asks for (`decide_on:
[order_cancelled, order_refunded]`) neither sells nor thanks nor asks: in the lane of help and offers only what saves effort passes.
Actions without a `category`, and other categories, are free again afterwards: a change of mind is no fault. An order that ended by your
fault (`reason: our_fault`) is a failure that was settled at once: all promotion rests for `recovery.quarantine`. What was promised about an
order ends when it is cancelled or refunded as a whole, neither kept nor broken, also where word of the order comes up to two days after
that. Refunds add up: a part of it leaves the promise. Where nobody said what the order came to, a refund is of the whole when it says no
amount and lists no products, or when the customer changed their mind.

The **say/do ratio** is (0.9 · 5 + kept) / (5 + said): both fade with a half-life of 180 days from when the promise was made; kept on
time counts 1, late less and less (half after `late`), never 0. A promise moved with the customer's consent before it was due is neither;
moved after that, it was broken, and is worth what it would have been worth unmoved.
A word that it was kept may arrive late: what counts is when it happened.

The **trust index** is (kept · terms · recovery)^⅓: the say/do ratio, how clear the terms were of the offers that met this person, and the
share of cases of yours that were closed in time, were not opened again, and that the customer confirmed (`Case Confirmed`, while promotion
rests after the case). A case counts from when it was closed or its deadline came. Each part is (5 · rate of all customers + what counts
for this one) / (5 + how often), fading with 180 days; it is not known before the learner has 20 observations of it, nor recovery before
any customer has ever confirmed anything; without all three there is no index, and nothing follows. The profile tells it with its parts.
Below `trust.low`, outbound promotion is held to half of every cap (half of 1 in a week is 1 in two; half of 3 is 1), nothing is tried out,
and there are no surprises; a decision in which that stopped something says so (`trust`, with its parts, among the reasons). What is owed,
promised or asked for, and thanks, go on as before.

**Goodwill** comes on top of what is owed: an action of type `amends` with `pays: [case]` and a `budget` (`budgets`, whole actions a day).
While there is none left for a person today, the gate `budget` stops it, and nothing else; a refund, a promise, an apology have no budget.
With a `floor`, everybody may have one in so long, whatever is left and whatever they are worth to you.

Classes that are there without being named:"""
_CALL_BACK = """Where `human.hours` say when somebody is there, every decision that is made while nobody is offers a call-back:
`human_path.call_back` names the class of promises that it is and by when it is promised. **Nobody is promised what they did not ask
for**: the promise is made by `Request Made` with the intent `call_back`, or by a decision for an action that promises this class
(`promise: call_back`; a decision is a promise as soon as it is made, and `Decision Declined` takes this one back). There is one at a
time: who has one coming (`requested: true`) is not offered a second.

It is due after `within`, or after the time in which 95 of 100 are really made where the learner knows it, **and never before one whole
stretch of your opening hours was there to make it in**: asked for on Thursday at 03:00 and `within: 24h` it is due on Friday at 03:00,
asked for on Saturday it is due on Monday when you close. Days on which nobody is there (`human.closed`) are not counted, and where
you do not open within a month nothing is promised. A class that is broken too often is not promised either: what is asked for is then
a request, due an answer.

It is kept by `Contact Resolved`, and by `Request Answered` with the `request_id` that made it or asked for it last, in time or late like
every promise; nearly due or
broken it is spoken of in the lane of what you owe. Whoever asks for something while somebody is there is not put off to later: an
action that promises a call-back is not chosen then. `human: {call_back: no}` turns it off, `human: {call_back: <class>}` names another
class."""


def ledger_page() -> str:
    """Contents of ``docs/reference/ledger.md``."""
    debts = [f"| `{debt.name.lower()}` | {_DEBTS[debt]} |" for debt in Debt]
    timed = [f"| `{kind.name.lower()}` | {text} |" for kind, text in _TIMED.items()]
    classes = [f"| `{name}` | {_made_by(spec)} | {_within(spec)} | `{'`, `'.join(spec['kept_by'])}` |" for name, spec in DEFAULTS.items()]
    parts = [
        "# The ledger: what we owe this person",
        "",
        _FROM_CODE,
        "",
        _INTRO,
        "",
        "| debt | owed while |",
        "|---|---|",
        *debts,
        "",
        _AFTER,
    ]
    parts += [
        "",
        "| trigger | when |",
        "|---|---|",
        *timed,
        "",
        _REST,
        "",
        "| class | made by | due | kept by |",
        "|---|---|---|---|",
        *classes,
        "",
        "## Call-backs",
        "",
        _CALL_BACK,
        "",
        "## Keys",
        "",
        *keys_on("ledger"),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _made_by(spec: dict[str, object]) -> str:
    return f"`{spec['made_by']}`" if "made_by" in spec else "`request_made` with the intent `call_back`; see Call-backs"


def _within(spec: dict[str, object]) -> str:
    return f"{int(str(spec['within'])) // 3_600_000}h" if "within" in spec else "when the event says"
