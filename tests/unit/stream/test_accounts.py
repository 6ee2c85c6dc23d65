"""Accounts: their own row is the fold of what people did for them, and members are told how it stands (design 3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.engine import Engine
from platinum.events.keys import account_key, is_account
from platinum.logs.memory import MemoryLog
from platinum.pipeline.engine_records import MAC_HEADER
from platinum.policy.compile import compile_policy
from platinum.ports import ARTEFACTS, DEAD_LETTERS, INTERACTIONS, LEARNING, Fetched, Record
from platinum.profile.members import Members, members_key, unpack_members
from platinum.profile.readable import readable_blob
from platinum.stores.memory import MemoryStore
from platinum.wiring.records import record_of
from tests.builders.deployments import a_deployment, copy_log, play, read_all, state_of
from tests.builders.firms import closed, did, group, opened, ordered, promised
from tests.builders.recorded import GIFT_SHOP

ACME = account_key("acme")


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine.open(GIFT_SHOP, partitions=4, buckets=16) as made:
        yield made


def engine_records(engine: Engine, kind: str) -> list[tuple[bytes, dict[str, Any]]]:
    """(key, body) of all records of one kind, partition by partition."""

    async def read() -> list[list[Fetched]]:
        return await read_all(engine._deployment.log, INTERACTIONS)

    records = [r for some in engine._run(read()) for r in some if dict(r.headers).get(MAC_HEADER)]
    return [(r.key or b"", body) for r in records if (body := orjson.loads(r.value))["engine"] == kind]


def stands(engine: Engine, person: str) -> dict[str, Any]:
    """What somebody was told last of their account."""
    return [body for key, body in engine_records(engine, "account_stands") if key == person.encode()][-1]


def members(engine: Engine) -> Members:
    return unpack_members(engine._run(engine._parts.all_rows()).get(members_key(ACME)))


def test_a_colleagues_case_is_told_to_everybody_of_the_account(engine: Engine) -> None:
    engine.process([group("ada", "acme"), group("bob", "acme"), opened("ada", 2, "c-1", 4, account="acme"), group("eve", "other")])

    assert (stands(engine, "bob")["open_cases"], stands(engine, "bob")["severity"]) == (1, 4.0)
    assert stands(engine, "bob")["account"] == "acme"
    assert stands(engine, "eve")["open_cases"] == 0

    engine.process([closed("ada", 3, "c-1", account="acme")])

    assert stands(engine, "bob")["open_cases"] == 0


def test_what_somebody_does_for_themselves_reaches_no_account(engine: Engine) -> None:
    engine.process([group("ada", "acme"), ordered("ada", 2, "o-1"), opened("ada", 2, "c-1")])

    assert stands(engine, "ada")["open_cases"] == 0
    profile = engine.profile("account:acme")
    assert profile is not None
    assert profile["value"]["orders"] == 0


def test_what_ends_by_its_id_alone_ends_for_the_account_in_whose_role_it_was_opened(engine: Engine) -> None:
    """Its ledger closed, and the account's case stayed open: promotion rested for everybody of it, for ever."""
    made = promised("ada", 2, "p", "2026-05-04T12:00:00Z", account="acme")
    engine.process([group("ada", "acme"), group("bob", "acme"), opened("ada", 2, "c-1", account="acme"), made])
    assert stands(engine, "bob")["open_cases"] == 1

    engine.process([closed("ada", 3, "c-1"), did("ada", "Promise Kept", 3, promise_id="p")])

    assert (stands(engine, "bob")["open_cases"], stands(engine, "bob")["kept_per_mille"]) == (0, 1000)
    engine.process([opened("ada", 4, "c-1")])
    assert stands(engine, "bob")["open_cases"] == 1


def test_what_ends_by_its_id_alone_is_nobody_elses_and_that_of_no_account_that_was_not_joined(engine: Engine) -> None:
    engine.process([group("ada", "acme"), opened("ada", 2, "c-1", account="acme"), opened("bob", 2, "c-2", account="acme")])
    before = len(engine_records(engine, "passed_on"))

    engine.process([closed("eve", 3, "c-1"), closed("bob", 3, "c-2"), opened("ada", 3, "c-3"), closed("ada", 4, "c-3")])

    assert len(engine_records(engine, "passed_on")) == before
    assert stands(engine, "ada")["open_cases"] == 2


def test_an_accounts_row_holds_what_all_its_people_bought(engine: Engine) -> None:
    engine.process([group("ada", "acme"), group("bob", "acme")])
    engine.process([ordered("ada", 2, "o-1", 70.0, account="acme"), ordered("bob", 3, "o-2", 30.0, account="acme")])

    profile = engine.profile("account:acme")
    assert profile is not None
    assert (profile["value"]["orders"], profile["value"]["spend"]) == (2, 100.0)
    assert stands(engine, "ada")["spend"] == pytest.approx(100.0, rel=0.01)


def test_who_joins_is_told_at_once_and_who_left_hears_nothing_more(engine: Engine) -> None:
    engine.process([group("ada", "acme"), opened("ada", 2, "c-1", account="acme"), group("bob", "acme", 3)])
    assert stands(engine, "bob")["open_cases"] == 1

    engine.process([group("bob", "acme", 4, left=True), closed("ada", 5, "c-1", account="acme")])

    assert stands(engine, "bob")["open_cases"] == 1
    assert [key for key, _ in members(engine)] == [b"ada"]


def test_a_late_word_that_somebody_had_left_does_not_send_away_who_came_back(engine: Engine) -> None:
    engine.process([group("ada", "acme"), group("bob", "acme", 10)])
    engine.process([group("bob", "acme", 5, left=True) | {"receivedAt": "2026-05-11T08:00:00Z"}])
    engine.process([opened("ada", 12, "c-1", account="acme")])

    assert stands(engine, "bob")["open_cases"] == 1


def test_an_address_is_no_key_of_an_account(engine: Engine) -> None:
    engine.process([group("ada", "max@example.org"), opened("ada", 2, "c-1", account="max@example.org")])

    assert engine_records(engine, "passed_on") == []


def test_requests_of_many_people_leave_room_for_a_grave_case(engine: Engine) -> None:
    people = [f"p-{i}" for i in range(30)]
    asked = [did(who, "Request Made", 2, request_id=f"r-{who}-{n}", intent="delivery", account="acme") for who in people for n in range(10)]
    engine.process([*(group(who, "acme") for who in people), *asked, opened("p-1", 3, "c-1", 5, account="acme")])

    assert stands(engine, "p-7")["severity"] == 5.0
    assert engine.count(DEAD_LETTERS) == 0


def test_who_joins_once_more_is_told_alone(engine: Engine) -> None:
    """Each of n members was told at each joining, and at each login that says ``group`` once more."""
    people = ("ada", "bob", "eve", "kim")
    engine.process([group(who, "acme") for who in people])
    assert [key.decode() for key, _ in engine_records(engine, "account_stands")].count("ada") == 1
    assert len(engine_records(engine, "account_stands")) == len(people)

    engine.process([group("ada", "acme", 3), group("bob", "acme", 3, left=True)])

    assert sorted(key.decode() for key, _ in engine_records(engine, "account_stands")) == sorted([*people, "ada"])


def test_an_account_is_told_only_what_has_changed(engine: Engine) -> None:
    engine.process([group("ada", "acme"), ordered("ada", 2, "o-1", account="acme")])
    before = len(engine_records(engine, "account_stands"))

    engine.process([did("ada", "Request Made", 3, intent="delivery", account="acme")])

    assert len(engine_records(engine, "account_stands")) == before


def test_nobodys_words_travel_and_no_account_is_decided_for(engine: Engine) -> None:
    complaint = did("ada", "Complaint Made", 2, text="zqsecret", account="acme", severity=3)
    decisions = engine.process([group("ada", "acme"), complaint, ordered("ada", 2, "o-1", account="acme")])

    told = engine_records(engine, "passed_on")
    assert len(told) == 3
    assert b"zqsecret" not in orjson.dumps([body for _, body in told])
    assert decisions
    assert all(not one["customer_id"].startswith("account:") for one in decisions)


def test_the_learner_hears_of_a_promise_once(engine: Engine) -> None:
    made = promised("ada", 2, "p", "2026-05-04T12:00:00Z", account="acme")
    engine.process([group("ada", "acme"), made, did("ada", "Promise Kept", 3, promise_id="p", account="acme")])

    facts = [orjson.loads(r.value) for some in engine._run(read_all(engine._deployment.log, LEARNING)) for r in some]
    assert [fact["fact"] for fact in facts if fact["fact"] == "promise_ended"] == ["promise_ended"]
    assert stands(engine, "ada")["kept_per_mille"] == 1000


def test_a_promise_to_an_account_that_is_broken_by_time_is_told(engine: Engine) -> None:
    made = promised("ada", 2, "p", "2026-05-04T12:00:00Z", account="acme")
    engine.process([group("ada", "acme"), made])
    assert stands(engine, "ada")["kept_per_mille"] == -1

    engine.advance("2026-07-20T00:00:00Z")

    assert stands(engine, "ada")["kept_per_mille"] < 500


@pytest.mark.parametrize("who", ["account:acme", "account:"])
def test_nobody_can_speak_for_an_account_itself(engine: Engine, who: str) -> None:
    engine.process([ordered(who, 2, "o-1")])

    assert [verdict.reason for _, verdict in engine.rejected] == ["reserved_key"]


PEOPLE = ("ada", "bob", "eve", "kim")
ACCOUNTS = ("acme", "zeta")
HAPPENED = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE), st.sampled_from(ACCOUNTS), st.sampled_from(("group", "left", "order", "open", "close", "end", "own"))
    ),
    min_size=3,
    max_size=14,
)


def events_of(happened: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    found = []
    for i, (who, account, what) in enumerate(happened):
        day = 1 + i
        found.append(
            {
                "group": lambda: group(who, account, day),  # noqa: B023 - called at once
                "left": lambda: group(who, account, day, left=True),  # noqa: B023
                "order": lambda: ordered(who, day, f"o-{i}", account=account),  # noqa: B023
                "open": lambda: opened(who, day, f"c-{account}", account=account),  # noqa: B023
                "close": lambda: closed(who, day, f"c-{account}", account=account),  # noqa: B023
                "end": lambda: closed(who, day, f"c-{account}"),  # noqa: B023
                "own": lambda: ordered(who, day, f"o-{i}"),  # noqa: B023
            }[what]()
        )
    return found


async def again(recorded: MemoryLog, batch: int, twice: bool) -> dict[bytes, bytes]:
    """Rows after the log was applied anew; the stream appends once more what it passed on, and here somebody else does, too."""
    log = MemoryLog(recorded.partitions)
    await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
    if twice:
        for p, records in enumerate(await read_all(recorded, INTERACTIONS)):
            some = [r for r in records if b'"source"' in r.value]
            await log.append(INTERACTIONS, [Record(r.key, r.value, r.time_ms, r.headers, p) for r in some])
    d = a_deployment(log, MemoryStore(), buckets=16)
    for _ in range(3):  # what one partition appends to another that was applied already
        await play(d, batch)
    return (await state_of(d)).rows


@settings(max_examples=12, deadline=None)
@given(HAPPENED, st.integers(1, 9), st.booleans())
def test_rows_depend_neither_on_batches_nor_on_repeats(happened: list[tuple[str, str, str]], batch: int, twice: bool) -> None:
    with Engine.open(GIFT_SHOP, partitions=4, buckets=16) as engine:
        engine.process(events_of(happened))
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        rows = engine._run(engine._parts.all_rows())
        assert engine.count(DEAD_LETTERS) == 0

        assert asyncio.run(again(log, batch, twice)) == rows


@settings(max_examples=8, deadline=None)
@given(HAPPENED, st.data())
def test_what_results_does_not_depend_on_how_many_events_are_handed_over(happened: list[tuple[str, str, str]], data: st.DataObject) -> None:
    events = [event | {"timestamp": f"2026-05-02T09:{i:02d}:00Z"} for i, event in enumerate(events_of(happened))]  # no timer between
    cut = data.draw(st.integers(0, len(events)))
    found = []
    for parts in ([events], [events[:cut], events[cut:]]):
        with Engine.open(GIFT_SHOP, partitions=4, buckets=16) as engine:
            for part in parts:
                engine.process(part)
            log = engine._run(read_all(engine._deployment.log, INTERACTIONS))
            found.append(
                [
                    [(r.key, r.value, r.time_ms) for r in some if not dict(r.headers).get(MAC_HEADER) or b'"source"' in r.value]
                    for some in log
                ]
            )

    assert found[0] == found[1]
    assert any(is_account(key or b"") for some in found[0] for key, _, _ in some) or all(what == "own" for _, _, what in happened)


async def in_two_goes(log: MemoryLog, events: list[list[dict[str, Any]]]) -> dict[bytes, bytes]:
    """Rows when the second go comes before what the first has passed on is applied, and both in one batch."""
    d = a_deployment(log, MemoryStore(), buckets=1)
    await play(d, 100)
    for some in events:
        until = await log.end(INTERACTIONS, 0) + len(some)
        await log.append(INTERACTIONS, [record_of(orjson.dumps(one), 0) for one in some])
        await play(d, 100, until=until)
    for _ in range(4):
        await play(d, 100)
    return (await state_of(d)).rows


def test_what_is_passed_on_keeps_the_order_of_the_log_that_it_comes_from() -> None:
    """A bucket takes nothing that is behind what it has taken: told after what comes later, bob would never hear of the case."""
    first = [group("bob", "acme"), group("bob", "zeta"), group("ada", "acme"), opened("ada", 2, "c-1", account="acme")]
    with Engine.open(GIFT_SHOP, partitions=1, buckets=1) as engine:
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        rows = asyncio.run(in_two_goes(log, [first, [ordered("bob", 3, "o-1", account="zeta")]]))

    roles = {
        one["account"]: one["account_stands"] for one in readable_blob(rows[b"bob"], compile_policy(GIFT_SHOP), 1_780_000_000_000)["roles"]
    }
    assert (roles["acme"]["open_cases"], roles["zeta"]["open_cases"]) == (1, 0)
    assert roles["zeta"]["spend_365d"] > 0


def test_a_copy_of_a_joining_on_another_partition_is_refused_and_stops_nothing(engine: Engine) -> None:
    engine.process([group("ada", "acme")])
    log = engine._deployment.log
    records = [(p, r) for p, some in enumerate(engine._run(read_all(log, INTERACTIONS))) for r in some if b'"passed_on"' in r.value]
    for p in range(log.partitions):
        copies = [Record(r.key, r.value, r.time_ms, r.headers, p) for at, r in records if at != p]
        engine._run(log.append(INTERACTIONS, copies))

    engine.process([group("bob", "acme")])

    assert [key for key, _ in members(engine)] == [b"ada", b"bob"]
    assert engine.count(DEAD_LETTERS) == 3
