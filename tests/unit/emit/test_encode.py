from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pytest

from platinum.emit.encode import Encoder
from platinum.policy.policy import HumanPath, Policy
from platinum.vocabulary.codes import ActionType
from tests.builders.decided import DAY, HOUR, NOW_MS, a_spoken, decided
from tests.builders.policies import a_policy, a_policy_action, words
from tests.reference import emit as twin

MINUTE = 60_000


def spoken(policy: Policy | None = None, **members: Any) -> Any:
    """The decision of an e-mail."""
    return only(policy or a_policy(), a_spoken(**members))


def only(policy: Policy, record: dict[str, Any]) -> Any:
    return orjson.loads(Encoder(policy, "prior").encode(decided(record), ["c"], ["d.1.0.7.0"], 1, 0)[0])


def test_the_words_are_filled_and_what_is_unknown_is_listed() -> None:
    content = spoken()["content"]

    assert content["blocks"][0]["text"] == "Use SHIP<0> for 2.50 by 15 December 2011, {first_name}."
    assert content["placeholders"] == ["first_name"]


def test_a_fact_that_the_row_lacks_stays_in_braces() -> None:
    content = spoken(action=0, language=1, orders=0)["content"]

    assert content["blocks"][0]["text"] == "Liebe(r) {first_name}, danke für Ihre Bestellung vom {last_order_date}."
    assert content["placeholders"] == ["first_name", "last_order_date"]


@pytest.mark.parametrize(
    ("language", "day", "text"),
    [
        ("en", 15_309, "1 December 2011"),
        ("de", 15_309, "1. Dezember 2011"),
        ("fr", 15_309, "1er décembre 2011"),
        ("fr", 15_310, "2 décembre 2011"),
        ("es", 15_309, "1 de diciembre de 2011"),
        ("it", 15_309, "1 dicembre 2011"),
        ("nl", 15_309, "1 december 2011"),
        ("pl", 15_309, "2011-12-01"),
    ],
)
def test_days_are_written_as_the_language_does(language: str, day: int, text: str) -> None:
    action = a_policy_action("hello", ActionType.HELP, content={(0, 0): words("{first_order_date}")})
    policy = a_policy(actions=(action,), languages=(language,))

    assert spoken(policy, action=0, candidate=0, runner_up=-1, first_day=day)["content"]["blocks"][0]["text"] == text


def test_a_thank_you_has_neither_offer_nor_terms_whatever_the_policy_says() -> None:
    thanks = a_policy_action("thanks", ActionType.THANK_YOU, offer={"id": "x", "price": 1.0}, terms={"ends": "14d"})

    decision = spoken(a_policy(actions=(thanks,)), action=0, candidate=0, runner_up=-1)

    assert (decision["offer"], decision["terms"]) == (None, None)


@pytest.mark.parametrize(
    ("ends", "last_day", "until"),
    [
        ("14d", "2011-12-15", "2011-12-16T00:00:00.000Z"),
        ("2w", "2011-12-15", "2011-12-16T00:00:00.000Z"),
        ("20h", "2011-12-02", "2011-12-03T00:00:00.000Z"),
        ("117d", "2012-03-27", "2012-03-27T23:00:00.000Z"),  # British summer time by then
        ("2012-03-24", "2012-03-24", "2012-03-25T00:00:00.000Z"),
        ("2012-03-25", "2012-03-25", "2012-03-25T23:00:00.000Z"),
        ("when stocks end", "when stocks end", None),
    ],
)
def test_an_offer_holds_through_the_whole_last_day(ends: str, last_day: str, until: str | None) -> None:
    offer = a_policy_action("o", terms={"ends": ends})

    decision = spoken(a_policy(actions=(offer,)), action=0, candidate=0, runner_up=-1)

    assert decision["terms"]["ends"] == last_day
    assert decision["offer"] == {"id": "o", "valid_until": until}


def test_silence_says_why() -> None:
    policy = a_policy()

    codes = [only(policy, record)["reasons"][0]["code"] for record in ({"n_scored": 1}, {"n_scored": 3}, {"n_scored": 3, "explored": 1})]

    assert codes == ["nothing_eligible", "silence_best", "explored"]


@pytest.mark.parametrize("step", [0, 1, 29, 30, 33, 34, 60, 24 * 60])
@pytest.mark.parametrize(
    "around",
    [NOW_MS, 1_332_637_200_000, 1_351_386_000_000, 1_333_353_600_000],  # a Thursday; both clock changes of 2012; Easter Monday
)
def test_the_human_path_opens_by_the_local_clock(around: int, step: int) -> None:
    policy = a_policy(human=HumanPath({"phone": "1"}, (*((day, 0, 90) for day in range(7)), (4, 23 * 60, 24 * 60))))
    now = around + step * MINUTE

    assert only(policy, {"now_ms": now})["human_path"] == twin.human_path(policy, now)


def test_unknown_hours_are_unknown_and_no_human_path_is_null() -> None:
    unknown = only(a_policy(human=HumanPath({"url": "https://x"}, ())), {})
    none = only(a_policy(human=None), {})

    nothing = {"open_now": None, "opens_at": None, "first": False, "owner": None, "case_id": None, "call_back": None}
    assert unknown["human_path"] == {"url": "https://x", **nothing}
    assert none["human_path"] is None


def test_a_number_that_is_not_finite_is_a_bug_and_not_a_decision() -> None:
    with pytest.raises(ValueError, match="at 1 of the batch"):
        Encoder(a_policy(), "prior").encode(decided({}, a_spoken(utility=float("nan"))), ["a", "b"], ["d.1.0.1.0", "d.1.0.2.0"], 1, 0)


def test_nothing_decided_is_nothing_encoded() -> None:
    assert Encoder(a_policy(), "prior").encode(decided(), [], [], 1, 0) == []


def test_a_batch_larger_than_the_buffer_is_written_whole() -> None:
    n = 200
    encoder = Encoder(a_policy(), "prior")

    bodies = encoder.encode(decided(*[a_spoken()] * n), ["c" * 256] * n, ["d.1.0.7.0"] * n, 1, 0)

    assert len(bodies) == n
    assert set(bodies) == {bodies[0]}


def test_opening_hours_are_found_far_apart_in_one_batch() -> None:
    policy = a_policy()
    instants = NOW_MS + np.arange(40) * 97 * DAY + np.arange(40) * HOUR

    bodies = Encoder(policy, "prior").encode(decided(*({"now_ms": int(t)} for t in instants)), ["c"] * 40, ["d.1.0.7.0"] * 40, 1, 0)

    assert [orjson.loads(b)["human_path"] for b in bodies] == [twin.human_path(policy, int(t)) for t in instants]
