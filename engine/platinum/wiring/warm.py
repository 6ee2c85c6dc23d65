"""Compile (or load) every kernel before the first customer waits for one.

On an empty cache two processes compile: numba's compiler is Python and holds the interpreter lock, so threads would not help.
A child takes folding, decoding, encoding and the codec, this process deciding and the batch kernel around both.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time

import numpy as np
from numpy.typing import NDArray

from platinum.decide.record import DECISION
from platinum.events.columns import EVENT, ITEM
from platinum.events.decode import decode
from platinum.jit import cache_folder
from platinum.pipeline.batch import execute, key_hashes, prepare
from platinum.pipeline.changed import group_rows
from platinum.pipeline.cut import Segment
from platinum.pipeline.kernel import run_batch
from platinum.pipeline.prepared import Place
from platinum.pipeline.request import Ask, answer
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import Fetched
from platinum.profile.codec import pack_rows, unpack_rows
from platinum.profile.fold import fold
from platinum.profile.row import ROW

_EVENT = (
    b'{"type":"track","event":"Order Completed","messageId":"warm","userId":"warm","timestamp":"2000-01-01T00:00:00Z",'
    b'"properties":{"order_id":"warm","total":1.0}}'
)
#: The escape keeps it from the compiled decoder: the kernels behind the other one are to be warm too.
_ODD_EVENT = b'{"type":"track","event":"Decision Shown","userId":"w\\u0061rm","properties":{"decision_id":"d.1.0.0.0"}}'
_RECORDS = [Fetched(i, b"warm", event, 946_684_800_000, ()) for i, event in enumerate((_EVENT, _ODD_EVENT))]

_THREAD = "platinum-warm"


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
    """Run two events and one request through ``stages`` on rows of their own; returns the seconds it took.

    The stages' arrays are private to the caller's thread while this runs, so pass a fresh ``Stages`` when another
    thread may be using the first.
    """
    began = time.perf_counter()
    own = Stages(stages.policy, stages.model, stages.version[1])
    if not any(cache_folder().rglob("*.nbi")):
        _compile_apart(own)
    place = Place(1, 0, 1, 1)
    blob = _through(own, place)
    ask = Ask("warm", own.policy.placements[:1], 946_684_900_000, "warm", "warm", [_EVENT])
    answer(ask, blob, 0, own, bytes(32), 1, 0)
    return time.perf_counter() - began


def _through(own: Stages, place: Place) -> bytes:
    """Two events through every kernel of the stream; returns the packed row."""
    prepared = prepare(Segment(records=_RECORDS), own, place)
    rows = np.zeros(1, ROW)
    slots = np.zeros(len(_RECORDS), np.int64)
    execute(prepared, rows, slots, (np.zeros(1, np.int64), np.zeros(1, np.int64)), own, place)
    return _codec(rows)


def _codec(rows: NDArray[np.void]) -> bytes:
    slots = np.zeros(1, np.int64)
    group_rows(slots, slots, np.zeros(1, np.bool_), np.empty(1, np.int64), np.empty(1, np.int64))
    blobs = pack_rows(rows, slots)
    unpack_rows(blobs, rows, slots)
    return blobs[0]


def _compile_apart(own: Stages) -> None:
    """Compile the batch kernel here while a child compiles the rest into the cache; whatever it fails at is compiled here later."""
    try:
        child = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)  # noqa: S603
    except OSError:
        return
    with child:
        rows, none = np.zeros(1, ROW), np.zeros(0, np.int64)
        batch = (np.zeros(0, EVENT), np.zeros(0, ITEM))
        run_batch(rows, (none, none), batch, (none, none), (1, 0), own.run, own.room(1), np.zeros(0, np.int8))
        child.wait()


def _compile_rest() -> None:
    """What the child does. It ends with its parent, however that ends: its standard input is then closed."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    stages = Stages(compile_policy(example("minimal")))
    # First, because the batch kernel contains it: the parent finds it in the cache when it comes to it, behind deciding.
    fold(np.zeros(1, ROW)[0], np.zeros(1, EVENT)[0], np.zeros(0, ITEM), stages.policy.tables)
    decode(_RECORDS, stages.decoding)
    key_hashes([b"warm"])
    _codec(np.zeros(1, ROW))
    stages.encoder.encode(np.zeros(1, DECISION), [b"warm"], [b"d.1.0.0.0"], 1, 0)


def _leave_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # not sys.stdin.buffer: its lock would be held when the interpreter ends
    os._exit(1)


if __name__ == "__main__":
    _compile_rest()
