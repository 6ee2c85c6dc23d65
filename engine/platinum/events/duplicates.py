"""JSON objects that name a member twice: the last one counts, as in every common parser.

msgspec takes the last one too, but first checks each against its type. Only when it has refused something, so rarely that the
cost does not matter, the value is written anew with the last ones alone.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec


class _Seen:
    """Builds objects and notes whether a name came twice."""

    def __init__(self) -> None:
        self.twice = False

    def build(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """One object."""
        members = dict(pairs)
        self.twice |= len(members) != len(pairs)
        return members


def _verbatim(number: str) -> msgspec.Raw:
    # Numbers stay as they were written: 1e400 is JSON, but no float64.
    return msgspec.Raw(number.encode())


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are Python's, not JSON's


def without_duplicates(value: bytes) -> bytes | None:
    """``value`` with the last of equal names only, ``None`` if there are none (or it is no JSON).

    ``value`` is at most ``MAX_DEPTH`` deep.
    """
    seen = _Seen()
    try:
        document = json.loads(
            value.decode(), object_pairs_hook=seen.build, parse_float=_verbatim, parse_int=_verbatim, parse_constant=_refuse
        )
        return msgspec.json.encode(document) if seen.twice else None
    except (ValueError, RecursionError):
        return None
