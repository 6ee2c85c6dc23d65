"""``platinum.Engine``: the whole engine in one process, synchronous, driven by the events' own time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import orjson

from platinum.emit.deadletter import Verdict, verdict_of
from platinum.errors import UsageError
from platinum.events.bare import bare
from platinum.pipeline.batch import key_hashes
from platinum.pipeline.claim import NEVER_PLANNED, Claim, Claimed, answer_of, claim_record, is_contact
from platinum.pipeline.offers import Honour, Redemption
from platinum.pipeline.request import Ask, answer
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.policy.stopped import Stops
from platinum.ports import INTERACTIONS, Record
from platinum.profile.readable import readable_blob
from platinum.profile.second_row import is_person, second_key
from platinum.stream.activate import activate, stops_in_force
from platinum.stream.create import ensure_checkpoints
from platinum.stream.history import HistoryDriver
from platinum.stream.partition import Partition
from platinum.stream.stopping import ALL, start, stop
from platinum.stream.sweep import sweep
from platinum.wiring import arguments as given
from platinum.wiring.honouring import look_up, redeem
from platinum.wiring.parts import Parts, open_parts
from platinum.wiring.reading import explanation
from platinum.wiring.records import record_of

T = TypeVar("T")


class Engine:
    """A policy, a log and the profiles of everyone in it.

    >>> engine = Engine.open("policy.yaml")                     # doctest: +SKIP
    >>> decisions = engine.process(events)                      # doctest: +SKIP

    Record time is the event's ``receivedAt``, else its ``timestamp``, never the wall clock: the same events give the
    same decisions, byte for byte, on any day.
    """

    def __init__(self, parts: Parts, policy: Policy) -> None:
        self._loop = asyncio.new_event_loop()
        self._parts = parts
        self._deployment = parts.deployment
        self._partitions = [Partition(self._deployment, p) for p in range(parts.deployment.log.partitions)]
        self._driver = HistoryDriver(self._deployment, self._partitions, policy)
        self._asked = 0

    @classmethod
    def open(
        cls,
        policy: str | Path | bytes,
        data_dir: str | Path | None = None,
        *,
        partitions: int | None = None,
        buckets: int | None = None,
        cache_bytes: int = 512 << 20,
        other_currency: bool = False,
    ) -> Self:
        """Open an engine under a policy (a path, or the YAML itself as bytes).

        Parameters
        ----------
        data_dir : path, optional
            Where log and profiles are kept between runs; in memory when absent. A kept engine goes on where it
            stopped; another policy than the one in force is activated.
        partitions, buckets : int, optional
            Of a new engine, 4 and 256 when absent. Those of a kept one are fixed.
        other_currency : bool
            Take a policy in another currency than the one in force; sums in profiles are renamed, not converted.

        Raises
        ------
        PolicyInvalid
            The policy has mistakes; all of them are listed.
        UsageError
            ``data_dir`` was created with other partitions or buckets, its policy counts in another currency, or it was stopped.
        """
        given.whole_numbers(partitions=partitions, buckets=buckets, cache_bytes=cache_bytes)
        place = given.folder(data_dir)
        compiled = compile_policy(*given.policy_source(policy))
        loop_free = open_parts(place, partitions, buckets, cache_bytes, clock_ms=None)
        engine = cls(loop_free, compiled)
        try:
            engine._run(engine._start(compiled, other_currency))
        except BaseException:
            engine.close()  # a store's server would outlive the mistake
            raise
        return engine

    async def _start(self, policy: Policy, other_currency: bool) -> None:
        d = self._deployment
        await self._parts.connect()
        await ensure_checkpoints(d.log, d.store, d.buckets, d.group)
        for partition in self._partitions:
            await partition.claim()
        await self._driver.catch_up_all()
        self._driver.clock_ms = max(int(p.progress.clock_ms.max()) for p in self._partitions)
        if not policy.stops and (stops := await stops_in_force(d.shelf)):
            raise UsageError(
                f"this deployment was stopped with `platinum policy stop` ({', '.join(stops.named())}): `platinum policy start` lifts "
                "that, `platinum policy activate` starts it again"
            )
        if any(p.progress.policy != int(policy.version, 16) for p in self._partitions):
            await activate(d.log, d.shelf, policy, d.secret, self._driver.clock_ms, other_currency=other_currency)
        await self._under(policy)

    async def _under(self, policy: Policy) -> None:
        """Everything is done that follows from a policy's being in force."""
        await self._driver.catch_up_all()
        self._driver.policy, d = policy, self._deployment
        if policy.stops:
            seq = max(p.progress.policy_seq for p in self._partitions)
            await sweep(d.log, d.store, d.secret, range(d.buckets), policy.tables, seq, self._driver.clock_ms)
            await self._driver.catch_up_all()

    async def _activate(self, policy: Policy, other_currency: bool) -> None:
        d = self._deployment
        await activate(d.log, d.shelf, policy, d.secret, self._driver.clock_ms, other_currency=other_currency)
        await self._under(policy)

    def stop(self, *, actions: Sequence[str] = (), channels: Sequence[str] = (), sending: bool = False) -> str:
        """Stop actions, channels, all sending, or (without arguments) deciding as a whole, and take back what is planned of it.

        Returns the version in force from then on. ``start`` takes it back.

        Raises
        ------
        UsageError
            The policy in force has no action or channel of that name.
        """
        what = Stops(False, sending, tuple(sorted(actions)), tuple(sorted(channels))) or ALL
        return self._run(self._stop(what))

    async def _stop(self, what: Stops) -> str:
        d = self._deployment
        outline, _ = await stop(d.log, d.shelf, d.secret, self._driver.clock_ms, what)
        await self._under(await d.shelf.policy(int(outline.version, 16)))
        return outline.version

    def start(self, *, actions: Sequence[str] = (), channels: Sequence[str] = (), sending: bool = False) -> str:
        """Start again what was stopped, everything without arguments; returns the version in force from then on. Raises as ``stop``."""
        return self._run(self._restart(Stops(False, sending, tuple(sorted(actions)), tuple(sorted(channels)))))

    async def _restart(self, what: Stops) -> str:
        d = self._deployment
        outline, _, _ = await start(d.log, d.shelf, d.secret, self._driver.clock_ms, what)
        await self._under(await d.shelf.policy(int(outline.version, 16)))
        return outline.version

    def activate(self, policy: str | Path | bytes, *, other_currency: bool = False) -> str:
        """Put another policy in force from here on; returns its version. ``other_currency``: see ``open``."""
        compiled = compile_policy(*given.policy_source(policy))
        self._run(self._activate(compiled, other_currency))
        return compiled.version

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._driver.policy

    def process(self, events: Iterable[Mapping[str, Any] | bytes]) -> list[dict[str, Any]]:
        """Apply Segment-shaped events in order; returns the decisions they asked for, in order.

        An event that breaks its schema becomes a dead letter and the others go on; see ``rejected``.
        """
        return [orjson.loads(body) for body in self._process(given.event_bytes(events))]

    @property
    def rejected(self) -> list[tuple[int, Verdict]]:
        """Which events of the last ``process`` became dead letters (index among them), and why."""
        return [(i, verdict_of(letter)) for i, letter in self._driver.rejected]

    @property
    def withdrawn(self) -> list[str]:
        """Decisions of the past whose planned contacts the last ``process`` or ``advance`` took back: they must not be sent."""
        return list(self._driver.withdrawn)

    def process_json(self, events: Sequence[bytes]) -> list[bytes]:
        """``process`` from bytes to bytes."""
        return self._process(given.event_bytes(events))

    def advance(self, now: str) -> list[dict[str, Any]]:
        """Let time go by until ``now`` (RFC 3339) without an event; returns the decisions that ``when_reached`` asked for.

        Nothing happens when ``now`` is not later than the newest record.
        """
        return [orjson.loads(body) for body in self.advance_json(given.instant_ms(now))]

    def advance_json(self, now_ms: int) -> list[bytes]:
        """``advance`` to a time in milliseconds since 1970, as bytes."""
        return self._run(self._driver.advance(now_ms)) if now_ms > self.clock_ms else []

    def _process(self, events: list[bytes]) -> list[bytes]:
        return self._run(self._driver.play(self._records(events)))

    def _records(self, events: Sequence[bytes]) -> list[Record]:
        records, clock_ms = [], self._driver.clock_ms
        for value in events:
            records.append(record_of(value, clock_ms))
            clock_ms = max(clock_ms, records[-1].time_ms)
        return records

    def decide(
        self,
        customer_id: str,
        placement: str,
        now: str | None = None,
        context: Mapping[str, Any] | None = None,
        candidates: Sequence[str] | None = None,
        events: Sequence[Mapping[str, Any] | bytes] = (),
    ) -> dict[str, Any]:
        """Decide for one placement, remember the decision, and return it.

        Parameters
        ----------
        now : RFC 3339 instant, optional
            Record time of the request; the newest record's when absent.
        context : mapping, optional
            ``intent``, ``channel``, ``category``, ``account`` or Segment's ``groupId`` (in whose role they ask), ``idempotency_key``;
            ``party``, which is kept as if an ``identify`` call said it.
        candidates : sequence of str, optional
            Restrict the decision to these actions.
        events : sequence, optional
            Events that count in the answer.

        Raises
        ------
        TypeError, ValueError
            An argument is not what is said here; the message names it.
        EventRejected
            ``customer_id`` is an e-mail address or a phone number: here, as in a log, only pseudonyms are customers.
        """
        customer, place = given.customer_key(customer_id), given.placement_name(placement)
        now_ms = self._at(now)
        said, actions, brought = given.context_of(context), given.action_names(candidates), [bare(one) for one in given.event_bytes(events)]
        ask = Ask(
            customer,
            [place],
            now_ms,
            "library",
            said["idempotency_key"],
            brought + given.party_said(customer, said["party"]),
            actions,
            said["intent"],
            said["channel"],
            said["category"],
            account=said["account"] or said["groupId"],
        )
        return self._run(self._decide(ask))

    async def _decide(self, ask: Ask) -> dict[str, Any]:
        key = ask.customer.encode()
        h = int(key_hashes([key])[0])
        d = self._deployment
        bucket, partition = h % d.buckets, self._partitions[h % d.log.partitions]
        ((_, (blob,)),) = await d.store.load([(bucket, [key])])
        stages = await d.shelf.get(partition.progress.policy, partition.progress.semantics, partition.progress.model)
        if not ask.request:
            ask = ask._replace(request=str(await d.log.end(INTERACTIONS, partition.place.partition)))
        answered = answer(ask, blob, bucket, stages, d.secret, d.log.generation, partition.place.partition)
        await self._driver.play(answered.records)
        decision: dict[str, Any] = orjson.loads(answered.decisions[0])
        return decision

    def claim(self, decision_id: str, claimant: str, nonce: str, customer_id: str, now: str | None = None) -> Claimed:
        """Ask, before sending it, whether a planned contact may be sent; see ``docs/how-to/claim-before-sending.md``.

        Parameters
        ----------
        claimant, nonce : str
            Who asks, and which asking it is: the same again gets the same answer, and of different ones one wins.
        now : RFC 3339 instant, optional
            Record time of the claim; the newest record's when absent.
        """
        claim = Claim(decision_id, given.customer_key(customer_id), claimant, nonce)
        now_ms = self._at(now)
        return self._run(self._claim(claim, now_ms))

    async def _claim(self, claim: Claim, now_ms: int) -> Claimed:
        d, key = self._deployment, claim.customer.encode()
        h = int(key_hashes([key])[0])
        bucket, partition = h % d.buckets, self._partitions[h % d.log.partitions]
        record = claim_record(d.secret, claim, now_ms)
        if not is_contact(claim.decision_id, partition.place.partition):
            return NEVER_PLANNED
        await self._driver.play([record])
        ((_, (blob,)),) = await d.store.load([(bucket, [key])])
        return answer_of(blob, claim, self.policy)

    def offer(self, decision_id: str, customer_id: str, now: str | None = None) -> Honour:
        """Look up what an offer is worth to a customer now; see ``docs/how-to/honour-an-offer.md``.

        ``now`` as in ``redeem``. Raises ``UsageError`` where the id is no decision's.
        """
        asked = Redemption(decision_id, given.customer_key(customer_id), "")
        return self._run(look_up(self._deployment, self.policy, asked, self._at(now)))[1]

    def redeem(
        self,
        decision_id: str,
        customer_id: str,
        redeemed_by: str,
        value: float | None = None,
        channel: str | None = None,
        now: str | None = None,
    ) -> Honour:
        """Use an offer up: of all who ask for one, one receipt is told ``honoured``, as often as it asks.

        Parameters
        ----------
        redeemed_by : str
            Number of the receipt or booking.
        value : float, optional
            What it was worth, in the policy's currency.
        now : RFC 3339 instant, optional
            When it is used; the newest record's time when absent.

        Raises
        ------
        UsageError
            The id is no decision's.
        """
        said = given.receipt(redeemed_by), given.money(value), given.channel_name(channel)
        asked = Redemption(decision_id, given.customer_key(customer_id), *said)
        return self._run(redeem(self._deployment, self.policy, self._driver.play, asked, self._at(now)))

    def _at(self, now: str | None) -> int:
        return self._driver.clock_ms if now is None else max(given.instant_ms(now), self._driver.clock_ms)

    def profile(self, customer_id: str, now: str | None = None) -> dict[str, Any] | None:
        """Readable profile of a customer as of ``now`` (the newest record's time when absent); None = unknown."""
        customer = given.customer_key(customer_id)
        key = customer.encode()
        now_ms = self._driver.clock_ms if now is None else given.instant_ms(now)
        h = int(key_hashes([key])[0])
        bucket, progress = h % self._deployment.buckets, self._partitions[h % self._deployment.log.partitions].progress
        ((_, (blob, second)),) = self._run(self._deployment.store.load([(bucket, [key, second_key(key)])]))
        stages = self._run(self._deployment.shelf.get(progress.policy, progress.semantics, progress.model))
        return None if blob is None else readable_blob(blob, stages.policy, now_ms, customer, second)

    def explain(self, decision_id: str) -> dict[str, Any] | None:
        """Why a decision was made: what `platinum explain --json` prints; None = not kept (any more)."""
        return self._run(explanation(self._parts, decision_id))

    @property
    def clock_ms(self) -> int:
        """Largest record time so far."""
        return self._driver.clock_ms

    def customers(self) -> dict[bytes, bytes]:
        """Every customer key and packed row, in key order; without second rows."""
        return {key: blob for key, blob in sorted(self._run(self._parts.all_rows()).items()) if is_person(key)}

    def count(self, topic: str) -> int:
        """Records appended to a topic so far, all partitions together."""
        log = self._deployment.log

        async def total() -> int:
            return sum([await log.end(topic, p) for p in range(log.partitions)])

        return self._run(total())

    def within(self, work: Callable[[Parts], Coroutine[Any, Any, T]]) -> T:
        """Run what reads log and store, such as a report."""
        return self._run(work(self._parts))

    def close(self) -> None:
        """Release log, store and server; idempotent."""
        if not self._loop.is_closed():
            self._run(self._parts.close())
            self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop.is_closed():
            work.close()
            raise UsageError("this engine is closed; open another one with platinum.Engine.open")
        return self._loop.run_until_complete(work)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
