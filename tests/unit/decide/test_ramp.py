"""A ramp reaches a share of people, the same ones from then on, and takes it from nobody as it grows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.decide.ramp import is_immature, is_kept_out, reaches_ms
from platinum.decide.record import NEVER
from platinum.hashing import hash64
from platinum.jit import kernel
from platinum.policy import tables as t
from platinum.policy.maturity import immature
from platinum.vocabulary.codes import ActionType, Gate
from tests.builders.desk import DAY, NOW, Desk, a_row, a_trigger
from tests.builders.tables import a_channel, an_action, records, some_tables
from tests.reference.ramp import release

PEOPLE = [hash64(f"c-{i}".encode()) for i in range(4_000)]


@kernel
def _kept_out(action: Any, person: np.uint64, now_ms: int) -> bool:
    return is_kept_out(action, person, now_ms)


@kernel
def _reaches(action: Any, person: np.uint64, outbound: bool) -> int:
    return reaches_ms(action, person, outbound)


@kernel
def _immature(action: Any, person: np.uint64, outbound: bool) -> bool:
    return is_immature(action, person, outbound)


def an_offer(**members: Any) -> Any:
    return records(t.ACTION, an_action("club", **members))[0]


def reached(action: Any, now_ms: int = NOW) -> set[int]:
    return {person for person in PEOPLE if not _kept_out(action, np.uint64(person), now_ms)}


def test_without_a_ramp_everybody_is_reached() -> None:
    assert len(reached(an_offer())) == len(PEOPLE)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_a_share_is_that_share_of_people(share: float) -> None:
    n = len(reached(an_offer(kept_out=1 - share, kept_out_at_last=1 - share)))

    assert n / len(PEOPLE) == pytest.approx(share, abs=4 * (share * (1 - share) / len(PEOPLE)) ** 0.5)


def test_a_higher_share_takes_it_from_nobody() -> None:
    few, more = (reached(an_offer(kept_out=1 - share, kept_out_at_last=1 - share)) for share in (0.1, 0.2))

    assert few < more


def test_two_actions_do_not_reach_the_same_people() -> None:
    a, b = (reached(records(t.ACTION, an_action(name, kept_out=0.5, kept_out_at_last=0.5))[0]) for name in ("club", "sale"))

    assert 0.2 < len(a & b) / len(PEOPLE) < 0.3


def growing() -> Any:
    return an_offer(kept_out=0.98, kept_out_at_last=0.1, ramp_from_ms=NOW, ramp_ms=14 * DAY)


def test_a_ramp_that_grows_begins_on_its_day_and_ends_where_it_says() -> None:
    action = growing()

    sizes = [len(reached(action, NOW + days * DAY)) / len(PEOPLE) for days in (-1, 0, 7, 14, 100)]

    assert sizes == pytest.approx([0, 0.02, 0.46, 0.9, 0.9], abs=0.03)
    assert reached(action, NOW + 3 * DAY) < reached(action, NOW + 4 * DAY)


def test_the_instant_at_which_it_reaches_somebody_is_the_first() -> None:
    action, never = growing(), 0
    for person in PEOPLE[:400]:
        at_ms = int(_reaches(action, np.uint64(person), False))
        if at_ms == 0:
            never += 1
            continue
        assert not _kept_out(action, np.uint64(person), at_ms)
        assert _kept_out(action, np.uint64(person), at_ms - 1)
        assert at_ms == NOW or abs(at_ms - release(person, action, NOW - DAY)) <= 2
    assert 10 < never < 90


def test_who_is_not_reached_is_told_by_the_last_gate_and_from_when() -> None:
    def blocked(**members: Any) -> list[tuple[int, int]]:
        kept = records(t.ACTION, an_action("club", ActionType.OFFER, **members))
        desk = Desk(some_tables(actions=kept, channels=records(t.CHANNEL, a_channel("web", 0))))
        out = desk.decide(a_row(), a_trigger(placement=0, person=PEOPLE[1]))
        return [(int(b["gate"]), int(b["until_ms"])) for b in out["blocked"] if b["candidate"] >= 0]

    action = growing()
    at_ms = int(_reaches(action, np.uint64(PEOPLE[1]), False))

    assert NOW < at_ms < NOW + 14 * DAY
    assert blocked() == []
    assert blocked(kept_out=0.98, kept_out_at_last=0.1, ramp_from_ms=NOW, ramp_ms=14 * DAY) == [(Gate.RAMP, at_ms)]
    assert blocked(kept_out=1.0, kept_out_at_last=1.0) == [(Gate.RAMP, 0)]
    assert blocked(kept_out=1.0, kept_out_at_last=1.0, terms_missing=1) == [(Gate.TERMS, 0)], "what would be stopped anyway says so"


def test_what_few_have_taken_is_sent_to_few_and_shown_to_all_who_come() -> None:
    offer = an_offer(immature=0.9)
    sent, shown = ({p for p in PEOPLE if not _immature(offer, np.uint64(p), outbound)} for outbound in (True, False))

    assert len(sent) / len(PEOPLE) == pytest.approx(0.1, abs=4 * (0.1 * 0.9 / len(PEOPLE)) ** 0.5)
    assert len(shown) == len(PEOPLE)
    assert {_reaches(offer, np.uint64(p), True) for p in PEOPLE if p not in sent} == {NEVER}, "nobody knows when it will be taken oftener"


@pytest.mark.parametrize(("taken", "mature_at", "share"), [(0, 200, 0.02), (3, 200, 0.02), (50, 200, 0.25), (200, 200, 1.0), (0, 0, 1.0)])
def test_the_share_grows_with_how_many_have_taken_it(taken: float, mature_at: float, share: float) -> None:
    assert 1.0 - immature(taken, mature_at) == pytest.approx(share)
