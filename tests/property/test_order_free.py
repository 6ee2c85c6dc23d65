"""Any order of arrival within the lateness window leaves the same named members, and halves that are merged are the whole."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.hashing import name_hash
from platinum.policy.tables import HOURS
from platinum.policy.value_keys import value_members
from platinum.profile.bonds import HALF_LIFE_MS as BONDS_HALF_LIFE_MS
from platinum.profile.entries import STATE_BROKEN, STATE_CLOSED
from platinum.profile.merge import merge
from platinum.profile.order_free import ORDER_FREE, ORDERED, members
from platinum.profile.talk import HALF_LIFE_MS as TALK_HALF_LIFE_MS
from platinum.vocabulary.codes import Kind, Obligation, Preference, Purpose
from tests.builders.rows import NOON, Made, an_event, an_order, columns_of, new_rows, some_more
from tests.builders.tables import DAY, HOUR, records, some_tables
from tests.property.test_effort import counts_of
from tests.property.test_ledger import KEPT_IN_MIND, default_promises, live

PROMISES = default_promises()
CALL_BACK = 1 + PROMISES["name"].tolist().index(name_hash("call_back"))
TABLES = some_tables(
    promises=PROMISES,
    whens=records(some_tables().whens.dtype),
    hours=records(HOURS, *({"weekday": day, "from_ms": 9 * HOUR, "to_ms": 17 * HOUR} for day in range(5))),
    settings={"call_back": CALL_BACK, **value_members({"value": {"life_events": {"house_move": 0.3, "new_job": 0.1}}})},
)
DAYS = 40
FIRMS = tuple(map(name_hash, ("firm-1", "firm-2", "firm-3")))
END, CATEGORIES = NOON + (DAYS + 30) * DAY, ("kitchen", "garden", "candles", "toys")  # behind everything, however late
#: Fading sum → as of when it holds, and its half-life.
FADING: dict[str, tuple[str, str | float]] = {
    "spend_365d": ("value_as_of_ms", "value_half_life_ms"),
    "views_30d": ("views_as_of_ms", "view_half_life_ms"),
    "earned": ("gratitude_as_of_ms", "gratitude_half_life_ms"),
    "said": ("said_as_of_ms", "promise_half_life_ms"),
    "kept": ("said_as_of_ms", "promise_half_life_ms"),
    "effort": ("effort_as_of_ms", "effort_half_life_ms"),
    "cases": ("trust_as_of_ms", "promise_half_life_ms"),
    "life": ("life_as_of_ms", "life_half_life_ms"),
    "shopped": ("affinity_as_of_ms", "affinity_half_life_ms"),
    **dict.fromkeys(("get", "referrals", "reviews", "helped"), ("bonds_as_of_ms", BONDS_HALF_LIFE_MS)),
    "listened": ("talk_as_of_ms", TALK_HALF_LIFE_MS),
}
#: Lists → what tells one entry from another, and what is compared.
LISTS = {
    "consents": ("purpose", "channel", "state", "at_s"),
    "preferences": ("kind", "name", "on", "at_s", "low", "high"),
    "traits": ("name", "value", "value_name", "at_s"),
    "trait_uses": ("trait", "purpose", "state", "at_s"),
    "called_off": ("category", "at_s"),
    "roles": ("account", "name", "at_s", "from_s", "until_s", "basis", "left"),
    "goals": ("name", "target", "progress", "stated_at_s", "due_s", "progressed_at_s"),
}
COUNTED = ("said", "kept", "said_ever", "broken_ever")


class Teller:
    """Makes a history of one person, no two events in one second; ``about`` keeps what refers to each other together."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.events: list[tuple[int, Made]] = []  # (what it is about, event)
        self._seconds: set[int] = set()
        self.calls = rng.random() < 0.5  # call-backs, or contacts about a second thing: a fifth journey closes one (EXCEPT)

    def at(self, from_ms: int, to_ms: int) -> int:
        """An instant that no other event has."""
        while True:
            second = self.rng.randrange(from_ms // 1000, to_ms // 1000)
            if second not in self._seconds:
                self._seconds.add(second)
                return second * 1000

    def tell(self, about: int, kind: Kind, at_ms: int, **members_: Any) -> None:
        """One event."""
        if about % 5 == 0 and kind != Kind.GROUP:
            members_ = {"account": FIRMS[about % 3], **members_}  # what belongs together is done in one role
        event = an_order(at_ms, **members_) if kind == Kind.ORDER_COMPLETED else an_event(kind, at_ms, **{"high": 0.0, **members_})
        self.events.append((about, event))

    def order(self, n: int) -> None:
        """An order that is promised for a day, delivered in time, late or not, and sometimes followed by a review."""
        at_ms, rng = self.at(NOON, NOON + DAYS * DAY), self.rng
        lines = [(rng.choice(CATEGORIES), round(rng.uniform(1, 50), 2)) for _ in range(rng.randrange(1, 4))]
        due_ms = float(self.at(at_ms + DAY, at_ms + 4 * DAY))
        self.tell(n, Kind.ORDER_COMPLETED, at_ms, amount=round(rng.uniform(5, 90), 2), items=lines, ref=10_000 + n, high=due_ms)
        self._new_times(n, 10_000 + n, at_ms, due_ms)
        if rng.random() < 0.8:
            self.tell(n, Kind.ORDER_DELIVERED, self.at(at_ms + 3600_000, at_ms + 12 * DAY), ref=10_000 + n)
        if rng.random() < 0.3:
            self.tell(n, Kind.REVIEW_WRITTEN, self.at(at_ms, at_ms + 6 * DAY))
        if rng.random() < 0.4:  # this order, or another one
            ref = 10_000 + n if rng.random() < 0.6 else 90_000 + n
            self.tell(n, Kind.ORDER_CANCELLED, self.at(at_ms, at_ms + 9 * DAY), ref=ref, items=[(rng.choice(CATEGORIES), 1.0)])

    def _new_times(self, n: int, ref: int, at_ms: int, due_ms: float) -> None:
        """Renegotiations of a promise: before it is due or after it, for a time that comes or has been."""
        for _ in range(self.rng.choice([0, 0, 1, 1, 2, 3])):
            moved_ms = self.at(at_ms + 60_000, int(due_ms) + 4 * DAY)
            due_ms = float(self.at(at_ms + DAY, moved_ms + 9 * DAY))
            self.tell(n, Kind.PROMISE_RENEGOTIATED, moved_ms, ref=ref, high=due_ms)

    def promise(self, n: int) -> None:
        """A promise by hand, renegotiated or not, kept or not, or kept twice."""
        at_ms = self.at(NOON, NOON + DAYS * DAY)
        due_ms = float(self.at(at_ms + DAY, at_ms + 9 * DAY))
        self.tell(n, Kind.PROMISE_MADE, at_ms, ref=20_000 + n, name_a="callback", high=due_ms)
        self._new_times(n, 20_000 + n, at_ms, due_ms)
        for _ in range(self.rng.choice([0, 1, 1, 1, 2])):
            self.tell(n, Kind.PROMISE_KEPT, self.at(at_ms + 60_000, at_ms + 14 * DAY), ref=20_000 + n)

    def call_back(self, n: int) -> None:
        """Somebody asks to be called back, perhaps once more; each may be answered. One call is for all that have asked by then."""
        if not self.calls:
            return
        about, at_ms = -1 - name_hash("call_back"), self.at(NOON, NOON + DAYS * DAY)
        for i in range(self.rng.choice([1, 1, 2, 3])):
            ref = 60_000 + 3 * n + i
            asked_ms = self.at(at_ms, at_ms + 2 * DAY)
            self.tell(about, Kind.REQUEST_MADE, asked_ms, ref=ref, name_a="call_back", name_b="desk", channel="web")
            if self.rng.random() < 0.6:
                self.tell(about, Kind.REQUEST_ANSWERED, self.at(asked_ms + 60_000, asked_ms + 3 * DAY), ref=ref)

    def goal(self, n: int) -> None:
        """A goal is stated, or said to have come closer, now and then in the wrong order."""
        name = self.rng.choice(("garden", "kitchen", "boat"))
        for _ in range(self.rng.choice([1, 2, 3])):
            at_ms = self.at(NOON, NOON + DAYS * DAY)
            if self.rng.random() < 0.5:
                due_ms = float(self.at(at_ms, at_ms + 60 * DAY)) if self.rng.random() < 0.5 else 0.0
                self.tell(n, Kind.GOAL_STATED, at_ms, name_a=name, high=due_ms, amount=float(self.rng.randrange(3)))
            else:
                self.tell(n, Kind.GOAL_PROGRESSED, at_ms, name_a=name, low=self.rng.choice([0.25, 0.5, 1.0]))

    def role(self, n: int) -> None:
        """What somebody is for an account, and until when, is said now and then in the wrong order."""
        firm = self.rng.choice(FIRMS)
        for _ in range(self.rng.choice([1, 2, 3])):
            at_ms = self.at(NOON, NOON + DAYS * DAY)
            said = {"role": name_hash(self.rng.choice(["buyer", "head"])), "code": self.rng.randrange(1, 4)}
            until_ms = float(self.at(at_ms, at_ms + 60 * DAY)) if self.rng.random() < 0.3 else 0.0
            self.tell(n, Kind.GROUP, at_ms, account=firm, high=until_ms, low=float(self.rng.random() < 0.2), **said)

    def request(self, n: int) -> None:
        """A request with an id, answered or not."""
        at_ms = self.at(NOON, NOON + DAYS * DAY)
        about = -1 - name_hash("return")
        self.tell(about, Kind.REQUEST_MADE, at_ms, ref=50_000 + n, name_a="return", name_b="desk", channel="web")
        if self.rng.random() < 0.7:
            self.tell(about, Kind.REQUEST_ANSWERED, self.at(at_ms + 60_000, at_ms + 6 * DAY), ref=50_000 + n)

    def answer(self, n: int) -> None:
        """An answer, and what comes of it."""
        at_ms = self.at(NOON, NOON + DAYS * DAY)
        self.tell(
            n, Kind.SURVEY_ANSWERED, at_ms, ref=30_000 + n, name_a=self.rng.choice(["ces", "nps"]), low=float(self.rng.randrange(1, 8))
        )
        for kind in (Kind.FEEDBACK_ACTED_ON, Kind.FEEDBACK_REPORTED_BACK):
            if self.rng.random() < 0.6:
                self.tell(n, kind, self.at(at_ms + 60_000, at_ms + 12 * DAY), ref=30_000 + n)

    def case(self, n: int) -> None:
        """A case that is opened and mostly closed."""
        at_ms = self.at(NOON, NOON + DAYS * DAY)
        self.tell(n, Kind.CASE_OPENED, at_ms, ref=40_000 + n, low=float(self.rng.randrange(1, 6)), code=1)
        if self.rng.random() < 0.8:
            end = self.rng.choice([Kind.CASE_CLOSED, Kind.CASE_CLOSED, Kind.CASE_CONFIRMED])
            self.tell(n, end, self.at(at_ms + 60_000, at_ms + 9 * DAY), ref=40_000 + n, amount=-1.0)
        if self.rng.random() < 0.4:  # behind word of its opening: before it, any closing would end it (EXCEPT)
            at_ms = self.at(at_ms + 2 * DAY, at_ms + 12 * DAY)
            self.tell(n, Kind.COMPLAINT_MADE, at_ms, ref=40_000 + n, low=float(self.rng.randrange(1, 6)), code=1)
            if self.rng.random() < 0.7:
                end = self.rng.choice([Kind.CASE_CLOSED, Kind.CASE_CONFIRMED])
                self.tell(n, end, self.at(at_ms + 60_000, at_ms + 9 * DAY), ref=40_000 + n, amount=-1.0)

    def word(self, n: int) -> None:
        """Something that was said or looked at."""
        rng, at_ms = self.rng, self.at(NOON, NOON + DAYS * DAY)
        what = rng.randrange(11)
        if what == 0:
            purpose = rng.choice([Purpose.PROMOTION, Purpose.PROFILING])
            self.tell(n, Kind.CONSENT_CHANGED, at_ms, code=purpose, name_b=rng.choice(["", "email"]), low=rng.choice([1, -1, 2, -2]))
        elif what == 1:
            wish = rng.choice([Preference.CHANNEL_NO, Preference.LANGUAGE, Preference.CATEGORY_NO])
            self.tell(n, Kind.PREFERENCE_STATED, at_ms, code=wish, name_a=rng.choice(CATEGORIES), amount=rng.choice([1.0, -1.0]))
        elif what == 2:
            self.tell(n, Kind.IDENTIFY, at_ms, items=[(rng.choice(["region", "loyalty_card"]), float(rng.randrange(9)))], language="de")
        elif what == 3:
            self.tell(n, Kind.CONSENT_CHANGED, at_ms, name_a="weak_eyes", code=rng.choice([3, 5]), low=rng.choice([1, -1]))
        elif what == 4:
            self.tell(n, Kind.VULNERABILITY_STATED, at_ms, low=rng.choice([1.0, -1.0]), high=float(rng.choice([0, at_ms + 5 * DAY])))
        elif what == 5:
            self.tell(n, Kind.LIFE_EVENT_REPORTED, at_ms, name_a=rng.choice(["house_move", "new_job", "unheard_of"]))
        elif what == 6:
            self.tell(n, Kind.IDENTIFY, at_ms, items=[("party", 0.0, rng.choice(["employee", "owner", "customer", "friend"]))])
        elif what == 7:
            self.tell(n, rng.choice([Kind.HELP_GIVEN, Kind.REVIEW_WRITTEN, Kind.REFERRAL_MADE]), at_ms)
        else:
            kind = rng.choice([Kind.PRODUCT_VIEWED, Kind.PRODUCT_LIST_VIEWED, Kind.PAGE, Kind.REFERRAL_MADE, Kind.ORDER_REFUNDED])
            more = {"items": [("toys", 1.0)], "ref": 95_000 + n} if kind == Kind.ORDER_REFUNDED else {}
            self.tell(n, kind, at_ms, name_a=rng.choice(CATEGORIES), amount=1.0, country=rng.choice(["GB", "DE", ""]), **more)

    def contact(self, n: int) -> None:
        """A contact that costs effort; contacts about one thing are kept together."""
        rng, intent = self.rng, self.rng.choice(["return"] if self.calls else ["return", "where"])
        kind = rng.choice(
            [Kind.CONTACT_STARTED, Kind.CONTACT_TRANSFERRED, Kind.WAITED, Kind.FORM_ERROR, Kind.ASKED_AGAIN, Kind.REQUEST_REFUSED]
        )
        if kind == Kind.REQUEST_REFUSED and intent == "return":
            if self.calls:
                return
            intent = "where"  # requests are about returns, and a refusal without an id ends the one that has arrived (EXCEPT)
        about = {"name_a": intent, "name_b": rng.choice(["desk", "form"]), "channel": rng.choice(["web", "call"]), "low": rng.uniform(0, 9)}
        self.tell(-1 - name_hash(intent), kind, self.at(NOON, END - 3 * DAY), **about)


def a_history(rng: random.Random, n: int) -> list[tuple[int, Made]]:
    """A mixed history in order of time, each event with what it is about."""
    teller = Teller(rng)
    for i in range(n):
        about = [teller.order, teller.promise, teller.answer, teller.case, teller.request, teller.call_back, teller.word, teller.word]
        rng.choice([*about, teller.contact, teller.goal, teller.role])(i)
    return sorted(teller.events, key=lambda one: one[1]["occurred_ms"])


def late(rng: random.Random, events: list[Made], share: float) -> list[Made]:
    """In their order of arrival, some of them late, by two days at most."""
    moved = [{**one, "record_ms": one["occurred_ms"] + (rng.randrange(2 * DAY - 1000) if rng.random() < share else 0)} for one in events]
    return sorted(moved, key=lambda one: one["record_ms"])


def lived(events: list[Made]) -> tuple[Any, Any]:
    """Row and second rows after these events and a page at the end, timers in front of what came later."""
    rows, more = new_rows(), some_more()
    columns, items = columns_of([*events, an_event(Kind.PAGE, END)])
    live(rows[0], columns, items, TABLES, more)
    return rows[0], more


def open_of(row: Any, more: Any, full: bool = False) -> list[tuple[int, ...]]:
    """(kind, id, whether it is closed) of everything that is open; ``full``: when it is due and whether it is over its time, too."""
    entries = list(row["obligations"][: int(row["n_obligations"])])
    if row["more"]:
        entries += list(more[row["more"]]["entries"][: int(more[row["more"]]["n"])])
    of = [e for e in entries if e["kind"] not in KEPT_IN_MIND]
    bits = STATE_CLOSED | (STATE_BROKEN if full else 0)
    return sorted((int(e["kind"]), int(e["ref"]), int(e["state"]) & bits, *([int(e["due_ms"])] if full else [])) for e in of)


def free_of(row: Any, more: Any) -> dict[str, Any]:
    """Every order-free member, fading sums as of ``END``, lists in an order of their own."""
    found: dict[str, Any] = {}
    for name in ORDER_FREE:
        if name in FADING:
            as_of, half_life = FADING[name]
            life_ms = half_life if isinstance(half_life, float) else float(TABLES.settings[0][half_life])
            found[name] = float(row[name]) * 0.5 ** ((END - int(row[as_of])) / life_ms)
        elif name in LISTS:
            used = row[name][: int(row[f"n_{name}"])]
            found[name] = sorted(tuple(float(entry[member]) for member in LISTS[name]) for entry in used)
        elif name == "affinities":
            fade = 0.5 ** ((END - int(row["affinity_as_of_ms"])) / float(TABLES.settings[0]["affinity_half_life_ms"]))
            used = row[name][: int(row["n_affinities"])]
            found[name] = dict(sorted((int(entry["name"]), float(entry["sum"]) * fade) for entry in used))
        elif name == "bought_s":
            found[name] = sorted(at for at in zip(row["affinities"]["name"], row[name][: int(row["n_bought"])]) if at[1])
        elif name == "journeys":
            found[name] = counts_of(row)
        elif name == "obligations":
            found[name] = open_of(row, more, full=True)
        else:
            found[name] = row[name].tolist()
    return found


def assert_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Numbers within 1e-9, everything else exactly."""
    for name, value in one.items():
        if isinstance(value, float | dict):
            assert value == pytest.approx(other[name], rel=1e-9, abs=1e-12), name
        else:
            assert value == other[name], name


def test_every_member_of_a_row_says_whether_the_order_matters() -> None:
    assert sorted([*ORDER_FREE, *ORDERED]) == sorted(members())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 70), st.sampled_from([0.1, 0.6, 1.0]))
def test_any_order_of_arrival_in_the_window_leaves_the_same(seed: int, n: int, share: float) -> None:
    rng = random.Random(seed)
    events = [event for _, event in a_history(rng, n)]

    assert_same(free_of(*lived(late(rng, events, share))), free_of(*lived(events)))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 70))
def test_halves_that_are_merged_are_the_whole(seed: int, n: int) -> None:
    rng = random.Random(seed)
    told = a_history(rng, n)
    ours = {about for about, _ in told if rng.random() < 0.5}
    halves = [[event for about, event in told if (about in ours) == mine] for mine in (True, False)]

    row, more = lived(halves[0])
    other, others_more = lived(halves[1])
    merge(row, more, other, others_more, TABLES)

    merged = free_of(row, more)
    assert_same({**merged, "events": merged["events"] - 1}, free_of(*lived([event for _, event in told])))  # the page at the end is in both


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 40))
def test_what_the_last_two_days_brought_to_either_half_meets_in_the_whole(seed: int, n: int) -> None:
    rng = random.Random(seed)
    told = [event for _, event in a_history(rng, n)]
    recent = [{**event, "occurred_ms": END - DAY + i * 1000, "record_ms": END - DAY + i * 1000} for i, event in enumerate(told)]
    for event in recent:
        if event["kind"] in (Kind.ORDER_COMPLETED, Kind.PROMISE_MADE):
            event["high"] = float(END + 9 * DAY)
    halves: tuple[list[Made], list[Made]] = ([], [])
    for event in recent:
        together = event["kind"] in (Kind.CASE_OPENED, Kind.COMPLAINT_MADE)
        calls = 60_000 <= int(event.get("ref", 0)) < 70_000  # of one another, requests to be called back know by their order alone (EXCEPT)
        halves[0 if calls else int(event.get("ref", 0)) % 2 if together else rng.randrange(2)].append(event)

    row, more = lived(halves[0])
    other, others_more = lived(halves[1])
    merge(row, more, other, others_more, TABLES)
    whole, wholes_more = lived(recent)
    for one, second in ((row, more), (whole, wholes_more)):
        live(one, *columns_of([an_event(Kind.PAGE, END + 1000)]), TABLES, second)  # what is over by what the other half knew

    assert open_of(row, more, full=True) == open_of(whole, wholes_more, full=True)
    merged, folded = free_of(row, more), free_of(whole, wholes_more)
    assert_same({name: merged[name] for name in COUNTED}, {name: folded[name] for name in COUNTED})


@pytest.mark.parametrize("seed", range(8))
def test_an_order_that_is_called_off_is_owed_in_no_order_of_arrival_and_in_neither_half(seed: int) -> None:
    rng = random.Random(seed)
    ordered = [an_order(NOON + n * DAY, 9.0, ref=1 + n, high=float(NOON + (n + 9) * DAY)) for n in range(12)]
    off = [an_event(Kind.ORDER_CANCELLED, NOON + n * DAY + rng.randrange(1, DAY), ref=1 + n) for n in range(0, 12, 2)]
    events = sorted([*ordered, *off], key=lambda one: one["occurred_ms"])
    owed = [(int(Obligation.PROMISE), 1 + n, 0) for n in range(1, 12, 2)]

    row, more = lived(events)
    assert open_of(row, more) == owed
    assert open_of(*lived(late(rng, events, 0.8))) == owed
    rows, mores = zip(*(lived_now(half) for half in (ordered[-2:], off[-1:])), strict=True)
    for one, other in ((0, 1), (1, 0)):
        mine, my_more = rows[one].copy(), mores[one].copy()
        merge(mine, my_more, rows[other], mores[other], TABLES)
        assert open_of(mine, my_more) == owed[-1:]
        assert (int(mine["said_ever"]), float(mine["kept"])) == (0, 0.0)


def lived_now(events: list[Made]) -> tuple[Any, Any]:
    """As ``lived``, without the page at the end: what is kept in mind is still there."""
    rows, more = new_rows(), some_more()
    columns, items = columns_of(events)
    live(rows[0], columns, items, TABLES, more)
    return rows[0], more


def test_a_merge_changes_nothing_of_the_other_row_and_nothing_that_depends_on_the_order() -> None:
    rng = random.Random(3)
    (row, more), (other, others_more) = (lived([event for _, event in a_history(rng, 60)]) for _ in range(2))
    before, theirs = row.copy(), other.copy()

    merge(row, more, other, others_more, TABLES)

    assert other == theirs
    follow = {"timer_due_ms", "ledger_due_ms", "older_days", "offers", "clarity", "righted", "said_as_of_ms", "more_open"}
    follow |= {"interests", "give", "talked", "bonds_as_of_ms", "talk_as_of_ms", "owed_elsewhere"}
    for name in set(ORDERED) - follow:
        assert np.array_equal(row[name], before[name]), name


def test_two_histories_with_more_than_fits_lose_count_of_nothing_that_is_there() -> None:
    halves = [
        [an_event(Kind.PROMISE_MADE, NOON + i, ref=1 + 1000 * half + i, name_a="callback", high=float(END + DAY)) for i in range(150)]
        for half in range(2)
    ]
    (row, more), (other, others_more) = lived(halves[0]), lived(halves[1])

    merge(row, more, other, others_more, TABLES)

    assert len(open_of(row, more)) == 250 == int(row["n_obligations"]) + int(row["more_open"])
    assert {ref for _, ref, _ in open_of(row, more)} >= {1 + i for i in range(150)}
