"""What a customer asked for, as the events say that came with a request."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from platinum.pipeline.asking import Folding
from platinum.pipeline.engine_records import DecisionMade
from platinum.vocabulary.codes import ActionType, Kind

_REQUEST_MADE, _CONTACT_STARTED = int(Kind.REQUEST_MADE), int(Kind.CONTACT_STARTED)
_ANSWER = ActionType.ANSWER.name.lower()


def take_intents(triggers: NDArray[np.void], of: Sequence[int], folding: Folding, own: NDArray[np.int64]) -> None:
    """Give each trigger without an intent that of its request's newest event that has one, as if the context had said so.

    Parameters
    ----------
    triggers : TRIGGER[T]
        Changed in place.
    of : sequence of int, length T
        Request of each trigger.
    own : int64[E]
        Which event of its request each of ``folding`` is; -1: none, it was answered earlier.
    """
    events = folding.events
    said = _asking(folding, own)
    if not said:
        return
    newest: dict[int, int] = {}
    for n in said:
        i = int(folding.at[n])
        # Of events of one instant the last one counts.
        if i not in newest or events["occurred_ms"][n] >= events["occurred_ms"][newest[i]]:
            newest[i] = n
    for t, i in enumerate(of):
        if i in newest and triggers["intent"][t] == 0:
            triggers["intent"][t], triggers["kind"][t] = events["name_a"][newest[i]], _REQUEST_MADE
            if triggers["account"][t] == 0:  # it was asked for in a role, and is answered there
                triggers["account"][t] = events["account"][newest[i]]


def answered_events(
    of: Sequence[int], made: Sequence[DecisionMade], folding: Folding, own: NDArray[np.int64]
) -> Collection[tuple[int, int]]:
    """(request, which of its events) of what was asked for and answered there: the stream is not to answer it again."""
    if not len(own):
        return ()
    answered = {i for i, one in zip(of, made, strict=True) if one.type == _ANSWER}
    return {(int(folding.at[n]), int(own[n])) for n in _asking(folding, own) if int(folding.at[n]) in answered} if answered else ()


def _asking(folding: Folding, own: NDArray[np.int64]) -> list[int]:
    """Places of the requests' own events that say what is asked for."""
    events = folding.events
    asks = (events["kind"] == _REQUEST_MADE) | (events["kind"] == _CONTACT_STARTED)
    places: list[int] = np.flatnonzero((own >= 0) & asks & (events["name_a"] != 0)).tolist()
    return places
