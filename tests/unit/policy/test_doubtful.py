"""What a policy may say of what went wrong, and most likely does not mean."""

from __future__ import annotations

import pytest

from platinum.policy.compile import compile_policy
from platinum.policy.load import example

BASE = example("minimal").decode()


def warned(more: str) -> list[str]:
    """Warnings that ``more`` brings."""
    return [one for one in compile_policy(f"{BASE}\n{more}\n".encode()).warnings if one not in compile_policy(BASE.encode()).warnings]


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
