"""Latencies from a known schedule: known percentiles, and nothing that is lost is passed over."""

from __future__ import annotations

import numpy as np
import pytest

from platinum.ops.load.latency import Read, Sent, latency_of

MS = 1_000_000


def a_schedule(n: int, *, step_ms: int = 10, start_ms: int = 5_000, late_ms: int = 0) -> Sent:
    """``n`` events over four partitions, all asking."""
    index = np.arange(n, dtype=np.int64)
    due_ns = (start_ms + index * step_ms) * MS
    return Sent(index % 4, index // 4 + 7, due_ns, due_ns + late_ms * MS, np.ones(n, np.bool_))


def answers(sent: Sent, latencies_ms: list[float]) -> Read:
    at_ns = sent.due_ns + (np.array(latencies_ms) * MS).astype(np.int64)
    order = np.argsort(at_ns, kind="stable")
    return Read(sent.partition[order], sent.offset[order], at_ns[order])


def without(read: Read, i: int) -> Read:
    return Read(*(np.delete(column, i) for column in read))


def test_percentiles_are_nearest_ranks_of_the_time_since_each_event_was_due() -> None:
    sent = a_schedule(100)

    found = latency_of(sent, answers(sent, [float(ms) for ms in range(1, 101)]))

    assert (found["end_to_end_p50_ms"], found["end_to_end_p99_ms"], found["end_to_end_max_ms"]) == (50.0, 99.0, 100.0)
    assert (found["decisions"], found["missing"], found["repeated"], found["stalls"]) == (100, 0, 0, [])


def test_what_the_system_took_is_said_beside_it_without_the_time_that_the_load_was_late() -> None:
    sent = a_schedule(100, late_ms=3)

    found = latency_of(sent, answers(sent, [float(ms) for ms in range(11, 111)]))

    assert (found["end_to_end_p50_ms"], found["from_append_p50_ms"], found["from_append_p99_ms"]) == (60.0, 57.0, 106.0)


def test_a_lost_decision_is_missing_and_took_for_ever() -> None:
    sent = a_schedule(10)

    found = latency_of(sent, without(answers(sent, [1.0] * 10), 3))

    assert (found["decisions"], found["missing"]) == (9, 1)
    assert found["end_to_end_p50_ms"] == 1.0
    assert found["end_to_end_p99_ms"] is None
    assert found["end_to_end_max_ms"] is None
    assert found["stalls"] == [{"at_s": 0.03, "longest_ms": None, "decisions": 1}]


def test_nothing_read_at_all_is_all_missing() -> None:
    empty = np.empty(0, np.int64)

    found = latency_of(a_schedule(5), Read(empty, empty, empty))

    assert (found["decisions"], found["missing"], found["end_to_end_p50_ms"]) == (0, 5, None)


def test_events_that_do_not_ask_wait_for_nothing() -> None:
    sent = a_schedule(8)._replace(asks=np.array([True, False] * 4))
    asking = Sent(sent.partition[::2], sent.offset[::2], sent.due_ns[::2], sent.sent_ns[::2], sent.asks[::2])

    found = latency_of(sent, answers(asking, [4.0] * 4))

    assert (found["decisions"], found["missing"], found["end_to_end_max_ms"]) == (4, 0, 4.0)


def test_of_a_repeated_decision_the_first_counts_and_those_of_others_are_passed_over() -> None:
    sent = a_schedule(4)
    once = answers(sent, [2.0] * 4)
    again = Read(*(np.append(column, more) for column, more in zip(once, ([0, 3], [7, 999], [10**12, 10**12]), strict=True)))

    found = latency_of(sent, again)

    assert (found["decisions"], found["repeated"], found["end_to_end_max_ms"]) == (4, 1, 2.0)


def test_same_offset_on_another_partition_is_another_event() -> None:
    sent = Sent(np.array([0, 1]), np.array([5, 5]), np.zeros(2, np.int64), np.zeros(2, np.int64), np.ones(2, np.bool_))

    found = latency_of(sent, Read(np.array([1, 0]), np.array([5, 5]), np.array([3 * MS, 9 * MS])))

    assert (found["end_to_end_p50_ms"], found["end_to_end_max_ms"]) == (3.0, 9.0)


@pytest.mark.parametrize(("gap", "stalls"), [(5, 1), (20, 2)])
def test_late_decisions_near_each_other_are_one_stall(gap: int, stalls: int) -> None:
    latencies = [1.0] * 60
    latencies[10] = 150.0
    latencies[10 + gap] = 300.0
    sent = a_schedule(60)

    found = latency_of(sent, answers(sent, latencies))["stalls"]

    assert len(found) == stalls
    assert found[0]["at_s"] == 0.1
    assert max(stall["longest_ms"] for stall in found) == 300.0
    assert sum(stall["decisions"] for stall in found) == 2
