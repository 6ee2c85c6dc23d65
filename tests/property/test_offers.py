"""Offers in any order of what can happen to them, against a twin that forgets nothing, and tills that ask at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from platinum.hashing import name_hash
from platinum.pipeline.offers import Honour, Ledger, Offered, honour_of
from platinum.profile.second_row import pack_more
from platinum.vocabulary.codes import Kind
from tests.builders.claims import Customer
from tests.builders.offers import made, many_offers, used
from tests.builders.rows import NOON, a_ref, an_event
from tests.builders.tables import DAY, HOUR
from tests.reference.offers import Made, Twin, Use

TABLES = many_offers(12)
ACTIONS = [f"offer-{i}" for i in range(1, 13)]
RECEIPTS = ("r-1", "r-2", "r-3")


class Step(NamedTuple):
    """What happens next, to one of the last six decisions where it is about one."""

    what: str
    back: int
    receipt: str
    action: str
    after_hours: int
    lives_hours: int


steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(("offer", "offer", "offer", "use", "use", "use", "decline", "page")),
        st.integers(0, 5),
        st.sampled_from(RECEIPTS),
        st.sampled_from([*ACTIONS, *10 * ACTIONS[:2]]),
        st.integers(0, 30),
        st.sampled_from((0, 6, 40, 400)),
    ),
    min_size=15,
    max_size=60,
)


class Lives:
    """A customer and its twin, told the same."""

    def __init__(self) -> None:
        self.customer, self.twin, self.now_ms = Customer(TABLES), Twin(), NOON

    def step(self, step: Step) -> None:
        """A while later."""
        self.now_ms += step.after_hours * HOUR + 1_000
        n = max(0, len(self.twin.made) - 1 - step.back)
        if step.what == "offer":
            until_ms = self.now_ms + step.lives_hours * HOUR if step.lives_hours else 0
            self.customer.hears(made(len(self.twin.made), step.action, self.now_ms, until_ms))
            self.twin.made.append(Made(step.action, self.now_ms, until_ms))
        elif step.what == "page" or not self.twin.made:
            self.customer.hears(an_event(Kind.PAGE, self.now_ms))
        elif step.what == "decline":
            self.customer.hears(an_event(Kind.DECISION_DECLINED, self.now_ms, ref=a_ref(n)))
            self.twin.refused.append((self.twin.made[n].action, self.now_ms))
        else:
            self._use(n, step.receipt)

    def _use(self, n: int, receipt: str) -> None:
        action, offered_ms, _ = self.twin.made[n]
        must = self.twin.must(n, receipt, self.now_ms)
        self.customer.hears(used(n, name_hash(receipt), self.now_ms, action, offered_ms))
        told = self.told(n, receipt)
        assert told.redeemed_at is not None or told.answer == "refused"
        assert must is None or must == (told.answer == "honoured"), (n, receipt, told)
        if told.answer == "honoured" and told.redeemed_at == _second(self.now_ms):
            self.twin.uses.append(Use(action, receipt, self.now_ms))

    def told(self, n: int, receipt: str | None) -> Honour:
        """What whoever asks is told."""
        action, offered_ms, _ = self.twin.made[n]
        return told_by(self.customer, n, action, offered_ms, receipt, self.now_ms)


def _second(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def told_by(customer: Customer, n: int, action: str, offered_ms: int, receipt: str | None, now_ms: int) -> Honour:
    """What is told of the n-th decision's offer, read from the rows as they are stored."""
    second = pack_more(customer.more[customer.row["more"]]) if customer.row["more"] else None
    offered = Offered(action, {}, None, 0, offered_ms)
    return honour_of(Ledger(customer.packed(), second), f"d.1.0.{n}.0", offered, {}, receipt, now_ms)


@given(steps)
def test_an_offer_is_kept_for_one_receipt_by_every_id_of_it_until_it_is_over(steps: list[Step]) -> None:
    lives = Lives()

    for step in steps:
        lives.step(step)

    for n in range(len(lives.twin.made)):
        if lives.twin.must(n, "nobody's", lives.now_ms):
            assert lives.told(n, None).answer == "honoured"


@given(st.lists(st.tuples(st.sampled_from(RECEIPTS), st.sampled_from((1, 2)), st.integers(0, 3)), min_size=1), st.booleans())
def test_of_tills_that_ask_in_any_order_the_first_in_the_log_is_honoured_and_as_often_as_it_asks(
    asked: list[tuple[str, int, int]], in_second_row: bool
) -> None:
    customer = Customer(TABLES)
    customer.hears(made(1, ACTIONS[0], NOON, NOON + 90 * DAY), made(2, ACTIONS[0], NOON + 1, NOON + 90 * DAY))
    customer.hears(*(made(n, ACTIONS[n], until_ms=NOON + 30 * DAY) for n in range(3, 12 if in_second_row else 4)))

    customer.hears(
        *(
            used(n, name_hash(receipt), NOON + 9 - late, ACTIONS[0], NOON + n - 1, record_ms=NOON + 9 + i)
            for i, (receipt, n, late) in enumerate(asked)
        )
    )

    answers = [told_by(customer, n, ACTIONS[0], NOON + n - 1, receipt, NOON + DAY).answer for receipt, n, _ in asked]
    assert answers == ["honoured" if receipt == asked[0][0] else "refused" for receipt, _, _ in asked]
