"""What a population does, as one stream of events in time order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from platinum.ops.line import Line
from platinum.ops.population.lines import Writer
from platinum.ops.population.people import Population
from platinum.ops.population.shop import GIFT_SHOP, Shop
from platinum.ops.population.visits import DAY_MS, Happenings, happenings_of_day, joined

#: Where simulated time starts unless it is said: a Sunday in March 2026, before the clocks change.
START_MS = 1_772_323_200_000


def simulate(people: Population, start_ms: int = START_MS, days: int | None = None) -> Iterator[Line]:
    """Events of ``days`` whole days (without end when absent), in time order; ties in a fixed order.

    ``receivedAt`` equals ``timestamp``; no clock is read. With ``days``, what begins within them and happens later
    (a delivery, a review) is left out.
    """
    writer = Writer(people)
    known = np.zeros(people.customers, dtype=np.bool_)
    later = happenings_of_day(people, 0, start_ms, known)
    day = 0
    while days is None or day < days:
        end_ms = start_ms + (day + 1) * DAY_MS
        now = later.time_ms < end_ms
        yield from writer.write(_sorted(later.take(now)))
        day += 1
        new = happenings_of_day(people, day, start_ms, known)
        later = joined([later.take(~now), new])


def _sorted(rows: Happenings) -> Happenings:
    return rows.take(np.lexsort((rows.visit, rows.kind, rows.person, rows.time_ms)))


def simulate_events(seed: int, customers: int, events: int, start_ms: int = START_MS, shop: Shop = GIFT_SHOP) -> Iterator[bytes]:
    """The first ``events`` events of a population, encoded; a pure function of its arguments."""
    return (line.value for line in islice(simulate(Population(seed, customers, shop), start_ms), events))
