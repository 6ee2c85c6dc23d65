"""One line of a story: an event, somebody who asks, time that goes by, or a change of the policy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from platinum.vocabulary.table import SNAKE
from tests.stories.clock import TIME
from tests.stories.wrong import StoryWrong
from tests.stories.yaml_text import value_of

#: What a story can tell beside the events of the vocabulary: commands of the operator, claims of a channel, tills, other people.
COMMANDS = (
    *("policy_stopped", "policy_changed", "contact_claimed", "offer_brought"),
    *("others_promised", "others_served", "others_known", "others_share"),
)

_ASKED = re.compile(rf"(?P<at>{TIME}) asked on (?P<on>[\w-]+)(?: for (?P<account>[\w-]+))?(?: about (?P<intent>[\w-]+))?")
_EVENT = re.compile(
    rf"(?P<at>{TIME}) (?P<event>\w+)(?: (?P<props>\{{.*\}}))?(?: arrives(?: (?P<late>{TIME}))?)?"
    rf"(?P<later>(?:, (?:arrived|sent again) {TIME})*)"
)
_LATER = re.compile(rf", (?P<how>arrived|sent again) (?P<at>{TIME})")
_NOTHING = re.compile(rf"nothing happens until (?P<at>{TIME})")
_CHECKED, _REPORTED = "the policy is checked", "the firm is looked at"
_WANTED = (
    "'<time> asked on <placement> [for <account>] [about <intent>]', "
    "'<time> <event> {properties} [arrives [<time>]] [, arrived <time>] [, sent again <time>]', "
    f"'nothing happens until <time>', '{_CHECKED}' or '{_REPORTED}'"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens.

    Attributes
    ----------
    kind : str
        ``asked``, ``event``, ``command``, ``nothing``, ``checked`` or ``reported``.
    at : str
        Local time; of an event, when it occurred.
    name : str
        Placement, event or command.
    arrived : str
        When the event reached the engine: ``at`` unless the line says later.
    again : sequence of str
        When the very same event was sent once more.
    account : str
        For which account somebody asks; "" = for themselves.
    """

    kind: str
    text: str
    at: str = ""
    name: str = ""
    intent: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    arrived: str = ""
    again: Sequence[str] = ()
    account: str = ""


def moment(line: Any) -> Moment:
    """A moment from its line."""
    if not isinstance(line, str):
        raise StoryWrong(f"{line!r} must be a line: {_WANTED}")
    text = " ".join(line.split())
    if text == _CHECKED:
        return Moment("checked", text)
    if text == _REPORTED:
        return Moment("reported", text)
    if found := _NOTHING.fullmatch(text):
        return Moment("nothing", text, found["at"], arrived=found["at"])
    if found := _ASKED.fullmatch(text):
        return Moment("asked", text, found["at"], found["on"], found["intent"] or "", arrived=found["at"], account=found["account"] or "")
    if found := _EVENT.fullmatch(text):
        return _event(text, found)
    raise StoryWrong(f"{text!r} must be {_WANTED}")


def _event(text: str, found: re.Match[str]) -> Moment:
    name = found["event"]
    if name not in SNAKE and name not in COMMANDS:
        raise StoryWrong(f"there is no event {name!r}; see docs/reference/events.md, and {', '.join(COMMANDS)}")
    properties = value_of(found["props"]) if found["props"] else {}
    later = _LATER.findall(found["later"])
    arrived = [at for how, at in (("arrived", found["late"]), *later) if how == "arrived" and at]
    again = [at for how, at in later if how == "sent again"]
    if len(arrived) > 1:
        raise StoryWrong(f"{text!r} arrives twice: that is 'sent again'")
    kind = "event" if name in SNAKE else "command"
    return Moment(kind, text, found["at"], name, "", properties, arrived[0] if arrived else found["at"], again)
