"""What requests leave behind: bodies that name the right partition, inputs from which each decision can be made again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from platinum.decide.record import DECISION
from platinum.emit.contacts import INPUTS_HEADER
from platinum.errors import Rejected
from platinum.pipeline.engine_records import MAC_HEADER, header
from platinum.pipeline.explain import explain
from platinum.pipeline.request import Answer, Ask, Asked, answer_all
from platinum.pipeline.request_records import Given, decision_bodies, verdicts
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.vocabulary.codes import Basis
from tests.builders.requests import NOW_MS, PARTITIONS, rows_under, some_asked

SECRET = bytes(32)
SOURCE = example("gift-shop")


@pytest.fixture(scope="module")
def stages() -> Stages:
    return Stages(compile_policy(SOURCE))


@pytest.fixture(scope="module")
def answered(stages: Stages) -> list[tuple[Asked, Answer]]:
    asked = list(some_asked(stages.policy, rows_under(SOURCE), 300, seed=2))
    answers = answer_all(asked, stages, SECRET, 1)
    return [(one, given) for one, given in zip(asked, answers, strict=True) if isinstance(given, Answer)]


def of_several_placements(answered: list[tuple[Asked, Answer]]) -> Iterator[tuple[Asked, Answer]]:
    for one, given in answered:
        if len(one.ask.placements) > 1 or one.ask.candidates is not None:
            yield one, given


def test_each_decision_can_be_made_again_from_what_is_kept_beside_it(stages: Stages, answered: list[tuple[Asked, Answer]]) -> None:
    restricted = list(of_several_placements(answered))[:60]
    known = 0

    for one, given in [*restricted, *answered[:20]]:
        made = [record for record in given.records if header(record.headers, MAC_HEADER)]
        assert len(made) == len(one.ask.placements)
        for body, record in zip(given.decisions, made, strict=True):
            found = explain(body, header(record.headers, INPUTS_HEADER) or b"", stages)
            assert found["reproduced"]
            assert (found["profile"]["customer_id"], found["profile"]["as_of"]) == (one.ask.customer, found["decided_at"])
            known += found["profile"]["value"]["orders"] > 0

    assert len(restricted) == 60
    assert known > 20


def test_records_lie_on_the_customers_partition_events_last(answered: list[tuple[Asked, Answer]]) -> None:
    for one, given in answered:
        assert {(r.partition, r.key, r.time_ms) for r in given.records} == {(one.partition, one.ask.customer.encode(), one.ask.now_ms)}
        assert [r.value for r in given.records[len(given.decisions) :]] == list(one.ask.events)


def test_no_action_is_given_twice_in_one_request(stages: Stages, answered: list[tuple[Asked, Answer]]) -> None:
    given_twice = 0
    for one, given in answered:
        actions = [explain_action(body) for body in given.decisions]
        chosen = [a for a in actions if a is not None]
        assert len(chosen) == len(set(chosen))
        if one.ask.candidates is not None:
            assert set(chosen) <= set(one.ask.candidates)
        given_twice += len(chosen) > 1
    assert given_twice > 0


def explain_action(body: bytes) -> str | None:
    """The action that a decision names."""
    before, _, rest = body.partition(b'"action":')
    assert before
    return None if rest.startswith(b"null") else rest.split(b'"')[1].decode()


def test_a_decision_names_the_record_it_rests_on_in_its_own_partition(stages: Stages) -> None:
    out = np.zeros(12, DECISION)
    out["action"], out["channel"], out["candidate"], out["tone"], out["language"], out["p_chosen"] = 0, 0, 0, 0, 0, 1.0
    out["now_ms"] = out["send_ms"] = NOW_MS
    out["expires_ms"] = NOW_MS + 1
    out["blocked"]["candidate"], out["blocked"]["gate"], out["runner_up"], out["placement"] = -1, -1, -2, 0
    out["basis"], out["evidence_offset"] = Basis.CONSENT, np.where(np.arange(12) % 3 == 0, -1, np.arange(12))
    keys, ids = [b"c%d" % i for i in range(12)], [f"h.0001.{i:032x}" for i in range(12)]
    partitions = [i * 3 % PARTITIONS for i in range(12)]

    bodies = decision_bodies(Given(keys, ids, partitions, out, verdicts(out)), stages, 1)

    alone = [stages.encoder.encode(out[i : i + 1], [keys[i]], [ids[i]], 1, partitions[i])[0] for i in range(12)]
    assert bodies == alone
    assert b'"evidence":"1.%d.1"' % partitions[1] in bodies[1]


def test_a_request_is_told_of_its_first_broken_event(stages: Stages) -> None:
    broken = (b'{"type":"track"}', b"{")

    def asked(*events: bytes) -> Asked:
        return Asked(Ask("c", ["home-hero"], NOW_MS, "http", "r", events), None, 0, 0)

    first, second = answer_all([asked(*broken), asked(b'{"type":"page","userId":"c"}', *broken)], stages, SECRET, 1)

    assert isinstance(first, Rejected)
    assert isinstance(second, Rejected)
    assert (first.field.split(".")[0], second.field.split(".")[0]) == ("events[0]", "events[1]")
