"""What is kept in mind for late events leaves again, and the learner hears of a promise what its row says in the end."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from platinum.vocabulary.codes import Fact, Kind, Obligation
from tests.builders.rows import Made, an_event, columns_of, new_rows, some_more
from tests.builders.tables import DAY
from tests.property.test_ledger import KEPT_IN_MIND, live
from tests.property.test_order_free import CALL_BACK, END, PROMISES, TABLES, a_history, late

_CALL_BACK_NAME = PROMISES["name"][CALL_BACK - 1]


def told(row: Any, more: Any, events: list[Made]) -> list[tuple[float, float, int, int, int]]:
    """(said, kept, when it ended or 0, id, class) of every fact that these events tell of promises."""
    found = []
    for event in events:
        more[0]["told"] = 0
        live(row, *columns_of([event]), TABLES, more)
        facts = more[0]["entries"][: int(more[0]["told"])]
        found += [
            tuple(fact[["weight", "amount", "offset", "ref", "name"]].tolist()) for fact in facts[facts["kind"] == Fact.PROMISE_ENDED]
        ]
    return found


def entries_of(row: Any, more: Any) -> list[Any]:
    """Everything in the row and in the second one."""
    second = list(more[row["more"]]["entries"][: int(more[row["more"]]["n"])]) if row["more"] else []
    return [*row["obligations"][: int(row["n_obligations"])], *second]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_kept_in_mind_leaves_and_facts_add_up_to_what_the_row_says(seed: int) -> None:
    rng = random.Random(seed)
    rows, more = new_rows(), some_more()
    arrived = late(rng, [event for _, event in a_history(rng, 50)], 1.0)

    facts = told(
        rows[0], more, [*arrived, an_event(Kind.PAGE, END), an_event(Kind.PAGE, END + 60 * DAY), an_event(Kind.PAGE, END + 61 * DAY)]
    )

    row = rows[0]
    weighed = 1.0  # all of them weigh that
    assert sum(said for said, *_ in facts) == pytest.approx(weighed * int(row["said_ever"]))
    assert 0 <= int(row["broken_ever"]) <= int(row["said_ever"])
    took = Counter((ref, name) for _, _, ended, ref, name in facts if ended)
    assert all(times == 1 for (ref, _), times in took.items() if ref)
    left = entries_of(row, more)
    open_ids = {int(one["ref"]) for one in left if one["kind"] == Obligation.PROMISE}
    calls = any(one["kind"] == Obligation.PROMISE and one["name"] == _CALL_BACK_NAME for one in left)
    for one in left:  # beside an open promise stand its times, beside an open call-back those who asked for it
        assert one["kind"] not in KEPT_IN_MIND or int(one["ref"]) in open_ids or calls
