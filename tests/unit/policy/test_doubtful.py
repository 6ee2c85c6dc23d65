"""What a policy may say of what went wrong, and most likely does not mean."""

from __future__ import annotations

import pytest

from platinum.policy.compile import compile_policy
from platinum.policy.load import example

PAID = "  sorry: {type: apology, pays: [apology, money], channels: [web], words: {en: Sorry.}}\n"
MINIMAL = example("minimal").decode()
BASE = MINIMAL.replace("actions:\n", f"actions:\n{PAID}")


def warned(more: str, base: str = BASE) -> list[str]:
    """Warnings that ``more`` brings."""
    return [one for one in compile_policy(f"{base}\n{more}\n".encode()).warnings if one not in compile_policy(base.encode()).warnings]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("recovery: {deadlines: [4h, 24h, 24h, 24h, 24h]}", "recovery.deadlines[1]: a graver case has more time than a lighter one"),
        ("recovery: {deadlines: [72h, 24h]}", "recovery.deadlines: names 2 of 5"),
        ("recovery: {quarantine: 0d}", "recovery.quarantine: is 0: who was failed is sold to"),
        ("thank: {for: {complaint_made: 5}}", "thank.for.complaint_made: earns thanks for what went wrong"),
    ],
)
def test_what_is_most_likely_not_meant_is_said(more: str, said: str) -> None:
    (warning,) = warned(more)

    assert said in warning


@pytest.mark.parametrize(
    "more", ["recovery: {deadlines: [72h, 72h, 24h, 24h, 4h]}", "recovery: {quarantine: 7d}", "thank: {for: {review_written: 2}}"]
)
def test_what_is_meant_brings_no_warning(more: str) -> None:
    assert warned(more) == []


@pytest.mark.parametrize(
    ("more", "unpaid"),
    [
        ("recovery: {quarantine: 7d}", ["apology", "money"]),
        ("promises: {delivery: {made_by: order_completed.expected_delivery, kept_by: order_delivered}}", ["promise_broken", "request"]),
        ("promises: {reply: {made_by: request_made, within: 2h}, answer: no, delivery: no, call_back: no}", ["request"]),
        ("promises: {answer: no}", ["promise_broken"]),
        ("listening: {owed_after: 14d}", ["answer_pending", "answer"]),
    ],
)
def test_a_debt_that_no_action_pays_is_said(more: str, unpaid: list[str]) -> None:
    assert [one.split("`")[1] for one in warned(more, MINIMAL) if "no action pays" in one] == unpaid
