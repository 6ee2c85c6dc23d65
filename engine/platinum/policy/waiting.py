"""Warnings about time: decisions that cannot wait as long as quiet hours last, and offers that end on a fixed day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from platinum.policy.arrays import DEFAULT_EXPIRES_MS
from platinum.policy.declared import Declared, Values
from platinum.policy.matrix import CELLS
from platinum.policy.policy import Action, Policy
from platinum.policy.problems import Problems
from platinum.policy.scalars import ALL_DAY, DATE, MINUTE_MS
from platinum.policy.yaml_tree import Path, read_yaml
from platinum.vocabulary.codes import Gate, Lane


def _held(lane: Lane) -> bool:
    """Whether quiet hours hold what is decided in this lane."""
    return lane is not Lane.SILENCE and CELLS[Gate.QUIET_HOURS, lane][0]


def warn_of_waiting(values: Values, declared: Declared, actions: Sequence[Action], problems: Problems) -> None:
    """Note what will surprise whoever waits for it."""
    for name, outbound in declared.channels.items():
        quiet = values.get("channels", {}).get(name, {}).get("quiet")
        if not outbound or quiet is None:
            continue
        if quiet == (0, ALL_DAY):
            free = ", ".join(lane.name.lower() for lane in Lane if not _held(lane) and lane is not Lane.SILENCE)
            problems.warn(("channels", name, "quiet"), f"is the whole day: nothing is ever sent on this channel, but in the lanes {free}")
            continue
        for action in actions:
            if name in action.channels and _held(action.lane) and action.lane is not Lane.OWED:  # what is owed lives from when it is sent
                _warn_of_quiet(values, action, name, (quiet[1] - quiet[0]) % ALL_DAY, problems)
    for action, at in _fixed_ends(actions):
        problems.warn(
            (*at, "terms", "ends"),
            f"is the same day for everybody, and after {action.terms['ends'] if action.terms else ''} there is nothing to offer: "
            "take the action out then; a life such as 14d counts from each offer",
        )


def _warn_of_quiet(values: Values, action: Action, channel: str, quiet_minutes: int, problems: Problems) -> None:
    own = values.get("actions", {}).get(action.name, {}).get("expires")
    general = values.get("channels", {}).get(channel, {}).get("expires", DEFAULT_EXPIRES_MS)
    if (own or general) >= quiet_minutes * MINUTE_MS:
        return
    at: Path = ("actions", action.name, "expires") if own else ("channels", channel, "expires")
    lasting = f"{quiet_minutes // 60}h" if quiet_minutes % 60 == 0 else f"{quiet_minutes}min"
    whose = f"action {action.name!r} ({action.type.name.lower()})"
    said = f"so what is decided in them for {whose} may never be sent; where that is not meant, let it wait"
    problems.warn(at, f"is shorter than the quiet hours of {channel!r}, {said} {lasting} or longer")


def _fixed_ends(actions: Sequence[Action]) -> Iterator[tuple[Action, Path]]:
    for action in actions:
        if action.terms and re.fullmatch(DATE, str(action.terms.get("ends", "")), re.ASCII):
            yield action, ("actions", action.name)


def lapsed(policy: Policy, filename: str, today: date) -> tuple[str, ...]:
    """A warning per offer whose last day lies before ``today``, with its place in the file.

    Not part of ``Policy.warnings``: what the compiler makes of a file is the same on every day.
    """
    problems = Problems(read_yaml(policy.source, filename)[0])
    for action, at in _fixed_ends(policy.actions):
        if action.terms and date.fromisoformat(str(action.terms["ends"])) < today:
            problems.warn((*at, "terms", "ends"), f"lies in the past: this offer ended before today, {today.isoformat()}")
    return problems.warnings
