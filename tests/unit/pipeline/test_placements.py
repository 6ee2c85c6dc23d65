"""What a request finds in a stored row, and what its second placement knows of the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson

from platinum.emit.contacts import INPUTS_HEADER
from platinum.emit.inputs import unpack_inputs
from platinum.pipeline.engine_records import header
from platinum.pipeline.explain import explain
from platinum.pipeline.request import Answer, Ask, answer
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.profile.codec import pack_rows, unpack_rows
from platinum.profile.readable import readable
from platinum.profile.row import ROW
from platinum.vocabulary.codes import ActionType
from tests.builders.desk import DAY, HOUR, NOW, a_row, planned

POLICY = b"""
policy: several
currency: EUR
timezone: UTC
human: {email: a@example.org}
channels: {web: inbound}
placements: {p1: web, p2: web, p3: web}
decide_on: [review_written]
thank: {threshold: 0.5, interval: 60d}
listening: {interval: 0h}
actions:
  thanks-1: {type: thank_you, channels: [web], words: "Thank you for your order of {last_order_date}."}
  thanks-2: {type: thank_you, channels: [web], words: "Thanks for {orders} orders."}
  ask-1: {type: listen, channels: [web], words: "How are we?", when: {orders: 0}}
  ask-2: {type: listen, channels: [web], words: "How was it?", when: {orders: 0}}
"""
STAGES = Stages(compile_policy(POLICY))


def asked(row: Any, placements: Sequence[str], now_ms: int = NOW) -> Answer:
    """The answer to one request about this row."""
    rows = np.zeros(1, ROW)
    rows[0] = row
    return answer(Ask("ada", placements, now_ms, "http", "r"), pack_rows(rows, np.zeros(1, np.int64))[0], 0, STAGES, bytes(32), 1, 0)


def actions(given: Answer) -> list[str | None]:
    """What each placement was given."""
    return [orjson.loads(body)["action"] for body in given.decisions]


def a_buyer(**members: Any) -> Any:
    """Somebody who is owed thanks."""
    return a_row(orders=1, earned=9.0, gratitude_as_of_ms=NOW, last_order_ms=NOW - DAY, last_day=19_675, first_day=19_675, **members)


def test_one_request_thanks_once_whatever_the_number_of_its_placements() -> None:
    given = asked(a_buyer(), ["p1", "p2", "p3"])

    first, *others = actions(given)
    assert first in {"thanks-1", "thanks-2"}
    assert others == [None, None]


def test_an_earlier_placement_is_an_interval_to_a_later_one_only_if_there_is_one() -> None:
    assert sorted(map(str, actions(asked(a_row(), ["p1", "p2", "p3"])))) == ["None", "ask-1", "ask-2"]


def test_each_placement_can_be_made_again_from_what_is_kept_beside_it() -> None:
    given = asked(a_buyer(), ["p2", "p1", "p3"])

    for body, record in zip(given.decisions, given.records, strict=True):
        assert explain(body, header(record.headers, INPUTS_HEADER) or b"", STAGES)["reproduced"]


def kept_row(given: Answer, i: int) -> Any:
    """The row that decision ``i`` was made on."""
    rows = np.zeros(1, ROW)
    unpack_rows([unpack_inputs(header(given.records[i].headers, INPUTS_HEADER) or b"").row], rows, np.zeros(1, np.int64))
    return rows[0]


def test_the_row_of_each_placement_holds_what_the_ones_before_were_given() -> None:
    given = asked(a_row(), ["p1", "p2", "p3"])

    assert [int(kept_row(given, i)["n_planned"]) for i in range(3)] == [0, 1, 2]
    assert [int(kept_row(given, i)["n_answered"]) for i in range(3)] == [0, 1, 2]


def test_a_thank_you_that_expired_unsent_has_thanked_nobody_though_nothing_was_folded_since() -> None:
    card = planned(NOW - 9 * DAY, NOW - HOUR, ActionType.THANK_YOU, "card")
    row = a_buyer(planned=[card], last_thanked_ms=NOW - 9 * DAY)

    assert actions(asked(row, ["p1"]))[0] in {"thanks-1", "thanks-2"}
    assert actions(asked(row, ["p1"], NOW - 2 * HOUR)) == [None]
    assert readable(row, STAGES.policy, NOW)["gratitude"]["last_thanked_at"] is None
    assert readable(row, STAGES.policy, NOW - 2 * HOUR)["gratitude"]["last_thanked_at"] is not None
