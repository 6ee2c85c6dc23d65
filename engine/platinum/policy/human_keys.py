"""The keys of ``human``: how a customer reaches a person, when somebody is there, and that who finds nobody is called back."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.policy import tables as t
from platinum.policy.action_keys import NAME, NAME_WANTED
from platinum.policy.arrays import records
from platinum.policy.containers import Key, ListOf, Record
from platinum.policy.declared import Values, kept
from platinum.policy.policy import HumanPath
from platinum.policy.problems import Problems
from platinum.policy.promise_classes import CALL_BACK, classes_of
from platinum.policy.scalars import DATE, HOURS, MINUTE_MS, opening_hours
from platinum.policy.shapes import Parsed, Text
from platinum.policy.synonyms import meant
from platinum.policy.web_address import WEB_ADDRESS

_EPOCH = date(1970, 1, 1).toordinal()


def _day(text: str) -> int:
    """Days since 1970-01-01 of an ISO date."""
    try:
        return date.fromisoformat(text).toordinal() - _EPOCH
    except ValueError:
        raise ValueError("a day of the calendar such as 2026-12-25") from None


def _class_or_flag(text: str) -> str | bool:
    if text in ("yes", "no"):
        return text == "yes"
    if re.fullmatch(NAME, text, re.ASCII) is None:
        raise ValueError(f"{NAME_WANTED}, or no")
    return text


_HOURS = Parsed(
    opening_hours, 'opening hours such as "Mon-Fri 09:00-17:30, Sat 10:00-14:00"', rf"always|{HOURS}(?:, *(?:{HOURS}|[0-9:]+-[0-9:]+))*"
)
HUMAN = Record(
    "human",
    {
        "phone": Key(Text("a telephone number", longest=40), "Where somebody answers the telephone."),
        "email": Key(Text("an e-mail address", r"[^@\s]+@[^@\s]+\.[^@\s]+"), "Where somebody reads."),
        "url": Key(WEB_ADDRESS, "Page with all ways to reach you."),
        "chat": Key(WEB_ADDRESS, "Page with the chat."),
        "hours": Key(_HOURS, "When somebody is there, in the policy's time zone."),
        "closed": Key(
            ListOf(Parsed(_day, "a day of the calendar such as 2026-12-25", DATE), "days", 366),
            "Days on which nobody is there whatever `hours` say: holidays, and days on which those who answer are away.",
        ),
        "call_back": Key(
            Parsed(_class_or_flag, "the name of a promise, or no", NAME),
            "The promise that out of hours a call-back is: one of `promises`, or `no`. See docs/reference/ledger.md.",
            default="call_back, where hours are stated",
        ),
    },
    synonyms=meant(
        phone="telephone tel", email="mail", url="website", hours="open opening_hours", closed="holidays absent", call_back="callback"
    ),
)


def human_path(values: Values, problems: Problems) -> HumanPath | None:
    """How a person reaches a person, with mistakes noted."""
    human = values.get("human")
    if human is None:
        return None
    contact = {name: human[name] for name in ("phone", "email", "url", "chat") if name in human}
    if not contact and not problems.any_at(("human",)):
        problems.add(("human",), "must name at least one way: phone, email, url or chat", "phone")
    named, classes = human.get("call_back", True), classes_of(values)
    if isinstance(named, str) and named not in classes:
        problems.unknown(("human", "call_back"), named, classes, "promise")
    elif isinstance(named, str) and ("within" not in classes[named] or "made_by" in classes[named]):
        said = f"must name a promise with 'within' and without 'made_by': {named!r} is another kind, and who asks makes this one"
        problems.add(("human", "call_back"), said)
    if named is not False and "call_back" in human and not human.get("hours") and not problems.any_at(("human", "hours")):
        problems.add(("human", "call_back"), "needs 'hours': a call-back is promised by when somebody is there")
    return HumanPath(contact, human.get("hours", ()), tuple(sorted(kept(human.get("closed")))), call_back_class(values))


def call_back_class(values: Values) -> str | None:
    """The class of promises that a call-back is; ``None`` where hours are not stated, or the policy has none."""
    human = values.get("human") or {}
    named = human.get("call_back", True)
    if named is False or not human.get("hours"):
        return None
    name = CALL_BACK if named is True else named
    return name if name in classes_of(values) else None


def call_back_index(values: Values) -> int:
    """Its place in ``Tables.promises`` + 1; 0 = there is none."""
    name = call_back_class(values)
    return list(classes_of(values)).index(name) + 1 if name is not None else 0


def opening_arrays(values: Values) -> dict[str, NDArray[Any]]:
    """``Tables.hours`` and ``Tables.closed_days``."""
    human = values.get("human") or {}
    rows = [
        {"weekday": weekday, "from_ms": first * MINUTE_MS, "to_ms": last * MINUTE_MS} for weekday, first, last in human.get("hours", ())
    ]
    return {"hours": records(t.HOURS, rows), "closed_days": np.array(sorted(kept(human.get("closed"))), np.int32)}
