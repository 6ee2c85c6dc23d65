"""A closed example, as the learner reads it from ``platinum.learning.v1`` (``emit.examples``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import msgspec


class Example(msgspec.Struct, frozen=True, gc=False):
    """A fact ``example``.

    Attributes
    ----------
    action : str or None
        None = the person was left in peace.
    outbound : bool
        The stream decided, about contacts; false also in facts of before that was told.
    explored : bool
        Something else was the best.
    arm : str or None
        ``codes.Arm`` that had a say.
    counted : dict or None
        With the first of a person in a month: the arm that they are in, and the shares of all arms.
    x, z : bytes
        Features of the person and of what the candidate is to them: int16, little-endian, in steps.
    """

    action: str | None
    channel: str | None
    tone: str | None
    cohort: str | None
    schema: str
    made_ms: int
    accepted: bool
    reward: float
    p_chosen: float
    p_accept: float
    utility: float
    hour: int
    x: bytes
    z: bytes
    outbound: bool = False
    explored: bool = False
    arm: str | None = None
    counted: dict[str, Any] | None = None

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        """Itself: nothing of it is ever changed, and to copy 512 of them took half of the time that a snapshot took."""
        return self


_DECODER = msgspec.json.Decoder(list[Example])


def decoded(values: Sequence[bytes]) -> list[Example]:
    """Facts ``example``, all at once."""
    return _DECODER.decode(b"[%b]" % b",".join(values))
