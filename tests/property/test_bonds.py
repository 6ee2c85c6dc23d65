"""What is given and got: the kernels against sums over a list of what happened."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.profile.bonds import advocacy, balance_of, given, got
from platinum.profile.contacts import plan
from platinum.profile.pending import remember_decision
from platinum.profile.standing import cohort_now
from platinum.profile.talk import talk_listen
from platinum.vocabulary.codes import ActionType, Field, Kind
from tests.builders.bonds import some_balances
from tests.builders.rows import NOON, a_ref, an_event, fold_into, new_rows, read_field
from tests.builders.tables import DAY, a_channel, an_action, candidates_of, records, some_tables
from tests.builders.worlds import random_moment, random_row, random_tables, random_trigger
from tests.reference import bonds as slow

YEAR, QUARTER = 365 * DAY, 90 * DAY
END = NOON + 400 * DAY
#: Kind → (money got by the default weights; of an order by its amount), what it counts as.
GETS = {Kind.REFERRAL_MADE: 20.0, Kind.REVIEW_WRITTEN: 5.0, Kind.HELP_GIVEN: 5.0, Kind.SURVEY_ANSWERED: 1.0, Kind.GOAL_STATED: 1.0}
ADVOCATES = (Kind.REFERRAL_MADE, Kind.REVIEW_WRITTEN, Kind.HELP_GIVEN)
HEARD = (Kind.REQUEST_MADE, Kind.CONTACT_STARTED, Kind.COMPLAINT_MADE, Kind.SURVEY_ANSWERED, Kind.MESSAGE_RECEIVED)
MARGIN = 0.3


def a_life(rng: random.Random) -> list[tuple[Kind, int, float]]:
    """What happened, when, and what it came to; not in order of time."""
    kinds = [Kind.ORDER_COMPLETED, Kind.PAGE, *GETS, *HEARD]
    return [(rng.choice(kinds), NOON + rng.randrange(390 * DAY), round(rng.uniform(1, 90), 2)) for _ in range(rng.randrange(1, 30))]


def faded(life: list[tuple[float, int]], half_life_ms: float) -> float:
    """Sum at ``END``."""
    return float(sum(amount * 0.5 ** ((END - at_ms) / half_life_ms) for amount, at_ms in life))


@pytest.mark.parametrize("seed", range(40))
def test_sums_are_those_of_the_list_in_any_order(seed: int) -> None:
    rng, tables = random.Random(seed), some_tables()
    life, rows = a_life(rng), new_rows()

    told = [an_event(kind, at_ms, record_ms=END, amount=amount, ref=i + 1) for i, (kind, at_ms, amount) in enumerate(life)]
    fold_into(rows, told, tables)

    money = [(MARGIN * amount if kind == Kind.ORDER_COMPLETED else GETS.get(kind, 0.0), at_ms) for kind, at_ms, amount in life]
    assert float(got(rows[0], END)) == pytest.approx(faded(money, YEAR), rel=1e-9)
    assert float(advocacy(rows[0], END)) == pytest.approx(faded([(1.0, at) for kind, at, _ in life if kind in ADVOCATES], YEAR), rel=1e-9)
    heard = [(1.0, at_ms) for kind, at_ms, _ in life if kind in HEARD]
    assert float(rows[0]["listened"]) * 0.5 ** ((END - int(rows[0]["talk_as_of_ms"])) / QUARTER) == pytest.approx(faded(heard, QUARTER))


def test_balances_equal_the_slow_twin_on_random_customers() -> None:
    rng, known = np.random.default_rng(4), 0
    for _ in range(300):
        tables = random_tables(rng)
        for member, value in some_balances(rng).items():
            tables.settings[member] = value
        now = random_moment(rng)
        row, trigger = random_row(rng, tables, now), random_trigger(rng, tables, now)
        want = slow.balance(row, now, tables)
        cohort = int(cohort_now(row, now, tables))

        found = float(balance_of(row, cohort, now, tables))

        assert math.isnan(found) if want is None else found == pytest.approx(want, rel=1e-12, abs=1e-12)
        field = float(read_field(int(Field.BALANCE), 0, row, trigger, tables))
        assert math.isnan(field) if want is None else field == found
        known += want is not None
    assert 50 < known < 290


def a_firm() -> Any:
    """Tables with an action of each kind that gives something."""
    actions = records(
        t.ACTION,
        an_action("thanks", ActionType.THANK_YOU),
        an_action("gift", ActionType.SURPRISE, cost=7.0),
        an_action("help", ActionType.HELP, effort=-2.0),
        an_action("offer", ActionType.OFFER, cost=3.0),
    )
    channels = records(t.CHANNEL, a_channel("email"))
    return some_tables(actions=actions, channels=channels, candidates=candidates_of(actions, channels))


@pytest.mark.parametrize(("action", "money"), [("thanks", 1.0), ("gift", 7.0), ("help", 1.0), ("offer", 0.0)])
@pytest.mark.parametrize("bounced", [False, True])
def test_what_meets_somebody_is_given_once_and_what_bounces_is_not(action: str, money: float, bounced: bool) -> None:
    tables, rows, ref = a_firm(), new_rows(), np.uint64(a_ref(1))
    kind = next(int(one["type"]) for one in tables.actions if int(one["name"]) == name_hash(action))
    plan(rows[0], ref, name_hash(action), name_hash("email"), kind, 1, NOON, NOON, NOON + DAY)
    remember_decision(rows[0], ref, name_hash(action), name_hash("email"), NOON, NOON + 9 * DAY, 1)

    told = [Kind.CONTACT_DISPATCHED, Kind.CONTACT_DELIVERED, *([Kind.CONTACT_BOUNCED] if bounced else [])]
    fold_into(rows, [an_event(one, NOON + i, ref=ref) for i, one in enumerate(told)], tables)

    assert float(given(rows[0], NOON)) == pytest.approx(0.0 if bounced else money, abs=1e-6)
    assert float(rows[0]["talked"]) == pytest.approx(0.0 if bounced else 1.0, abs=1e-6)
    assert float(talk_listen(rows[0])) == (0.0 if rows[0]["talked"] == 0.0 else 1000.0)
