"""Customers who spoke about channels that the policy does not have: what they said is kept and matches nothing.

No event can be refused for it, because the next policy may have the channel. So it is counted where people look.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from platinum.policy.policy import Policy
from platinum.profile.codec import unpack_rows
from platinum.profile.row import ROW
from platinum.vocabulary.codes import Preference

_ABOUT_CHANNELS = (int(Preference.CHANNEL_NO), int(Preference.CHANNEL_ONLY))
_AT_ONCE = 1000  # rows are some kilobytes each


def speak_of_unknown_channels(blobs: Sequence[bytes], policy: Policy) -> int:
    """How many of these customers (packed rows) consent or object to, or prefer, a channel that ``policy`` does not name."""
    known = policy.tables.channels["name"]
    count = 0
    for at in range(0, len(blobs), _AT_ONCE):
        some = blobs[at : at + _AT_ONCE]
        rows = np.zeros(len(some), ROW)
        unpack_rows(list(some), rows, np.arange(len(some)))
        count += int((_consents(rows, known) | _preferences(rows, known)).sum())
    return count


def _consents(rows: NDArray[np.void], known: NDArray[np.uint32]) -> NDArray[np.bool_]:
    said = rows["consents"]["channel"]
    used = np.arange(said.shape[1]) < rows["n_consents"][:, None]
    strange: NDArray[np.bool_] = (used & (said != 0) & ~np.isin(said, known)).any(axis=1)
    return strange


def _preferences(rows: NDArray[np.void], known: NDArray[np.uint32]) -> NDArray[np.bool_]:
    wishes = rows["preferences"]
    used = np.arange(wishes.shape[1]) < rows["n_preferences"][:, None]
    about = np.isin(wishes["kind"], _ABOUT_CHANNELS) & (wishes["on"] == 1)
    strange: NDArray[np.bool_] = (used & about & ~np.isin(wishes["name"], known)).any(axis=1)
    return strange
