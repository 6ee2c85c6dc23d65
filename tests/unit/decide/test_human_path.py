"""Every decision names the way to a person: who answers for what is open, its id, and when a person comes first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import platinum

POLICY = """
policy: shop
currency: EUR
timezone: Europe/Berlin
human: {phone: "+49 30 1234", hours: "Mon-Fri 09:00-17:30"}
channels: {web: inbound}
recovery: {owner: care-team, owners: [returns-desk]}
actions:
  sorry: {type: apology, channels: [web], words: "We are sorry."}
"""


def say(event: str, at: str = "2026-03-10T09:00:00Z", **properties: Any) -> dict[str, Any]:
    """One event of the customer."""
    return {"type": "track", "event": event, "userId": "ann", "timestamp": at, "properties": properties}


def human_path(tmp_path: Path, *events: dict[str, Any]) -> dict[str, Any]:
    """Of a decision after these events."""
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    with platinum.Engine.open(path) as engine:
        engine.process(list(events))
        found: dict[str, Any] = engine.decide(customer_id="ann", placement="web", now="2026-03-10T10:00:00Z")["human_path"]
        return found


def test_without_a_case_nobody_in_particular_answers(tmp_path: Path) -> None:
    path = human_path(tmp_path)

    assert (path["open_now"], path["first"], path["owner"], path["case_id"]) == (True, False, None, None)


@pytest.mark.parametrize("case_id", ["C-1", 'with "quotes" <b>', "Ünïcödé-7", "x" * 48])
def test_an_open_case_is_named_as_it_was_sent_with_its_owner(tmp_path: Path, case_id: str) -> None:
    opened = say("Case Opened", case_id=case_id, severity=3, fault="ours", owner="returns-desk")

    path = human_path(tmp_path, opened)

    assert (path["owner"], path["case_id"], path["first"]) == ("returns-desk", case_id, False)


def test_an_id_that_is_too_long_to_keep_is_not_cut(tmp_path: Path) -> None:
    assert human_path(tmp_path, say("Case Opened", case_id="x" * 49))["case_id"] is None


def test_a_case_that_nobody_has_taken_is_the_teams(tmp_path: Path) -> None:
    path = human_path(tmp_path, say("Failure Reported", severity=3, fault="ours"))

    assert (path["owner"], path["case_id"]) == ("care-team", None)


def test_an_owner_that_the_policy_does_not_name_is_not_told(tmp_path: Path) -> None:
    assert human_path(tmp_path, say("Case Opened", case_id="C-1", owner="Maria Muster"))["owner"] is None


def test_when_the_case_is_closed_it_is_not_named_any_more(tmp_path: Path) -> None:
    closed = say("Case Closed", "2026-03-10T09:30:00Z", case_id="C-1")

    assert human_path(tmp_path, say("Case Opened", case_id="C-1", fault="ours"), closed)["case_id"] is None


@pytest.mark.parametrize("event", [say("Case Opened", case_id="C-1", severity=4), say("Vulnerability Stated")])
def test_a_grave_case_and_whoever_needs_care_come_to_a_person_first(tmp_path: Path, event: dict[str, Any]) -> None:
    assert human_path(tmp_path, event)["first"] is True
