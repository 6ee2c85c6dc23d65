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
from platinum.profile.codec import pack_rows_behind

_FORM = b"\x01"  # first byte
_LENGTHS = Struct("<BBHHI")  # policy version, model version, TRIGGER, barred actions, row
_ROW_BYTES_AT = len(_FORM) + _LENGTHS.size - 4


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


def pack_live_inputs(rows: NDArray[np.void], triggers: NDArray[np.void], version: tuple[str, str]) -> tuple[bytes, NDArray[np.int64]]:
    """``pack_inputs`` of rows that are not packed yet, with no action barred: one behind the other, and the end of each (int64[D]).

    Parameters
    ----------
    rows : ROW[D]
    triggers : TRIGGER[D]
    version : (policy, model)
    """
    policy, model = (text.encode() for text in version)
    size = TRIGGER.itemsize
    head = _FORM + _LENGTHS.pack(len(policy), len(model), size, 0, 0) + policy + model
    heads = np.empty((len(rows), len(head) + size), np.uint8)
    heads[:, : len(head)] = np.frombuffer(head, np.uint8)
    heads[:, len(head) :] = np.ascontiguousarray(triggers).view(np.uint8).reshape(len(triggers), size)
    return pack_rows_behind(heads, _ROW_BYTES_AT, rows, np.arange(len(rows)))


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
