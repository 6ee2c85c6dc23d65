"""The ledger against its slow twin, in every order of arrival, with more open than a row has room for."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.jit import kernel
from platinum.policy.promises import promises as compile_promises
from platinum.policy.tables import Tables
from platinum.profile.due import all_due
from platinum.profile.fold import fold
from platinum.profile.ledger import is_full
from platinum.profile.obligations import put_in_order
from platinum.profile.quarantine import quarantine_end_ms
from platinum.profile.timers import set_timer
from platinum.vocabulary.codes import Kind, Obligation
from tests.builders.rows import NOON, Made, an_event, columns_of, new_rows, some_more
from tests.builders.tables import DAY, HOUR, records, some_tables
from tests.reference.ledger import Ledger

#: What is owed by nobody.
KEPT_IN_MIND = (Obligation.EARLY, Obligation.ENDED)


def default_promises() -> Any:
    """PROMISE[*] of a policy that says nothing about promises."""

    class _Names:
        @staticmethod
        def add(name: str, at: object) -> int:
            return name_hash(name)

    return compile_promises({}, _Names(), None)[1]  # type: ignore[arg-type]


TABLES = some_tables(promises=default_promises(), whens=records(some_tables().whens.dtype))


@kernel
def live(row: Any, events: Any, items: Any, tables: Any, more: Any) -> None:
    """Fold as the stream does, timers in front of what came later."""
    for i in range(events.shape[0]):
        now_ms = events[i]["record_ms"]
        while 0 < row["timer_due_ms"] <= now_ms:
            all_due(row, more, row["timer_due_ms"], tables)
            put_in_order(row, more)
            set_timer(row, more, tables)
        fold(row, events[i], items, tables, more)


def lived(events: list[Made], tables: Tables = TABLES) -> tuple[Any, Any]:
    """Row and second rows after these events."""
    rows, more = new_rows(), some_more()
    columns, items = columns_of(events)
    live(rows[0], columns, items, tables, more)
    return rows[0], more


def open_of(row: Any, more: Any) -> list[tuple[int, int]]:
    """(kind, ref) of everything open, in the row and beside it."""
    entries = [row["obligations"][i] for i in range(int(row["n_obligations"]))]
    if row["more"]:
        entries += list(more[row["more"]]["entries"][: int(more[row["more"]]["n"])])
    return sorted((int(e["kind"]), int(e["ref"])) for e in entries if e["kind"] not in KEPT_IN_MIND)


def a_history(rng: random.Random, n: int) -> list[Made]:
    """Promises, deliveries, answers and what comes of them, some of it in an order that cannot be."""
    kinds = [Kind.PROMISE_MADE, Kind.PROMISE_KEPT, Kind.ORDER_COMPLETED, Kind.ORDER_DELIVERED, Kind.ORDER_CANCELLED, Kind.SURVEY_ANSWERED]
    kinds += [Kind.FEEDBACK_ACTED_ON, Kind.FEEDBACK_REPORTED_BACK, Kind.PROMISE_MADE, Kind.ORDER_COMPLETED, Kind.ORDER_REFUNDED]
    if n <= 60:  # of those with very many, times are not kept (EXCEPT of profile.order_free)
        kinds += [Kind.PROMISE_RENEGOTIATED]
    events = []
    for i in range(n):
        at_ms = NOON + i * (60 * DAY // n)
        kind = rng.choice(kinds)
        family = 1000 if kind.name.startswith("PROMISE") else 2000 if kind.name.startswith("ORDER") else 3000
        due_ms = at_ms + rng.randrange(1, 20 * DAY) if rng.random() < 0.8 else 0
        due = {"high": float(due_ms if kind == Kind.ORDER_COMPLETED else due_ms or at_ms + DAY), "low": float(rng.choice([0, 1, 3]))}
        back = (
            {"amount": rng.choice([0.0, 2.0, 3.0, 5.0]), "code": rng.choice([0, 1, 2])} if kind == Kind.ORDER_REFUNDED else {"amount": 5.0}
        )
        name = "callback" if family == 1000 else "nps"
        events.append(an_event(kind, at_ms, ref=family + rng.randrange(n // 4 + 1), name_a=name, **back, **due))
    return events


def twin_of(events: list[Made]) -> Ledger:
    """The slow twin after these events."""
    ledger = Ledger()
    for event in events:
        ledger.tell({"high": 0.0, "low": 0.0, **event})
    return ledger


@pytest.mark.parametrize("seed", range(40))
def test_what_is_open_and_how_it_was_kept_is_what_the_slow_twin_says(seed: int) -> None:
    rng = random.Random(seed)
    events = a_history(rng, rng.choice([12, 60, 240]))
    end = an_event(Kind.PAGE, NOON + 61 * DAY)

    row, more = lived([*events, end])
    twin = twin_of([*events, {**end, "ref": 0}])

    numbers = {"promise": 1, "answer": 4}
    assert open_of(row, more) == sorted((numbers[one["kind"]], one["ref"]) for one in twin.open)
    said, kept = twin.say_do(int(row["said_as_of_ms"]))
    assert float(row["said"]) == pytest.approx(said, rel=1e-9)
    assert float(row["kept"]) == pytest.approx(kept, rel=1e-9, abs=1e-12)
    assert int(row["broken_ever"]) == sum(share < 1.0 for _, _, share in twin.said())
    assert int(row["said_ever"]) == len(twin.said())


def test_two_hundred_open_promises_of_one_person_are_all_there() -> None:
    due = [float(NOON + (i % 37 + 1) * DAY) for i in range(200)]
    events = [an_event(Kind.PROMISE_MADE, NOON + i, ref=1 + i, name_a="callback", high=due[i]) for i in range(200)]

    row, more = lived(events)

    assert open_of(row, more) == [(1, 1 + i) for i in range(200)]
    assert (int(row["n_obligations"]), int(row["more_open"])) == (8, 192)
    assert sorted(row["obligations"]["due_ms"].tolist()) == sorted(due)[:8]


def test_two_hundred_promises_that_were_moved_are_all_there_and_can_all_be_kept() -> None:
    due = float(NOON + 30 * DAY)
    made = [an_event(Kind.PROMISE_MADE, NOON + i, ref=1 + i, name_a="callback", high=float(NOON + 9 * DAY)) for i in range(200)]
    moved = [an_event(Kind.PROMISE_RENEGOTIATED, NOON + DAY + k * DAY + i, ref=1 + i, high=due) for k in range(2) for i in range(200)]
    kept = [an_event(Kind.PROMISE_KEPT, NOON + 20 * DAY + i, ref=1 + i) for i in range(200)]

    row, more = lived([*made, *moved])
    assert open_of(row, more) == [(1, 1 + i) for i in range(200)]
    assert not full(row, more, columns_of([an_event(Kind.CASE_OPENED, NOON + 4 * DAY, ref=9)])[0][0], TABLES)
    row, more = lived([*made, *moved, *kept])
    assert open_of(row, more) == []
    assert (int(row["said_ever"]), int(row["broken_ever"])) == (200, 0)


@kernel
def full(row: Any, more: Any, event: Any, tables: Any) -> bool:
    """Whether an event would be refused."""
    return bool(is_full(row, more, event, tables))


def test_eight_that_were_moved_and_broken_again_do_not_hide_the_one_that_is_broken_now() -> None:
    old = [an_event(Kind.PROMISE_MADE, NOON + i, ref=1 + i, name_a="callback", high=float(NOON + 24 * HOUR)) for i in range(8)]
    old += [an_event(Kind.PROMISE_RENEGOTIATED, NOON + 30 * HOUR + i, ref=1 + i, high=float(NOON + 48 * HOUR)) for i in range(8)]
    new = an_event(Kind.PROMISE_MADE, NOON + 30 * DAY, ref=99, name_a="callback", high=float(NOON + 31 * DAY))
    row, _ = lived([*old, new, an_event(Kind.PAGE, NOON + 31 * DAY + 5 * HOUR)])

    assert 99 in row["obligations"]["ref"].tolist()
    assert quarantine_end_ms(row, NOON + 31 * DAY + 5 * HOUR, TABLES) == NOON + 31 * DAY + int(TABLES.settings[0]["quarantine_ms"])


def test_what_is_kept_in_any_order_leaves_none_of_two_hundred() -> None:
    made = [an_event(Kind.PROMISE_MADE, NOON + i, ref=1 + i, name_a="callback", high=float(NOON + 40 * DAY)) for i in range(200)]
    kept = [an_event(Kind.PROMISE_KEPT, NOON + DAY + i, ref=1 + i) for i in range(200)]
    random.Random(7).shuffle(kept)

    row, more = lived([*made, *kept])
    assert open_of(row, more) == []

    row, more = lived([*made, *kept, an_event(Kind.PAGE, NOON + 4 * DAY)])
    assert open_of(row, more) == []
    assert (int(row["n_obligations"]), int(row["more_open"])) == (0, 0)
    assert float(row["said"]) == pytest.approx(float(row["kept"]))


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_arrival_changes_nothing_that_is_named_order_free(seed: int) -> None:
    rng = random.Random(seed)
    orders = [(1 + i, NOON + i * DAY, NOON + i * DAY + rng.randrange(1, 4 * DAY)) for i in range(6)]
    events = [an_event(Kind.ORDER_COMPLETED, at, ref=ref, amount=9.0, high=float(due)) for ref, at, due in orders]
    events += [an_event(Kind.ORDER_DELIVERED, at + rng.randrange(1, 5 * DAY), ref=ref) for ref, at, _ in orders[:5]]
    late = [{**one, "record_ms": one["occurred_ms"] + rng.randrange(2 * DAY)} for one in events]
    in_order = sorted(events, key=lambda one: one["occurred_ms"])
    arrived = sorted(late, key=lambda one: one["record_ms"])
    end = an_event(Kind.PAGE, NOON + 30 * DAY)

    one, _ = lived([*in_order, end])
    other, _ = lived([*arrived, end])

    for name in ("said", "kept", "said_ever", "broken_ever"):
        assert float(one[name]) == pytest.approx(float(other[name]), rel=1e-9)
    assert sorted(one["obligations"]["ref"][: one["n_obligations"]]) == sorted(other["obligations"]["ref"][: other["n_obligations"]])


@pytest.mark.parametrize("kind", [Kind.ORDER_CANCELLED, Kind.ORDER_REFUNDED])
def test_an_order_that_was_off_before_its_word_came_promises_nothing(kind: Kind) -> None:
    off = an_event(kind, NOON + DAY, ref=7, amount=5.0)

    def ordered(at_ms: int, came_ms: int) -> Made:
        return an_event(Kind.ORDER_COMPLETED, at_ms, ref=7, amount=5.0, high=float(NOON + 9 * DAY), record_ms=came_ms)

    before, _ = lived([off, ordered(NOON, NOON + 2 * DAY), an_event(Kind.PAGE, NOON + 20 * DAY)])
    again, more = lived([off, ordered(NOON + DAY + 1, NOON + 2 * DAY)])
    much_later, late_more = lived([off, ordered(NOON, NOON + 4 * DAY)])

    assert (int(before["n_obligations"]), int(before["said_ever"])) == (0, 0)
    assert open_of(again, more) == [(1, 7)]
    assert open_of(much_later, late_more) == [(1, 7)]  # kept in mind as long as events may be late


def test_where_the_ledger_is_full_a_cancellation_is_taken_and_not_kept_in_mind() -> None:
    events = [an_event(Kind.PROMISE_MADE, NOON + i, ref=1 + i, name_a="callback", high=float(NOON + 99 * DAY)) for i in range(250)]

    row, more = lived([*events, an_event(Kind.ORDER_CANCELLED, NOON + DAY, ref=1000)])

    assert len(open_of(row, more)) == 250
    assert int(row["n_obligations"]) + int(row["more_open"]) == 250


def test_an_order_that_is_off_closes_no_case_of_the_same_id() -> None:
    off = an_event(Kind.ORDER_CANCELLED, NOON + DAY, ref=7)
    opened = an_event(Kind.CASE_OPENED, NOON, ref=7, code=1, low=3.0, record_ms=NOON + 2 * DAY)

    row, more = lived([off, opened])

    assert open_of(row, more) == [(5, 7)]
    assert int(row["case_closed_ms"]) == 0


def test_a_full_ledger_takes_nothing_that_it_could_not_keep() -> None:
    events = [an_event(Kind.PROMISE_MADE, NOON + i, ref=1 + i, name_a="callback", high=float(NOON + 99 * DAY)) for i in range(256)]

    row, more = lived(events)

    assert len(open_of(row, more)) == 256
    assert np.unique([ref for _, ref in open_of(row, more)]).size == 256
