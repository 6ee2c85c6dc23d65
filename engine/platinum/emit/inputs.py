"""What a decision was made from, kept beside it so that ``explain`` can make it again, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise, repeat
from struct import Struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.decide.record import TRIGGER
from platinum.errors import Rejected
from platinum.jit import constant, kernel
from platinum.profile.codec import DESCRIPTORS, as_bytes, as_words, copy_bytes, largest_packed_bytes, pack_one, put_length
from platinum.profile.row import LAYOUT, ROW

_FORM = b"\x01"  # first byte
_LENGTHS = Struct("<BBHHI")  # policy version, model version, TRIGGER, barred actions, row
_ROW_BYTES_AT = len(_FORM) + _LENGTHS.size - 4
_LAYOUT = constant(LAYOUT)


class Inputs(NamedTuple):
    """What one decision was made from.

    Attributes
    ----------
    row : bytes
        Packed row (``profile.codec``) of the moment just before deciding.
    trigger : TRIGGER[1]
    policy, model : str
        Versions that were in force.
    barred : int16[*]
        Indices of actions that this request did not let run: not among its candidates, or given for another placement.
    """

    row: bytes
    trigger: NDArray[np.void]
    policy: str
    model: str
    barred: NDArray[np.int16]


def pack_inputs(
    rows: Sequence[bytes], triggers: NDArray[np.void], version: tuple[str, str], barred: Sequence[Sequence[int]] | None = None
) -> list[bytes]:
    """Bytes of the inputs of each decision, readable by ``unpack_inputs``.

    Not deflated: 960 bytes of row shrank by a tenth and took several times what the decision itself takes.

    Parameters
    ----------
    rows : list of bytes, length D
    triggers : TRIGGER[D]
    version : (policy, model)
    barred : list of action indices per decision, or None
        Of requests that restrict the actions.
    """
    policy, model = (text.encode() for text in version)
    named, size, raw = policy + model, TRIGGER.itemsize, triggers.tobytes()
    texts = [raw[at : at + size] for at in range(0, len(raw), size)]
    outs = repeat(b"", len(rows)) if barred is None else [np.array(out, "<i2").tobytes() for out in barred]
    return [
        b"".join((_FORM, _LENGTHS.pack(len(policy), len(model), size, len(out), len(row)), named, trigger, out, row))
        for row, trigger, out in zip(rows, texts, outs, strict=True)
    ]


class Kept(NamedTuple):
    """Where the batch kernel keeps the inputs of its decisions, with no action barred: as ``pack_inputs`` packs them.

    Attributes
    ----------
    text : uint8[*]
        The inputs one behind the other, to be written into.
    ends : int64[D + 1]
        Start of the first (0), then the end of each.
    head : uint8[*]
        What all of them begin with.
    triggers : uint8[D, TRIGGER.itemsize]
        Bytes of the triggers.
    rows, words, slot : uint8[N, ROW.itemsize], uint32[N, ROW.itemsize / 4], int64[1]
        Bytes of the rows, the same as words, and which of them is being decided on.
    sections : NDArray
        Where everything lies in a row.
    """

    text: NDArray[np.uint8]
    ends: NDArray[np.int64]
    head: NDArray[np.uint8]
    triggers: NDArray[np.uint8]
    rows: NDArray[np.uint8]
    words: NDArray[np.uint32]
    slot: NDArray[np.int64]
    sections: NDArray[np.void]


def room_for(triggers: NDArray[np.void], version: tuple[str, str]) -> Kept:
    """Room for the inputs of as many decisions as there may be triggers (TRIGGER[D]); ``room_over`` says on which rows.

    Memory that is not used is never touched.
    """
    policy, model = (text.encode() for text in version)
    size = TRIGGER.itemsize
    head = _FORM + _LENGTHS.pack(len(policy), len(model), size, 0, 0) + policy + model
    each = len(head) + size + largest_packed_bytes()
    text, ends = np.empty(len(triggers) * each, np.uint8), np.zeros(len(triggers) + 1, np.int64)
    begin, raw = np.frombuffer(head, np.uint8), triggers.view(np.uint8).reshape(len(triggers), size)
    none = np.zeros(0, ROW)
    return Kept(text, ends, begin, raw, as_bytes(none), as_words(none), np.zeros(1, np.int64), DESCRIPTORS)


def room_over(rows: NDArray[np.void], kept: Kept) -> Kept:
    """The same room for decisions on ``rows`` (ROW[N])."""
    return kept._replace(rows=as_bytes(rows), words=as_words(rows))


@kernel
def keep_inputs(d: int, kept: Kept) -> None:
    """Write what decision ``d`` is about to be made from: the row at ``slot`` as it is now, and trigger ``d``.

    Packed at once, while the row is near. (A copy of each row, packed behind the batch, took twice the time: 5.8 kB that
    are written, and read again when no cache holds them any more, for the 600 that are kept.)
    """
    text, ends, head, triggers, rows, words, slot, sections = kept
    start = ends[d]
    copy_bytes(head, 0, text, start, head.shape[0])
    at = start + head.shape[0]
    copy_bytes(triggers[d], 0, text, at, triggers.shape[1])
    at += triggers.shape[1]
    ends[d + 1] = pack_one(rows[slot[0]], words[slot[0]], sections, _LAYOUT, text, at)
    put_length(ends[d + 1] - at, text, start + _ROW_BYTES_AT)


def unpack_inputs(packed: bytes) -> Inputs:
    """Inverse of ``pack_inputs`` for one decision.

    Raises
    ------
    Rejected
        ``schema``: not the inputs of a decision, or of a build that had another TRIGGER.
    """
    if packed[:1] != _FORM or len(packed) < 1 + _LENGTHS.size:
        raise _unreadable()
    lengths = _LENGTHS.unpack_from(packed, 1)
    ends = list(accumulate((1 + _LENGTHS.size, *lengths)))
    if lengths[2] != TRIGGER.itemsize or ends[-1] != len(packed):
        raise _unreadable()
    policy, model, trigger, barred, row = (packed[start:end] for start, end in pairwise(ends))
    return Inputs(row, np.frombuffer(trigger, TRIGGER), policy.decode(), model.decode(), np.frombuffer(barred, "<i2"))


def _unreadable() -> Rejected:
    return Rejected("schema", "the inputs stored beside a decision must be of form 1 and of this build's TRIGGER; see emit/inputs.py")
