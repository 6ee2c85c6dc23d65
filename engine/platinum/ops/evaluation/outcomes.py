"""What came of decisions, from the records of ``platinum.learning.v1``."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from platinum.ids import decision_ref

#: How records about decisions begin (``emit.examples``); the others are facts of another kind.
_EXAMPLE, _NO_EXAMPLE = b'{"fact":"example"', b'{"fact":"no_example"'


class Outcome(msgspec.Struct, frozen=True):
    """What came of one decision, or why nothing is known of it.

    Attributes
    ----------
    reward : float or None
        In parts of the action's value, in money for silence; None = there is nothing to learn from it.
    closed : str
        ``codes.Closed`` in small letters.
    """

    ref: str
    closed: str
    accepted: bool = False
    reward: float | None = None


_DECODER = msgspec.json.Decoder(Outcome)


class Outcomes:
    """Of all decisions of a log, by decision id."""

    def __init__(self) -> None:
        self._by_ref: dict[str, Outcome] = {}

    def take(self, values: Iterable[bytes]) -> None:
        """Records of the learning topic, in order; of two about one decision the first counts."""
        for value in values:
            if value.startswith((_EXAMPLE, _NO_EXAMPLE)):
                told = _DECODER.decode(value)
                self._by_ref.setdefault(told.ref, told)

    def of(self, decision_id: str) -> Outcome | None:
        """What is known of a decision; None = nothing yet."""
        return self._by_ref.get(f"{decision_ref(decision_id):016x}")
