"""The load under which speed is measured is what its definition says."""

from __future__ import annotations

from collections import Counter

import orjson

from platinum.events.decode import decode
from platinum.events.plans import Decoding
from platinum.hashing import murmur2
from platinum.ops.population import bench_events, bench_policy
from platinum.ops.population.measured_events import DECIDING
from platinum.ops.population.measured_policy import DECIDE_ON
from platinum.policy.compile import compile_policy
from platinum.vocabulary.table import BY_NAME


def test_the_policy_has_fifty_actions_48_features_four_channels_and_four_tones() -> None:
    policy = compile_policy(bench_policy(), "bench")

    assert (len(policy.actions), len(policy.tables.features), len(policy.tones)) == (50, 48, 4)
    assert int((policy.tables.channels["outbound"] == 1).sum()) == 4
    assert not policy.warnings


def test_a_third_of_the_events_decide() -> None:
    names = Counter(orjson.loads(value).get("event") for value in bench_events(20_000, 2_000))

    assert sum(names[name] for name in DECIDING) / 20_000 >= 0.30
    assert {BY_NAME[name].snake for name in DECIDING} == set(DECIDE_ON)


def test_events_are_about_300_bytes_and_of_nearly_everybody() -> None:
    values = list(bench_events(20_000, 2_000))

    assert 270 <= sum(map(len, values)) / len(values) <= 330
    assert len({orjson.loads(value)["userId"] for value in values}) > 1_900


def test_none_of_them_is_rejected() -> None:
    values = list(bench_events(5_000, 500))
    records = [(i, orjson.loads(v)["userId"].encode(), v, 1_790_000_000_000, ()) for i, v in enumerate(values)]

    columns, rejected = decode(records, Decoding(compile_policy(bench_policy(), "bench").mappings))

    assert (len(columns.events), rejected) == (5_000, [])


def test_outcomes_name_the_decision_of_the_customers_last_deciding_event() -> None:
    ends = [1, 1, 1, 1]
    last: dict[str, str] = {}
    matched = 0
    for value in bench_events(20_000, 1_000):
        event = orjson.loads(value)
        customer = event["userId"]
        partition = murmur2(customer.encode()) % 4
        named = event.get("properties", {}).get("decision_id")
        if named and customer in last:
            assert named == last[customer]
            matched += 1
        if event.get("event") in DECIDING:
            last[customer] = f"d.1.{partition}.{ends[partition]}.0"
        ends[partition] += 1

    assert matched > 2_000
