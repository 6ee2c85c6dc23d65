"""Events and decisions of one person as short sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

_WISHES: Mapping[str, str] = {
    "quiet_hours": "asked for quiet between {from} and {to}",
    "language": "asked to be written to in the language “{value}”",
    "tone": "asked for a {value} tone",
    "type_no": "asked for no {value}",
    "category_no": "wants to hear nothing about {value}",
    "cadence": "asked for at most {limit} contact in {days} days",
    "channel_no": "wants nothing by {value}",
    "channel_only": "wants to be reached by {value} only",
}
_PLAIN: Mapping[str, str] = {
    "Product Added": "put something from {category} into the cart",
    "Order Delivered": "got the parcel",
    "Failure Reported": "reported that something was broken",
    "Review Written": "wrote a review",
    "Referral Made": "recommended us to somebody",
    "Request Made": "asked for help: {intent}",
    "Decision Accepted": "took it up",
    "Decision Declined": "said: not now",
    "Decision Dismissed": "closed it without an answer",
    "Contact Bounced": "could not be reached",
    "Unsubscribed": "wants no more promotion by {channel}",
    "Objection Made": "objected to {purpose}",
    "Contact Marked Spam": "marked it as spam",
    "Survey Answered": "answered our question with {score} of {scale}",
}
#: Gate → why somebody was left in peace.
_GATES: Mapping[str, str] = {
    "preference": "more would be against their wishes",
    "consent": "they never agreed to more",
    "cap": "they have heard enough from us for now",
    "quiet_hours": "this is not the hour",
}
_VERBS: Mapping[str, str] = {
    "thank_you": "we said thank you",
    "offer": "we made an offer",
    "help": "we offered help",
    "surprise": "we had a surprise",
    "listen": "we asked a question",
    "apology": "we apologised",
    "answer": "we answered",
    "notice": "we gave notice",
}
_LONGEST = 90


def event_sentence(event: Mapping[str, Any]) -> str:
    """What the person did, ``""`` where it is not worth telling."""
    name = str(event.get("event") or "")
    properties = event.get("properties") or {}
    if name == "Order Completed":
        count = sum(int(line.get("quantity", 1)) for line in properties.get("products", []))
        return f"bought {count} {'thing' if count == 1 else 'things'} for {properties.get('total', 0):.2f} {properties.get('currency', '')}"
    if name == "Preference Stated":
        return _fill(_WISHES.get(str(properties.get("preference")), ""), properties)
    if name == "Consent Changed":
        return "agreed to hear of promotions" if properties.get("state") == "granted" else "does not want promotions"
    return _fill(_PLAIN.get(name, ""), properties)


def _fill(sentence: str, properties: Mapping[str, Any]) -> str:
    words = {name: str(value).replace("_", "-") for name, value in properties.items()}
    return sentence.format_map(defaultdict(lambda: "something", words))


def decision_sentence(decision: Mapping[str, Any]) -> str:
    """What the shop did, ``""`` for a silence that has nothing to say."""
    kind = str(decision["type"])
    if kind == "silence":
        best = (decision.get("blocked") or {}).get("best") or []
        gate = str(best[0].get("gate")) if best else ""
        return f"we left them in peace: {_GATES[gate]}" if gate in _GATES else ""
    sentence = f"{_VERBS.get(kind, kind)} by {decision.get('channel')} ({decision.get('action')})"
    if is_held(decision):
        sentence += f", sent only at {str(decision['send_at'])[11:16]} UTC"
    words = first_words(decision)
    return f"{sentence}: “{words}”" if words else sentence


def is_held(decision: Mapping[str, Any]) -> bool:
    """Whether sending waits, for the end of quiet hours, a minute or more."""
    return bool(decision.get("send_at")) and str(decision["send_at"])[:16] > str(decision["decided_at"])[:16]


def first_words(decision: Mapping[str, Any]) -> str:
    """The beginning of what was said."""
    content = decision.get("content")
    blocks = content.get("blocks", []) if isinstance(content, Mapping) else []
    text = next((str(block.get("text", "")) for block in blocks if block.get("kind") == "words"), "")
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"
