"""How much of the talking is the firm's, per party (treatment-formulas 3.17); and what became of introductions (3.18)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from platinum.ops.firm.measures import Measure, Z, share
from platinum.profile.talk import MOST
from platinum.vocabulary.bonds import PARTIES

#: Contacts of the firm's for each time that people speak to it: aim at this or less.
TARGET = 1.0


class Talked:
    """Counts while profiles go by."""

    def __init__(self) -> None:
        self._of: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)

    def take(self, bonds: Mapping[str, Any]) -> None:
        """Group ``bonds`` of one profile; who never spoke and was never spoken to is left out."""
        if bonds["talked"] or bonds["listened"]:
            self._of[bonds["party"]].append((bonds["talked"], bonds["listened"]))

    def measures(self) -> Iterator[Measure]:
        """One for customers, and for every other party of which there is somebody."""
        for party in PARTIES:
            if party == PARTIES[0] or party in self._of:
                yield ratio_of(party, self._of[party])


def ratio_of(party: str, spoken: list[tuple[float, float]]) -> Measure:
    """Contacts over times that they spoke, each faded with 90 days, added up over a party (n: people), with the interval of a ratio.

    Of n people the standard error is that of t - r·l, over the mean of l (Cochran 1977, 6.4).
    """
    n, talked, listened = len(spoken), math.fsum(t for t, _ in spoken), math.fsum(heard for _, heard in spoken)
    ratio = None if n == 0 else min(MOST, talked / listened) if listened > 0.0 else MOST
    low = high = None
    if n > 1 and listened > 0.0 and ratio is not None:
        spread = math.fsum((t - ratio * heard) ** 2 for t, heard in spoken) / (n - 1)
        half = Z * math.sqrt(n * spread) / listened
        low, high = max(0.0, ratio - half), ratio + half
    alarm = "the firm talks more than it listens" if ratio is not None and ratio > TARGET else ""
    about = f"Contacts that reached them for each time that they spoke to the firm; {TARGET:g} or less is the aim."
    return Measure(
        f"talk_listen_{party}", f"Talk/listen ratio, {party}s", about, ratio, n, f"{party}s", "number", low, high, "90 days, fading", alarm
    )


def introduction_measures(known: Mapping[str, int]) -> list[Measure]:
    """Of ``learn.community.Community.report``."""
    return [
        share("introductions", "Introductions that both accepted", "Of those that somebody answered.", known["accepted"],
              known["answered"], "introductions", "ever"),
        share("introduction_replies", "Introductions that both answered", "The second within 30 days of the first, yes or no.",
              known["replied"], known["answered"], "introductions", "ever"),
    ]  # fmt: skip
