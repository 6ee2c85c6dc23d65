"""Decisions to canonical JSON: compiled once per policy, then one kernel call per batch.

The fields, in this order, are those of ``emit.fields``. Equal records give equal bytes, whenever and wherever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from platinum.emit.human import HumanHours
from platinum.emit.kernel import NOT_FINITE, UNKNOWN, Texts, encode_batch
from platinum.emit.shapes import Shapes
from platinum.emit.zone import Zone
from platinum.pieces import Pad, laid_out
from platinum.policy.policy import Policy

_SMALLEST_BUFFER = 1 << 16


class Encoder:
    """Turns DECISION records of one policy and model into decision JSON. Not shared between threads.

    Parameters
    ----------
    policy : Policy
    model_version : str
        As the decisions shall name it.
    """

    def __init__(self, policy: Policy, model_version: str) -> None:
        zone = Zone(policy.tables, int(policy.tables.settings[0]["zone"]))
        self._human = HumanHours(policy.human, zone)
        self._shapes = Shapes(policy, model_version, zone)
        self._shapes.add(range(len(policy.placements) + 1))  # keys of silence: the placement alone
        self._forms = self._shapes.forms(self._human)
        self._pad = Pad(_SMALLEST_BUFFER)

    def encode(
        self,
        decisions: NDArray[np.void],
        customer_keys: Sequence[bytes | str],
        decision_ids: Sequence[bytes | str],
        generation: int,
        partition: int | Sequence[int],
    ) -> list[bytes]:
        """Canonical JSON of each decision.

        Parameters
        ----------
        decisions : DECISION[D]
        customer_keys, decision_ids : sequences of length D
        generation, partition : int
            Of the log that the customers' records lie in; a consent's record is named by them and its offset. Decisions of
            several partitions give a partition each.

        Raises
        ------
        ValueError
            A number is not finite: JSON has no such number, and a kernel that makes one is wrong.
        """
        if not len(decisions):
            return []
        ends = self._encode(decisions, (_texts(customer_keys), _texts(decision_ids)), generation, partition)
        return self._pad.pieces(ends)  # not before: it may be another pad now

    def encode_together(
        self, decisions: NDArray[np.void], who: tuple[Texts, Texts], generation: int, partition: int
    ) -> tuple[bytes, NDArray[np.int64]]:
        """``encode`` of decisions, one behind the other, and the end of each (int64[D]); ``who`` is (keys, ids), each as ``laid_out``."""
        ends = self._encode(decisions, who, generation, partition)
        return self._pad.text[: ends[-1] if len(ends) else 0].tobytes(), ends

    def _encode(
        self, decisions: NDArray[np.void], who: tuple[Texts, Texts], generation: int, partition: int | Sequence[int]
    ) -> NDArray[np.int64]:
        """Write them into the pad; the end of each."""
        if self._human.cover(decisions["now_ms"]):
            self._forms = self._shapes.forms(self._human)
        partitions = np.empty(len(decisions), np.int64)
        partitions[:] = partition
        work = np.empty((3, len(decisions)), np.int64)
        keys, programs, ends = work
        while became := int(encode_batch(decisions, (keys, programs, ends), self._forms, who, (generation, partitions), self._pad.text)):
            if became <= NOT_FINITE:
                raise ValueError(f"the decision at {NOT_FINITE - became} of the batch holds a number that is not finite")
            if became == UNKNOWN:
                self._shapes.add(np.unique(keys[programs < 0]).tolist())
                self._forms = self._shapes.forms(self._human)
            else:
                self._pad = Pad(2 * became)
        return ends


def _texts(texts: Sequence[bytes | str]) -> Texts:
    """UTF-8 of texts one behind the other, and the end of each."""
    try:
        return laid_out(cast(Sequence[bytes], texts))
    except TypeError:  # some are str; asking each took longer than joining them
        return laid_out([text.encode() if isinstance(text, str) else text for text in texts])
