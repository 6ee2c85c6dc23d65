"""A batch's decisions on their way out: as columns for a log that wants those, else as records, whichever is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.emit.contacts import CONSTANT, INPUTS_HEADER, Published, decision_records
from platinum.emit.envelope import name_decisions
from platinum.emit.kafka_form import put_heads, put_names
from platinum.emit.outgoing import Ints, Laid, Outgoing, Texts, fixed, head, label, texts
from platinum.pieces import cut_up
from platinum.policy.policy import Policy

_VARYING = ("ce_id", "ce_time", "ce_causationid", "ce_partitionkey")
_FIXED = np.frombuffer(head(CONSTANT, more=len(_VARYING) + 1), np.uint8)
#: Largest id, and what an instant, the lengths and the names of the headers take.
_ID_BYTES, _HEAD_BYTES = 44, 200
_NO_TEXTS = Texts(fixed(np.zeros(0, np.uint8)), np.zeros(0, np.int64), np.zeros(0, np.int64))


def _labels(last: str) -> tuple[NDArray[np.uint8], Ints]:
    names = [label(name) for name in (*_VARYING, last)]
    return np.frombuffer(b"".join(names), np.uint8), np.cumsum([len(name) for name in names])


_OF_DECISION, _OF_CONTACT = _labels(INPUTS_HEADER), _labels("ce_expirytime")


class Names(NamedTuple):
    """Ids of D stream decisions in one text.

    Attributes
    ----------
    text : uint8[*]
    ends : int64[2, D]
        End of the cause inside each id, and of the id.
    """

    text: NDArray[np.uint8]
    ends: Ints


def names_of(generation: int | Ints, partition: int, offsets: Ints, slots: Ints) -> Names:
    """Ids of the decisions that the records at (generation, partition, offset) triggered; one generation for all, or one each."""
    text, ends = np.empty(len(offsets) * _ID_BYTES, np.uint8), np.empty((2, len(offsets)), np.int64)
    generations = np.empty(len(offsets), np.int64)
    generations[:] = generation
    put_names(generations, partition, np.ascontiguousarray(offsets), np.ascontiguousarray(slots), text, ends)
    return Names(fixed(text), ends)


class Decided:
    """D decisions of one segment.

    Parameters
    ----------
    decisions : DECISION[D]
    customers : (list of bytes, texts)
        Their keys, one by one and laid out.
    named : (generation, partition, slots int64[D], names)
    bodies, inputs : (bytes, int64[D])
        JSON and ``emit.inputs``, one behind the other, and the end of each.
    """

    def __init__(
        self,
        policy: Policy,
        decisions: NDArray[np.void],
        customers: tuple[Sequence[bytes], Texts],
        named: tuple[int, int, Ints, Names],
        bodies: tuple[bytes, Ints],
        inputs: tuple[bytes, Ints],
    ) -> None:
        self._policy, self._decisions = policy, decisions
        self._keys, self._key_texts = customers
        self._generation, self._partition, self._slots, self._names = named
        self._bodies, self._inputs = bodies, inputs
        self._now_ms = np.ascontiguousarray(decisions["now_ms"])
        self._channel = decisions["channel"]

    def decisions(self) -> Outgoing:
        """What goes to the decisions' topic."""
        return Outgoing(len(self._decisions), self._partition, self._lay, lambda: [record for _, record in self._made.decisions])

    def contacts(self) -> tuple[NDArray[np.int64], Outgoing]:
        """Which of them are to be sent, and the records of those for their channels' topics."""
        outbound = np.append(self._policy.tables.channels["outbound"] != 0, False)  # channel -1: silence
        which = outbound[self._channel].nonzero()[0]
        ends = np.ascontiguousarray(self._decisions["expires_ms"][which])
        laid, made = lambda: self._contacts_laid.of(which), lambda: [r for _, r in self._made.contacts]
        return which, Outgoing(len(which), self._partition, laid, made, ends)

    @cached_property
    def _made(self) -> Published:
        named = name_decisions(self._generation, self._partition, self._decisions["offset"], self._slots)
        bodies, inputs = cut_up(*self._bodies), cut_up(*self._inputs)
        return decision_records(self._policy, self._decisions, self._keys, named, bodies, inputs, self._partition)

    @cached_property
    def _values(self) -> Texts:
        return texts(np.frombuffer(self._bodies[0], np.uint8), self._bodies[1])

    def _lay(self) -> Laid:
        inputs = texts(np.frombuffer(self._inputs[0], np.uint8), self._inputs[1])
        return Laid(self._key_texts, self._values, self._heads(_OF_DECISION, inputs), self._now_ms)

    @cached_property
    def _contacts_laid(self) -> Laid:
        return Laid(self._key_texts, self._values, self._heads(_OF_CONTACT, _NO_TEXTS), self._now_ms)

    def _heads(self, labels: tuple[NDArray[np.uint8], Ints], last: Texts) -> Texts:
        n = len(self._decisions)
        each = len(_FIXED) + len(labels[0]) + _ID_BYTES * 2 + _HEAD_BYTES
        out, ends = np.empty(n * each + len(self._key_texts.text) + len(last.text), np.uint8), np.empty(n, np.int64)
        what = (self._key_texts, self._now_ms, np.ascontiguousarray(self._decisions["expires_ms"]))
        put_heads(_FIXED, labels, self._names, what, last, out, ends)
        return texts(fixed(out), ends)
