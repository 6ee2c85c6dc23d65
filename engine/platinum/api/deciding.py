"""Decision requests that were taken up together, once their rows are read: decide, answer, append.

Requests of one customer are decided one after the other, each on what the one before left behind: the stored row, and
what this process has answered and the stream has not folded yet.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from platinum.api.outbox import NotSent, Outbox, Sender
from platinum.api.service import DecisionRequest, Policies, Reply
from platinum.api.unfolded import Unfolded, Waiting
from platinum.errors import Inconsistent, Unavailable
from platinum.pipeline.checkpoint import standing
from platinum.pipeline.request import Answer, Ask, Asked, answer_all
from platinum.pipeline.request_records import without_offer
from platinum.pipeline.stages import Stages
from platinum.ports import Record

#: Checkpoint and row of a customer.
Found = tuple[bytes | None, bytes | None]
#: Who asks, in decision ids.
CLIENT = "http"


@dataclass(slots=True)
class Tally:
    """Counters that ``/metrics`` shows."""

    decisions: int = 0
    degraded: int = 0
    unlogged: int = 0
    accepted: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    claims: dict[str, int] = field(default_factory=dict)
    redemptions: dict[str, int] = field(default_factory=dict)


class Premises(NamedTuple):
    """What is the same for every request.

    Attributes
    ----------
    now_ms : callable
        Wall clock; record time of everything appended.
    """

    shelf: Policies
    secret: bytes
    generation: int
    partitions: int
    buckets: int
    now_ms: Callable[[], int]


class Taken(NamedTuple):
    """Requests taken up together, and of each whom to tell, its key's hash, and what was found (None: the store is away)."""

    requests: Sequence[DecisionRequest]
    replies: Sequence[Reply]
    hashes: Sequence[int]
    found: Sequence[Found] | None


class _Answered(NamedTuple):
    """An answer whose records are still to be appended."""

    reply: Reply
    given: Answer
    waiting: Waiting | None
    asked: Asked
    stages: Stages


class Deciding:
    """Answers what the desk has read the rows for."""

    def __init__(self, outbox: Outbox, premises: Premises, tally: Tally) -> None:
        self._outbox, self._premises, self._tally = outbox, premises, tally
        self._unfolded = Unfolded(premises.buckets)

    async def decide(self, taken: Taken) -> None:
        """Tell every one of ``taken`` its decisions, or what went wrong."""
        offsets, in_force = self._standings(taken)
        asked = self._asked(taken)
        answered: list[_Answered] = []
        for (policy, semantics, model), some in in_force.items():
            try:
                stages = await self._premises.shelf.get(policy, semantics, model)
            except Exception as error:  # noqa: BLE001 - the server logs it and answers 500
                for i in some:
                    taken.replies[i](error)
                continue
            for together in rounds(some, [taken.requests[i].customer for i in some]):
                answered += self._round(taken, together, asked, offsets, stages)
        self._unfolded.forget_folded()
        if any(one.given.binding for one in answered):
            await self._append_first(answered)
        else:
            for one in answered:
                self._outbox.put(one.given.records, one.waiting)

    def _standings(self, taken: Taken) -> tuple[list[int], dict[tuple[int, int | None, int], list[int]]]:
        """How far each row has come, and the requests that each policy, in each version of semantics, decides."""
        newest, buckets, folded = self._premises.shelf.newest, self._premises.buckets, self._unfolded.folded
        offsets = [0] * len(taken.requests)
        if taken.found is None:
            return offsets, {(newest, None, 0): list(range(len(offsets)))}
        in_force: dict[tuple[int, int | None, int], list[int]] = {}
        for i, (checkpoint, _) in enumerate(taken.found):
            try:
                offsets[i], policy, semantics, model = standing(checkpoint)
            except Inconsistent as error:  # a damaged checkpoint is the trouble of its own customers
                taken.replies[i](error)
                continue
            folded[taken.hashes[i] % buckets] = offsets[i]
            # A bucket in which nothing has happened yet stands before the first activation, which is in the log already.
            in_force.setdefault((policy, semantics, model) if policy else (newest, None, 0), []).append(i)
        return offsets, in_force

    def _asked(self, taken: Taken) -> list[Asked]:
        p = self._premises
        now_ms = p.now_ms()
        drawn = secrets.token_hex(16 * len(taken.requests))
        asked = []
        for i, (r, h) in enumerate(zip(taken.requests, taken.hashes, strict=True)):
            candidates: Sequence[str] | None = r.candidates
            if taken.found is None:
                # Without the row nothing is known of consent or objections, and consent is never guessed.
                candidates = ()
                self._tally.degraded += len(r.placements)
            name = r.idempotency_key or drawn[32 * i : 32 * i + 32]
            context = (r.intent, r.channel, r.category, r.fingerprint, r.account)
            ask = Ask(r.customer, r.placements, now_ms, CLIENT, name, r.events, candidates, *context)
            asked.append(Asked(ask, None if taken.found is None else taken.found[i][1], h % p.buckets, h % p.partitions))
        return asked

    def _round(
        self, taken: Taken, together: Sequence[int], asked: Sequence[Asked], offsets: Sequence[int], stages: Stages
    ) -> list[_Answered]:
        """Decide requests of different customers; who is not promised anything is told at once."""
        some = [asked[i] for i in together]
        if (newest := self._unfolded.newest) and taken.found is not None:
            for n, i in enumerate(together):
                if (customer := taken.requests[i].customer) in newest:
                    some[n] = some[n]._replace(earlier=self._unfolded.of(customer, offsets[i]))
        answered = []
        for i, one, given in zip(together, some, self._together(some, stages), strict=True):
            reply = taken.replies[i]
            if isinstance(given, Exception):
                reply(given)
                continue
            waiting = self._unfolded.add(one.ask, one.bucket, given.made)
            answered.append(_Answered(reply, given, waiting, one, stages))
            if not given.binding:
                self._tally.decisions += len(given.decisions)
                reply(given.decisions)
        return answered

    def _together(self, asked: list[Asked], stages: Stages) -> Sequence[Answer | Exception]:
        p = self._premises
        try:
            return answer_all(asked, stages, p.secret, p.generation)
        except Exception as error:  # noqa: BLE001 - such as a damaged row: whose it is shows when each is answered alone
            if len(asked) == 1:
                return [error]
            return [answer for one in asked for answer in self._together([one], stages)]

    async def _append_first(self, answered: list[_Answered]) -> None:
        """Answers with an offer in them do not leave before the log holds them; the log keeps the order of the decisions."""
        records: list[Record] = []
        told: list[tuple[int, Sender]] = []
        for one in answered:
            records += one.given.records
            if one.waiting is not None:
                told.append((len(records) - 1, one.waiting))
        try:
            await self._outbox.append(records, told, sum(len(one.given.records) for one in answered if not one.given.binding))
        except Unavailable as away:
            self._answer_without_log(answered, sent=not isinstance(away, NotSent))
        except Exception as error:  # noqa: BLE001 - whoever asked gets it
            for one in answered:
                if one.given.binding:
                    one.reply(error)
        else:
            for one in answered:
                if one.given.binding:
                    self._tally.decisions += len(one.given.decisions)
                    one.reply(one.given.decisions)

    def _answer_without_log(self, answered: list[_Answered], sent: bool) -> None:
        """Who would have got an offer gets the best without one.

        Parameters
        ----------
        sent : bool
            The log has been given the records and may still take them: then the other answer has an id of its own, and
            is not appended. The row then counts an offer that nobody saw, which is better than one that does not count.
        """
        for one in answered:
            if not one.given.binding:
                if not sent:
                    self._outbox.put(one.given.records, one.waiting)
                continue
            if not sent and one.waiting is not None:
                one.waiting.placed(None)
            ask = one.asked.ask
            allowed = [name for name in without_offer(one.stages) if ask.candidates is None or name in ask.candidates]
            ask = ask._replace(candidates=allowed, request=secrets.token_hex(16) if sent else ask.request)
            (other,) = self._together([one.asked._replace(ask=ask)], one.stages)
            if isinstance(other, Exception):
                one.reply(other)
                continue
            self._tally.decisions += len(other.decisions)
            self._tally.degraded += len(other.decisions)
            one.reply(other.decisions)
            if sent:
                self._tally.unlogged += len(other.made)
            else:
                self._outbox.put(other.records, self._unfolded.add(ask, one.asked.bucket, other.made))


def rounds(some: list[int], customers: Sequence[str]) -> list[list[int]]:
    """``some`` cut so that no round holds a customer twice, each customer's in their order: one round, as a rule."""
    if len(set(customers)) == len(customers):
        return [some]
    cut: list[list[int]] = []
    before: dict[str, int] = {}
    for i, customer in zip(some, customers, strict=True):
        n = before[customer] = before.get(customer, -1) + 1
        if n == len(cut):
            cut.append([])
        cut[n].append(i)
    return cut
