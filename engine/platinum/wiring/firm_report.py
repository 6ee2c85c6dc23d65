"""``platinum report firm``: profiles and decisions of a deployment, or of files that are played, seen from outside in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from platinum.clock import wall_ms
from platinum.emit.contacts import INPUTS_HEADER
from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.ops.audit.reading import FileReport
from platinum.ops.audit.sources import all_lines, named_maps, shipped_maps
from platinum.ops.firm.decided import Decided
from platinum.ops.firm.people import People
from platinum.ops.firm.segmented import Segmented
from platinum.ops.firm.talked import introduction_measures
from platinum.ops.simulate.stretch import stretch_of
from platinum.pipeline.adherence import Adherence
from platinum.pipeline.engine_records import header
from platinum.pipeline.inside_out import InsideOut
from platinum.pipeline.stages import PRIOR, Stages
from platinum.ports import DECISIONS, Fetched
from platinum.profile.readable import readable_blob
from platinum.profile.second_row import is_person, second_key
from platinum.stream.learning import Learning
from platinum.wiring.audit import find_policy, policy_text
from platinum.wiring.parts import Parts, attach_parts
from platinum.wiring.people_standing import stages_in_force, tier_names_of, truths_of

_PAGE, _BYTES = 5_000, 64 << 20
#: Decisions that are made once more for the inside-out rate: one in so many, so that there are about this many of them.
_LOOKED_AT = 20_000
Found = dict[str, Any]
Advance = Callable[[int], None]


def report_data(data: Path, now_ms: int | None, advance: Advance = lambda _: None) -> Found:
    """Of everything that a deployment still holds, under the policy in force."""

    async def run() -> Found:
        parts = attach_parts(data)
        try:
            await parts.connect()
            return await found_in(parts, wall_ms() if now_ms is None else now_ms, advance) | {"left_out": {}}
        finally:
            await parts.close()

    return asyncio.run(run())


def report_history(
    policy: str, history: Sequence[Path], maps: Sequence[str], now_ms: int | None, advance: Advance = lambda _: None
) -> Found:
    """Of files that are played under a policy, as of their last event."""
    for file in history:
        if not file.is_file():
            raise UsageError(f"{file}: no such file")
    report = FileReport("history", "")
    over = stretch_of(all_lines(history, [*named_maps(maps), *shipped_maps()], report), report)
    with Engine.open(policy_text(find_policy(policy), over.currency)) as engine:
        engine.process_json([one.value for one in over.told])
        at_ms = engine.clock_ms if now_ms is None else now_ms
        return engine.within(lambda parts: found_in(parts, at_ms, advance)) | {"left_out": over.left_out}


async def found_in(parts: Parts, now_ms: int, advance: Advance) -> Found:
    """The report, as ``platinum report firm --json`` prints it."""
    stages = await stages_in_force(parts)
    people, segmented = await _people(parts, stages, now_ms, advance)
    decided = await _decided(parts, advance)
    measures = [*people.measures(), *decided.measures(), *introduction_measures(await _introduced(parts))]
    return {
        "policy": f"{stages.policy.name} {stages.policy.version}",
        "as_of_ms": now_ms,
        "currency": stages.policy.currency,
        "customers": people.n,
        "decisions": decided.n,
        "measures": [one.told() for one in measures],
        "alarms": [one.name for one in measures if one.alarm],
        "tiers": dict(people.tiers.most_common()),
        "worth": people.worth(tier_names_of(stages.policy)),
        "owed": dict(people.owed.most_common()),
        "lanes": dict(decided.lanes.most_common()),
        "channels": dict(decided.channels.most_common()),
        "segments": segmented.report(decided.signatures()),
    }


async def _introduced(parts: Parts) -> dict[str, int]:
    d = parts.deployment
    learning = Learning(d.log, d.shelf, d.secret)
    await learning.catch_up()
    return learning.whole().community.report()


async def _people(parts: Parts, stages: Stages, now_ms: int, advance: Advance) -> tuple[People, Segmented]:
    rows = await parts.all_rows()
    settings = stages.policy.tables.settings[0]
    people, segmented, truths = People(bool(settings["n_cells"])), Segmented(stages.policy.segments), truths_of(stages.policy, now_ms)
    for key, blob in sorted(rows.items()):
        if not is_person(key):
            continue
        people.take(readable_blob(blob, stages.policy, now_ms, None, rows.get(second_key(key))))
        segmented.take(truths(blob))
        advance(1)
    return people, segmented


async def _decided(parts: Parts, advance: Advance) -> Decided:
    d, decided, looking = parts.deployment, Decided(), _Looking(parts)
    spans = [(p, await d.log.start(DECISIONS, p), await d.log.end(DECISIONS, p)) for p in range(d.log.partitions)]
    every = max(1, sum(end - start for _, start, end in spans) // _LOOKED_AT)
    for partition, start, end in spans:
        at = start
        while at < end:
            records = await d.log.fetch(DECISIONS, partition, at, min(_PAGE, end - at), max_bytes=_BYTES)
            for record in records:
                decision = orjson.loads(record.value)
                decided.take(decision, await looking.outbound(decision))
                if record.offset % every == 0:
                    await looking.look_at(decision, record)
                advance(1)
            at = records[-1].offset + 1 if records else end
    looking.tell(decided)
    return decided


class _Lookers(NamedTuple):
    """Of one policy and model: channels on which the firm goes to people, and who looks at decisions."""

    outbound: frozenset[str]
    inside_out: InsideOut
    adherence: Adherence


class _Looking:
    """Decisions under whatever policy and model they were made."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._known: dict[tuple[str, str], _Lookers] = {}

    async def _of(self, decision: Found) -> _Lookers:
        version = (decision["policy"], decision["model"])
        if version not in self._known:
            d = self._parts.deployment
            model = 0 if version[1] == PRIOR else await d.shelf.seq_of(version[1])
            stages = await d.shelf.get(int(version[0], 16), model=model)
            flags = stages.policy.tables.channels["outbound"].tolist()
            outbound = frozenset(name for name, out in zip(stages.policy.channels, flags, strict=True) if out)
            self._known[version] = _Lookers(outbound, InsideOut(stages), Adherence(stages))
        return self._known[version]

    async def outbound(self, decision: Found) -> frozenset[str]:
        """Channels on which the firm goes to people."""
        return (await self._of(decision))[0]

    async def look_at(self, decision: Found, record: Fetched) -> None:
        """Ask whether a lever decided it and whether it respects what was stated, if what it was made from is still kept."""
        inputs = header(record.headers, INPUTS_HEADER)
        if inputs is not None:
            lookers = await self._of(decision)
            lookers.inside_out.look_at(inputs)
            lookers.adherence.look_at(decision, inputs)

    def tell(self, decided: Decided) -> None:
        """What was found."""
        for _, inside_out, adherence in self._known.values():
            decided.looked_at += inside_out.looked_at
            decided.turned += inside_out.turned
            decided.wished += adherence.wished
            decided.respected += adherence.respected
            decided.fields += adherence.fields
            decided.leaked += adherence.leaked
