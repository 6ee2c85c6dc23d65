"""Answers that the stored rows do not hold yet: they count when the same customer asks again.

An answer becomes part of its customer's row when the stream has folded its `decision made`, some 10 to 50 ms later. Without
this, thirty requests of one customer in a moment were given the same help thirty times, whatever the caps say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from platinum.pipeline.request import Answer, Earlier

#: Answers kept at most, about 2 KiB each. More are only waiting when the stream is seconds behind; then the oldest go first.
MOST = 10_000


class Waiting:
    """One answer on its way into the row.

    Attributes
    ----------
    offset : int
        Of its last record; -1 = not appended yet.
    gone : bool
        The log did not take it: it never becomes part of the row.
    """

    __slots__ = ("bucket", "customer", "earlier", "gone", "offset")

    def __init__(self, customer: str, bucket: int, earlier: Earlier) -> None:
        self.customer, self.bucket, self.earlier = customer, bucket, earlier
        self.offset = -1
        self.gone = False

    def placed(self, offset: int | None) -> None:
        """Told by the outbox; None = lost."""
        if offset is None:
            self.gone = True
        else:
            self.offset = offset


class Unfolded:
    """Answers of this process, in the order in which they were given.

    Parameters
    ----------
    buckets : int
        Of the deployment.
    """

    def __init__(self, buckets: int) -> None:
        self._of: dict[str, list[Waiting]] = {}
        self._order: deque[Waiting] = deque()
        self._folded = [0] * buckets  # every record of the bucket below this offset is in its rows

    def __len__(self) -> int:
        return len(self._order)

    def saw(self, bucket: int, next_offset: int) -> None:
        """A checkpoint was read."""
        self._folded[bucket] = next_offset

    def add(self, customer: str, bucket: int, now_ms: int, events: Sequence[bytes], given: Answer) -> Waiting | None:
        """Keep an answer; None when it changes nothing in the row."""
        made = [one for one in given.made if one.action is not None]  # silence leaves no trace that a decision looks at
        if not made and not events:
            return None
        waiting = Waiting(customer, bucket, Earlier(now_ms, events, made))
        self._of.setdefault(customer, []).append(waiting)
        self._order.append(waiting)
        if len(self._order) > MOST:
            self._drop(self._order[0])
        return waiting

    def of(self, customer: str, next_offset: int) -> Sequence[Earlier]:
        """What a row with the checkpoint ``next_offset`` lacks."""
        kept = self._of.get(customer)
        if kept is None:
            return ()
        return [one.earlier for one in kept if not one.gone and (one.offset < 0 or one.offset >= next_offset)]

    def forget_folded(self) -> None:
        """Let go of what the rows hold by now."""
        order = self._order
        while order and (order[0].gone or 0 <= order[0].offset < self._folded[order[0].bucket]):
            self._drop(order[0])

    def _drop(self, first: Waiting) -> None:
        self._order.popleft()
        kept = self._of[first.customer]
        kept.remove(first)
        if not kept:
            del self._of[first.customer]
