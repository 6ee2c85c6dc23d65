"""What may come of a decision and how much each of it counts: the keys of ``reward`` and their row (treatment-formulas 5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.policy import tables as t
from platinum.policy.containers import Key, Record
from platinum.policy.declared import Values
from platinum.policy.durations import tidy_duration
from platinum.policy.problems import Problems
from platinum.policy.scalars import DURATION, duration_ms, some_duration_ms
from platinum.policy.shapes import Choice, Number, Parsed
from platinum.policy.synonyms import meant
from platinum.policy.yaml_tree import Path
from platinum.vocabulary.codes import N_OUTCOMES, Outcome

COUNTS = ("first", "sum", "most")
_WEIGHT = Number(lowest=-1000, highest=1000)
_WINDOW = Key(
    Parsed(lambda text: (some_duration_ms(text), text)[1], "a duration such as 7d", DURATION, tidy_duration),
    "How long what comes of it counts.",
    default="7d, or 24h if all its channels are inbound",
)
#: What comes of silence, too.
_BY_ITSELF = {
    "visited": Key(_WEIGHT, "They came by themselves: the first view, search, cart or order.", default="0"),
    "ordered": Key(_WEIGHT, "They ordered.", default="0"),
    "spent": Key(_WEIGHT, "Each unit of money that they ordered for.", default="0"),
    "progressed": Key(_WEIGHT, "Progress towards goals of theirs, per goal reached.", default="0"),
    "burdened": Key(_WEIGHT, "More effort than before, per unit of the effort index (0 to 1); below 0, as a rule.", default="0"),
}
_MEANT = meant(
    accepted="accept",
    complained="complaint",
    unsubscribed="unsubscribe",
    declined="decline",
    dismissed="dismiss",
    visited="visit",
    ordered="order purchase bought",
    spent="spend revenue",
    progressed="goal progress",
    burdened="effort",
    nothing="default none",
    counts="aggregate aggregation",
    window="period within",
)
REWARD = Record(
    "reward",
    {
        "accepted": Key(_WEIGHT, "The customer took it. The weights are in parts of the action's `value`.", default="1"),
        "declined": Key(_WEIGHT, "The customer said no.", default="0"),
        "dismissed": Key(_WEIGHT, "The customer closed it.", default="0"),
        "complained": Key(_WEIGHT, "The customer complained.", default="-1"),
        "unsubscribed": Key(_WEIGHT, "The customer wants no more.", default="-1"),
        **_BY_ITSELF,
        "nothing": Key(_WEIGHT, "Nothing was heard until the end of the window.", default="0"),
        "counts": Key(
            Choice(COUNTS, "one of"),
            "What counts of several: the `first` that comes, and then it is closed; the `sum` of what comes within the window; the `most`.",
            default="first; sum where an order, money, goals or effort count",
        ),
        "window": _WINDOW,
    },
    synonyms=_MEANT,
)
SILENCE_REWARD = Record(
    "what silence is judged by",
    {**_BY_ITSELF, "window": Key(_WINDOW.shape, "How long what comes without a contact counts.", default="7d")},
    synonyms={word: key for word, key in _MEANT.items() if key in {*_BY_ITSELF, "window"}},
)
_DEFAULTS = {"accepted": 1.0, "declined": 0.0, "dismissed": 0.0, "complained": -1.0, "unsubscribed": -1.0}
#: What can only be told when the window is over.
_AT_THE_END = ("ordered", "spent", "progressed", "burdened")


def rewards_of(given: Values, window: str, at: Path, problems: Problems) -> dict[str, Any]:
    """``Action.reward``: what was given, with defaults filled in."""
    reward = {**_DEFAULTS, "window": window, **given}
    late = [name for name in _AT_THE_END if reward.get(name)]
    if late and reward.get("counts") == "first":
        problems.add((*at, "reward", "counts"), f"must be sum or most where {late[0]} counts: that is not known before the window is over")
    reward.setdefault("counts", "sum" if late else "first")
    return reward


def reward_row(reward: Values) -> dict[str, Any]:
    """REWARD of an action."""
    weights = np.zeros(N_OUTCOMES)
    for outcome in Outcome:
        weights[outcome] = reward.get(outcome.name.lower(), 0.0)
    return {"weight": weights, "window_ms": duration_ms(str(reward["window"])), "counts": COUNTS.index(str(reward["counts"]))}


def silence_row(values: Values) -> dict[str, Any]:
    """REWARD of who is left in peace (``exploration.alone``)."""
    given = values.get("exploration", {}).get("alone", {})
    return reward_row({"window": "7d", "counts": "sum", **given})


def reward_rows(rewards: Sequence[Values], values: Values) -> NDArray[np.void]:
    """REWARD[A + 1] of the actions and of silence."""
    rows = np.zeros(len(rewards) + 1, t.REWARD)
    for row, one in zip(rows, [*map(reward_row, rewards), silence_row(values)], strict=True):
        for member, value in one.items():
            row[member] = value
    return rows
