"""Slow twin of ``stream.poison.Search``: one record after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def poison_among(records: Sequence[int], breaks: Callable[[Sequence[int], int], bool]) -> list[int]:
    """Indexes of the records that break on what the good ones before them left."""
    state: list[int] = []
    found = []
    for i, record in enumerate(records):
        if breaks(state, record):
            found.append(i)
        else:
            state.append(record)
    return found
