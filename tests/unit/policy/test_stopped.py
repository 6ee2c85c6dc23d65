"""What stands in front of a stopped policy: what is stopped, in a comment that fits before every file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.policy.stopped import STOPPED, Stops, running_source, stopped_source, stops_of
from tests.builders.mailing import POLICY

names = st.lists(st.text(st.characters(codec="utf-8"), max_size=8), max_size=3)
BOM = b"\xef\xbb\xbf"


def _stops(sending: bool, actions: list[str], channels: list[str]) -> Stops:
    return Stops(False, sending, tuple(sorted(set(actions))), tuple(sorted(set(channels))))


some_stops = st.builds(_stops, st.booleans(), names, names)


@given(some_stops, some_stops, st.sampled_from([POLICY, BOM + POLICY, b"# a comment\n" + POLICY, STOPPED + POLICY]))
def test_what_is_stopped_is_read_back_and_put_in_place_of_what_was(first: Stops, then: Stops, source: bytes) -> None:
    stopped = stopped_source(stopped_source(source, first), then)

    assert stops_of(stopped) == then
    assert running_source(stopped).removeprefix(BOM) == running_source(source).removeprefix(BOM)


@given(some_stops, some_stops)
def test_what_is_added_and_taken_away_again_is_gone_and_nothing_else(one: Stops, other: Stops) -> None:
    both = one | other

    assert both == other | one == both | one
    assert both - other - one == Stops()
    assert (one | Stops(deciding=True)).deciding
    assert set(one.named()) <= set(both.named())
    assert not set((both - other).named()) & set(other.named())


@pytest.mark.parametrize("said", [b"{}", b'{"actions": "x"}', b"{not json"])
def test_a_comment_of_somebody_s_own_stops_nothing(said: bytes) -> None:
    line = b"# platinum: stopped " + said + b"\n"

    assert stops_of(line + POLICY) == Stops()
    assert compile_policy(line + POLICY).version == compile_policy(POLICY).version


def test_each_stop_is_a_version_of_its_own_and_its_candidates_are_none() -> None:
    whole, offer = compile_policy(POLICY), Stops(actions=("garden-week",))
    stops = (offer, Stops(channels=("web",)), Stops(sending=True), offer | Stops(sending=True), Stops(deciding=True))
    policies = [compile_policy(stopped_source(POLICY, one)) for one in stops]

    left = [
        sorted((policy.actions[c["action"]].name, policy.channels[c["channel"]]) for c in policy.tables.candidates) for policy in policies
    ]

    assert len({whole.version, *(policy.version for policy in policies)}) == 6
    assert left[0] == [("candle-week", "card")]
    assert left[1] == [("candle-week", "card"), ("garden-week", "email")]
    assert left[2] == [("garden-week", "web")]
    assert left[3] == []
    assert [policy.stopped for policy in policies] == [False, False, False, False, True]
    assert [len(policy.tables.stops) for policy in policies] == [1, 1, 1, 1, 1]


def test_every_example_runs_on_under_every_stop() -> None:
    for name in ("gift-shop", "grocer", "b2b-services", "minimal"):
        policy = compile_policy(example(name))
        for action in policy.actions:
            assert len(compile_policy(stopped_source(policy.source, Stops(actions=(action.name,)))).tables.candidates) < len(
                policy.tables.candidates
            )
