"""Claims as whoever sends sees them: the record that asks, and the answer that its customer's row gives once it is folded."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from platinum.errors import UsageError
from platinum.ids import decision_ref
from platinum.pipeline.engine_records import ContactClaimed, claim_hash, engine_record
from platinum.policy.policy import Policy
from platinum.ports import Record
from platinum.profile.codec import unpack_rows
from platinum.profile.entries import PENDING_SENT
from platinum.profile.row import ROW
from platinum.profile.row import Record as Entry

Verdict = Literal["send", "drop", "later"]
#: Why an answer is not ``send``; see ``Claimed``.
REASONS = ("claimed", "dispatched", "stopped", "gone", "held", "not_folded")


class Claim(NamedTuple):
    """One asking.

    Attributes
    ----------
    customer : str
        Customer key: the contact's own, as its record has it.
    claimant, nonce : str
        Who asks, and which asking it is: the same again gets the same answer.
    """

    decision_id: str
    customer: str
    claimant: str
    nonce: str


class Claimed(NamedTuple):
    """What whoever asked is to do.

    Attributes
    ----------
    answer : str
        ``send`` (nobody else will be told so), ``drop``, or ``later``: not known yet, to be asked again with the same nonce.
    reason : str
        Why not; "" with ``send``. ``claimed``: another claim won. ``dispatched``: it was sent. ``stopped``: `policy stop`. ``gone``: it
        was withdrawn or aborted, has expired, or was never planned for this customer. With ``later``: ``held``, it must not be sent before
        its ``send_at``, and nobody has it yet; ``not_folded``, the stream is behind.
    """

    answer: Verdict
    reason: str = ""


SEND = Claimed("send")
LATER = Claimed("later", "not_folded")
HELD = Claimed("later", "held")
NEVER_PLANNED = Claimed("drop", "gone")


def is_contact(decision_id: str, partition: int) -> bool:
    """Whether an id may be that of a contact planned by the stream in this partition; answers over HTTP are none."""
    parts = decision_id.split(".")
    return parts[0] == "d" and decision_ref(decision_id) != 0 and int(parts[2]) == partition


def claim_record(secret: bytes, claim: Claim, time_ms: int) -> Record:
    """What is appended; the answer follows from the row in which it is folded.

    Raises
    ------
    UsageError
        The id is no decision's, or who asks is not said.
    """
    if not decision_ref(claim.decision_id):
        raise UsageError(
            "'decision_id' must be the id of a decision, as the contact's record has it; see docs/how-to/claim-before-sending.md"
        )
    if not claim.claimant or not claim.nonce:
        raise UsageError("'claimant' and 'nonce' must not be empty; see docs/how-to/claim-before-sending.md")
    return engine_record(secret, claim.customer.encode(), ContactClaimed(claim.decision_id, claim.claimant, claim.nonce), time_ms)


def answer_of(blob: bytes | None, claim: Claim, policy: Policy) -> Claimed:
    """Answer to a claim whose record is folded.

    Parameters
    ----------
    blob : bytes or None
        The customer's packed row, at or behind the claim's record; None = nobody knows them.
    policy : Policy
        In force there: it tells whether what is gone was stopped.
    """
    if blob is None:
        return NEVER_PLANNED
    rows, ref = np.zeros(1, ROW), decision_ref(claim.decision_id)
    unpack_rows([blob], rows, np.zeros(1, np.int64))
    planned, won, known = (_entry(rows[0], members, ref) for members in ("planned", "claims", "pending"))
    if planned is not None and won is not None:
        return SEND if int(won["claim"]) == claim_hash(claim.claimant, claim.nonce) else Claimed("drop", "claimed")
    if planned is not None and int(planned["outbound"]) != 0:
        return HELD  # it may be claimed by whoever asks first from its time on: had it come, this claim had won it
    if known is not None and int(known["flags"]) & PENDING_SENT:
        return Claimed("drop", "dispatched")
    return Claimed("drop", "stopped") if known is not None and _is_stopped(known, policy) else NEVER_PLANNED


def _entry(row: Entry, members: str, ref: int) -> Entry | None:
    """Entry of a decision in one of the row's lists."""
    used = row[members][: int(row[f"n_{members}"])]
    return next((entry for entry in used if int(entry["ref"]) == ref), None)


def _is_stopped(known: Entry, policy: Policy) -> bool:
    """``profile.stops.is_stopped`` outside kernels, of what the row remembers of a decision whose contact it plans no more."""
    return any(all(int(stop[of]) in (0, int(known[of])) for of in ("action", "channel")) for stop in policy.tables.stops)
