"""What arrives before the thing that it is about meets it when it comes."""

from __future__ import annotations

import pytest

from platinum.profile.quarantine import quarantine_end_ms
from platinum.vocabulary.codes import Kind, Obligation
from tests.builders.rows import NOON, Made, an_event
from tests.builders.tables import DAY, HOUR
from tests.property.test_ledger import TABLES, lived, open_of

_REQUEST = int(Obligation.REQUEST)
LATE = NOON + DAY


def asked(ref: int, at_ms: int = NOON, came_ms: int = 0) -> Made:
    """A request, which the policy gives a day."""
    return an_event(Kind.REQUEST_MADE, at_ms, ref=ref, name_a="return", record_ms=came_ms or at_ms)


def answered(ref: int, at_ms: int = NOON + 2 * HOUR) -> Made:
    """Its answer."""
    return an_event(Kind.REQUEST_ANSWERED, at_ms, ref=ref, name_a="return")


def test_an_answer_that_arrives_before_its_request_answers_it() -> None:
    row, more = lived([answered(7), asked(7, came_ms=LATE), an_event(Kind.PAGE, NOON + 9 * DAY)])

    assert open_of(row, more) == []
    assert (int(row["said_ever"]), int(row["broken_ever"])) == (1, 0)


def test_an_answer_with_the_id_of_its_request_answers_no_other() -> None:
    row, more = lived([asked(6), answered(7), asked(7, NOON + HOUR, came_ms=LATE)])

    assert open_of(row, more) == [(_REQUEST, 6)]


def test_what_is_asked_again_after_its_answer_is_owed() -> None:
    row, more = lived([answered(7), asked(7, NOON + 3 * HOUR)])

    assert open_of(row, more) == [(_REQUEST, 7)]


@pytest.mark.parametrize("kind", [Kind.REQUEST_ANSWERED, Kind.CONTACT_RESOLVED, Kind.FEEDBACK_ACTED_ON])
def test_what_keeps_something_else_of_the_same_id_closes_no_case(kind: Kind) -> None:
    row, more = lived([an_event(kind, NOON + 2 * HOUR, ref=7), an_event(Kind.CASE_OPENED, NOON, ref=7, code=1, low=3.0, record_ms=LATE)])

    assert open_of(row, more) == [(int(Obligation.CASE), 7)]
    assert int(row["case_closed_ms"]) == 0


def promised(came_ms: int = NOON) -> Made:
    """A promise that is due in a day."""
    return an_event(Kind.PROMISE_MADE, NOON, ref=7, name_a="callback", high=float(NOON + DAY), record_ms=came_ms)


def renegotiated(at_ms: int, due_ms: int, came_ms: int) -> Made:
    """It is due later."""
    return an_event(Kind.PROMISE_RENEGOTIATED, at_ms, ref=7, high=float(due_ms), record_ms=came_ms)


@pytest.mark.parametrize(("made", "moved"), [(0, 0), (0, 36), (24, 0), (24, 36)])
def test_a_promise_that_was_renegotiated_in_time_is_kept_whenever_word_of_it_comes(made: int, moved: int) -> None:
    """Hours after which the promise arrives, and its renegotiation after half a day."""
    told = [promised(NOON + made * HOUR), renegotiated(NOON + 12 * HOUR, NOON + 9 * DAY, NOON + (12 + moved) * HOUR)]
    row, _ = lived([*sorted(told, key=lambda one: int(one["record_ms"])), an_event(Kind.PROMISE_KEPT, NOON + 5 * DAY, ref=7)])

    assert (int(row["said_ever"]), int(row["broken_ever"])) == (1, 0)
    assert float(row["said"]) == pytest.approx(float(row["kept"]))


def test_the_learner_takes_back_that_a_promise_was_broken() -> None:
    _, more = lived([promised(), renegotiated(NOON + HOUR, NOON + 9 * DAY, NOON + 2 * DAY)])

    facts = more[0]["entries"][: int(more[0]["told"])]
    assert facts["weight"].tolist() == [1.0, -1.0]
    assert facts["amount"].tolist() == [0.0, 0.0]


def test_two_renegotiations_that_arrive_before_the_promise_are_taken_in_the_order_of_their_time() -> None:
    moves = [renegotiated(NOON + 3 * HOUR, NOON + 5 * DAY, NOON + 3 * HOUR), renegotiated(NOON + HOUR, NOON + 2 * DAY, NOON + 4 * HOUR)]
    row, more = lived([*moves, promised(NOON + 5 * HOUR)])

    assert open_of(row, more) == [(int(Obligation.PROMISE), 7)]
    assert [int(one["due_ms"]) for one in row["obligations"] if one["kind"] == Obligation.PROMISE] == [NOON + 5 * DAY]


@pytest.mark.parametrize("made", [0, 48])
def test_promotion_rests_after_a_promise_was_moved_too_late_until_it_is_kept(made: int) -> None:
    """Hours after which word of the promise arrives."""
    told = [promised(NOON + made * HOUR), renegotiated(NOON + 30 * HOUR, NOON + 5 * DAY, NOON + 30 * HOUR)]
    told = sorted(told, key=lambda one: int(one["record_ms"]))
    row, _ = lived(told)
    kept, _ = lived([*told, an_event(Kind.PROMISE_KEPT, NOON + 4 * DAY, ref=7)])

    assert quarantine_end_ms(row, NOON + 3 * DAY, TABLES) == NOON + 5 * DAY + int(TABLES.settings[0]["quarantine_ms"])
    assert quarantine_end_ms(kept, NOON + 4 * DAY, TABLES) == -1


def kept(at_ms: int, came_ms: int = 0) -> Made:
    """The promise was kept."""
    return an_event(Kind.PROMISE_KEPT, at_ms, ref=7, record_ms=came_ms or at_ms)


def counted(told: list[Made]) -> tuple[int, int, float]:
    """(outcomes, broken, share kept) after these events in their order of arrival, and a month."""
    row, _ = lived([*sorted(told, key=lambda one: int(one["record_ms"])), an_event(Kind.PAGE, NOON + 40 * DAY)])
    return int(row["said_ever"]), int(row["broken_ever"]), round(float(row["kept"]) / float(row["said"]), 9)


def test_kept_in_time_it_was_not_broken_though_word_of_a_late_renegotiation_came_first() -> None:
    moved = renegotiated(NOON + 30 * HOUR, NOON + 5 * DAY, NOON + 30 * HOUR)

    assert counted([promised(), moved, kept(NOON + 20 * HOUR, NOON + 32 * HOUR)]) == (1, 0, 1.0)
    assert counted([promised(), kept(NOON + 20 * HOUR), moved]) == (1, 0, 1.0)


@pytest.mark.parametrize("came", [25, 31])
def test_of_two_renegotiations_the_one_told_last_may_be_the_one_that_came_first(came: int) -> None:
    """Hours after which word comes that it was moved in time before it was moved once more."""
    moves = [
        renegotiated(NOON + 12 * HOUR, NOON + 2 * DAY, NOON + came * HOUR),
        renegotiated(NOON + 30 * HOUR, NOON + 5 * DAY, NOON + 30 * HOUR),
    ]

    assert counted([promised(), *moves, kept(NOON + 4 * DAY)]) == (1, 0, 1.0)


def test_a_promise_that_was_broken_is_worth_as_much_moved_as_not() -> None:
    late = counted([promised(), kept(NOON + 3 * DAY)])
    moved = counted([promised(), renegotiated(NOON + 30 * HOUR, NOON + 5 * DAY, NOON + 30 * HOUR), kept(NOON + 3 * DAY)])

    assert late == moved
    assert late[:2] == (1, 1)
    assert 0.5 < late[2] < 0.7


def test_moved_and_broken_again_it_is_one_broken_promise() -> None:
    told = [promised(), renegotiated(NOON + 30 * HOUR, NOON + 2 * DAY, NOON + 30 * HOUR)]

    assert counted(told) == (1, 1, 0.0)


@pytest.mark.parametrize("arrives", [0, 14])
def test_the_delivery_of_an_order_may_be_moved_before_word_of_the_order_comes(arrives: int) -> None:
    """Hours after which word of the order comes."""
    order = an_event(Kind.ORDER_COMPLETED, NOON, ref=7, high=float(NOON + DAY), record_ms=NOON + arrives * HOUR)
    delivered = an_event(Kind.ORDER_DELIVERED, NOON + 4 * DAY, ref=7)

    assert counted([order, renegotiated(NOON + 12 * HOUR, NOON + 5 * DAY, NOON + 12 * HOUR), delivered]) == (1, 0, 1.0)


def test_word_of_another_time_finds_a_promise_that_was_kept_late_a_day_ago() -> None:
    """Two days after its end it is forgotten: nothing that happened before then is so late."""
    moved = renegotiated(NOON + 12 * HOUR, NOON + 5 * DAY, NOON + 52 * HOUR)

    assert counted([promised(), kept(NOON + 36 * HOUR), moved]) == (1, 0, 1.0)
    row, _ = lived([promised(), kept(NOON + 36 * HOUR), an_event(Kind.PAGE, NOON + 84 * HOUR)])
    assert int(row["n_obligations"]) == 0


def test_what_was_called_off_in_time_was_not_broken_though_its_timer_said_so() -> None:
    order = an_event(Kind.ORDER_COMPLETED, NOON, ref=7, high=float(NOON + DAY))
    off = an_event(Kind.ORDER_CANCELLED, NOON + 20 * HOUR, ref=7, record_ms=NOON + 30 * HOUR)
    row, more = lived([order, off])

    assert (int(row["said_ever"]), int(row["broken_ever"])) == (0, 0)
    assert float(row["said"]) == pytest.approx(0.0)
    assert open_of(row, more) == []


def refunded(hours: float, amount: float, came: float = 0.0) -> Made:
    """So much of the order is given back."""
    at_ms = NOON + int(hours * HOUR)
    return an_event(Kind.ORDER_REFUNDED, at_ms, ref=7, amount=amount, record_ms=NOON + int(came * HOUR) if came else at_ms)


def test_of_two_things_that_end_an_order_the_first_did() -> None:
    order = an_event(Kind.ORDER_COMPLETED, NOON, ref=7, amount=20.0, high=float(NOON + 20 * HOUR))
    off, whole = an_event(Kind.ORDER_CANCELLED, NOON + 30 * HOUR, ref=7), refunded(10, 20.0, 31)
    row, _ = lived([order, off, whole])

    assert (int(row["said_ever"]), int(row["broken_ever"])) == (0, 0)


def test_a_part_that_was_given_back_does_not_undo_a_delivery() -> None:
    order = an_event(Kind.ORDER_COMPLETED, NOON, ref=7, amount=20.0, high=float(NOON + 20 * HOUR))
    delivered = an_event(Kind.ORDER_DELIVERED, NOON + 10 * HOUR, ref=7)
    row, _ = lived([order, delivered, refunded(12, 10.0), refunded(5, 10.0, 13)])

    assert (int(row["said_ever"]), int(row["broken_ever"])) == (1, 0)


def test_parts_that_were_given_back_before_word_of_the_order_came_are_the_whole_with_the_last() -> None:
    order = an_event(Kind.ORDER_COMPLETED, NOON, ref=7, amount=20.0, high=float(NOON + 20 * HOUR), record_ms=NOON + 40 * HOUR)
    row, _ = lived([refunded(5, 10.0), refunded(30, 10.0), order])

    assert (int(row["said_ever"]), int(row["broken_ever"])) == (1, 1)


def test_what_the_learner_heard_is_taken_back_as_it_was_told() -> None:
    _, more = lived([promised(), renegotiated(NOON + HOUR, NOON + 9 * DAY, NOON + 2 * DAY)])

    facts = more[0]["entries"][: int(more[0]["told"])]
    assert facts["due_ms"].tolist() == [NOON + DAY, NOON + DAY]


def test_a_part_that_was_given_back_ends_no_order_before_it_is_called_off() -> None:
    order = an_event(Kind.ORDER_COMPLETED, NOON, ref=7, amount=100.0, high=float(NOON + 20 * HOUR), record_ms=NOON + 31 * HOUR)
    off = an_event(Kind.ORDER_CANCELLED, NOON + 30 * HOUR, ref=7)
    row, _ = lived([refunded(10, 40.0), off, order])

    assert (int(row["said_ever"]), int(row["broken_ever"])) == (1, 1)


def test_a_new_time_that_is_over_when_it_is_agreed_is_broken_then_and_stays_owed() -> None:
    row, more = lived([promised(), renegotiated(NOON + 30 * HOUR, NOON - 200 * DAY, NOON + 30 * HOUR), an_event(Kind.PAGE, NOON + 3 * DAY)])

    assert open_of(row, more) == [(int(Obligation.PROMISE), 7)]
    assert quarantine_end_ms(row, NOON + 3 * DAY, TABLES) == NOON + 30 * HOUR + int(TABLES.settings[0]["quarantine_ms"])


def test_a_delivery_after_all_tells_how_long_it_took() -> None:
    order = an_event(Kind.ORDER_COMPLETED, NOON, ref=7, high=float(NOON + 20 * HOUR))
    off = an_event(Kind.ORDER_CANCELLED, NOON + 10 * HOUR, ref=7)
    _, more = lived([order, off, an_event(Kind.ORDER_DELIVERED, NOON + 5 * HOUR, ref=7, record_ms=NOON + 12 * HOUR)])

    facts = more[0]["entries"][: int(more[0]["told"])]
    assert facts["offset"].tolist() == [NOON + 5 * HOUR]
