"""What a snapshot of the learner says, for people to read (``platinum model show``)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from platinum.learn.linear import HEADS
from platinum.ops.manner_shown import hours_shown, manner_lines, tones_shown

#: What all actions share is learned of these, in the order of ``profile.own``; channels follow.
SHARED = ("one", "usual", "interest", "bought", "since_bought", "channel", "answered", "given")
#: Actions that the words show, by number of examples; JSON has all.
_MOST_ACTIONS = 20


def instant(time_ms: int) -> str:
    """An instant as commands print it."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def shown(taught: Mapping[str, Any], schema: str, exploring: Mapping[str, float]) -> dict[str, Any]:
    """What was taught, under the features that the policy in force looks at.

    Parameters
    ----------
    schema : str
        Of these features, as ``learn.taught`` names it.
    exploring : mapping
        What decisions make of it: ``gamma``, ``utility_low``, ``utility_high``.
    """
    model = taught.get("models", {}).get(schema)
    reliability = taught.get("reliability") or {"n": 0.0, "error": None, "bins": []}
    return {
        "examples": taught.get("examples", 0),
        "no_examples": taught.get("reasons", {}),
        "late": taught.get("late", {}),
        "arms": taught.get("arms"),
        "schema": schema,
        "schemas": sorted(taught.get("models", {})),
        "n": 0.0 if model is None else model["n"],
        **exploring,
        "utilities": taught.get("utilities"),
        "calibration_error": reliability["error"],
        "reliability": [{"n": n, "p_accept": p, "accepted": rate} for n, p, rate in reliability["bins"]],
        "noise": None if model is None else dict(zip(HEADS, model["noise"], strict=True)),
        "actions": {} if model is None else _actions(model),
        "shared": {} if model is None else _shared(model),
        "tones": tones_shown(taught),
        "hours": hours_shown(taught),
    }


def _actions(model: Mapping[str, Any]) -> dict[str, dict[str, float | None]]:
    """Per action the weight of its examples, and the share that was accepted; "" = nobody was contacted."""
    return {name: {"n": n, "accepted": round(yes / n, 6) if n > 0.0 else None} for name, (n, yes) in sorted(model["actions"].items())}


def _shared(model: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    weights = np.frombuffer(b64decode(model["shared"]), "<f4").reshape(-1, len(HEADS))
    spread = np.frombuffer(b64decode(model["shared_variance"]), "<f4")
    names = [*SHARED, *(f"through {channel}" for channel in model["channels"])]
    noise = model["noise"][HEADS.index("reward")]
    found = {}
    for i, name in enumerate(names):
        of = {head: float(f"{weights[i, HEADS.index(head)]:.6g}") for head in ("accepted", "reward")}
        found[name] = of | {"reward_deviation": float(f"{(max(0.0, float(spread[i])) * noise) ** 0.5:.6g}")}
    return found


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The same for a terminal."""
    weighing = f"weighing {found['n']:,.0f} on the features in force ({found['schema']})"
    yield f"{found['model']}: {found['examples']:,} examples, {weighing}"
    error = "not known yet" if found["calibration_error"] is None else f"{found['calibration_error']:.4f}"
    yield f"exploration: gamma {found['gamma']:.4g}, utilities {found['utility_low']:.4g} to {found['utility_high']:.4g}"
    yield f"expected calibration error: {error}"
    if found["late"]:
        most = sorted(found["late"].items(), key=lambda one: (-one[1], one[0]))[:3]
        yield "answers after the window, which taught nothing: " + ", ".join(f"{n:,} of {name or '(left in peace)'}" for name, n in most)
    if found["reliability"]:
        yield f"{'p_accept':>10}  {'accepted':>10}  {'n':>10}"
        for one in found["reliability"]:
            yield f"{one['p_accept']:>10.4f}  {one['accepted']:>10.4f}  {one['n']:>10,.0f}"
    if found["arms"] is not None:
        people = ", ".join(f"{arm} {met:,} of {found['arms']['meant'][arm]:,.0f}" for arm, met in found["arms"]["met"].items())
        odds = "too few to compare" if found["arms"]["p"] is None else f"p = {found['arms']['p']:.3g}"
        yield f"people in always-on arms, of those meant to be: {people} ({odds})"
    if found["shared"]:
        yield f"{'what all actions share':<28} {'accepted':>10}  {'reward':>10}  {'deviation':>10}"
        for name, one in found["shared"].items():
            yield f"{name:<28} {one['accepted']:>10.4f}  {one['reward']:>10.4f}  {one['reward_deviation']:>10.4f}"
    if found["actions"]:
        yield f"{'action':<28} {'n':>10}  {'accepted':>10}"
        first = sorted(found["actions"].items(), key=lambda one: (-one[1]["n"], one[0]))
        for name, one in first[:_MOST_ACTIONS]:
            said = "-" if one["accepted"] is None else f"{one['accepted']:.4f}"
            yield f"{name or '(left in peace)':<28} {one['n']:>10,.0f}  {said:>10}"
        if len(first) > _MOST_ACTIONS:
            yield f"and {len(first) - _MOST_ACTIONS} more: --json shows all"
    yield from manner_lines(found)
