"""Offers as a till sees them: what an id that a customer shows is worth, and the event that says it was used.

The row says what holds; the decision's record says what was offered, whatever the policy in force offers now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
import orjson

from platinum.errors import UsageError
from platinum.events.keys import ANONYMOUS
from platinum.events.times import parse_ms
from platinum.hashing import name_hash
from platinum.ids import decision_ref
from platinum.ports import Fetched, Record
from platinum.profile.codec import unpack_rows
from platinum.profile.entries import MORE, PENDING_DECLINED, STATE_CLOSED
from platinum.profile.row import ROW
from platinum.profile.row import Record as Entry
from platinum.profile.second_row import unpack_more
from platinum.vocabulary.codes import Obligation

Verdict = Literal["honoured", "refused", "later"]
#: Why an answer is not ``honoured``; see ``Honour``.
REASONS = ("redeemed", "over", "declined", "gone", "unknown", "not_folded")
_PAGE = "docs/how-to/honour-an-offer.md"


class Redemption(NamedTuple):
    """One use of an offer.

    Attributes
    ----------
    customer : str
        Customer key: the decision's own.
    redeemed_by : str
        Number of the receipt or booking: the same again is the same use, and gets the same answer.
    value : float or None
        What it was worth, in the policy's currency.
    channel : str
        Where; "" = not said.
    """

    decision_id: str
    customer: str
    redeemed_by: str
    value: float | None = None
    channel: str = ""


class Offered(NamedTuple):
    """What the record of a decision says about its offer."""

    action: str
    offer: dict[str, Any]
    terms: dict[str, Any] | None
    ends_ms: int  # 0 = no end
    offered_ms: int  # the bucket's clock, as in the row


class Honour(NamedTuple):
    """What whoever asked is to do.

    Attributes
    ----------
    answer : str
        ``honoured`` (it holds, or is used by this very receipt), ``refused``, or ``later``: not known yet, to be asked again.
    reason : str or None
        Why not. ``redeemed``: another receipt has used it. ``over``: its time is. ``declined``: the customer refused it. ``gone``: it was
        taken back before it reached the customer, declined, or used so long ago that nobody remembers by what. ``unknown``: nothing of the
        kind was ever offered to this customer. With ``later``: ``not_folded``, the stream is behind.
    action : str or None
        What was offered; None when nothing is known.
    offer, terms : mapping or None
        As the decision said; None also when its record is not kept any more.
    holds_until, redeemed_at : str or None
        RFC 3339. ``holds_until`` None = no end, or used.
    """

    answer: Verdict
    reason: str | None = None
    action: str | None = None
    offer: dict[str, Any] | None = None
    terms: dict[str, Any] | None = None
    holds_until: str | None = None
    redeemed_at: str | None = None


UNKNOWN = Honour("refused", "unknown")
LATER = Honour("later", "not_folded")


def check_offer_id(decision_id: str) -> None:
    """Raise ``UsageError`` where a text cannot be the id of a decision."""
    if not decision_ref(decision_id):
        raise UsageError(f"'decision_id' must be the id of the decision that made the offer; see {_PAGE}")


def redeemed_record(redemption: Redemption, offered: Offered | None, time_ms: int) -> Record:
    """The event that says that an offer was used; its message id follows from the decision and the receipt, so a repeat is one event.

    Raises
    ------
    UsageError
        The id is no decision's, or the receipt is not said.
    """
    check_offer_id(redemption.decision_id)
    if not redemption.redeemed_by:
        raise UsageError(f"'redeemed_by' must not be empty; see {_PAGE}")
    key = redemption.customer
    who = {"anonymousId": key.removeprefix(ANONYMOUS)} if key.startswith(ANONYMOUS) else {"userId": key}
    use = f"{redemption.decision_id}\x1f{redemption.redeemed_by}"
    said: dict[str, Any] = {"decision_id": redemption.decision_id, "redeemed_by": redemption.redeemed_by}
    if offered is not None:
        said |= {"action": offered.action, "offered_at": _instant(offered.offered_ms)}
    if redemption.value is not None:
        said["value"] = redemption.value
    event: dict[str, Any] = {
        "type": "track",
        "event": "Offer Redeemed",
        "messageId": "redeemed-" + hashlib.blake2b(use.encode(), digest_size=16).hexdigest(),
        **who,
        "timestamp": _instant(time_ms),
        "properties": said,
    }
    if redemption.channel:
        event["context"] = {"channel": redemption.channel}
    return Record(key.encode(), orjson.dumps(event), time_ms)


def offered_of(record: Fetched | None, customer: str) -> Offered | None:
    """What a decision offered this customer; None when it is another's decision, or no offer."""
    if record is None or not record.value:
        return None
    said = orjson.loads(record.value)
    if said["customer_id"] != customer or said["type"] != "offer" or not said["offer"]:
        return None
    until = said["offer"].get("valid_until")
    return Offered(said["action"], said["offer"], said["terms"], 0 if until is None else parse_ms(until) or 0, record.time_ms)


class Ledger:
    """What a customer's two packed rows say about offers."""

    def __init__(self, blob: bytes | None, second: bytes | None) -> None:
        self._row, self._page = np.zeros(1, ROW)[0], np.zeros(1, MORE)[0]
        if blob is not None:
            rows = np.zeros(1, ROW)
            unpack_rows([blob], rows, np.zeros(1, np.int64))
            self._row = rows[0]
            if self._row["more_open"] and second is not None:
                unpack_more(second, self._page)

    @property
    def _to_be_sent(self) -> set[int]:
        planned = self._row["planned"][: int(self._row["n_planned"])]
        return {int(one["ref"]) for one in planned if int(one["outbound"])}

    @property
    def has_offers(self) -> bool:
        """Whether any offer is open, or was used lately."""
        return any(True for _ in self._offers())

    def find(self, decision_id: str, offered: Offered | None, now_ms: int) -> Entry | None:
        """``profile.offers.find_offer`` outside kernels."""
        ref = decision_ref(decision_id)
        mine = next((entry for entry in self._offers() if int(entry["ref"]) == ref), None)
        if offered is None or (mine is not None and _counts(mine, now_ms)):
            return mine
        named = name_hash(offered.action)
        of_it = [one for one in self._offers() if int(one["name"]) == named and int(one["made_ms"]) <= offered.offered_ms]
        of_it = [one for one in of_it if int(one["state"]) & STATE_CLOSED or int(one["ref"]) not in self._to_be_sent]
        return max((one for one in of_it if _counts(one, now_ms)), key=lambda one: int(one["made_ms"]), default=mine)

    def was_declined(self, decision_id: str) -> bool:
        """Whether the row remembers that the customer refused it."""
        known = self._row["pending"][: int(self._row["n_pending"])]
        return any(int(one["ref"]) == decision_ref(decision_id) and int(one["flags"]) & PENDING_DECLINED for one in known)

    def _offers(self) -> Iterator[Entry]:
        for entries, n in ((self._row["obligations"], self._row["n_obligations"]), (self._page["entries"], self._page["n"])):
            yield from (entry for entry in entries[: int(n)] if int(entry["kind"]) == Obligation.OFFER)


def _counts(entry: Entry, now_ms: int) -> bool:
    """Whether an offer was used, or is not over."""
    return bool(int(entry["state"]) & STATE_CLOSED) or int(entry["due_ms"]) == 0 or int(entry["due_ms"]) > now_ms


def honour_of(
    ledger: Ledger, decision_id: str, offered: Offered | None, names: Mapping[int, str], redeemed_by: str | None, now_ms: int
) -> Honour:
    """What an id is worth to a customer now.

    Parameters
    ----------
    offered : Offered or None
        What its record says; None = there is none (any more), and then only the row is asked.
    names : mapping
        Hash → name, as a policy has them: they name an action whose record is gone.
    redeemed_by : str or None
        Receipt that would use it, or has; None = somebody only looks it up.
    """
    entry = ledger.find(decision_id, offered, now_ms)
    if entry is None and offered is None:
        return UNKNOWN
    told = Honour("honoured")
    if offered is not None:
        told = told._replace(action=offered.action, offer=offered.offer, terms=offered.terms)
    elif entry is not None:
        told = told._replace(action=names.get(int(entry["name"])))
    if entry is None:
        if offered is not None and offered.ends_ms and offered.ends_ms <= now_ms:
            return told._replace(answer="refused", reason="over", holds_until=_instant(offered.ends_ms))
        return told._replace(answer="refused", reason="declined" if ledger.was_declined(decision_id) else "gone")
    if int(entry["state"]) & STATE_CLOSED:
        told = told._replace(redeemed_at=_instant(1000 * int(entry["channel"])))
        mine = redeemed_by is not None and name_hash(redeemed_by) == int(entry["owner"])
        return told if mine else told._replace(answer="refused", reason="redeemed")
    due_ms = int(entry["due_ms"])
    told = told._replace(holds_until=_instant(due_ms) if due_ms else None)
    return told._replace(answer="refused", reason="over") if due_ms and due_ms <= now_ms else told


def recorded(after: Honour) -> Honour:
    """Answer to a redemption whose event is folded: what the row did not take is not honoured."""
    if after.answer == "honoured" and after.redeemed_at is None:
        return after._replace(answer="refused", reason="gone")
    return after


def _instant(ms: int) -> str:
    return str(np.datetime_as_string(np.datetime64(ms, "ms"), timezone="UTC"))
