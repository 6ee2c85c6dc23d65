"""One row through the batch kernel, and the answers that claims get from it."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from platinum.decide.kernel import new_scratch
from platinum.decide.record import DECISION, TRIGGER
from platinum.emit.inputs import room_for, room_over
from platinum.hashing import name_hash
from platinum.pipeline.claim import Claim, Claimed, answer_of
from platinum.pipeline.engine_records import claim_hash
from platinum.pipeline.examples import EXAMPLE
from platinum.pipeline.kernel import run_batch
from platinum.pipeline.meant import MEANT
from platinum.policy.policy import Policy
from platinum.policy.tables import STOP, Tables
from platinum.profile.codec import pack_rows
from platinum.profile.contacts import plan
from platinum.profile.entries import MAX_MORE, MAX_PLANNED, MORE, OBLIGATION, PLANNED
from platinum.profile.pending import remember_decision
from platinum.profile.row import ROW
from platinum.scoring.model import from_priors
from platinum.vocabulary.codes import ActionType, Kind
from tests.builders.rows import NOON, Made, a_ref, an_event, columns_of
from tests.builders.tables import DAY, HOUR, records, some_tables

CHANNELS = ("email", "card")


def stopping(*stops: tuple[str, str]) -> Tables:
    """The small shop, where (action, channel) are stopped; "" = any."""
    rows = [{"action": name_hash(action) if action else 0, "channel": name_hash(channel) if channel else 0} for action, channel in stops]
    return some_tables(decide_on=np.zeros(96, np.uint8), stops=records(STOP, *rows))


def a_claim(n: int, by: str, at_ms: int = NOON) -> Made:
    """Somebody claims the contact of the n-th decision."""
    return an_event(Kind.CONTACT_CLAIMED, at_ms, ref=a_ref(n), message=claim_hash(by, "1"))


class Customer:
    """One customer's row under a policy that may change."""

    def __init__(self, tables: Tables | None = None) -> None:
        self.tables = stopping() if tables is None else tables
        self._rows, self._more = np.zeros(1, ROW), np.zeros(64, MORE)
        self._more[0]["n"] = 1
        self._next, self._clock = np.zeros(1, np.int64), np.zeros(1, np.int64)

    @property
    def row(self) -> Any:
        """ROW."""
        return self._rows[0]

    @property
    def more(self) -> Any:
        """MORE[*]."""
        return self._more

    def plans(
        self,
        n: int,
        action: str = "free-delivery",
        channel: str = "email",
        at_ms: int = NOON,
        expires_ms: int = NOON + 3 * DAY,
        send_ms: int = 0,
    ) -> None:
        """The stream plans a contact, the n-th."""
        name, on, kind = name_hash(action), name_hash(channel), int(ActionType.THANK_YOU if action == "thanks" else ActionType.OFFER)
        plan(self.row, np.uint64(a_ref(n)), name, on, kind, int(channel != "web"), at_ms, max(at_ms, send_ms), expires_ms)
        remember_decision(self.row, np.uint64(a_ref(n)), name, on, at_ms, at_ms + 7 * DAY, int(channel != "web"))
        self.row["planned"]["offset"][: self.row["n_planned"]] = np.where(channel == "web", -1, n)

    def hears(self, *events: Made) -> list[int]:
        """Fold events; the numbers of the contacts that were withdrawn."""
        columns, items = columns_of(events)
        columns["offset"] = np.arange(len(events)) + self._next[0]
        gone = (np.zeros(len(events) * MAX_PLANNED, PLANNED), np.zeros(len(events) * MAX_PLANNED, np.int32), np.zeros(1, np.int64))
        facts = (np.zeros(len(events) * MAX_MORE, OBLIGATION), np.zeros(len(events) * MAX_MORE, np.int32), np.zeros(1, np.int64))
        triggers = np.zeros(len(events), TRIGGER)
        kept = room_over(self._rows, room_for(triggers, ("policy", "prior")))
        meant = (np.zeros(len(events), MEANT), np.zeros(1, np.int64))
        examples = (np.zeros(len(events) * 8, EXAMPLE), np.zeros(len(events) * 8, np.int32), np.zeros(2, np.int64))
        outs = (triggers, np.zeros(len(events), DECISION), kept, gone, facts, meant, examples)
        run = (self.tables, from_priors(self.tables), new_scratch(self.tables))
        at, became = np.zeros(len(events), np.int64), np.zeros(len(events), np.int8)
        run_batch(self._rows, (at, at), (columns, items, self._more), (self._next, self._clock), (1, 0), run, outs, became)
        self._next[0] += len(events)
        return [_number(int(ref)) for ref in gone[0]["ref"][: gone[2][0]]]

    def asks(self, n: int, by: str, at_ms: int = NOON + HOUR) -> Claimed:
        """Somebody claims the n-th contact; the answer."""
        self.hears(a_claim(n, by, at_ms))
        return self.answer(n, by)

    def answer(self, n: int, by: str) -> Claimed:
        """What the row says to a claim that is folded."""
        policy = cast("Policy", _Policy(self.tables))
        return answer_of(self.packed(), Claim(f"d.1.0.{n}.0", "ada", by, "1"), policy)

    def packed(self) -> bytes:
        """The row as it is stored."""
        (blob,) = pack_rows(self._rows, np.zeros(1, np.int64))
        return blob

    @property
    def planned(self) -> list[int]:
        """Numbers of the contacts that are planned."""
        return [_number(int(ref)) for ref in self.row["planned"]["ref"][: self.row["n_planned"]]]

    @property
    def claimed(self) -> list[int]:
        """Numbers of the contacts that are claimed."""
        return [_number(int(ref)) for ref in self.row["claims"]["ref"][: self.row["n_claims"]]]


class _Policy:
    """All that an answer asks of a policy."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables


_NUMBERS = {a_ref(n): n for n in range(400)}


def _number(ref: int) -> int:
    return _NUMBERS[ref]
