"""In which role somebody did what they did: for themselves, or for an account that they belong to."""

from __future__ import annotations

from dataclasses import replace

from platinum.vocabulary.codes import RoleBasis
from platinum.vocabulary.limits import ACCOUNT_PATTERN
from platinum.vocabulary.spec import EventSpec, Property, choice, identifier, instant, name

#: Calls whose properties say in which role they happened.
_CALLS = ("track", "page", "screen")

#: What every event of the vocabulary that has properties may carry.
IN_ROLE: tuple[Property, ...] = (
    name(
        "account",
        "Id of the account that the customer did it for, as `groupId` of their `group` call; absent: `context.groupId`, and without "
        "that they did it for themselves.",
        "account",
        pattern=ACCOUNT_PATTERN,
    ),
    name("role", "Name of the role that they did it in. Decisions go by what the `group` call says they are there.", "role"),
)

#: Whether a role of somebody's is over, as ``low`` of a ``group`` call.
_LEFT = Property("left", "flag", "True: they are no longer in that role.", register="low", how="sign", choices={"true": 1.0, "false": 0.0})

#: What a ``group`` call says: the account, and in its traits the role.
GROUP: tuple[Property, ...] = (
    identifier("groupId", "The account.", required=True, pattern=ACCOUNT_PATTERN),
    name("role", "What they are there, such as buyer.", "role"),
    choice("basis", "How that is known; declared when absent.", "code", {basis.name.lower(): int(basis) for basis in RoleBasis}),
    instant("until", "When the role ends.", "high"),
    _LEFT,
)


def with_role(spec: EventSpec) -> EventSpec:
    """The event, with the properties that say in which role it happened."""
    return replace(spec, properties=spec.properties + IN_ROLE) if spec.type in _CALLS else spec
