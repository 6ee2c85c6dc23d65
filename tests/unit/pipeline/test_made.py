"""Answers over HTTP as the stream folds them: the first with an id wins, and they take no place from messages."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.by_reference_types import pinned
from platinum.decide.kernel import new_scratch
from platinum.decide.record import DECISION, TRIGGER
from platinum.events.columns import EVENT
from platinum.hashing import name_hash
from platinum.pipeline.asking import Asking, Folding, decide_requests
from platinum.profile.codec import as_bytes, packed_rows
from platinum.profile.entries import MAX_ANSWERED, MAX_RECENT, NO_MORE, OPEN_EXAMPLE
from platinum.profile.row import ROW
from platinum.scoring.model import from_priors
from platinum.vocabulary.codes import ActionType, Kind
from tests.builders.rows import NOON, Made, a_ref, an_event, an_order, columns_of
from tests.builders.tables import DAY, some_tables

TABLES = some_tables()


def an_answer(n: int, action: str = "", kind: ActionType = ActionType.SILENCE) -> Made:
    """The n-th decision over HTTP; without an action it is silence."""
    shown = {"name_a": name_hash(action), "name_b": name_hash("web")} if action else {}
    return an_event(Kind.DECISION_MADE, NOON, ref=a_ref(n), code=kind, low=NOON + DAY, high=NOON + DAY, **shown)


def row_of(*events: Made) -> Any:
    """The row after these events."""
    row = np.zeros(1, ROW)
    columns, items = columns_of(events)
    asking = Asking(np.zeros(0, TRIGGER), np.zeros((0, 2), np.int64), np.ones((1, len(TABLES.actions)), np.uint8))
    run = (TABLES, from_priors(TABLES), new_scratch(TABLES))
    stored = packed_rows([], as_bytes(row), np.zeros(0, np.int64), np.zeros(0, np.int8))
    folding = Folding(columns, items, np.zeros(len(events), np.int64))
    outs = (np.zeros(0, DECISION), np.zeros(0, ROW), np.zeros(1, EVENT), NO_MORE, np.zeros(0, OPEN_EXAMPLE))
    assert decide_requests(stored, row, folding, asking, tuple(map(pinned, run)), outs) == -1
    return row[0]


def test_an_order_that_is_sent_again_counts_once_however_often_its_customer_was_answered() -> None:
    row = row_of(an_order(message="m-1"), *(an_answer(n) for n in range(MAX_RECENT + 1)), an_order(message="m-1"))

    assert row["orders"] == 1
    assert row["n_answered"] == MAX_ANSWERED


def test_of_answers_with_one_id_the_first_wins() -> None:
    others = [an_answer(n) for n in range(1, MAX_ANSWERED)]
    again = an_answer(0, "free-delivery", ActionType.OFFER)

    assert row_of(an_answer(0), *others, again)["n_planned"] == 0
    assert row_of(*others, again)["n_planned"] == 1
    assert row_of(again, *others, again)["n_planned"] == 1
