"""Contacts, plans and engagement against a slow twin that keeps the whole history."""

from __future__ import annotations

import math
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.hashing import name_hash
from platinum.profile.engagement import reached_on
from platinum.profile.entries import MAX_PLANNED
from platinum.vocabulary.codes import Kind
from tests.builders.rows import NOON
from tests.builders.tables import HOUR, some_tables
from tests.reference.contacts import WholeHistory
from tests.unit.profile.test_contacts import Customer

TABLES = some_tables()
CHANNELS = ("email", "card", "web")
ACTIONS = ("thanks", "planner", "free-delivery")
HALF_LIFE_MS = float(TABLES.settings[0]["engagement_half_life_ms"])


class Step(NamedTuple):
    """What happens next: a decision (``kind`` None), or an event about one of the last four."""

    kind: Kind | None
    action: str
    channel: str
    lives_hours: int
    back: int
    late_hours: int


kinds = st.sampled_from([None, None, Kind.CONTACT_DISPATCHED, Kind.DECISION_SHOWN, Kind.CONTACT_ABORTED, Kind.PAGE])
steps = st.lists(
    st.builds(Step, kinds, st.sampled_from(ACTIONS), st.sampled_from(CHANNELS), st.integers(1, 72), st.integers(0, 3), st.integers(0, 2)),
    max_size=60,
)


@given(steps)
def test_contacts_and_plans_are_those_of_the_whole_history(happened: list[Step]) -> None:
    customer, twin, n = Customer(), WholeHistory(), 0

    for hour, step in enumerate(happened):
        now_ms = NOON + hour * 6 * HOUR
        if step.kind is not None:
            at_ms = now_ms - step.late_hours * HOUR
            customer.outcome(step.kind, max(0, n - step.back), at_ms, record_ms=now_ms)
            twin.outcome(step.kind, max(0, n - step.back), at_ms, now_ms)
        elif len(twin.planned(now_ms)) < MAX_PLANNED:  # what gives way in a full plan is tested by example
            n += 1
            expires_ms = now_ms + step.lives_hours * HOUR
            customer.decides(n, step.action, step.channel, now_ms, expires_ms=expires_ms)
            twin.plan(n, step.action, step.channel, now_ms, expires_ms)
    end_ms = NOON + len(happened) * 6 * HOUR

    assert sorted(customer.made, reverse=True) == twin.made()
    assert sorted(p for p in customer.planned if p in twin.planned(end_ms)) == twin.planned(end_ms)
    for channel in CHANNELS:
        wanted = math.fsum(2.0 ** (-(end_ms - at) / HALF_LIFE_MS) for at in twin.reached[channel])
        assert reached_on(customer.row, name_hash(channel), end_ms, TABLES) == pytest.approx(wanted, rel=1e-9)
