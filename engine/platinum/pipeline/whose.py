"""Outcomes that one customer brings of what was decided for another: a gift card's bearer, a household's other e-mail address.

An outcome may say whose decision it is about (``customer_id``). It counts there and nowhere else: it is passed on to that customer's
partition, and for whoever brought it it is a sign of life (``profile.fold``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.vocabulary.codes import Kind

_FIRST, _LAST = int(Kind.DECISION_SHOWN), int(Kind.CONTACT_ABORTED)
#: Done at the firm, where it is known who was decided for: it says who did it in the place where the others say whose it is.
_AT_THE_FIRM = int(Kind.DECISION_OVERRIDDEN)


def of_others(events: NDArray[np.void]) -> NDArray[np.int64]:
    """Which events (EVENT[B]) are outcomes of what was decided for somebody else."""
    kind = events["kind"]
    outcomes = (kind >= _FIRST) & (kind <= _LAST) & (kind != _AT_THE_FIRM)
    found: NDArray[np.int64] = (outcomes & (events["high"] != 0.0)).nonzero()[0]
    return found


def keep_own(events: NDArray[np.void], keys: Sequence[bytes]) -> None:
    """Take the name off outcomes that say whose they are where that is who brought them; many sources say it always."""
    for i in of_others(events).tolist():
        if events["high"][i] == float(name_hash(keys[i].decode())):
            events["high"][i] = 0.0
