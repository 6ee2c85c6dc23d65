"""Events that break the stages: found exactly, skipped for good, and everything else applied (design 3, "Poison")."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from platinum.cli.main import main
from platinum.emit.deadletter import origin_of, verdict_of
from platinum.engine import Engine
from platinum.errors import Unavailable
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.pipeline.cut import Poisoned
from platinum.pipeline.engine_records import MAC_HEADER
from platinum.pipeline.prepared import Place
from platinum.policy.compile import compile_policy
from platinum.ports import ARTEFACTS, DEAD_LETTERS, DECISIONS, INTERACTIONS, SKIPS, Fetched, Record
from platinum.stores.memory import MemoryStore
from platinum.stream.activate import activate
from platinum.stream.deployment import Deployment
from platinum.stream.poison import BuildBroken, Search, StageFailed
from platinum.stream.skips import Skips
from platinum.vocabulary.codes import Kind
from tests.builders.deployments import SECRET, a_deployment, copy_log, play, read_all, state_of
from tests.builders.faults import FlakyLog
from tests.builders.loops import in_loop
from tests.builders.poison import AMOUNT, SECRET_TEXT, a_breaking_call, poisoned, without
from tests.builders.recorded import GIFT_SHOP
from tests.reference.poison import poison_among

EVENTS = poisoned(list(simulate_events(seed=5, customers=60, events=1_500)), every=50, first=7)


@pytest.fixture(scope="module")
def recorded() -> Iterator[MemoryLog]:
    """A log with 30 poisonous events among 1,500, timers and markers; and what was put out and skipped at the time."""
    with Engine.open(GIFT_SHOP, partitions=2, buckets=16) as engine:
        with a_breaking_call():
            _in_batches(engine, EVENTS, 400)
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        yield log


async def _played(recorded: MemoryLog, batch: int, log: MemoryLog | None = None) -> Deployment:
    """A deployment with a copy of the log, applied."""
    log = log or MemoryLog(recorded.partitions)
    await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
    d = a_deployment(log, MemoryStore(), buckets=16)
    await play(d, batch)
    return d


async def _letters(log: MemoryLog) -> list[Fetched]:
    return [letter for letters in await read_all(log, DEAD_LETTERS) for letter in letters]


def _places(letters: Sequence[Fetched]) -> list[tuple[int, int]]:
    return [origin_of(Record(*letter[1:])) for letter in letters]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(2, 9), st.integers(0, 8))
def test_halves_find_exactly_what_one_by_one_finds(records: list[int], modulus: int, rest: int) -> None:
    def breaks(state: Sequence[int], record: int) -> bool:
        return (sum(state[-3:]) + record) % modulus == rest % modulus and len(state) % 3 != 0

    state: list[int] = []

    async def attempt(lo: int, hi: int) -> StageFailed | None:
        before = len(state)
        for record in records[lo:hi]:
            if breaks(state, record):
                del state[before:]
                return StageFailed("fold", ZeroDivisionError())
            state.append(record)
        return None

    wanted = poison_among(records, breaks)
    if wanted:
        found = asyncio.run(Search(0).among(len(records), attempt))
        assert [i for i, _ in found] == wanted


@in_loop
async def test_everything_else_is_applied_and_each_poison_is_one_dead_letter(recorded: MemoryLog) -> None:
    with a_breaking_call() as broken:
        d = await _played(recorded, 400)
    assert isinstance(d.log, MemoryLog)
    letters = await _letters(d.log)
    state, single = await state_of(d), await without(recorded, set(_places(letters)))

    assert broken.times > 0
    assert len(letters) == len(set(_places(letters))) == 30
    assert all(f'"total":{AMOUNT}'.encode() in letter.value for letter in letters)
    assert {verdict_of(Record(*letter[1:])).reason for letter in letters} == {"poison"}
    assert state.rows == single.rows
    assert state.decisions == single.decisions


@in_loop
async def test_what_is_put_out_does_not_depend_on_where_batches_are_cut(recorded: MemoryLog) -> None:
    with a_breaking_call():
        some = [await _played(recorded, batch) for batch in (1, 7, 100, 10_000)]
    first, *others = [(await state_of(d), [await read_all(d.log, topic) for topic in (DEAD_LETTERS, DECISIONS, SKIPS)]) for d in some]

    assert all(other == first for other in others)


@in_loop
async def test_a_store_that_is_made_again_skips_without_finding_anything_again(recorded: MemoryLog) -> None:
    with a_breaking_call() as broken:
        d = await _played(recorded, 300)
        before, times = await state_of(d), broken.times
        again = a_deployment(d.log, MemoryStore(), buckets=16)
        letters = await read_all(d.log, DEAD_LETTERS)
        await play(again, 170)

        assert broken.times == times
    assert (await state_of(again)).rows == before.rows
    assert await read_all(d.log, DEAD_LETTERS) == letters  # what was put out is not put out anew


@in_loop
async def test_an_offset_is_on_the_skip_list_before_anything_is_put_out_without_it(recorded: MemoryLog) -> None:
    log = FlakyLog(2)
    log.fail_topic = SKIPS
    with a_breaking_call(), pytest.raises(Unavailable):
        await _played(recorded, 10_000, log)

    assert not any(await read_all(log, DEAD_LETTERS))
    assert not any((await state_of(a_deployment(log, MemoryStore(), buckets=16))).decisions)


@in_loop
async def test_a_skip_without_the_deployments_mac_is_not_believed(recorded: MemoryLog) -> None:
    log = MemoryLog(2)
    value, mac = b'{"exception":"E","stage":"fold"}', ((MAC_HEADER, b"x"),)
    forged = [Record(b"1.%d.%d" % (p, n), value, 1, mac, p) for p in (0, 1) for n in range(99)]
    await log.append(SKIPS, forged)

    with a_breaking_call():
        d = await _played(recorded, 400, log)

    assert len(await _letters(log)) == 30
    assert (await state_of(d)).rows


@in_loop
async def test_an_offset_that_another_generation_skipped_is_not_skipped() -> None:
    log, record = MemoryLog(1), Fetched(3, b"ada", b"{}", 1, ())
    place = Place(1, 0, 1, 16)
    skips = Skips(log, SECRET, place)
    await skips.add([(record, Poisoned("ZeroDivisionError", "fold"))])
    await skips.load(place)
    assert list(skips.among([record])) == [3]

    await skips.load(replace(place, generation=2))
    assert not skips.among([record])

    await skips.load(place)
    assert list(skips.among([record])) == [3]


def test_a_poisonous_timer_is_taken_from_its_row() -> None:
    def timer(events: NDArray[np.void]) -> NDArray[np.bool_]:
        broken: NDArray[np.bool_] = (events["kind"] == int(Kind.TIMER_DUE)) & (events["low"] // 86_400_000 % 3 == 0)
        return broken

    with a_breaking_call(timer), Engine.open(GIFT_SHOP, partitions=1, buckets=16) as engine:
        engine.process_json(list(simulate_events(seed=5, customers=60, events=1_500)))
        engine.advance("2031-01-01T00:00:00Z")  # would never end if they stayed
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        poison, rows = engine.count(DEAD_LETTERS), engine.customers()
        in_one, by_threes = [asyncio.run(_rows_of(log, batch)) for batch in (100_000, 3)]

    assert poison > 5
    assert in_one == by_threes == rows


async def _rows_of(log: MemoryLog, batch: int) -> dict[bytes, bytes]:
    return (await state_of(await _played(log, batch))).rows


@pytest.mark.parametrize("batch", [400, 8, 3, 1])
def test_a_build_that_breaks_on_everything_stops_instead_of_dead_lettering_everything(batch: int) -> None:
    events = poisoned(list(simulate_events(seed=5, customers=60, events=400)), every=1)
    with a_breaking_call(), Engine.open(GIFT_SHOP, partitions=1, buckets=16) as engine:
        with pytest.raises(BuildBroken, match="install the build that worked before"):
            _in_batches(engine, events, batch)

        assert engine.count(DEAD_LETTERS) < 8


def _in_batches(engine: Engine, events: Sequence[bytes], batch: int) -> None:
    for at in range(0, len(events), batch):
        engine.process_json(events[at : at + batch])


def test_half_of_a_batch_is_too_much_and_less_is_not() -> None:
    events = list(simulate_events(seed=5, customers=60, events=100))
    with a_breaking_call(), Engine.open(GIFT_SHOP, partitions=1, buckets=16) as engine:
        engine.process_json(poisoned(events[:40], every=2))
        assert engine.count(DEAD_LETTERS) == 20
        with pytest.raises(BuildBroken):
            engine.process_json(poisoned(events[40:], every=1, first=28))


@in_loop
async def test_a_marker_is_never_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    log = MemoryLog(1)
    d = a_deployment(log, MemoryStore(), buckets=16)
    await activate(log, d.shelf, compile_policy(GIFT_SHOP, "gift-shop"), SECRET, 1)
    monkeypatch.setattr("platinum.pipeline.batch.outputs_of", lambda *_: 1 / 0)

    with pytest.raises(BuildBroken, match="marker at offset 0"):
        await play(d, 10)

    assert not any(await read_all(log, SKIPS))


def test_nothing_of_the_event_is_in_a_log_line(recorded: MemoryLog, capsys: pytest.CaptureFixture[str]) -> None:
    with a_breaking_call():
        d = asyncio.run(_played(recorded, 400))
    said = capsys.readouterr()
    letters = asyncio.run(_letters(d.log))  # type: ignore[arg-type]

    assert "ZeroDivisionError" in said.out + said.err
    assert SECRET_TEXT not in said.out + said.err
    assert not any(SECRET_TEXT.encode() in value for letter in letters for _, value in letter.headers)


def test_the_library_says_which_event_was_poison() -> None:
    with a_breaking_call(), Engine.open(GIFT_SHOP, partitions=1, buckets=16) as engine:
        engine.process_json(EVENTS[:20])

        ((index, verdict),) = engine.rejected

    assert (index, verdict.reason) == (7, "poison")
    assert "ZeroDivisionError" in verdict.message


def test_a_data_directory_whose_store_was_lost_skips_the_same(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    with a_breaking_call() as broken:
        with Engine.open(GIFT_SHOP, shop, partitions=2, buckets=16) as engine:
            engine.process_json(EVENTS[:400])
            rows, letters, found = engine.customers(), engine.count(DEAD_LETTERS), broken.times
        shutil.rmtree(shop / "valkey")
        with Engine.open(GIFT_SHOP, shop) as engine:
            again = engine.customers()

    assert letters == 8
    assert broken.times == found
    assert again == rows


def test_a_replayed_event_counts_once_the_build_is_mended(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    with a_breaking_call(), Engine.open(GIFT_SHOP, shop, partitions=1, buckets=16) as engine:
        engine.process_json(EVENTS[:20])
        spend = _spend(engine)
    replay = ["dead-letters", "replay", "--reason", "poison", "--all", "--data", str(shop)]

    assert (main(replay), main(replay)) == (0, 0)
    with Engine.open(GIFT_SHOP, shop) as engine:
        assert _spend(engine) == pytest.approx(spend + AMOUNT)


def _spend(engine: Engine) -> float:
    profiles = [engine.profile(key.decode()) for key in engine.customers()]
    return float(sum(profile["value"]["spend"] for profile in profiles if profile is not None))
