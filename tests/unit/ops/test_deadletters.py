"""Dead letters listed, shown and sent in again, as commands on a data directory and as functions on a log."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from platinum.cli.deadletters import _text
from platinum.cli.main import main
from platinum.emit.deadletter import dead_letter
from platinum.engine import Engine
from platinum.errors import Rejected
from platinum.logs.memory import MemoryLog
from platinum.ops.deadletters import Filter, letters, newest
from platinum.ops.replay import REPLAY_HEADER, carry_out, plan
from platinum.pipeline.cut import Poisoned
from platinum.pipeline.engine_records import MAC_HEADER, PassedOn, TimerDue, engine_record
from platinum.policy.load import example
from platinum.ports import DEAD_LETTERS, INTERACTIONS, Fetched, Mark, Record
from platinum.wiring.deadletters import _whole
from tests.builders.deployments import SECRET, read_all
from tests.builders.loops import in_loop

NOW_MS = 1_900_000_000_000
NO_JSON = b'{"userId": "ada", "timestamp": "2026-03-01T10:00:00Z"'
NO_TYPE = b'{"userId": "ada", "type": "sing", "timestamp": "2026-03-02T10:00:00Z"}'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with two dead letters."""
    with Engine.open(example("minimal"), tmp_path / "shop", partitions=1, buckets=4) as engine:
        engine.process([NO_JSON, NO_TYPE])
    return tmp_path / "shop"


def _json(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, object]:
    capsys.readouterr()
    assert main(["dead-letters", *words, "--json"]) == code
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_the_list_is_newest_first_counted_and_filtered(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--data", str(data))
    everything, one, newest_one = (_json(capsys, "list", *where, *more) for more in ((), ("--reason", "not_json"), ("--limit", "1")))
    later = _json(capsys, "list", *where, "--since", "2026-03-02T00:00:00Z")

    assert [letter["reason"] for letter in _letters(everything)] == ["unknown_type", "not_json"]
    assert everything["counts"] == newest_one["counts"] == {"not_json": 1, "unknown_type": 1}
    assert [letter["letter"] for letter in _letters(one)] == ["0.0"]
    assert [letter["letter"] for letter in _letters(newest_one)] == [letter["letter"] for letter in _letters(later)] == ["0.1"]
    assert "ada" not in json.dumps(everything)


def _letters(found: dict[str, object]) -> list[dict[str, object]]:
    some = found["letters"]
    assert isinstance(some, list)
    return some


def test_one_is_shown_with_its_bytes(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = _json(capsys, "show", "0.0", "--data", str(data))

    assert (shown["value"], shown["reason"]) == (NO_JSON.decode(), "not_json")
    assert main(["dead-letters", "show", "0.9", "--data", str(data)]) == 1
    assert main(["dead-letters", "show", "1.0", "--data", str(data)]) == 2
    assert main(["dead-letters", "show", "zero", "--data", str(data)]) == 2


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Engine.open(example("minimal"), tmp_path / "shop", partitions=1, buckets=4) as engine:
        engine.process([b"\x1b]0;owned\x07"])

    assert main(["dead-letters", "show", "0.0", "--data", str(tmp_path / "shop")]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_a_replay_appends_a_copy_once(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--data", str(data))
    dry = _json(capsys, "replay", "0.0", *where, "--dry-run")
    first = _json(capsys, "replay", "0.0", *where)
    second = _json(capsys, "replay", "0.0", *where)
    again = _json(capsys, "replay", "0.0", *where, "--again")
    missing = _json(capsys, "replay", "0.0", "0.7", *where, code=1)

    assert dry["replayed"] == [{"letter": "0.0", "copy": None}]
    assert _copies(first) == _copies(again) == ["0.0"]
    assert _copies(second) == []
    assert second["replayed_before"] == ["0.0"]
    assert missing["missing"] == ["0.7"]


def _copies(found: dict[str, object]) -> list[str]:
    some = found["replayed"]
    assert isinstance(some, list)
    assert all(one["copy"] for one in some)
    return [one["letter"] for one in some]


def test_what_is_replayed_must_be_said(data: Path) -> None:
    for words in ((), ("--all",), ("--reason", "poison"), ("0.0", "--reason", "poison", "--all"), ("--reason", "tired", "--all")):
        assert main(["dead-letters", "replay", *words, "--data", str(data)]) == 2


async def _with(*rejected: tuple[Record, Rejected]) -> MemoryLog:
    """A log of two partitions that holds records and their dead letters."""
    log = MemoryLog(2)
    for record, why in rejected:
        ((p, offset),) = await log.append(INTERACTIONS, [record])
        await log.append(DEAD_LETTERS, [dead_letter(Fetched(offset, *record[:4]), why, INTERACTIONS, p)])
    return log


POISON = Poisoned("ZeroDivisionError", "fold")


@in_loop
async def test_a_copy_has_the_originals_bytes_and_no_verdict() -> None:
    log = await _with((Record(b"ada", b"{}", 1, (("ce_id", b"7"),)), POISON))
    ((before,), made) = [letter async for letter in letters(log, Filter())], None
    made = await plan(log, [before], SECRET, NOW_MS, again=False)
    ((p, offset),) = await carry_out(log, made)

    (copy,) = await log.fetch(INTERACTIONS, p, offset, 1)
    assert copy == Fetched(1, b"ada", b"{}", NOW_MS, (("ce_id", b"7"), (REPLAY_HEADER, str(before.source).encode())))


@in_loop
async def test_a_dead_letter_that_a_crash_repeated_is_replayed_once() -> None:
    log = await _with((Record(b"ada", b"{}", 1), POISON))
    p = (await newest(log, Filter(), 1))[0][0].place.partition
    (letter,) = await log.fetch(DEAD_LETTERS, p, 0, 1)
    await log.append(DEAD_LETTERS, [Record(*letter[1:], p)])

    made = await plan(log, [one async for one in letters(log, Filter())], SECRET, NOW_MS, again=False)

    assert (len(made.copies), len(made.before)) == (1, 1)


@in_loop
async def test_what_was_on_a_wrong_partition_goes_where_its_key_belongs_and_is_found_there() -> None:
    log = await _with(*[(Record(b"ada", b"{}", 1, (), p), Rejected("wrong_partition", "no")) for p in (0, 1)])
    some = [one async for one in letters(log, Filter())]

    placed = await carry_out(log, await plan(log, some, SECRET, NOW_MS, again=False))
    twice = await plan(log, some, SECRET, NOW_MS, again=False)

    assert len({place.partition for place in placed}) == 1
    assert (len(placed), len(twice.copies), len(twice.before)) == (2, 0, 2)


@in_loop
async def test_a_forged_engine_record_is_refused_and_our_own_is_not() -> None:
    ours = engine_record(SECRET, b"ada", TimerDue(5), 1)
    forged = ours._replace(headers=((MAC_HEADER, b"x" * 16),))
    log = await _with((ours, POISON), (forged, Rejected("bad_mac", "no")), (Record(b"ada", b"", 1), Rejected("suppressed", "no")))

    made = await plan(log, [one async for one in letters(log, Filter())], SECRET, NOW_MS, again=False)

    assert [record.value for _, record in made.copies] == [ours.value]
    assert [why.partition(":")[0] for _, why in made.refused] == ["bad_mac", "suppressed"]


@in_loop
async def test_what_was_passed_on_is_refused_because_a_copy_would_be_left_out() -> None:
    body = PassedOn(Mark(1, 1, 7, 0), msgspec.Raw(b"{}"))
    full = engine_record(SECRET, b"account:acme", body, 1), Rejected("too_large", "w", "userId")
    log = await _with(full)

    made = await plan(log, [letter async for letter in letters(log, Filter())], SECRET, 5, again=False)

    assert made.copies == []
    assert [why.partition(":")[0] for _, why in made.refused] == ["passed on"]


@in_loop
async def test_a_record_that_somebody_else_put_among_the_dead_letters_is_passed_over() -> None:
    log = await _with((Record(b"ada", b"{}", 1), POISON))
    await log.append(DEAD_LETTERS, [Record(b"ada", b"?", 1)])

    assert (await newest(log, Filter(), 9))[1] == {"poison": 1}
    assert len(await read_all(log, INTERACTIONS)) == 2


@in_loop
async def test_a_forged_or_absurd_mark_of_a_copy_hides_nothing() -> None:
    log = await _with((Record(b"ada", b"{}", 1), POISON))
    (letter,) = [one async for one in letters(log, Filter())]
    source = str(letter.source).encode()
    for value, mark in ((b"{ }", source), (b"{}", b"9" * 5_000 + b".0"), (b"{}", b"0." + b"9" * 5_000), (b"{}", b".")):
        await log.append(INTERACTIONS, [Record(b"ada", value, 1, ((REPLAY_HEADER, mark),))])
    await log.append(INTERACTIONS, [Record(b"ad\xe4", b"{}", 1, ((REPLAY_HEADER, source),), letter.source.partition)])

    assert len((await plan(log, [letter], SECRET, NOW_MS, again=False)).copies) == 1
    await log.append(INTERACTIONS, [Record(b"ada", b"{}", 1, ((REPLAY_HEADER, source),))])
    assert len((await plan(log, [letter], SECRET, NOW_MS, again=False)).before) == 1


@in_loop
async def test_what_was_cut_and_what_no_topic_takes_is_refused_with_a_reason() -> None:
    too_large = Rejected("too_large", "no")
    log = await _with((Record(b"ada", b"x" * (3 << 20), 1), too_large), (Record(b"ada", b"x" * (1 << 20), 1), too_large))

    made = await plan(log, [one async for one in letters(log, Filter())], SECRET, NOW_MS, again=False)

    assert sorted(why.partition(":")[0] for _, why in made.refused) == ["cut", "too large"]
    assert made.copies == []


@in_loop
async def test_null_headers_are_shown_as_null_and_a_null_verdict_is_none_of_ours() -> None:
    log = await _with((Record(b"ada", b"{}", 1, (("a", None),)), POISON))  # type: ignore[arg-type]  # as Kafka's clients may write it
    await log.append(DEAD_LETTERS, [Record(b"ada", b"{}", 1, (("__streams.errors.partition", None),))])  # type: ignore[arg-type]
    (letter,) = [one async for one in letters(log, Filter())]

    shown = _whole(letter)

    assert shown["headers"][0] == {"name": "a", "value": None}
    assert _text(shown["headers"][0]) == "(null)"
    assert _text({"value": ""}) == ""
