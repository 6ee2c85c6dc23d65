"""For which account, and in which role, somebody did something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platinum.events.forms import Envelope
from platinum.events.names import NAMES

#: (struct of the properties, envelope) → EVENT's account and role.
Acting = Callable[[Any, Envelope], tuple[int, int]]


def by_context(properties: Any, envelope: Envelope) -> tuple[int, int]:
    """As ``context.groupId`` says: Segment's word for the account that any call belongs to."""
    context = envelope.context
    return (0 if context is None else NAMES[context.groupId]), 0


def by_property(properties: Any, envelope: Envelope) -> tuple[int, int]:
    """As the event itself says, else its context: a tag manager may have set that one long ago."""
    account = NAMES[properties.account]
    if account == 0 and envelope.context is not None:
        account = NAMES[envelope.context.groupId]
    return account, NAMES[properties.role]


def at_group(properties: Any, envelope: Envelope) -> tuple[int, int]:
    """The account that the call is about."""
    return NAMES[envelope.groupId], NAMES[properties.role]
