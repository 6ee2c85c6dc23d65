"""How outbound contacts were received, as people read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platinum.policy.policy import Policy
from platinum.profile.decay import decayed
from platinum.profile.row import Record
from platinum.profile.welcome import welcome_factor, welcome_mean


def welcome(row: Record, policy: Policy, now_ms: int, name: Callable[[int], str | None]) -> list[dict[str, Any]]:
    """Group ``welcome`` of a readable profile: per outbound channel of the policy, once anything is known."""
    if not row["n_received"]:
        return []
    outbound = [int(channel["name"]) for channel in policy.tables.channels if channel["outbound"]]
    return [_one(row, policy, now_ms, channel, name) for channel in outbound]


def _one(row: Record, policy: Policy, now_ms: int, channel: int, name: Callable[[int], str | None]) -> dict[str, Any]:
    half_life_ms = float(policy.tables.settings[0]["welcome_half_life_ms"])
    own = sum(float(e["n"]) for e in row["received"][: int(row["n_received"])] if int(e["channel"]) == channel)
    mean, upper = welcome_mean(row, channel, now_ms, policy.tables)
    return {
        "channel": name(channel),
        "contacts": _six(decayed(own, int(row["received_as_of_ms"]), now_ms, half_life_ms)),
        "worth": _six(mean),
        "worth_at_most": _six(upper),
        "factor": _six(welcome_factor(mean)),
        "welcome": bool(upper >= 0.0),
    }


def _six(x: float) -> float:
    return float(f"{float(x):.6g}")
