"""Requests answered together are answered as each would be alone: decisions, ids, records, refusals."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from platinum.errors import Rejected, UsageError
from platinum.pipeline.request import Answer, Asked, Refusal, answer, answer_all
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from tests.builders.requests import rows_under, some_asked

SECRET = b"s" * 32


def one_by_one(asked: Sequence[Asked], stages: Stages) -> list[Answer | Refusal]:
    """Each alone."""
    answers: list[Answer | Refusal] = []
    for ask, blob, bucket, partition, _ in asked:
        try:
            answers.append(answer(ask, blob, bucket, stages, SECRET, 1, partition))
        except (UsageError, Rejected) as refusal:
            answers.append(refusal)
    return answers


def told(answers: Sequence[Answer | Refusal]) -> list[object]:
    """Answers as they are, refusals by class and words."""
    return [a if isinstance(a, Answer) else (type(a), str(a), getattr(a, "field", "")) for a in answers]


@pytest.mark.parametrize("name", ["gift-shop", "grocer", "b2b-services", "minimal"])
def test_together_is_as_one_by_one_whatever_the_company(name: str) -> None:
    source = example(name)
    stages = Stages(compile_policy(source))
    asked = list(some_asked(stages.policy, rows_under(source), 600, seed=5))
    draw = random.Random(7)

    alone = one_by_one(asked, stages)
    together: list[Answer | Refusal] = []
    while len(together) < len(asked):
        size = draw.choice((1, 2, 7, 40, 200))
        together += answer_all(asked[len(together) : len(together) + size], stages, SECRET, 1)

    assert told(together) == told(alone)
    kinds = {type(a) for a in alone}
    assert kinds == {Answer, UsageError, Rejected}  # or the test has shown little


def test_an_offer_makes_an_answer_binding_and_silence_does_not() -> None:
    source = example("gift-shop")
    stages = Stages(compile_policy(source))

    answers = [
        a for a in answer_all(list(some_asked(stages.policy, rows_under(source), 300, seed=9)), stages, SECRET, 1) if isinstance(a, Answer)
    ]

    assert {a.binding for a in answers} == {True, False}
    assert all(a.binding == any(b'"offer":{' in body for body in a.decisions) for a in answers)


def test_every_action_may_run_again_after_requests_that_named_candidates() -> None:
    source = example("gift-shop")
    stages = Stages(compile_policy(source))
    asked = [one for one in some_asked(stages.policy, rows_under(source, 50, 300), 100, seed=1) if one.ask.candidates is not None]

    answer_all(asked, stages, SECRET, 1)

    assert stages.scratch.allowed.all()
