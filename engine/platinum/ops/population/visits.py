"""A day of visits as columns: who does what when. Products are drawn later, from the same keys (``lines``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from platinum.ops.population.draws import Floats, Ints, uniform
from platinum.ops.population.people import HOMES, WISHES, Population

DAY_MS = 86_400_000
#: Visits that one person may make in a day.
SLOTS = 3
#: Products that one visit may look at; an order has at most as many.
MAX_VIEWED = 4

#: What happens, in the order in which ties of time are told.
IDENTIFY, CONSENT, WISH, PAGE, VIEW, ADD, CHECKOUT, ORDER, DELIVERED, FAILURE, REVIEW, REFERRAL, REQUEST = range(13)


class Happenings(NamedTuple):
    """Events of many people as columns of equal length."""

    time_ms: Ints
    person: Ints
    kind: NDArray[np.int8]
    visit: Ints  # key of the visit: seeds its products, names its order
    slot: Ints  # which product of the visit; for an order how many

    def take(self, rows: NDArray[np.bool_] | Ints) -> Happenings:
        """The rows chosen by a mask or an index."""
        return Happenings(self.time_ms[rows], self.person[rows], self.kind[rows], self.visit[rows], self.slot[rows])


def joined(parts: Sequence[Happenings]) -> Happenings:
    """Several sets of events as one, in the order given."""
    return Happenings(*map(np.concatenate, zip(*parts, strict=True)))


class _Visits(NamedTuple):
    """One row per visit of a day."""

    key: Ints
    person: Ints
    start_ms: Ints
    gap_ms: Ints  # between two steps of the visit
    viewed: Ints
    lines: Ints  # products put into the cart, 0 = none
    checkout: NDArray[np.bool_]
    ordered: NDArray[np.bool_]


def happenings_of_day(people: Population, day: int, start_ms: int, known: NDArray[np.bool_]) -> Happenings:
    """Everything that begins on one UTC day, unsorted; some of it happens days later (deliveries, reviews).

    ``known`` (bool[customers]) marks who has been here before and is updated: the first visit introduces a person.
    """
    visits = _visits(people, day, start_ms + day * DAY_MS)
    parts = [_introduction(people, visits, known), *_browsing(visits), *_aftermath(people, visits)]
    return joined(parts)


def _visits(people: Population, day: int, day_ms: int) -> _Visits:
    seed, n = people.seed, people.customers
    place = np.arange(n * SLOTS, dtype=np.int64)
    comes = uniform(seed, "comes", day * n * SLOTS + place) < np.repeat(people.visits_per_day / SLOTS, SLOTS)
    person = place[comes] // SLOTS
    key = day * n * SLOTS + place[comes]
    spread = uniform(seed, "when 1", key) + uniform(seed, "when 2", key) + uniform(seed, "when 3", key) - 1.5
    local_ms = ((people.hour[person] + 4.0 * spread) * 3_600_000).astype(np.int64)
    # Wrapped into the UTC day, so that no visit falls before what has already been told.
    start = day_ms + (local_ms - offsets_ms(day_ms)[people.home[person]]) % DAY_MS
    viewed = 1 + (uniform(seed, "views", key) * MAX_VIEWED).astype(np.int64)
    u_buy = uniform(seed, "buy", key)
    ordered = u_buy < people.p_buy[person]
    carted = ordered | (u_buy > 0.72)
    lines = np.where(carted, 1 + (uniform(seed, "lines", key) * viewed).astype(np.int64), 0)
    checkout = ordered | (u_buy > 0.93)
    gap = 15_000 + (uniform(seed, "gap", key) * 60_000).astype(np.int64)
    return _Visits(key, person, start, gap, viewed, lines, checkout, ordered)


def offsets_ms(at_ms: int) -> Ints:
    """int64[homes]: what each home's clock is ahead of UTC at an instant."""
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    offsets = [moment.astimezone(ZoneInfo(zone)).utcoffset() for zone, *_ in HOMES]
    return np.array([0 if o is None else int(o.total_seconds()) * 1000 for o in offsets], dtype=np.int64)


def _rows(visits: _Visits, rows: NDArray[np.bool_], kind: int, delay_ms: Ints, slot: Ints | int = 0) -> Happenings:
    person = visits.person[rows]
    slots = np.broadcast_to(np.asarray(slot, dtype=np.int64), rows.shape)[rows]
    return Happenings((visits.start_ms + delay_ms)[rows], person, np.full(person.shape, kind, dtype=np.int8), visits.key[rows], slots)


def _browsing(visits: _Visits) -> list[Happenings]:
    every = np.ones(visits.key.shape, dtype=np.bool_)
    gap = visits.gap_ms
    parts = [_rows(visits, every, PAGE, np.zeros_like(gap))]
    for slot in range(MAX_VIEWED):
        parts.append(_rows(visits, visits.viewed > slot, VIEW, gap * (slot + 1), slot))
        parts.append(_rows(visits, visits.lines > slot, ADD, gap * (slot + 1) + gap // 2, slot))
    end = gap * (visits.viewed + 1)
    parts.append(_rows(visits, visits.checkout, CHECKOUT, end, visits.lines))
    parts.append(_rows(visits, visits.ordered, ORDER, end + gap, visits.lines))
    return parts


def _aftermath(people: Population, visits: _Visits) -> list[Happenings]:
    """Deliveries, and now and then a parcel that broke or goes back, a review, a recommendation."""
    arrives = DAY_MS + (_unit(people, "arrives", visits) * 3 * DAY_MS).astype(np.int64)
    fate = _unit(people, "fate", visits)
    return [
        _rows(visits, visits.ordered, DELIVERED, arrives),
        _rows(visits, visits.ordered & (fate < 0.03), FAILURE, arrives + DAY_MS // 8),
        _rows(visits, visits.ordered & (fate > 0.03) & (fate < 0.06), REQUEST, arrives + DAY_MS // 4),
        _rows(visits, visits.ordered & (fate > 0.9) & (fate < 0.93), REFERRAL, arrives + DAY_MS),
        _rows(visits, visits.ordered & (fate > 0.93), REVIEW, arrives + 2 * DAY_MS),
    ]


def _unit(people: Population, purpose: str, visits: _Visits) -> Floats:
    return uniform(people.seed, purpose, visits.key)


def _introduction(people: Population, visits: _Visits, known: NDArray[np.bool_]) -> Happenings:
    order = np.argsort(visits.start_ms, kind="stable")
    persons, first = np.unique(visits.person[order], return_index=True)
    new = np.zeros(visits.key.shape, dtype=np.bool_)
    new[order[first[~known[persons]]]] = True
    known[persons] = True
    wishes = new & (people.wish[visits.person] != WISHES.index(""))
    asked = new & (people.consent[visits.person] != 0)
    nothing = np.zeros_like(visits.gap_ms)
    parts = [
        _rows(visits, new, IDENTIFY, nothing),
        _rows(visits, asked, CONSENT, nothing + 1_000),
        _rows(visits, wishes, WISH, visits.gap_ms // 3),
    ]
    return joined(parts)
