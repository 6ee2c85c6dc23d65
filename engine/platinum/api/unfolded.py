"""Answers that the stored rows do not hold yet: they count when the same customer asks again.

An answer becomes part of its customer's row when the stream has folded its `decision made`, some 10 to 50 ms later. Without
this, thirty requests of one customer in a moment were given the same help thirty times, whatever the caps say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from platinum.pipeline.engine_records import DecisionMade
from platinum.pipeline.request import Ask, Earlier

#: Answers kept at most, and their bytes with the events that were sent along. More are only waiting when the stream is
#: seconds behind, or when one whose bucket nobody asks about any more stands in front; then the oldest go first.
MOST, MOST_BYTES = 10_000, 32 << 20
#: What an answer takes beside its events.
_OWN_BYTES = 2_048


class Waiting:
    """One answer on its way into the row.

    Attributes
    ----------
    before : Waiting or None
        The same customer's answer before this one. A list per customer would be one more object for the collector to walk.
    offset : int
        Of its last record; -1 = not appended yet.
    over : bool
        It is in the row, or never will be because the log did not take it.
    """

    __slots__ = ("ask", "before", "bucket", "made", "n_bytes", "offset", "over")

    def __init__(self, ask: Ask, bucket: int, made: list[DecisionMade], before: Waiting | None) -> None:
        self.ask, self.bucket, self.made, self.before = ask, bucket, made, before
        self.n_bytes = _OWN_BYTES + sum(map(len, ask.events))
        self.offset = -1
        self.over = False

    def placed(self, offset: int | None) -> None:
        """Told by the outbox; None = lost."""
        if offset is None:
            self.over = True
        else:
            self.offset = offset


class Unfolded:
    """Answers of this process, in the order in which they were given.

    Parameters
    ----------
    buckets : int
        Of the deployment.

    Attributes
    ----------
    newest : dict
        Each customer's newest answer.
    folded : list of int
        By bucket: every record below this offset is in the rows, as the checkpoint said that was read last.
    """

    def __init__(self, buckets: int) -> None:
        self.newest: dict[str, Waiting] = {}
        self.folded = [0] * buckets
        self._order: deque[Waiting] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._order)

    def add(self, ask: Ask, bucket: int, made: list[DecisionMade]) -> Waiting | None:
        """Keep an answer; None when it changes nothing in the row: silence leaves no trace that a decision looks at."""
        if not ask.events:
            for one in made:
                if one.action is not None:
                    break
            else:
                return None
        waiting = Waiting(ask, bucket, made, self.newest.get(ask.customer))
        self.newest[ask.customer] = waiting
        self._order.append(waiting)
        self._bytes += waiting.n_bytes
        while len(self._order) > MOST or (self._bytes > MOST_BYTES and len(self._order) > 1):
            self._drop_first()
        return waiting

    def of(self, customer: str, next_offset: int) -> Sequence[Earlier]:
        """What a row with the checkpoint ``next_offset`` lacks."""
        found = []
        one = self.newest.get(customer)
        while one is not None:
            if not one.over and (one.offset < 0 or one.offset >= next_offset):
                found.append(Earlier(one.ask.now_ms, one.ask.events, [made for made in one.made if made.action is not None]))
            one = one.before
        found.reverse()
        return found

    def forget_folded(self) -> None:
        """Let go of what the rows hold by now."""
        order, folded = self._order, self.folded
        while order and (order[0].over or 0 <= order[0].offset < folded[order[0].bucket]):
            self._drop_first()

    def _drop_first(self) -> None:
        first = self._order.popleft()
        self._bytes -= first.n_bytes
        first.over, first.before = True, None  # a later answer may still point to it
        if self.newest.get(first.ask.customer) is first:
            del self.newest[first.ask.customer]
