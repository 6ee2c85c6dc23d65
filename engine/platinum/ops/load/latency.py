"""Latency from what was appended on a schedule and what was read: pure, on arrays.

An event's latency runs from the instant at which it was due, not from when it was really appended: a system that stands still
must not look fast because the load waited for it. How long the system alone took, from when the event was handed to the broker, is
said beside it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: A decision that took longer belongs to a stall.
STALL_MS = 100.0
_OFFSET_BITS = 48


class Sent(NamedTuple):
    """Events in the order of their schedule.

    Attributes
    ----------
    partition, offset : int64[B]
        Where each lies.
    due_ns : int64[B]
        When it was due, ascending; the clock is the same as in ``Read``.
    sent_ns : int64[B]
        When it was handed to the broker's connection.
    asks : bool[B]
        It asks for a decision.
    """

    partition: NDArray[np.int64]
    offset: NDArray[np.int64]
    due_ns: NDArray[np.int64]
    sent_ns: NDArray[np.int64]
    asks: NDArray[np.bool_]


class Read(NamedTuple):
    """Decisions in the order in which they were read, by the event that caused each; int64[D]."""

    partition: NDArray[np.int64]
    offset: NDArray[np.int64]
    at_ns: NDArray[np.int64]


def latency_of(sent: Sent, read: Read) -> dict[str, Any]:
    """Percentiles over the events that asked for a decision.

    Returns
    -------
    dict
        ``decisions`` that came, ``missing`` ones, ``repeated`` ones (the first counts), ``end_to_end_p50_ms``, ``_p99_ms``,
        ``_max_ms`` by nearest rank, ``from_append_p50_ms`` and ``_p99_ms``, and ``stalls``. A missing decision took for ever: a
        percentile that falls on one is None.
    """
    wanted = _keys(sent.partition[sent.asks], sent.offset[sent.asks])
    due_ns, sent_ns = sent.due_ns[sent.asks], sent.sent_ns[sent.asks]
    came, first = np.unique(_keys(read.partition, read.offset), return_index=True)
    ms = np.full(len(wanted), np.inf)
    if len(came):
        at = np.searchsorted(came, wanted).clip(max=len(came) - 1)
        there = came[at] == wanted
        ms[there] = (read.at_ns[first[at[there]]] - due_ns[there]) / 1e6
    appended_ms = ms - (sent_ns - due_ns) / 1e6
    n_read = int(np.isin(_keys(read.partition, read.offset), wanted).sum())
    found = int(np.isfinite(ms).sum())
    return {
        "decisions": found,
        "missing": len(wanted) - found,
        "repeated": n_read - found,
        "end_to_end_p50_ms": _rank(ms, 0.50),
        "end_to_end_p99_ms": _rank(ms, 0.99),
        "end_to_end_max_ms": _rank(ms, 1.0),
        "from_append_p50_ms": _rank(appended_ms, 0.50),
        "from_append_p99_ms": _rank(appended_ms, 0.99),
        "stalls": _stalls(ms, (due_ns - sent.due_ns[:1]) / 1e9),
    }


def _keys(partition: NDArray[np.int64], offset: NDArray[np.int64]) -> NDArray[np.int64]:
    return (partition << _OFFSET_BITS) | offset


def _rank(ms: NDArray[np.float64], share: float) -> float | None:
    """Nearest rank."""
    if not len(ms):
        return None
    nth = max(int(np.ceil(share * len(ms))), 1) - 1
    return _or_none(float(np.partition(ms, nth)[nth]))


def _or_none(ms: float) -> float | None:
    return round(ms, 3) if np.isfinite(ms) else None


def _stalls(ms: NDArray[np.float64], due_s: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Runs of late decisions: when the first one's event was due, the longest latency, how many decisions."""
    late = np.flatnonzero(ms > STALL_MS)
    if not len(late):
        return []
    # Two late ones that were due within a stall's length of each other waited for the same thing.
    breaks = np.flatnonzero(np.diff(due_s[late]) > STALL_MS / 1e3) + 1
    return [
        {"at_s": round(float(due_s[run[0]]), 3), "longest_ms": _or_none(float(ms[run].max())), "decisions": len(run)}
        for run in np.split(late, breaks)
    ]
