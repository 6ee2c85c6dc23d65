"""Claims in any order of what can happen to a contact, against a twin that forgets nothing."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from platinum.profile.entries import MAX_PLANNED
from platinum.vocabulary.codes import Kind, Purpose
from tests.builders.claims import CHANNELS, Customer, stopping
from tests.builders.rows import NOON, a_ref, an_event
from tests.builders.tables import HOUR
from tests.reference.claims import Contact, Twin

ACTIONS = ("free-delivery", "candle-offer")
CLAIMANTS = ("one", "other", "third")
STOPS: tuple[list[tuple[str, str]], ...] = ([], [], [("free-delivery", "")], [("", "card")], [("", "")])
#: What a stop stops is made once: tables are large.
TABLES = [stopping(*stops) for stops in STOPS]


class Step(NamedTuple):
    """What happens next, to one of the last four contacts where it is about one."""

    what: str
    back: int
    who: str
    action: str
    channel: str
    waits_hours: int
    lives_hours: int
    stops: int


WHAT = ("plan", "plan", "claim", "claim", "claim", "dispatch", "abort", "opt out", "stop", "sweep")
steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(WHAT),
        st.integers(0, 3),
        st.sampled_from(CLAIMANTS),
        st.sampled_from(ACTIONS),
        st.sampled_from(CHANNELS),
        st.integers(0, 3),
        st.integers(1, 40),
        st.integers(0, len(STOPS) - 1),
    ),
    max_size=50,
)


class Lives:
    """A customer and its twin, told the same."""

    def __init__(self) -> None:
        self.customer, self.twin, self.n, self.now_ms = Customer(TABLES[0]), Twin(), 0, NOON
        self.told: list[tuple[int, str]] = []

    def step(self, step: Step) -> None:
        """One hour later."""
        self.now_ms += HOUR
        n, about = max(0, self.n - step.back), {"ref": a_ref(max(0, self.n - step.back))}
        if step.what == "plan":
            self._plan(step)
        elif step.what == "claim":
            said = self.customer.asks(n, step.who, self.now_ms).answer
            assert said == self.twin.claim(n, step.who, self.now_ms), step
            if said == "send":
                self.told.append((n, step.who))
        elif step.what in ("dispatch", "abort"):
            kind = Kind.CONTACT_DISPATCHED if step.what == "dispatch" else Kind.CONTACT_ABORTED
            self.customer.hears(an_event(kind, self.now_ms, **about))
            self.twin.ends(n, step.what, self.now_ms)
        elif step.what == "stop":
            self.customer.tables, self.twin.stops = TABLES[step.stops], STOPS[step.stops]
        else:
            sweep = step.what == "sweep"
            event = an_event(Kind.CONTACTS_SWEPT if sweep else Kind.UNSUBSCRIBED, self.now_ms, code=Purpose.ALL)
            assert sorted(self.customer.hears(event)) == self.twin.takes_back(self.now_ms, only_stopped=sweep)

    def _plan(self, step: Step) -> None:
        if len(self.twin.live(self.now_ms)) == MAX_PLANNED:  # what gives way in a full plan is tested by example
            return
        self.n += 1
        expires_ms = self.now_ms + step.lives_hours * HOUR
        send_ms = self.now_ms + step.waits_hours * HOUR
        self.customer.plans(self.n, step.action, step.channel, self.now_ms, expires_ms, send_ms)
        self.twin.contacts[self.n] = Contact(step.action, step.channel, expires_ms, send_ms)


@given(steps)
def test_answers_and_plans_are_those_of_the_whole_history_and_nobody_else_is_told_to_send(happened: list[Step]) -> None:
    lives = Lives()

    for step in happened:
        lives.step(step)
    lives.customer.hears(an_event(Kind.PAGE, lives.now_ms))

    assert lives.customer.planned == lives.twin.live(lives.now_ms)
    assert lives.customer.claimed == [n for n in lives.customer.claimed if lives.twin.contacts[n].claimant]
    assert sorted(lives.customer.claimed) == [n for n in lives.twin.live(lives.now_ms) if lives.twin.contacts[n].claimant]
    senders: dict[int, set[str]] = {}
    for n, who in lives.told:
        senders.setdefault(n, set()).add(who)
    assert all(len(some) == 1 for some in senders.values())
