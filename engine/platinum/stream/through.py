"""A batch's records through the stages, on rows in memory: missing ones are read, and what changed is noted for the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from platinum.errors import Inconsistent
from platinum.events.keys import is_account
from platinum.pipeline.batch import Executed, execute, key_hashes, prepare
from platinum.pipeline.cut import Poisoned, Segment, cut
from platinum.pipeline.engine_records import ModelActivated, engine_record
from platinum.pipeline.passing import told_members
from platinum.pipeline.prepared import Prepared
from platinum.ports import INTERACTIONS, Fetched
from platinum.profile.members import members_key
from platinum.profile.second_row import second_key
from platinum.stream.claim import Claim
from platinum.stream.deployment import Deployment
from platinum.stream.frontier import caused_by
from platinum.stream.poison import stage
from platinum.stream.touched import Touched


class Through:
    """The stages of one partition: they change the rows in memory and the standing of its claim, never the store."""

    def __init__(self, deployment: Deployment, claim: Claim) -> None:
        self._store, self._shelf, self._secret = deployment.store, deployment.shelf, deployment.secret
        self._claim = claim

    async def apply(self, records: Sequence[Fetched], skipped: Mapping[int, Poisoned], touched: Touched) -> list[Executed] | None:
        """Records through the stages; None when a row was read under a checkpoint that is not ours.

        Raises
        ------
        StageFailed
            Rows may be neither as they were nor as they should be.
        """
        executed = []
        for segment in cut(records, self._secret, skipped):
            await self._activate(segment)
            if segment.disarmed is not None and not await self._disarm(segment.disarmed, touched):
                return None
            done = await self._run(segment, touched)
            if done is None:
                return None
            executed.append(done)
        return executed

    async def _activate(self, segment: Segment) -> None:
        """Put a marker's policy or model in force unless a later activation already is."""
        marker, progress = segment.activated, self._claim.progress
        if isinstance(marker, ModelActivated):
            if marker.seq > progress.model:
                self._claim.stages = await self._shelf.get(progress.policy, progress.semantics, marker.seq)
                progress.model = marker.seq
            return
        if marker is None or marker.seq <= progress.policy_seq:
            return
        policy = int(marker.policy, 16)
        self._claim.stages = await self._shelf.get(policy, marker.semantics, progress.model)
        progress.policy_seq, progress.policy, progress.semantics = marker.seq, policy, marker.semantics

    async def _disarm(self, record: Fetched, touched: Touched) -> bool:
        """Take the timer from the row of a skipped `timer due`; its customer's next event sets the one after it."""
        key, place = record.key or b"", self._claim.place
        bucket = int(key_hashes([key])[0]) % place.buckets
        k = bucket // place.partitions
        if bucket % place.partitions != place.partition or record.offset < self._claim.progress.next_offset[k]:
            return True
        slots = await self._rows_for([key], touched)
        if slots is None:
            return False
        rows = self._claim.table.rows
        if rows["timer_due_ms"][slots[0]]:
            touched.note_due(slots, rows["timer_due_ms"][slots])
            rows["timer_due_ms"][slots] = 0
            touched.note(slots, np.array([k], np.int64))
        return True

    async def _run(self, segment: Segment, touched: Touched) -> Executed | None:
        """One segment through the stages; None when a row was read under a checkpoint that is not ours."""
        stages, place = self._claim.stages, self._claim.place
        if stages is None:
            raise Inconsistent(f"partition {place.partition} is used before it was claimed")
        with stage("decode"):
            prepared = prepare(segment, stages, place, self._claim.progress.marks)
        slots = await self._rows_for(prepared.columns.keys, touched)
        if slots is None:
            return None
        rows, progress = self._claim.table.rows, self._claim.progress
        self._claim.table.provide(len(slots))
        due_ms = rows["timer_due_ms"][slots]
        with stage("fold"):
            table = (rows, self._claim.table.more)
            done = execute(prepared, table, slots, (progress.next_offset, progress.clock_ms), stages, place)
        if (rows["timer_due_ms"][slots] != due_ms).any():
            touched.note_due(slots, due_ms)
        touched.note(done.slots, done.slot_buckets)
        self._pass_on(prepared, done)
        return done

    def _pass_on(self, prepared: Prepared, done: Executed) -> None:
        """Put what other customers are to be told with what the segment puts out, and remember what was taken from others."""
        claim = self._claim
        claim.progress.marks = prepared.marks
        told, members = told_members(prepared, done.stood, claim.table.members, claim.place)
        claim.table.members.update(members)
        # In the order of this log, or what comes later hides what was before it: ``pipeline.arriving``.
        if passed := sorted([*done.passed, *told], key=lambda one: one.body.source):
            records = [engine_record(self._secret, one.key, one.body, one.time_ms, extra=caused_by(one.body.source)) for one in passed]
            done.outputs.topics.append((INTERACTIONS, records))

    async def _rows_for(self, keys: Sequence[bytes], touched: Touched) -> NDArray[np.int64] | None:
        """Slot of each key's row; None when one was read under a checkpoint that is not ours."""
        table = self._claim.table
        slots, missing = table.slots_for(keys, same_batch=touched.segments > 0)
        touched.segments += 1
        if missing and not await self._load(missing):
            return None
        touched.keep(slots, table)
        return slots

    async def _load(self, missing: Sequence[bytes]) -> bool:
        """Read rows that are not in the cache; False when a bucket's checkpoint is not the one we wrote."""
        claim = self._claim
        by_bucket: dict[int, list[bytes]] = {}
        for key, bucket in zip(missing, self._bucket_indexes(missing), strict=True):
            by_bucket.setdefault(bucket, []).append(key)
        wanted = [(claim.buckets[k], keys) for k, keys in by_bucket.items()]
        for (k, keys), (checkpoint, blobs) in zip(by_bucket.items(), await self._store.load(wanted), strict=True):
            if checkpoint != claim.progress.expected[k]:
                return False  # somebody else wrote: never compute on it
            claim.table.fill(keys, blobs)
        accounts = [key for key in missing if is_account(key)]
        return await self._load_more(missing) and await self._load_beside(accounts, members_key, claim.table.fill_members)

    async def _load_more(self, missing: Sequence[bytes]) -> bool:
        """Read second rows of those among the rows just read that have one; False as ``_load``."""
        table = self._claim.table
        having = table.rows["more_open"][table.slots_of(missing)].nonzero()[0].tolist()
        return await self._load_beside([missing[i] for i in having], second_key, table.fill_more)

    async def _load_beside(
        self, keys: Sequence[bytes], beside: Callable[[bytes], bytes], fill: Callable[[Sequence[bytes], Sequence[bytes | None]], None]
    ) -> bool:
        """Read what lies beside rows (``beside`` names it), all buckets together, and hand it to ``fill``; False as ``_load``."""
        if not keys:
            return True
        claim, by_bucket = self._claim, dict[int, list[bytes]]()
        for key, bucket in zip(keys, self._bucket_indexes(keys), strict=True):
            by_bucket.setdefault(bucket, []).append(key)
        wanted = [(claim.buckets[k], [beside(key) for key in some]) for k, some in by_bucket.items()]
        for (k, some), (checkpoint, blobs) in zip(by_bucket.items(), await self._store.load(wanted), strict=True):
            if checkpoint != claim.progress.expected[k]:
                return False
            fill(some, blobs)
        return True

    def _bucket_indexes(self, keys: Sequence[bytes]) -> list[int]:
        place = self._claim.place
        indexes: list[int] = (key_hashes(keys) % place.buckets // place.partitions).tolist()
        return indexes
