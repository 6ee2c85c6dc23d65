"""The library says which argument was wrong, before anything is done with it, and never quotes what was in it."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.engine import Engine
from platinum.errors import EventRejected, UsageError
from platinum.wiring import arguments
from tests.builders.events import an_event
from tests.builders.policy_text import a_policy_text

POLICY = a_policy_text().encode()
GOOD: dict[str, Any] = {"customer_id": "ada", "placement": "hero"}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine.open(POLICY) as one:
        yield one


@pytest.mark.parametrize(
    ("argument", "value", "named"),
    [
        ("customer_id", 5, "customer_id"),
        ("customer_id", None, "customer_id"),
        ("customer_id", b"ada", "customer_id"),
        ("placement", None, "placement"),
        ("placement", ["hero"], "placement"),
        ("now", 5, "now"),
        ("now", 5.0, "now"),
        ("context", "web", "context"),
        ("context", ["intent"], "context"),
        ("context", {"intent": 5}, "context['intent']"),
        ("context", {"idempotency_key": b"k"}, "context['idempotency_key']"),
        ("candidates", "x", "candidates"),
        ("candidates", 5, "candidates"),
        ("candidates", {"planner": 1}, "candidates"),
        ("candidates", ["planner", None], "candidates[1]"),
        ("events", "x", "events"),
        ("events", b"{}", "events"),
        ("events", {"type": "track"}, "events"),
        ("events", 5, "events"),
        ("events", [{}, "x"], "events[1]"),
        ("events", [None], "events[0]"),
        ("events", [{"at": object()}], "events[0]"),
        ("events", [{"n": 2**70}], "events[0]"),
        ("events", [{1: 2}], "events[0]"),
    ],
)
def test_an_argument_of_the_wrong_type_is_named_with_what_was_wanted_and_its_page(
    engine: Engine, argument: str, value: object, named: str
) -> None:
    with pytest.raises(TypeError) as caught:
        engine.decide(**{**GOOD, argument: value})

    assert str(caught.value).startswith(f"{named!r} must be ")
    assert ".md" in str(caught.value)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("customer_id", ""),
        ("customer_id", "x" * 300),
        ("customer_id", "\ud800"),
        ("placement", ""),
        ("placement", "x" * 300),
        ("candidates", [""]),
        ("context", {"channel": "x" * 300}),
    ],
)
def test_a_value_that_cannot_be_is_named_and_not_quoted(engine: Engine, argument: str, value: Any) -> None:
    with pytest.raises(ValueError, match=argument) as caught:
        engine.decide(**{**GOOD, argument: value})

    assert "xxx" not in str(caught.value)


def test_a_time_that_is_none_is_a_usage_error(engine: Engine) -> None:
    with pytest.raises(UsageError, match="'now' must be an RFC 3339"):
        engine.decide(**GOOD, now="yesterday")


@pytest.mark.parametrize("key", ["ann@example.org", "anon:ann@example.org", "+44 20 7946 0958", "tel:02079460958"])
def test_e_mail_addresses_and_phone_numbers_are_no_customers_here_as_in_a_log(engine: Engine, key: str) -> None:
    with pytest.raises(EventRejected, match="'customer_id' must be a pseudonym") as asked:
        engine.decide(key, "hero")
    with pytest.raises(EventRejected, match="'customer_id' must be a pseudonym"):
        engine.profile(key)

    assert asked.value.reason == "personal_key"
    assert "example" not in str(asked.value)
    if not key.startswith("anon:"):
        engine.process([an_event(customer=key)])
        assert [verdict.reason for _, verdict in engine.rejected] == ["personal_key"]


@pytest.mark.parametrize("key", ["a\nb", "a\x7fb", "anon:\x00"])
def test_a_key_with_control_characters_is_no_customer_here_as_in_a_log(engine: Engine, key: str) -> None:
    with pytest.raises(EventRejected, match="'customer_id' must be free of control characters"):
        engine.decide(key, "hero")
    engine.process([an_event(customer=key)])

    assert [(verdict.reason, verdict.field) for _, verdict in engine.rejected if not key.startswith("anon:")] in (
        [],
        [("schema", "userId")],
    )


@pytest.mark.parametrize("name", ["account", "groupId"])
def test_an_account_with_control_characters_is_none_here_as_in_a_group_call(engine: Engine, name: str) -> None:
    with pytest.raises(ValueError, match=rf"context\['{name}'\] must be free of control characters"):
        engine.decide("ada", "hero", context={name: "a\t"})
    engine.process([an_event("group", "ada", groupId="a\t")])

    assert [(verdict.reason, verdict.field) for _, verdict in engine.rejected] == [("schema", "groupId")]


@pytest.mark.parametrize("events", ["x", {"type": "track"}, 5, [5], ["{}"], None])
def test_process_takes_a_list_of_mappings_or_bytes(engine: Engine, events: Any) -> None:
    for process in (engine.process, engine.process_json):
        with pytest.raises(TypeError, match=r"'events(\[0\])?' must be"):
            process(events)


def test_nothing_of_a_list_is_played_when_one_of_it_is_no_event(engine: Engine) -> None:
    with pytest.raises(TypeError):
        engine.process([an_event(customer="not-played"), None])  # type: ignore[list-item]

    assert engine.profile("not-played") is None


def test_any_mapping_and_any_bytes_are_events(engine: Engine) -> None:
    one = MappingProxyType(an_event(customer="played"))
    engine.process([one, bytearray(b"{}"), memoryview(b"[]")])  # type: ignore[list-item]

    assert [i for i, _ in engine.rejected] == [1, 2]
    assert engine.profile("played") is not None


def test_right_arguments_are_answered(engine: Engine) -> None:
    context = {"intent": "", "channel": None, "unknown": 5, "idempotency_key": "k"}
    answer = engine.decide("ada", "hero", "2011-12-05T10:00:00Z", context, ("planner",), [an_event(customer="ada")])

    assert answer["customer_id"] == "ada"


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"policy": 5}, "policy"),
        ({"partitions": "4"}, "partitions"),
        ({"buckets": 2.0}, "buckets"),
        ({"cache_bytes": "1 GB"}, "cache_bytes"),
        ({"data_dir": 5}, "data_dir"),
    ],
)
def test_open_names_its_arguments_too(more: dict[str, Any], named: str) -> None:
    with pytest.raises(TypeError, match=f"'{named}' must be"):
        Engine.open(**{"policy": POLICY, **more})


def test_a_closed_engine_says_so() -> None:
    engine = Engine.open(POLICY)
    engine.close()

    with pytest.raises(UsageError, match="closed"):
        engine.decide(**GOOD)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=5) | st.just(object()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3),
    max_leaves=5,
)


@given(_ANYTHING)
def test_no_argument_whatever_ends_in_an_error_that_names_nothing(value: object) -> None:
    checks = (
        arguments.customer_key,
        arguments.placement_name,
        arguments.instant_ms,
        arguments.context_of,
        arguments.action_names,
        arguments.event_bytes,
    )
    said = []
    for check in checks:
        try:
            check(value)
        except (TypeError, ValueError, EventRejected, UsageError) as error:
            said.append(str(error))

    assert all(" must be " in one for one in said)
