"""The key ``ramp``: shares, days, and what it does not go with."""

from __future__ import annotations

from typing import Any

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy

POLICY = """\
policy: p
currency: EUR
timezone: {zone}
channels: {{web: inbound}}
actions:
  it: {{type: {type}, channels: [web], words: hello, ramp: {ramp}}}
"""


def ramp(written: str, zone: str = "Europe/Berlin", kind: str = "help") -> Any:
    return compile_policy(POLICY.format(ramp=written, zone=zone, type=kind).encode()).tables.actions[0]


def mistakes(written: str, kind: str = "help") -> str:
    with pytest.raises(PolicyInvalid) as caught:
        ramp(written, kind=kind)
    return str(caught.value)


@pytest.mark.parametrize("written", ["10%", "0.1", "10 %", "{start: 10%}"])
def test_a_share_is_written_as_per_cent_or_as_a_number(written: str) -> None:
    one = ramp(written)

    assert (float(one["kept_out"]), float(one["kept_out_at_last"])) == pytest.approx((0.9, 0.9))
    assert (int(one["ramp_from_ms"]), int(one["ramp_ms"])) == (0, 0)


def test_a_ramp_that_grows_ends_with_everybody_and_begins_at_midnight_of_the_policys_zone() -> None:
    one = ramp("{start: 2%, over: 14d, from: 2026-03-01}")

    assert (float(one["kept_out"]), float(one["kept_out_at_last"])) == pytest.approx((0.98, 0.0))
    assert int(one["ramp_from_ms"]) == 1_772_319_600_000  # 2026-02-28T23:00:00Z
    assert int(one["ramp_ms"]) == 14 * 86_400_000


def test_summer_time_counts() -> None:
    assert int(ramp("{start: 2%, from: 2026-07-01}")["ramp_from_ms"]) == 1_782_856_800_000  # 2026-06-30T22:00:00Z


@pytest.mark.parametrize("kind", ["notice", "apology", "amends", "answer"])
def test_what_is_for_everybody_has_no_ramp(kind: str) -> None:
    assert "is for everybody" in mistakes("10%", kind)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("110%", "a share of at most 100%"),
        ("a tenth", "a share such as 10% or 0.1"),
        ("{start: 2%, over: 14d}", "lacks 'from'"),
        ("{start: 2%, full: 100%}", "lacks 'over'"),
        ("{start: 50%, full: 10%, over: 14d, from: 2026-03-01}", "must not shrink"),
        ("{start: 2%, from: 2026-02-30}", "a day such as 2026-03-01"),
        ("{share: 2%}", "start"),
    ],
)
def test_mistakes_say_what_was_wanted(written: str, said: str) -> None:
    assert said in mistakes(written)
