"""How well the engine recovers how simulated people like to be spoken to, from what they write, read and are noted to be like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import platinum
from platinum.ops.society import Society
from platinum.vocabulary.manner import DIMENSIONS

POLICY = b"""
policy: tones
currency: EUR
timezone: UTC
human: {phone: "1"}
channels: {web: inbound}
tones: {warm: {responsive: 0.8}, formal: {formality: 0.9}}
actions:
  hello: {type: help, channels: [web], words: {warm: "Hello.", formal: "Good day."}}
"""
#: What shows how people are, without a decision of anybody's.
SHOWS = ("Message Received", "Style Noted", "Objection Made")
#: Where one class of writers ends and the next begins, in words that are still known.
BANDS = (65, 150, 300)


@dataclass
class Found:
    """Of people of one band of words: (found, true) per dimension."""

    people: int = 0
    pairs: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {name: [] for name in DIMENSIONS})

    def correlation(self, dimension: str) -> float:
        """Of what was found with what is true."""
        return float(np.corrcoef(np.array(self.pairs[dimension]).T)[0, 1])


@dataclass
class Styles:
    """By band, beginning with the first of ``BANDS``; of all people how many are known well enough, and how many object."""

    bands: dict[int, Found]
    people: int = 0
    covered: int = 0
    objected: int = 0
    traces: int = 0  # of who objects


def styles_found(seed: int, customers: int, days: int, names: Iterable[str] = SHOWS) -> Styles:
    """Everybody at the end of some days in which nobody was treated in any way."""
    world, told = Society(seed=seed, customers=customers), frozenset(names)
    with platinum.Engine.open(POLICY) as engine:
        for day in range(days):
            engine.process([event for event in world.day(day, []) if event.get("event") in told])
        found = Styles({band: Found() for band in BANDS})
        for customer in world.person_ids():
            _judge(found, world.truth(customer), engine.profile(customer))
    return found


def _judge(found: Styles, truth: dict[str, Any], profile: dict[str, Any] | None) -> None:
    manner = profile["manner"] if profile else None
    found.people += 1
    if truth["objects_to_style"]:
        found.objected += 1
        found.traces += manner is not None
        return
    if manner is None:
        return
    found.covered += max(manner["confidence"].values()) >= 0.3
    band = max((band for band in BANDS if manner["words"] >= band), default=None)
    if band is not None:
        found.bands[band].people += 1
        for name in DIMENSIONS:
            found.bands[band].pairs[name].append((manner["tone"][name], truth["style"][name]))


def lines(found: Styles) -> Iterator[str]:
    """A table, as text."""
    yield f"known well enough: {found.covered} of {found.people - found.objected} ({found.covered / (found.people - found.objected):.0%})"
    for band, one in found.bands.items():
        if one.people > 2:
            yield f"from {band:3d} words, {one.people:3d} people: " + ", ".join(f"{n} {one.correlation(n):.2f}" for n in DIMENSIONS)
