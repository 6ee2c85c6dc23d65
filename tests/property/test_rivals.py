"""An answer over HTTP takes out of the plan what does not go with it, and nothing else: against a twin in plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng

from platinum.by_reference_types import pinned
from platinum.decide.kernel import new_scratch
from platinum.decide.record import DECISION, TRIGGER
from platinum.events.columns import EVENT, ITEM
from platinum.hashing import name_hash
from platinum.pipeline.asking import Asking, Folding, decide_requests
from platinum.policy.tables import ACTION, CHANNEL, Tables
from platinum.profile.codec import as_bytes, packed_rows
from platinum.profile.entries import MAX_PLANNED, NO_MORE, OPEN_EXAMPLE
from platinum.profile.row import ROW
from platinum.scoring.model import from_priors
from platinum.vocabulary.codes import ActionType, Kind, Purpose
from tests.builders.desk import DAY, HOUR, NOW
from tests.builders.tables import a_channel, an_action, records, some_tables

CASES = 4_000
#: An answer may be shown so long; a contact planned long ago may yet be sent, unless it expired an hour ago.
LIFE = DAY
ACTIONS = (
    an_action("club", ActionType.OFFER, min_interval_ms=10 * DAY),
    an_action("sale", ActionType.OFFER),
    an_action("guide", ActionType.HELP, min_interval_ms=2 * DAY, purpose=Purpose.RELATIONSHIP),
    an_action("survey", ActionType.LISTEN),
    an_action("vote", ActionType.LISTEN, purpose=Purpose.PROMOTION),
    an_action("note", ActionType.THANK_YOU, min_interval_ms=30 * DAY),
    an_action("mail", ActionType.THANK_YOU),
)
NAMES = ("club", "sale", "guide", "survey", "vote", "note", "mail")
#: Help sells whatever purpose a policy gives it; what left the policy is judged by its type, an offer here.
SELLING = {"club", "sale", "guide", "vote", "gone"}
INTERVAL = {"club": 10 * DAY, "guide": 2 * DAY, "note": 30 * DAY}


def tables(thank_interval_ms: int, before_ms: int, after_ms: int, ask_interval_ms: int) -> Tables:
    """A policy of these actions on one outbound and one inbound channel."""
    settings = {"thank_interval_ms": thank_interval_ms, "thank_quiet_before_ms": before_ms, "thank_quiet_after_ms": after_ms}
    settings["ask_interval_ms"] = ask_interval_ms
    channels = records(CHANNEL, a_channel("email"), a_channel("web", outbound=0))
    return some_tables(actions=records(ACTION, *ACTIONS), channels=channels, settings=settings)


def fold(row: Any, made: Any, given: Tables) -> None:
    """Fold one `decision made` as a request does."""
    asking = Asking(np.zeros(0, TRIGGER), np.zeros((0, 2), np.int64), np.ones((1, len(ACTIONS)), np.uint8))
    run = (given, from_priors(given), new_scratch(given))
    stored = packed_rows([], as_bytes(row), np.zeros(0, np.int64), np.zeros(0, np.int8))
    folding = Folding(made, np.zeros(0, ITEM), np.zeros(1, np.int64))
    outs = (np.zeros(0, DECISION), np.zeros(0, ROW), np.zeros(1, EVENT), NO_MORE, np.zeros(0, OPEN_EXAMPLE))
    assert decide_requests(stored, row, folding, asking, tuple(map(pinned, run)), outs) == -1


def stays(planned: dict[str, Any], made: dict[str, Any], settings: tuple[int, int, int, int]) -> bool:
    """The twin: may both reach the customer?"""
    apart = abs(planned["send_ms"] - NOW)
    thanks = made["type"] == ActionType.THANK_YOU
    if thanks and planned["type"] == ActionType.THANK_YOU and apart < settings[0]:
        return False
    if made["type"] == planned["type"] == ActionType.LISTEN and apart < settings[3]:
        return False
    if made["action"] == planned["action"] and apart < INTERVAL.get(made["action"], 0):
        return False
    ahead, behind = planned["expires_ms"] - NOW, planned["send_ms"] - (NOW + LIFE)
    near = settings[1] + settings[2] > 0 and ahead >= -settings[1] and behind <= settings[2]
    return not (thanks and planned["action"] in SELLING and near)


def a_case(rng: np.random.Generator) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A plan and an answer."""
    plan = []
    for ref in range(1, 1 + int(rng.integers(1, MAX_PLANNED))):
        at = int(rng.integers(0, 8))
        name, kind = ("gone", ActionType.OFFER) if at == 7 else (NAMES[at], ACTIONS[at]["type"])
        send_ms = NOW + int(rng.integers(-40, 40)) * int(rng.choice((DAY, HOUR)))
        expires_ms = max(send_ms, NOW) + int(rng.integers(1, 90)) * HOUR
        plan.append({"ref": ref, "action": name, "type": kind, "send_ms": send_ms, "expires_ms": expires_ms})
    at = int(rng.integers(0, 7))
    return plan, {"action": NAMES[at], "type": ACTIONS[at]["type"]}


@pytest.mark.parametrize(
    "settings", [(0, 0, 0, 0), (60 * DAY, 0, 0, 0), (0, 3 * DAY, 14 * DAY, 0), (0, 0, 0, 30 * DAY), (20 * DAY, 12 * HOUR, DAY, 9 * DAY)]
)
def test_an_answer_withdraws_what_would_have_stopped_it_and_nothing_else(settings: tuple[int, int, int, int]) -> None:
    rng, given, gone = default_rng(11), tables(*settings), 0
    for _ in range(CASES):
        plan, answer = a_case(rng)
        row = np.zeros(1, ROW)
        for i, one in enumerate(plan):
            entry = row[0]["planned"][i]
            for member, value in (one | {"action": name_hash(one["action"]), "outbound": 1}).items():
                entry[member] = value
        row[0]["n_planned"] = len(plan)
        made = np.zeros(1, EVENT)
        registers = {"kind": Kind.DECISION_MADE, "ref": 99, "record_ms": NOW, "name_b": name_hash("web"), "high": NOW + LIFE}
        for member, value in (registers | {"name_a": name_hash(answer["action"]), "code": answer["type"]}).items():
            made[0][member] = value

        fold(row, made, given)

        left = {int(ref) for ref in row[0]["planned"]["ref"][: row[0]["n_planned"]]}
        expected = {one["ref"] for one in plan if stays(one, answer, settings)}
        assert left == expected | {99}, (plan, answer)
        gone += len(plan) - len(expected)
    assert gone > 500 or settings == (0, 0, 0, 0)
