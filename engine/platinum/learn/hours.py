"""At which hour of the week contacts are taken, per channel (treatment-formulas 3.2, send time).

Taken means accepted: that a machine opened or fetched something is no acceptance. The hour is that on the person's own clock.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from platinum.learn.example import Example
from platinum.learn.fading import Fading

HOURS = 168
#: As many contacts as the channel's own rate is worth at an hour of which nothing is known.
LIKE_ALL = 20.0
MOST_CHANNELS = 12
#: Neighbours speak for an hour, too.
_BESIDE, _ITSELF = 0.25, 0.5

Vec = NDArray[np.float64]


class Hours:
    """Contacts and acceptances, fading, per channel and hour of the week."""

    def __init__(self, half_life_ms: int) -> None:
        self._sums = Fading(MOST_CHANNELS * HOURS, 2, half_life_ms)
        self._channels: dict[str, int] = {}

    def add(self, examples: Sequence[Example]) -> None:
        """Of one partition, in order; contacts that the stream decided alone have an hour that was ours to choose."""
        told = [(self._place(one.channel), one) for one in examples if one.outbound and one.action is not None and one.channel is not None]
        told = [(place, one) for place, one in told if place >= 0]
        rows = np.array([place * HOURS + one.hour for place, one in told], np.int64)
        values = np.array([(float(one.accepted), 1.0) for _, one in told]).reshape(-1, 2)
        self._sums.add(rows, values, np.array([one.made_ms for _, one in told], np.int64))

    def _place(self, channel: str) -> int:
        if channel not in self._channels and len(self._channels) < MOST_CHANNELS:
            self._channels[channel] = len(self._channels)
        return self._channels.get(channel, -1)

    def merge(self, other: Self) -> None:
        """Add another's."""
        moved = Fading(MOST_CHANNELS * HOURS, 2, self._sums.half_life_ms)
        moved.base = other._sums.base
        for channel, theirs in other._channels.items():
            mine = self._place(channel)
            if mine >= 0:
                moved.table[mine * HOURS : (mine + 1) * HOURS] = other._sums.table[theirs * HOURS : (theirs + 1) * HOURS]
        self._sums.merge(moved)

    def judged(self, now_ms: int) -> dict[str, Any]:
        """Per channel: contacts (``n``), and of each hour the rate of acceptance, float32[168] little-endian in base64."""
        table = self._sums.as_of(now_ms)
        return {channel: _judged(table[place * HOURS : (place + 1) * HOURS]) for channel, place in sorted(self._channels.items())}


def rates_of(accepted: Vec, sent: Vec) -> Vec:
    """Smoothed rates (float64[168]): ``(S + s0·r̄) / (N + s0)``, S and N over the hour and its neighbours, the week being a circle."""
    s, n = _smoothed(accepted), _smoothed(sent)
    everywhere = float(accepted.sum()) / max(float(sent.sum()), 1e-9)
    rates: Vec = (s + LIKE_ALL * everywhere) / (n + LIKE_ALL)
    return rates


def _smoothed(counts: Vec) -> Vec:
    smoothed: Vec = _BESIDE * np.roll(counts, 1) + _ITSELF * counts + _BESIDE * np.roll(counts, -1)
    return smoothed


def _judged(sums: Vec) -> dict[str, Any]:
    rates = rates_of(sums[:, 0], sums[:, 1])
    return {"n": float(f"{float(sums[:, 1].sum()):.6g}"), "rates": b64encode(rates.astype("<f4").tobytes()).decode()}
