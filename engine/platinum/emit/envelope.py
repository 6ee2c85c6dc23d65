"""Ids and instants of a batch's envelopes, all at once: one by one they took 0.7 µs per decision."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.emit.write import Bytes, put_instant
from platinum.jit import constant, kernel

_START = constant(0)
#: An instant with the quotes that JSON wants around it.
_QUOTED_BYTES = len('"2011-12-01T08:26:00.000Z"')


class Named(NamedTuple):
    """What stream decisions are called, and the records that asked for them.

    Attributes
    ----------
    ids : list of bytes
        As ``ids.stream_decision_id``.
    causes : list of bytes
        Coordinates ``generation.partition.offset``.
    """

    ids: list[bytes]
    causes: list[bytes]


@kernel
def put_instants(instants_ms: NDArray[np.int64], out: Bytes) -> None:
    """Write instants (1970 to 9999) with their quotes, one behind the other."""
    at = _START
    for i in range(instants_ms.shape[0]):
        at = put_instant(out, at, instants_ms[i])


def name_decisions(generation: int, partition: int, offsets: NDArray[np.int64], slots: NDArray[np.integer[Any]]) -> Named:
    """Names of the decisions that the records at (generation, partition, offset) triggered."""
    where, n = b"%d.%d." % (generation, partition), len(offsets)
    # One text for all, which is then cut: formatting one by one took three times as long.
    ids = (b"d." + where + b"%d.%d ") * n % tuple(np.stack([offsets, slots], 1).ravel().tolist())
    causes = (where + b"%d ") * n % tuple(offsets.tolist())
    return Named(ids.split(), causes.split())


def instants_of(instants_ms: NDArray[np.int64]) -> list[bytes]:
    """Instants (1970 to 9999) as in decision JSON: RFC 3339, UTC, milliseconds, ``Z``."""
    out = np.empty((len(instants_ms), _QUOTED_BYTES), np.uint8)
    put_instants(np.ascontiguousarray(instants_ms), out.reshape(-1))
    # numpy makes bytes objects of equal length in a tenth of the time that slicing takes.
    texts: list[bytes] = np.ascontiguousarray(out[:, 1:-1]).view(f"S{_QUOTED_BYTES - 2}").ravel().tolist()
    return texts
