"""Arrays of ``Tables`` that come from one section each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.declared import TONE_MEMBERS, Declared, Names, Values, kept
from platinum.policy.problems import Problems
from platinum.policy.scalars import Cap
from platinum.policy.yaml_tree import Path
from platinum.vocabulary.codes import N_KINDS, ActionType, Kind, Lane
from platinum.vocabulary.table import SNAKE

_HOUR_MS = 3_600_000
DEFAULT_EXPIRES_MS = 24 * _HOUR_MS
DEFAULT_THANK_FOR = {"order_completed": 1.0, "referral_made": 3.0, "review_written": 2.0}
_ALL_TYPES = sum(1 << kind for kind in ActionType)
_ALL_LANES = sum(1 << lane for lane in Lane)
_TRAIT_KINDS = {"yes_no": 0, "one_of": 1, "number": 2}


def records(dtype: np.dtype[np.void], rows: list[dict[str, Any]]) -> NDArray[np.void]:
    """One record per mapping; members that are not named are 0."""
    made = np.zeros(len(rows), dtype)
    for i, row in enumerate(rows):
        for member, value in row.items():
            made[i][member] = value
    return made


def channels(values: Values, declared: Declared, problems: Problems) -> NDArray[np.void]:
    """CHANNEL[H]."""
    rows = []
    for name, outbound in declared.channels.items():
        spec = values.get("channels", {}).get(name, {})
        for key in ("quiet", "caps", "basis", "best_hour"):
            if key in spec and not outbound:
                problems.add(
                    ("channels", name, key), "belongs to an outbound channel: on this one the customer comes to us", "outbound", key=True
                )
        quiet_from, quiet_to = spec.get("quiet", (-1, -1))
        rows.append(
            {
                "cost": spec.get("cost", 0.0),
                "expires_ms": spec.get("expires", DEFAULT_EXPIRES_MS),
                "name": name_hash(name),
                "quiet_from": quiet_from,
                "quiet_to": quiet_to,
                "outbound": outbound,
                "existing_customer": spec.get("basis") == "existing_customer",
                "best_hour": spec.get("best_hour", False),
            }
        )
    return records(t.CHANNEL, rows)


def caps(values: Values, declared: Declared, names: Names) -> tuple[tuple[str, ...], NDArray[np.void]]:
    """Each cap as written (normal form), and CAP[*]: those over all channels first."""
    found: list[tuple[str, Cap, int, Path]] = [
        (c.text, c, -1, ("caps", i)) for i, c in enumerate(values.get("caps", ())) if isinstance(c, Cap)
    ]
    for index, name in enumerate(declared.channels):
        own = kept(values.get("channels", {}).get(name, {}).get("caps"))
        found += [(f"{name}: {c.text}", c, index, ("channels", name, "caps")) for c in own]
    rows = [
        {
            "window_ms": c.window_ms,
            "limit": c.limit,
            "channel": channel,
            "types": sum(1 << kind for kind in c.types),
            "name": names.add(text, at),
        }
        for text, c, channel, at in found
    ]
    return tuple(text for text, *_ in found), records(t.CAP, rows)


def placements(declared: Declared) -> NDArray[np.void]:
    """PLACEMENT[P]."""
    order = declared.channel_names
    rows = []
    for name, spec in declared.placements.items():
        types = [1 << ActionType[word.upper()] for word in kept(spec.get("takes"))]
        lanes = [1 << Lane[word.upper()] for word in kept(spec.get("lanes"))]
        channel = spec.get("channel")
        rows.append(
            {
                "name": name_hash(name),
                "channel": order.index(channel) if channel in order else -1,
                # Silence is always possible: there may be nothing that is allowed.
                "lanes": sum(lanes) | 1 << Lane.SILENCE if "lanes" in spec else _ALL_LANES,
                "types": sum(types) | 1 << ActionType.SILENCE if "takes" in spec else _ALL_TYPES,
                "filled": int(spec.get("may_be_empty", True) is False),
            }
        )
    return records(t.PLACEMENT, rows)


def tones(values: Values, declared: Declared) -> NDArray[np.void]:
    """TONE[T]."""
    specs = values.get("tones", {})
    rows = [
        {"name": name_hash(name), "vector": tuple(specs.get(name, {}).get(member, 0.0) for member in TONE_MEMBERS)}
        for name in declared.tones
    ]
    return records(t.TONE, rows)


def traits(declared: Declared) -> NDArray[np.void]:
    """TRAIT_SPEC[*]."""
    return records(t.TRAIT_SPEC, [{"name": name_hash(name), "kind": _TRAIT_KINDS[trait.kind]} for name, trait in declared.traits.items()])


def whens(values: Values, names: Names, problems: Problems) -> tuple[tuple[str, ...], NDArray[np.void]]:
    """Names of the ``when_reached`` rules and WHEN[*]."""
    rules = [(i, rule) for i, rule in enumerate(values.get("when_reached", ())) if isinstance(rule, dict) and "days_since_last" in rule]
    found: list[str] = []
    rows = []
    for i, rule in rules:
        name = rule.get("name") or f"days_since_last_{rule['days_since_last']}"
        if name in found:
            problems.add(("when_reached", i), f"is the second rule of the name {name!r}: give it another")
        found.append(name)
        rows.append({"name": names.add(name, ("when_reached", i)), "days": rule["days_since_last"]})
    return tuple(found), records(t.WHEN, rows)


def decide_on(values: Values, more: Iterable[Kind] = ()) -> NDArray[np.uint8]:
    """uint8[N_KINDS]; ``more`` ask as well."""
    wanted = np.zeros(N_KINDS, np.uint8)
    for name in kept(values.get("decide_on")):
        wanted[Kind[name.upper()]] = 1
    for kind in more:
        wanted[kind] = 1
    return wanted


def thank_for(values: Values, problems: Problems) -> NDArray[np.float64]:
    """float64[N_KINDS]: points of gratitude per event."""
    earned = np.zeros(N_KINDS)
    given = values.get("thank", {}).get("for", DEFAULT_THANK_FOR)
    for name, points in given.items():
        if name in SNAKE:
            earned[Kind[name.upper()]] = points
        else:
            problems.unknown(("thank", "for", name), name, SNAKE, "event", key=True)
    return earned


def longest_cap_ms(caps_array: NDArray[np.void]) -> int:
    """Longest window of any cap; 0 = no caps. For promotion, a limit of 1 may have to hold for twice its window (``decide.wary``)."""
    twice = (caps_array["limit"] == 1) & (caps_array["types"] & (1 << ActionType.HELP | 1 << ActionType.OFFER) != 0)
    windows = caps_array["window_ms"] * np.where(twice, 2, 1)
    return int(windows.max()) if len(caps_array) else 0
