"""A copy of a row without second rows, as the API answers from: what has no room is gone from it, and nothing else is touched."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.jit import kernel
from platinum.profile.entries import NO_MORE
from platinum.profile.fold import fold
from platinum.vocabulary.codes import Kind, Obligation
from tests.builders.rows import NOON, an_event, columns_of
from tests.builders.tables import DAY, HOUR
from tests.property.test_ledger import lived
from tests.property.test_order_free import TABLES


@kernel
def fold_one(row: Any, event: Any, items: Any, tables: Any, more: Any) -> None:
    """Fold an event into a copy."""
    fold(row, event, items, tables, more)


def test_a_promise_that_has_no_room_beside_its_times_leaves_a_full_copy_and_nothing_else_is_counted() -> None:
    promised = an_event(Kind.PROMISE_MADE, NOON, ref=7, name_a="callback", high=float(NOON + DAY))
    cases = [an_event(Kind.CASE_OPENED, NOON + 2 * DAY + i, ref=100 + i, code=1, low=3.0) for i in range(7)]
    row, _ = lived([promised, *cases], TABLES)
    copy = np.array([row])[0]
    columns, items = columns_of(
        [an_event(Kind.PROMISE_RENEGOTIATED, NOON + HOUR, ref=7, high=float(NOON + 20 * DAY), record_ms=NOON + 2 * DAY + 9)]
    )

    fold_one(copy, columns[0], items, TABLES, NO_MORE)

    assert int(row["n_obligations"]) == 8 == int(copy["n_obligations"])
    assert (int(copy["said_ever"]), int(copy["broken_ever"])) == (int(row["said_ever"]), int(row["broken_ever"])) == (1, 1)
    of = [sorted(one.tolist() for one in r["obligations"] if one["kind"] == Obligation.CASE) for r in (row, copy)]
    assert of[0] == of[1]
