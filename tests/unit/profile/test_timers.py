"""Rules that become true with time."""

from __future__ import annotations

from typing import Any

from platinum.hashing import name_hash
from platinum.policy.tables import WHEN
from platinum.profile.timers import next_due_ms, reach
from platinum.vocabulary.codes import Kind
from tests.builders.rows import NOON, an_event, an_order, fold_into, folded, new_rows
from tests.builders.tables import DAY, HOUR, records, some_tables

TABLES = some_tables()  # 20 and 60 days since the last order, Europe/London (in January: UTC)
MIDNIGHT = NOON - 12 * HOUR


def fired(row: Any, now_ms: int, tables: Any = TABLES) -> list[int]:
    """What the owner does when a timer falls due."""
    rules = [reach(row, rule, tables, now_ms) for rule in range(len(tables.whens))]
    row["timer_due_ms"] = next_due_ms(row, tables, now_ms)
    return rules


def test_a_row_waits_for_its_earliest_rule_at_the_start_of_the_day() -> None:
    row = folded(an_order(NOON))

    assert row["timer_due_ms"] == MIDNIGHT + 20 * DAY


def test_nobody_waits_before_the_first_order() -> None:
    assert folded(an_event(Kind.PAGE))["timer_due_ms"] == 0
    assert folded(an_order(NOON), tables=some_tables(whens=records(WHEN)))["timer_due_ms"] == 0


def test_a_rule_fires_once_when_its_time_has_come_and_copies_and_early_ones_do_nothing() -> None:
    row = folded(an_order(NOON))

    assert fired(row, MIDNIGHT + 20 * DAY - 1) == [0, 0]
    assert fired(row, MIDNIGHT + 20 * DAY) == [1, 0]
    assert fired(row, MIDNIGHT + 20 * DAY) == [0, 0]
    assert row["timer_due_ms"] == NOON - 12 * HOUR + 60 * DAY
    assert fired(row, MIDNIGHT + 61 * DAY) == [0, 1]
    assert row["timer_due_ms"] == 0


def test_an_overdue_timer_stays_overdue_until_it_is_folded() -> None:
    row = folded(an_order(NOON), an_event(Kind.PAGE, NOON + 30 * DAY))

    assert row["timer_due_ms"] == MIDNIGHT + 20 * DAY
    assert fired(row, NOON + 30 * DAY) == [1, 0]


def test_a_new_purchase_day_starts_every_rule_again() -> None:
    rows = new_rows()
    fold_into(rows, [an_order(NOON)], TABLES)
    fired(rows[0], MIDNIGHT + 20 * DAY)

    fold_into(rows, [an_order(NOON + 25 * DAY)], TABLES)

    assert rows[0]["timer_due_ms"] == MIDNIGHT + 45 * DAY
    assert fired(rows[0], MIDNIGHT + 45 * DAY) == [1, 0]


def test_rules_that_were_over_when_the_order_became_known_do_not_fire() -> None:
    row = folded(an_order(NOON, record_ms=NOON + 30 * DAY))

    assert row["timer_due_ms"] == MIDNIGHT + 60 * DAY
    assert fired(row, MIDNIGHT + 60 * DAY) == [0, 1]


def test_a_late_order_that_is_not_the_newest_moves_no_timer() -> None:
    row = folded(an_order(NOON), an_order(NOON - 5 * DAY, record_ms=NOON + DAY))

    assert row["timer_due_ms"] == MIDNIGHT + 20 * DAY


def test_a_rule_that_a_new_policy_brings_fires_only_if_it_lies_ahead() -> None:
    rows = new_rows()
    fold_into(rows, [an_order(NOON)], TABLES)
    fired(rows[0], MIDNIGHT + 20 * DAY)
    more = some_tables(
        whens=records(WHEN, *({"name": name_hash(f"quiet-{days}"), "days": days} for days in (10, 20, 40, 60))),
    )

    fold_into(rows, [an_event(Kind.PAGE, NOON + 22 * DAY)], more)

    assert rows[0]["timer_due_ms"] == MIDNIGHT + 40 * DAY
    assert fired(rows[0], MIDNIGHT + 60 * DAY, more) == [0, 0, 1, 1]


def test_a_rule_that_left_the_policy_leaves_no_timer() -> None:
    rows = new_rows()
    fold_into(rows, [an_order(NOON)], TABLES)

    fold_into(rows, [an_event(Kind.PAGE, NOON + DAY)], some_tables(whens=records(WHEN)))

    assert rows[0]["timer_due_ms"] == 0
