"""Records that only the engine may write: activations, due timers, decisions made over HTTP, claims, sweeps (design 3).

They travel in the same partitions as interactions and carry a keyed MAC over (key, value), because anyone may write
interactions. The MAC's absence or falsity makes a dead letter, never an exception.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

import msgspec

from platinum.errors import Rejected
from platinum.hashing import hash64
from platinum.pipeline.semantics import FIRST
from platinum.ports import Fetched, Headers, Mark, Record

MAC_HEADER = "platinum-mac"
#: Marks events of an imported past: folded, decides nothing (design 2).
HISTORY_HEADER = "history"


class PolicyActivated(msgspec.Struct, tag="policy_activated", tag_field="engine", frozen=True, omit_defaults=True):
    """Policy ``policy`` (content hash) is in force from this record on, unless a higher ``seq`` already was.

    Attributes
    ----------
    semantics : int
        Version of what folds and decisions mean from here on; see ``pipeline.semantics``. Not written while it is the first.
    """

    policy: str
    seq: int
    semantics: int = FIRST


class ModelActivated(msgspec.Struct, tag="model_activated", tag_field="engine", frozen=True):
    """Snapshot ``model`` of the learner (content hash) is in force from this record on, unless a higher ``seq`` already was."""

    model: str
    seq: int


class TimerDue(msgspec.Struct, tag="timer_due", tag_field="engine", frozen=True):
    """The customer's earliest pending timer fell due at ``due_ms``; copies and early ones do nothing."""

    due_ms: int


class DecisionMade(msgspec.Struct, tag="decision_made", tag_field="engine", frozen=True, omit_defaults=True):
    """A decision that the API answered, verbatim; the stream folds it as a fact and publishes it.

    Attributes
    ----------
    request : str
        Fingerprint of a request that came with an idempotency key; "" = without.
    bound_ms : int
        When what it promises is due, or until when what it offers holds; 0 = no such end.
    signature : int
        Of the treatment (``decide.variety``); 0 = silence.
    account : int
        Name hash of the account in whose role it was asked for; 0 = for themselves.
    seen : bytes
        What it was made on, if there is something to learn from it (``profile.entries.OPEN_EXAMPLE``).
    """

    decision_id: str
    action: str | None
    type: str
    channel: str | None
    decided_ms: int
    closes_ms: int
    expires_ms: int
    explored: bool
    decision: msgspec.Raw
    request: str = ""
    bound_ms: int = 0
    signature: int = 0
    account: int = 0
    seen: bytes = b""


class ContactClaimed(msgspec.Struct, tag="contact_claimed", tag_field="engine", frozen=True):
    """A channel system asks to send the contact that a decision of the stream planned (``pipeline.claim``).

    Attributes
    ----------
    claimant, nonce : str
        Who asks, and which asking it is: the same again is no second claim.
    """

    decision_id: str
    claimant: str
    nonce: str


class ContactsSwept(msgspec.Struct, tag="contacts_swept", tag_field="engine", frozen=True):
    """What is planned for the customer and stopped by the policy in force is withdrawn.

    Attributes
    ----------
    activation : int
        Number of the activation that stopped something; for whoever reads the log.
    """

    activation: int


class PassedOn(msgspec.Struct, tag="passed_on", tag_field="engine", frozen=True, omit_defaults=True):
    """What one customer did that counts for another, under the other's key.

    Either for an account, whose row is the fold of these (``pipeline.passing``), or what came of a decision, for whom was decided
    (``pipeline.whose``).

    Attributes
    ----------
    source : Mark
        The record that it was, which may be passed on more than once; ``Checkpoint.marks`` say which were taken.
    event : Raw
        Segment JSON under standard names, without anybody's words.
    history : bool
        It was an outcome that decides nothing (header ``history``). Of what is done for accounts nothing ever does.
    """

    source: Mark
    event: msgspec.Raw
    history: bool = False


class AccountStands(msgspec.Struct, tag="account_stands", tag_field="engine", frozen=True):
    """How an account stands, under the key of one of its members, each time that it has changed.

    Attributes
    ----------
    tier, category : int
        Name hash of the tier in force, and of the category that was ordered last; 0 = none.
    open_cases, severity : int, float
        Cases that are open, and the severity of the gravest.
    kept_per_mille : int
        Of what was promised and has ended; -1 = nothing has.
    spend : float
        Of 365 days, decayed.
    full_until_ms : int
        Until when its members have been contacted as often as the policy allows; 0 = they have not.
    """

    source: Mark
    account: str
    tier: int
    category: int
    open_cases: int
    severity: float
    kept_per_mille: int
    spend: float
    full_until_ms: int


class AccountContacted(msgspec.Struct, tag="account_contacted", tag_field="engine", frozen=True):
    """Somebody is to be contacted in their role for an account, under the account's key: its cap counts them all.

    Attributes
    ----------
    action, channel, type : int
        Name hashes, and the ``codes.ActionType``.
    send_ms : int
        When.
    """

    source: Mark
    action: int
    channel: int
    type: int
    send_ms: int


#: What one partition's fold appends to another one's log.
FromElsewhere = PassedOn | AccountStands | AccountContacted
#: Those that concern one customer and carry that customer's key.
CustomerRecord = TimerDue | DecisionMade | ContactClaimed | ContactsSwept | FromElsewhere
EngineRecord = PolicyActivated | ModelActivated | CustomerRecord
_DECODER: msgspec.json.Decoder[EngineRecord] = msgspec.json.Decoder(EngineRecord)
_ENCODER = msgspec.json.Encoder()


def mac(secret: bytes, key: bytes | None, value: bytes) -> bytes:
    """Keyed MAC (blake2b, 16 bytes) over the length-prefixed key and the value."""
    digest = _keyed(secret).copy()
    digest.update(b"-" if key is None else len(key).to_bytes(4, "little") + key)
    digest.update(value)
    return digest.digest()


@lru_cache(maxsize=8)
def _keyed(secret: bytes) -> hashlib.blake2b:
    """Where each MAC begins: the key is a block of its own, hashed once."""
    return hashlib.blake2b(key=secret, digest_size=16)


#: How the value of each begins.
OPENING = b'{"engine":'


def engine_record(secret: bytes, key: bytes | None, body: EngineRecord, time_ms: int, partition: int = -1, extra: Headers = ()) -> Record:
    """Record of ``body`` with its MAC; ``extra`` headers are not covered by it."""
    value = _ENCODER.encode(body)
    return Record(key, value, time_ms, ((MAC_HEADER, mac(secret, key, value)), *extra), partition)


def header(headers: Headers, name: str) -> bytes | None:
    """First header called ``name``."""
    for key, value in headers:
        if key == name:
            return value
    return None


def read_engine_record(secret: bytes, record: Fetched) -> EngineRecord:
    """Body of a record that carries a MAC header.

    Raises
    ------
    Rejected
        ``bad_mac`` or ``schema``.
    """
    claimed = header(record.headers, MAC_HEADER) or b""
    if not hmac.compare_digest(claimed, mac(secret, record.key, record.value)):
        raise no_mac()
    try:
        return _DECODER.decode(record.value)
    except msgspec.MsgspecError:
        raise Rejected("schema", "an engine record of an unknown form; was it written by a newer build?") from None


def no_mac() -> Rejected:
    """Why a record that only the engine may write is refused."""
    return Rejected("bad_mac", "an engine record must carry this deployment's MAC; see docs/architecture.md, 'Engine records'")


def claim_hash(claimant: str, nonce: str) -> int:
    """What a row keeps of a claim, never 0."""
    return hash64(f"{len(claimant)}:{claimant}{nonce}".encode()) or 1
