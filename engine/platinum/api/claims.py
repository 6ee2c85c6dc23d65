"""Claims over HTTP: append what was asked, then wait until the stream has folded it; the row says who won."""

from __future__ import annotations

from platinum.api.deciding import Premises
from platinum.api.desk import Read
from platinum.api.folding import PATIENCE_S, Folding
from platinum.api.outbox import Outbox
from platinum.hashing import murmur2
from platinum.pipeline.checkpoint import standing
from platinum.pipeline.claim import LATER, NEVER_PLANNED, Claim, Claimed, answer_of, claim_record, is_contact


class Claims:
    """Answers claims.

    Parameters
    ----------
    read : callable
        Of rows and their checkpoints.
    wait_s : float
        Patience of one claim.
    """

    def __init__(self, outbox: Outbox, read: Read, premises: Premises, wait_s: float = PATIENCE_S) -> None:
        self._outbox, self._premises = outbox, premises
        self._folding = Folding(read, wait_s)

    async def claim(self, claim: Claim) -> Claimed:
        """Append and answer; ``LATER`` when the stream takes longer than ``wait_s``.

        Raises
        ------
        UsageError
            See ``claim_record``.
        Unavailable
            The log does not take it. The same claim may be made again.
        """
        p, key = self._premises, claim.customer.encode()
        h = murmur2(key)
        record = claim_record(p.secret, claim, p.now_ms())
        if not is_contact(claim.decision_id, h % p.partitions):
            return NEVER_PLANNED
        (offset,) = await self._outbox.append([record])
        found = await self._folding.folded(key, h % p.buckets, offset)
        if found is None:
            return LATER
        _, policy, semantics, model = standing(found[0])
        stages = await p.shelf.get(policy, semantics, model)
        return answer_of(found[1], claim, stages.policy)

    async def close(self) -> None:
        """Whoever still waits is told to ask again."""
        await self._folding.close()
