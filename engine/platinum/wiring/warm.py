"""Compile (or load) every kernel before the first customer waits for one."""

from __future__ import annotations

import time

import numpy as np

from platinum.pipeline.batch import Place, execute, prepare
from platinum.pipeline.cut import Segment
from platinum.pipeline.request import Ask, answer
from platinum.pipeline.stages import Stages
from platinum.ports import Fetched
from platinum.profile.codec import pack_rows, unpack_rows
from platinum.profile.row import ROW

_EVENT = (
    b'{"type":"track","event":"Order Completed","messageId":"warm","userId":"warm","timestamp":"2000-01-01T00:00:00Z",'
    b'"properties":{"order_id":"warm","total":1.0}}'
)


def warm(stages: Stages) -> float:
    """Run one event and one request through ``stages`` on rows of their own; returns the seconds it took.

    The stages' arrays are private to the caller's thread while this runs, so pass a fresh ``Stages`` when another
    thread may be using the first.
    """
    began = time.perf_counter()
    own = Stages(stages.policy, stages.model, stages.version[1])
    place = Place(1, 0, 1, 1)
    record = Fetched(0, b"warm", _EVENT, 946_684_800_000, ())
    prepared = prepare(Segment(records=[record]), own, place)
    rows = np.zeros(1, ROW)
    slots = np.zeros(1, np.int64)
    execute(prepared, rows, slots, (np.zeros(1, np.int64), np.zeros(1, np.int64)), own, place)
    blobs = pack_rows(rows, slots)
    unpack_rows(blobs, rows, slots)
    ask = Ask("warm", own.policy.placements[:1], 946_684_900_000, "warm", "warm", [_EVENT])
    answer(ask, blobs[0], 0, own, bytes(32), 1, 0)
    return time.perf_counter() - began
