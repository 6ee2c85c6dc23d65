"""When each customer had a complaint open, and when a failure of the firm's own had just been settled."""

from __future__ import annotations

from dataclasses import dataclass, field

from platinum.ops.audit.history import Columns, History
from platinum.vocabulary.codes import Kind

OURS = 1
_OPENING = (Kind.COMPLAINT_MADE, Kind.FAILURE_REPORTED, Kind.CASE_OPENED)
_CLOSING = (Kind.CASE_CLOSED, Kind.CASE_CONFIRMED, Kind.CONTACT_RESOLVED)
_UNDONE = (Kind.ORDER_CANCELLED, Kind.ORDER_REFUNDED)
KINDS = (*_OPENING, *_CLOSING, *_UNDONE)
#: Words of a reason why an order ended (``Order Cancelled``): 1 = our fault.
_OUR_FAULT = 1


@dataclass(slots=True)
class Trouble:
    """One complaint, case or failure of one customer: from opening to closing, once for each time that it was opened.

    Attributes
    ----------
    opened_ms, closed_ms : int
        ``closed_ms`` is -1 while nobody has closed it.
    ours_ms : int
        Since when it is known to be the firm's fault, -1 = it is not.
    loose : bool
        Nobody opened a case for it: any closing of the customer's closes it.
    """

    opened_ms: int
    closed_ms: int = -1
    ours_ms: int = -1
    channel: int = 0
    process: int = 0
    loose: bool = False


@dataclass(slots=True)
class _Customer:
    troubles: list[Trouble] = field(default_factory=list)
    current: dict[int, Trouble] = field(default_factory=dict)

    def open(self, at_ms: int, ref: int, kind: int, channel: int, process: int) -> Trouble:
        known = self.current.get(ref)
        is_case = kind == Kind.CASE_OPENED
        if known is None or known.closed_ms >= 0:
            loose = not is_case and (known is None or known.loose)
            ours_ms = known.ours_ms if known else -1
            known = Trouble(at_ms, ours_ms=ours_ms, channel=channel, process=process, loose=loose)
            self.current[ref] = known
            self.troubles.append(known)
        elif is_case:
            known.loose = False
        return known

    def close(self, at_ms: int, ref: int, kind: int) -> None:
        own = None if kind == Kind.CONTACT_RESOLVED else self.current.get(ref)
        for trouble in self.current.values():
            if trouble.closed_ms < 0 and (trouble.loose or trouble is own):
                trouble.closed_ms = at_ms

    def undone(self, at_ms: int, channel: int) -> None:
        self.troubles.append(Trouble(at_ms, at_ms, at_ms, channel))


def troubles(history: History) -> dict[int, list[Trouble]]:
    """Troubles by customer, in the order of their opening.

    A complaint or failure opens what its case (or what it is ``about``) names. One that no case was opened for is closed by the
    next ``Case Closed``, ``Case Confirmed`` or ``Contact Resolved`` of the customer. An order that ended by the firm's fault is
    settled the moment it is opened: only the quarantine follows.
    """
    found: dict[int, list[Trouble]] = {}
    customer, whose = _Customer(), -1
    for who, at_ms, ref, kind, code, name_b, channel in Columns(
        history.of(*KINDS), ("who", "at_ms", "ref", "kind", "code", "name_b", "channel")
    ):
        if who != whose:
            customer, whose = _Customer(), who
            found[who] = customer.troubles
        if kind in _CLOSING:
            customer.close(at_ms, ref, kind)
        elif kind in _UNDONE:
            if code == _OUR_FAULT:
                customer.undone(at_ms, channel)
        else:
            trouble = customer.open(at_ms, ref, kind, channel, 0 if kind == Kind.CASE_OPENED else name_b)
            if code == OURS and trouble.ours_ms < 0:
                trouble.ours_ms = at_ms
            elif code > OURS:
                trouble.ours_ms = -1
    return found
