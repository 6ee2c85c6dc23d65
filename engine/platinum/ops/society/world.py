"""The society: day by day, what people do, given what was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Unpack

import numpy as np

from platinum.ops.population.draws import Floats
from platinum.ops.population.lines import timestamps
from platinum.ops.population.shop import GIFT_SHOP
from platinum.ops.population.simulate import START_MS
from platinum.ops.population.visits import DAY_MS
from platinum.ops.society import firms, fulfilment, grievances, lives, own_words, service, treatment, voices
from platinum.ops.society.agenda import Event, Plan
from platinum.ops.society.character import Character
from platinum.ops.society.hearing import hear
from platinum.ops.society.leaving import leave_for_a_day
from platinum.ops.society.meanings import Said
from platinum.ops.society.model import MODEL, Model
from platinum.ops.society.processes import PROCESSES, Carrier, Desk
from platinum.ops.society.scene import Scene
from platinum.ops.society.shopping import shop_for_a_day
from platinum.ops.society.truths import truth_of

#: What carries out a plan.
_CARRIED_OUT: Mapping[str, Callable[[Scene, Plan], None]] = {
    "overdue": fulfilment.overdue,
    "arrived": fulfilment.arrived,
    "word done": fulfilment.word_done,
    "word broken": lambda scene, plan: fulfilment.word_broken(scene, plan.person, plan.details["weight"]),
    "word given": treatment.word_given,
    "failure": grievances.failure,
    "case": grievances.case_of_complaint,
    "closed": grievances.closed,
    "verdict": grievances.verdict,
    "returns": service.returns,
    "asked how it was": voices.asked_how_it_was,
    "tells": voices.tells,
    "felt": treatment.felt,
    "unheard": treatment.unheard,
    "answer": treatment.answered,
    "buys": treatment.buys,
}


class Society:
    """People whose behaviour depends on how they are treated; a pure function of its arguments and of what is decided.

    >>> world = Society(seed=7, customers=2000)                  # doctest: +SKIP
    >>> decisions = []                                           # doctest: +SKIP
    >>> for day in range(60):                                    # doctest: +SKIP
    ...     decisions = engine.process(world.day(day, decisions))

    Parameters
    ----------
    model : Model
        ``MODEL``; ``NULL``, in which no treatment changes anything; or one of your own with ``dataclasses.replace``.
    start_ms : int
        Midnight (UTC) at which day 0 begins.
    confounded : bool
        Whether impatient people, who find everything harder, use some processes more than others do.
    processes : sequence of Desk or Carrier
        What people run into; at least one of each.
    said : Said
        What decisions mean: ``tones``, ``goals_of``, ``gives``, ``asks_to_sell``, ``invites``.
    """

    def __init__(
        self,
        seed: int,
        customers: int,
        model: Model = MODEL,
        start_ms: int = START_MS,
        *,
        confounded: bool = False,
        processes: Sequence[Desk | Carrier] = PROCESSES,
        **said: Unpack[Said],
    ) -> None:
        if not any(isinstance(p, Desk) for p in processes) or not any(isinstance(p, Carrier) for p in processes):
            raise ValueError("processes must hold a Desk and a Carrier; see platinum.ops.society.PROCESSES")
        self._scene = Scene(Character(seed, customers, GIFT_SHOP), model, processes, confounded, start_ms, said)
        self._numbers = {customer: number for number, customer in enumerate(self._scene.traits.ids)}
        self._heard: set[str] = set()
        self._next_day = 0

    def day(self, day: int, decisions: Iterable[Mapping[str, Any]] = ()) -> list[Event]:
        """Live through one day; returns its events (as ``Engine.process`` takes them) in time order.

        Parameters
        ----------
        day : int
            0, 1, 2, ...: each day once, in order.
        decisions : iterable of decisions
            Made since the last call, in any order; one that was heard before, or is about a stranger, is not heard.
            They are heard at midnight, as this day begins.

        Raises
        ------
        ValueError
            The day is not the next one.
        """
        if day != self._next_day:
            raise ValueError(f"day must be {self._next_day}, the next one: a society lives every day once, in order")
        self._next_day += 1
        scene, now_ms = self._scene, self._scene.start_ms + day * DAY_MS
        scene.state.begin_day()
        scene.bonds.begin_day()
        self._hear(decisions, now_ms)
        firms.worry_for_a_day(scene)
        lives.live_for_a_day(scene, day)
        leave_for_a_day(scene, day)
        shop_for_a_day(scene, day)
        firms.order_for_a_day(scene, day)
        service.contact_for_a_day(scene, day)
        own_words.write_for_a_day(scene, day)
        grievances.complain(scene, day)
        voices.speak_for_a_day(scene, day)
        return self._told(now_ms + DAY_MS)

    def _hear(self, decisions: Iterable[Mapping[str, Any]], now_ms: int) -> None:
        for decision in sorted(decisions, key=lambda d: (str(d["decided_at"]), str(d["decision_id"]))):
            person = self._numbers.get(str(decision["customer_id"]))
            if person is not None and decision["decision_id"] not in self._heard:
                self._heard.add(str(decision["decision_id"]))
                hear(self._scene, decision, person, now_ms)

    def _told(self, before_ms: int) -> list[Event]:
        times, events = [], []
        for at_ms, item in self._scene.agenda.due(before_ms):
            if isinstance(item, Plan):
                _CARRIED_OUT[item.what](self._scene, item)
            else:
                times.append(at_ms)
                events.append(item)
        for event, text in zip(events, timestamps(np.array(times, dtype=np.int64)), strict=True):
            event.setdefault("timestamp", text)
            event["receivedAt"] = text
        return events

    def person_ids(self) -> list[str]:
        """Customer keys, in order."""
        return list(self._scene.traits.ids)

    def effort(self, day_from: int, day_to: int) -> Floats:
        """float[customers]: effort points (treatment-formulas 3.3) lived through from one day up to and without another."""
        days = self._scene.state.effort_by_day[max(0, day_from) : day_to]
        return np.sum(days, axis=0) if days else np.zeros(len(self._numbers))

    def margin(self, day_from: int, day_to: int) -> Floats:
        """float[customers]: margin earned less what was taken off or given away, in money, from one day up to and without another."""
        bonds, days = self._scene.bonds, slice(max(0, day_from), day_to)
        earned, given = bonds.earned_by_day[days], bonds.given_by_day[days]
        return np.sum(earned, axis=0) - np.sum(given, axis=0) if earned else np.zeros(len(self._numbers))

    def canaries(self) -> dict[str, dict[str, dict[str, list[str]]]]:
        """Person, then role, then ``strings`` and ``categories`` that must not appear in content decided for any other role of theirs.

        The roles of a contact of a firm are the one there and ``private``; other people have one role and are not in it.
        """
        return firms.canaries(self._scene)

    def left(self) -> int:
        """How many people have left for good."""
        return int((~self._scene.state.active).sum())

    def truth(self, person_id: str) -> dict[str, Any]:
        """Hidden state of one person at the end of the last day, for judges; KeyError for a stranger."""
        return truth_of(self._scene, self._numbers[person_id], self._next_day)
