"""Compile (or load) every kernel before the first customer waits for one.

On an empty cache two processes compile (``apart.py``); what is left to do here is to load, and to try everything once.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Iterable

import numpy as np

from platinum.ops.population import simulate_events
from platinum.pipeline.batch import execute, prepare
from platinum.pipeline.cut import Segment
from platinum.pipeline.prepared import Place
from platinum.pipeline.request import Ask, answer
from platinum.pipeline.stages import Stages
from platinum.ports import Fetched
from platinum.profile.entries import NO_MORE
from platinum.profile.readable import readable_blob
from platinum.profile.row import ROW
from platinum.wiring.apart import RECORDS, codec, compile_apart, is_compiled, way_out
from platinum.wiring.records import record_of

_THREAD = "platinum-warm"
#: Time of the log in which the customer lives whose profile is read, and how much was told of them.
_BEGAN_MS, _TOLD = 946_684_800_000, 200


async def warm_in_thread(stages: Stages) -> None:
    """``warm`` beside the loop; may be cancelled, the thread then goes on unheard."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[float] = loop.create_future()

    def tell(seconds: float, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(seconds)
        else:
            done.set_exception(error)

    def work() -> None:
        seconds, failed = 0.0, None
        try:
            seconds = warm(stages)
        except Exception as error:  # noqa: BLE001  # whoever awaits raises it
            failed = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, seconds, failed)

    threading.Thread(target=work, name=_THREAD, daemon=True).start()
    await done


def leave_if_compiling() -> None:
    """End the process here if a cancelled ``warm_in_thread`` still compiles: Python's exit would crash in that thread.

    Call it when everything durable is closed.
    """
    if any(thread.name == _THREAD for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def warm(stages: Stages) -> float:
    """Run two events and one request through ``stages`` on rows of their own, and read a profile; returns the seconds it took.

    The stages' arrays are private to the caller's thread while this runs, so pass a fresh ``Stages`` when another
    thread may be using the first.
    """
    began = time.perf_counter()
    own = Stages(stages.policy, stages.model, stages.version[1])
    if not is_compiled():
        compile_apart(own)
    place = Place(1, 0, 1, 1)
    blob = _through(own, place, RECORDS)
    ask = Ask("warm", own.policy.placements[:1], 946_684_900_000, "warm", "warm", [RECORDS[0].value])
    answer(ask, blob, 0, own, bytes(32), 1, 0)
    _shown(own, place)
    return time.perf_counter() - began


def _shown(own: Stages, place: Place) -> None:
    """The profile of somebody of whom much is known: what reads it has kernels of its own, a dozen seconds of compiling."""
    told = (record_of(event, _BEGAN_MS) for event in simulate_events(seed=1, customers=1, events=_TOLD))
    life = [Fetched(i, one.key, one.value, _BEGAN_MS, ()) for i, one in enumerate(told)]
    readable_blob(_through(own, place, life), own.policy, _BEGAN_MS)


def life_of(events: Iterable[bytes], own: Stages) -> bytes:
    """Packed row of one customer after these events."""
    told = (record_of(event, _BEGAN_MS) for event in events)
    return _through(own, Place(1, 0, 1, 1), [Fetched(i, one.key, one.value, one.time_ms, ()) for i, one in enumerate(told)])


def _through(own: Stages, place: Place, records: list[Fetched]) -> bytes:
    """Events of one customer through every kernel of the stream; returns the packed row."""
    prepared = prepare(Segment(records=records), own, place)
    rows = np.zeros(1, ROW)
    slots = np.zeros(len(records), np.int64)
    execute(prepared, (rows, NO_MORE), slots, (np.zeros(1, np.int64), np.zeros(1, np.int64)), own, place)
    way_out(own)
    return codec(rows)
