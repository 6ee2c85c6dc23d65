"""What the HTTP API needs of the engine behind it; ``wiring`` provides it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from platinum.pipeline.claim import Claim, Claimed
from platinum.pipeline.offers import Honour, Redemption
from platinum.pipeline.stages import Stages


class DecisionRequest(NamedTuple):
    """What was asked over HTTP, checked and normalised.

    Attributes
    ----------
    customer : str
        Customer key: the ``userId``, or ``anon:`` and the anonymous id.
    placements : tuple of str
        One decision each, in this order.
    events : tuple of bytes
        Segment-shaped events of this customer that count in the answer; appended with it.
    candidates : tuple of str or None
        Actions that may run; None = all.
    channel, intent, category : str
        Context: through what the customer asks, what for, about what; "" = not said.
    idempotency_key : str or None
        A request that comes again with its key gets its first answer.
    now_ms : int or None
        Instant to decide at; only ever given when ``Service.accepts_now``.
    fingerprint : str
        Tells requests with an idempotency key apart (``api.repeats``).
    account : str
        Context: id of the account in whose role the customer asks; "" = not said.
    """

    customer: str
    placements: tuple[str, ...]
    events: tuple[bytes, ...]
    candidates: tuple[str, ...] | None
    channel: str
    intent: str
    category: str
    idempotency_key: str | None
    now_ms: int | None
    fingerprint: str = ""
    account: str = ""


#: Told the decisions (canonical JSON, one per placement), or what ``Service.decide`` raises; exactly once.
Reply = Callable[[list[bytes] | Exception], None]


class Tracked(NamedTuple):
    """What became of one event; ``reason`` "" = accepted and durable."""

    reason: str = ""  # one of the closed list of dead-letter reasons
    field: str = ""
    message: str = ""


class Policies(Protocol):
    """Compiled policies by content hash, those of the artefact topic."""

    @property
    def newest(self) -> int:
        """The policy to run under when no checkpoint can say; 0 before the first."""

    async def get(self, policy: int, semantics: int | None = None, model: int = 0) -> Stages:
        """Stages of a policy by its content hash, the semantics version in force with it (None = that asked for last) and the model.

        Raises
        ------
        Inconsistent
            It is not among the artefacts, or does not hash to its name; or the version of semantics is one of another build.
        """


class Service(Protocol):
    """The engine as the API sees it. Any method may raise ``Unavailable``: the answer is a 503 with ``Retry-After``."""

    @property
    def accepts_now(self) -> bool:
        """Whether a request may say at which instant it is to be decided (a history, a test), or the clock does."""

    async def decide(self, request: DecisionRequest) -> list[bytes]:
        """Canonical decision JSON, one per placement.

        Raises
        ------
        UsageError
            A placement or candidate that the policy in force does not have.
        Rejected
            One of the request's events breaks its schema; nothing was decided and nothing appended.
        """

    def ask(self, request: DecisionRequest, reply: Reply) -> None:
        """``decide`` without a task of one's own: calls ``reply`` later, in the event loop."""

    async def track(self, events: Sequence[bytes], history: bool = False) -> list[Tracked]:
        """Append events; returns, once they are durable, what became of each. ``history``: they decide nothing."""

    async def claim(self, claim: Claim) -> Claimed:
        """Whether a planned contact may be sent; raises ``UsageError`` as ``pipeline.claim.claim_record``."""

    async def offer(self, decision_id: str, customer: str) -> Honour:
        """What an offer is worth to a customer now; raises ``UsageError`` where the id is no decision's."""

    async def redeem(self, redemption: Redemption) -> Honour:
        """Use an offer up; raises ``UsageError`` as ``pipeline.offers.redeemed_record``."""

    async def profile(self, customer: str, now_ms: int | None = None) -> dict[str, object] | None:
        """Readable profile as seen from ``now_ms`` (None: from now), or ``None`` for a person nobody knows."""

    async def ready(self) -> tuple[bool, dict[str, object]]:
        """Whether requests can be answered now (warm, bucket checkpoints read, the store answers), and what is missing."""

    def metrics(self) -> bytes:
        """Prometheus text."""
