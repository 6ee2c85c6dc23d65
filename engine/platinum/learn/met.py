"""Contacts of many people, each with the process that it met and the effort that this process caused.

A contact that is followed by another one within its journey was not settled: the points of the repeat, and of a switch of the channel,
count for the process that left it open, not for the one that is met next.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.policy.tables import E_AGAIN, E_FORM, E_REFUSAL, E_REPEAT, E_SELF_SERVICE, E_SWITCH, E_TRANSFER, E_WAIT, Tables
from platinum.profile.effort import GAP_MS, SCALE
from platinum.vocabulary.codes import Kind

#: One contact of a journey that is over.
MET = np.dtype(
    [
        ("person", "<i8"),  # number of the customer
        ("at_ms", "<i8"),  # event time of its beginning
        ("points", "<f8"),  # of effort
        ("index", "<f8"),  # 1 - exp(-points / 6)
        ("process", "<u4"),  # name hashes; 0 = not said
        ("channel", "<u4"),
        ("action", "<u4"),  # that reached the person in the seven days before, 0 = none
    ]
)
_BEGIN = (Kind.CONTACT_STARTED, Kind.REQUEST_MADE)
_BURDEN = {
    Kind.CONTACT_TRANSFERRED: E_TRANSFER,
    Kind.ASKED_AGAIN: E_AGAIN,
    Kind.REQUEST_REFUSED: E_REFUSAL,
    Kind.SELF_SERVICE_FAILED: E_SELF_SERVICE,
    Kind.FORM_ERROR: E_FORM,
    Kind.WAITED: E_WAIT,
}
_REACHED = (Kind.CONTACT_DISPATCHED, Kind.DECISION_SHOWN)
#: Kinds of events that are looked at.
KINDS = frozenset({*_BEGIN, *_BURDEN, *_REACHED})
#: A call and the request that is made in it, on the same channel within this long, are one contact.
_SAME_MS = 30 * 60_000


@dataclass(slots=True)
class _Contact:
    person: int
    at_ms: int
    kind: int
    process: int
    channel: int
    action: int
    counts: list[float]

    def points(self, tables: Tables) -> float:
        """Points of effort, each burden capped as in a journey."""
        settings = tables.settings[0]
        return sum(min(n * float(settings["effort_points"][k]), float(settings["effort_caps"][k])) for k, n in enumerate(self.counts))


def contacts_met(
    persons: NDArray[np.int64], events: NDArray[np.void], tables: Tables, actions: Mapping[int, int] | None = None
) -> NDArray[np.void]:
    """Contacts whose journeys are over at the last event.

    Parameters
    ----------
    persons : int64[B]
        Number of each event's customer.
    events : EVENT[B]
        In any order.
    tables : Tables
        Points and caps of effort.
    actions : mapping of int to int, optional
        ``ids.decision_ref`` of decisions → name hash of their action.

    Returns
    -------
    MET[*]
        In order of person and time.
    """
    found: list[_Contact] = []
    if not len(events):
        return np.zeros(0, MET)
    order = np.lexsort((events["offset"], events["occurred_ms"], persons))
    wanted = order[np.isin(events["kind"][order], [int(kind) for kind in KINDS])]
    last_ms = int(events["occurred_ms"].max())
    open_: dict[tuple[int, int], _Contact] = {}
    reached: dict[int, tuple[int, int]] = {}
    for person, event in zip(persons[wanted].tolist(), events[wanted], strict=True):
        kind, at_ms = int(event["kind"]), int(event["occurred_ms"])
        if kind in _REACHED:
            action = (actions or {}).get(int(event["ref"]), 0)
            reached[person] = (at_ms, action) if action else reached.get(person, (0, 0))
            continue
        about = (person, int(event["name_a"]))
        contact = open_.get(about)
        if contact is not None and at_ms - contact.at_ms >= GAP_MS:
            contact = None
        if kind in _BEGIN and not _is_same(contact, event, kind, at_ms):
            fresh = _begin(person, event, kind, at_ms, reached)
            if contact is not None:
                _left_open(contact, fresh)
            open_[about] = fresh
            found.append(fresh)
        elif kind in _BURDEN and contact is not None:
            contact.counts[_BURDEN[Kind(kind)]] += float(event["low"]) / 5.0 if kind == Kind.WAITED else 1.0
    return _records([one for one in found if one.at_ms + GAP_MS <= last_ms], tables)


def _is_same(contact: _Contact | None, event: Any, kind: int, at_ms: int) -> bool:
    """Whether this beginning belongs to the contact that has just begun in the other way."""
    near = contact is not None and contact.channel == int(event["channel"]) and at_ms - contact.at_ms < _SAME_MS
    return near and contact is not None and contact.kind != kind


def _begin(person: int, event: Any, kind: int, at_ms: int, reached: Mapping[int, tuple[int, int]]) -> _Contact:
    before_ms, action = reached.get(person, (0, 0))
    action = action if at_ms - before_ms < GAP_MS else 0
    return _Contact(person, at_ms, kind, int(event["name_b"]), int(event["channel"]), action, [0.0] * 8)


def _left_open(contact: _Contact, following: _Contact) -> None:
    contact.counts[E_REPEAT] += 1.0
    if contact.channel and following.channel and contact.channel != following.channel:
        contact.counts[E_SWITCH] += 1.0


def _records(contacts: list[_Contact], tables: Tables) -> NDArray[np.void]:
    made = np.zeros(len(contacts), MET)
    for i, one in enumerate(contacts):
        points = one.points(tables)
        made[i] = (one.person, one.at_ms, points, 1.0 - math.exp(-points / SCALE), one.process, one.channel, one.action)
    return made
