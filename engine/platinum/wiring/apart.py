"""Compile every kernel on an empty cache, in two processes.

numba's compiler is Python and holds the interpreter lock, so threads would not help.

Folding first goes to a child, deciding and the batch kernel around both to this process: neither waits for the other. Of the rest, the
child takes the largest part that nobody has taken yet, and so does this process when its own is done. Which of them is how
fast differs from machine to machine.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from platinum.decide.record import DECISION, TRIGGER
from platinum.emit.decided import Decided, names_of
from platinum.emit.envelope import instants_of
from platinum.emit.outgoing import texts
from platinum.emit.withdrawn import Told, withdrawn
from platinum.events.columns import EVENT, ITEM
from platinum.events.decode import decode_each
from platinum.events.fast.batch import read_plain
from platinum.jit import cache_folder
from platinum.pieces import laid_out
from platinum.pipeline.asking import NO_EVENTS, Asking, run_requests
from platinum.pipeline.batch import key_hashes
from platinum.pipeline.changed import group_rows
from platinum.pipeline.kernel import run_batch
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import BucketWrite, Fetched
from platinum.profile.codec import pack_rows, unpack_rows
from platinum.profile.entries import NO_MORE
from platinum.profile.fold import fold
from platinum.profile.packed import PackedBatch, PackedRows
from platinum.profile.readable import readable
from platinum.profile.row import ROW
from platinum.stores.valkey import payload_of

_EVENT = (
    b'{"type":"track","event":"Order Completed","messageId":"warm","userId":"warm","timestamp":"2000-01-01T00:00:00Z",'
    b'"properties":{"order_id":"warm","total":1.0}}'
)
#: The escape keeps it from the compiled decoder: the kernels behind the other one are to be warm too.
_ODD_EVENT = b'{"type":"track","event":"Decision Shown","userId":"w\\u0061rm","properties":{"decision_id":"d.1.0.0.0"}}'
#: An event for each of the two decoders.
RECORDS = [Fetched(i, b"warm", event, 946_684_800_000, ()) for i, event in enumerate((_EVENT, _ODD_EVENT))]


def is_compiled() -> bool:
    """True if the cache holds the batch kernel.

    Not just any kernel: making a ``Stages`` already compiles one of a line, and then nothing was compiled in two processes.
    """
    return any(cache_folder().rglob(f"*.{run_batch.__name__}-*.nbi"))


def compile_apart(own: Stages) -> None:
    """Compile every kernel here and in a child, into the cache; whatever the child fails at is compiled here later."""
    # A pipe with a byte for each part: whoever reads one compiles it. Nothing is left behind, however either process ends.
    parts, ahead = os.pipe()
    os.write(ahead, bytes(range(len(_PARTS))))
    os.close(ahead)
    command = [sys.executable, "-m", __name__, str(parts)]
    try:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=(parts,))  # noqa: S603
    except OSError:
        os.close(parts)
        return
    with child, rarely_collecting():
        _batch(own)
        _requests(own)
        _share(own, parts)
        child.wait()
    os.close(parts)


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Look for cycles when there are many: a tenth of the time went into looking through what the compiler holds anyway."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def codec(rows: np.ndarray[tuple[int], np.dtype[np.void]]) -> bytes:
    """A row there and back through every kernel between the stages and the store; returns it packed."""
    slots = np.zeros(1, np.int64)
    group_rows(slots, slots, np.zeros(1, np.bool_), np.empty(1, np.int64), np.empty(1, np.int64))
    blobs = pack_rows(rows, slots)
    unpack_rows(blobs, rows, slots)
    return blobs[0]


def way_out(stages: Stages) -> None:
    """Every kernel between the stages and what is sent: to the log, and to the store."""
    _sent(stages)
    _stored(stages)


def _batch(stages: Stages) -> None:
    rows, none = np.zeros(1, ROW), np.zeros(0, np.int64)
    batch = (np.zeros(0, EVENT), np.zeros(0, ITEM), NO_MORE)
    run_batch(rows, (none, none), batch, (none, none), (1, 0), stages.run, stages.room(1, rows), np.zeros(0, np.int8))


def _requests(stages: Stages) -> None:
    # Here, not in the child: all that it links is in memory.
    nothing = Asking(np.zeros(0, TRIGGER), np.zeros((0, 2), np.int64), np.ones((1, len(stages.policy.actions)), np.uint8))
    run_requests([], NO_EVENTS, nothing, stages)


def _fold(stages: Stages) -> None:
    fold(np.zeros(1, ROW)[0], np.zeros(1, EVENT)[0], np.zeros(0, ITEM), stages.policy.tables, NO_MORE)


def _plain(stages: Stages) -> None:
    read_plain(RECORDS[:1], stages.decoding.fast)


def _encode(stages: Stages) -> None:
    stages.encoder.encode(np.zeros(1, DECISION), [b"warm"], [b"d.1.0.0.0"], 1, 0)


def _odd(stages: Stages) -> None:
    decode_each(RECORDS[1:], stages.decoding)


def _codec(_stages: Stages) -> None:
    codec(np.zeros(1, ROW))


def _stored(_stages: Stages) -> None:
    batch = PackedBatch([b"warm"], np.zeros(1, ROW), np.zeros(1, np.int64))
    payload_of(batch, [BucketWrite(0, b"", b"warm", PackedRows(batch, 0, 1), {})])


def _sent(stages: Stages) -> None:
    """What logs with a form of their own for many records are given; only laid out, so any decision will do."""
    nothing = np.zeros(1, np.int64)
    named, who = names_of(1, 0, nothing, nothing), ([b"warm"], texts(*laid_out([b"warm"])))
    text = (b"warm", np.array([4], np.int64))
    decided = Decided(stages.policy, np.zeros(1, DECISION), who, (1, 0, nothing, named), text, text)
    decided.decisions().laid()
    decided.contacts()[1].laid()
    withdrawn(Told(named, named, who[1], who[1], nothing), 0, [b"warm"], ["warm"], ["warm"]).laid()
    instants_of(nothing)


def _profile(stages: Stages) -> None:
    readable(np.zeros(1, ROW)[0], stages.policy, 946_684_800_000)


def _hashes(_stages: Stages) -> None:
    key_hashes([b"warm"])


#: What either process may compile, the largest first.
_PARTS: tuple[Callable[[Stages], None], ...] = (_plain, _encode, _profile, _odd, _codec, _sent, _stored, _hashes)


def _share(stages: Stages, parts: int) -> None:
    """Compile one part after the other that the other process has not taken."""
    while taken := os.read(parts, 1):
        _PARTS[taken[0]](stages)


def _compile_rest(parts: int) -> None:
    """What the child does. It ends with its parent, however that ends: its standard input is then closed."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    with rarely_collecting():
        stages = Stages(compile_policy(example("minimal")))
        # First, because the batch kernel contains it: the parent finds it in the cache when it comes to it, behind deciding.
        _fold(stages)
        _share(stages, parts)


def _leave_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # not sys.stdin.buffer: its lock would be held when the interpreter ends
    os._exit(1)


if __name__ == "__main__":
    _compile_rest(int(sys.argv[1]))
