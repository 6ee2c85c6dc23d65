"""What a customer asked for, as the events say that came with a request."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from platinum.pipeline.asking import Folding
from platinum.vocabulary.codes import Kind

_REQUEST_MADE, _CONTACT_STARTED = int(Kind.REQUEST_MADE), int(Kind.CONTACT_STARTED)


def take_intents(triggers: NDArray[np.void], of: Sequence[int], folding: Folding, own: NDArray[np.bool_]) -> None:
    """Give each trigger without an intent that of its request's newest event that has one, as if the context had said so.

    Parameters
    ----------
    triggers : TRIGGER[T]
        Changed in place.
    of : sequence of int, length T
        Request of each trigger.
    own : bool[E]
        Which events of ``folding`` came with their request; the others were answered earlier.
    """
    events = folding.events
    asks = (events["kind"] == _REQUEST_MADE) | (events["kind"] == _CONTACT_STARTED)
    said = np.flatnonzero(own & asks & (events["name_a"] != 0)).tolist()
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
