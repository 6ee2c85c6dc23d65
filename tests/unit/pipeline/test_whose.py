"""Whose outcome it is: what passes it on and what folds it agree, kind by kind."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.events.columns import EVENT
from platinum.jit import kernel
from platinum.pipeline.whose import of_others
from platinum.profile.fold import is_of_another
from platinum.vocabulary.codes import Kind


@kernel
def ask(events: Any, out: NDArray[np.bool_]) -> None:
    for i in range(events.shape[0]):
        out[i] = is_of_another(events[i])


def test_what_is_passed_on_is_what_the_bearer_s_row_leaves_out() -> None:
    kinds = [kind for kind in Kind for _ in range(2)]
    events, out = np.zeros(len(kinds), EVENT), np.zeros(len(kinds), np.bool_)
    events["kind"], events["high"][::2] = kinds, 12345.0

    ask(events, out)

    assert out.nonzero()[0].tolist() == of_others(events).tolist()
    assert {kinds[i].name for i in of_others(events)} >= {"DECISION_ACCEPTED", "OFFER_REDEEMED", "CONTACT_MARKED_SPAM"}
    assert Kind.DECISION_OVERRIDDEN not in {kinds[i] for i in of_others(events)}
