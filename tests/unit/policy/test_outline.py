"""What a stop knows of a policy is what compiling it would say."""

from __future__ import annotations

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy
from platinum.policy.load import EXAMPLES, example
from platinum.policy.outline import outline_of
from platinum.policy.stopped import Stops, stopped_source
from tests.builders.mailing import POLICY

STOPS = (Stops(), Stops(deciding=True), Stops(sending=True), Stops(False, True, ("no-such-action",), ("email",)))


@pytest.mark.parametrize("stops", STOPS, ids=lambda stops: "+".join(stops.named()) or "nothing")
@pytest.mark.parametrize("source", [*map(example, EXAMPLES), POLICY, b"\xef\xbb\xbf" + POLICY], ids=[*EXAMPLES, "mailing", "marked"])
def test_an_outline_says_what_the_compiled_policy_says(source: bytes, stops: Stops) -> None:
    source = stopped_source(source, stops)

    outline, policy = outline_of(source, "p"), compile_policy(source, "p")

    for name in ("name", "version", "source", "currency", "stops", "stopped"):
        assert getattr(outline, name) == getattr(policy, name), name
    assert outline.actions == tuple(sorted(action.name for action in policy.actions))
    assert outline.channels == tuple(sorted(policy.channels))


@pytest.mark.parametrize("source", [b"", b"policy: [", b"policy: a\npolicy: b\n", b"a: *b\n"])
def test_what_no_policy_could_be_has_no_outline(source: bytes) -> None:
    with pytest.raises(PolicyInvalid):
        outline_of(source, "p")


def test_a_policy_that_a_stricter_build_would_refuse_has_one() -> None:
    source = POLICY.replace(b"actions:", b"no_longer_known: 1\nactions:")

    with pytest.raises(PolicyInvalid):
        compile_policy(source)

    assert outline_of(source, "p").actions == outline_of(POLICY, "p").actions
