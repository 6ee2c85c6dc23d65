"""What the learner is told of those who serve customers: no customer in it, and an employee only where the policy says so."""

from __future__ import annotations

import orjson

Names = tuple[str | None, str | None, str | None]


def overridden_body(what: Names, whose: tuple[str | None, str | None], made_ms: int) -> bytes:
    """JSON of a fact ``overridden``: the action decided, what was done instead, why; team and agent."""
    action, chose, reason = what
    team, agent = whose
    said = {"action": action, "chose": chose, "reason": reason, "team": team, "agent": agent, "made_ms": made_ms}
    return orjson.dumps({"fact": "overridden", **said})


def resolved_body(whose: tuple[str | None, str | None], made_ms: int, at_once: bool) -> bytes:
    """JSON of a fact ``resolved``: whether it took one contact, and nobody was handed on or asked again."""
    team, agent = whose
    return orjson.dumps({"fact": "resolved", "team": team, "agent": agent, "made_ms": made_ms, "at_once": at_once})
