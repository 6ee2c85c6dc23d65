"""Limits: one table of defaults, changed by a file or a flag; mistakes name the place and the limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from platinum.errors import PolicyInvalid, UsageError
from platinum.ops.audit.rulefile import read_rules, with_flags
from platinum.ops.audit.rules import LIMITS, Rules
from tests.builders.audit_exports import Book, days, hours
from tests.builders.audit_planted import END
from tests.builders.audits import found_in

AT = END - days(100)


def _file(folder: Path, text: str) -> Path:
    path = folder / "rules.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_and_a_flag_change_limits_and_the_flag_wins(tmp_path: Path) -> None:
    path = _file(tmp_path, "audit:\n  answer_within: 24h\n  contacts: 5\n  consent_only: true\n  timezone: Europe/London\n")

    rules = with_flags(read_rules(path, Rules()), ["contacts=2"])

    assert rules == Rules(answer_within_ms=24 * 3_600_000, contacts=2, consent_only=True, timezone="Europe/London")


def test_what_is_printed_can_be_read_again() -> None:
    written = [f"{name}={str(value).lower() if isinstance(value, bool) else value}" for name, value in Rules().as_json().items()]

    assert with_flags(Rules(contacts=1, thank_spend=1.0), written) == Rules()


def test_all_mistakes_of_a_file_are_told_with_their_place(tmp_path: Path) -> None:
    path = _file(tmp_path, "audit:\n  anser_within: 24h\n  contacts: many\n  timezone: London\n")

    with pytest.raises(PolicyInvalid) as told:
        read_rules(path, Rules())

    assert "2:3" in str(told.value)
    assert "answer_within" in str(told.value)
    assert "contacts: must be a whole number" in str(told.value)
    assert "Europe/London" in str(told.value)


def test_a_flag_that_is_no_limit_is_told_the_nearest() -> None:
    with pytest.raises(UsageError, match="answer_within"):
        with_flags(Rules(), ["answer_with=3h"])


@pytest.mark.parametrize(
    ("flag", "found"),
    [
        ("answer_within=24h", {"unanswered_request"}),
        ("answer_within=30h", set()),
        ("contacts=1", {"contacted_too_often"}),
        ("consent_only=yes", {"contacted_without_basis"}),
        ("thank_orders=1", {"never_thanked"}),
        ("thank_spend=10", {"never_thanked"}),
    ],
)
def test_each_limit_is_the_one_that_the_rule_uses(flag: str, found: set[str], tmp_path: Path) -> None:
    book = Book()
    book.order("ada", AT - days(5))
    book.ticket("ada", AT, replied=AT + hours(30))
    book.send("ada", AT)
    book.send("ada", AT + hours(1))
    book.event("zoe", END, "Order Refunded", order_id="x", total=0)
    files = book.write(tmp_path)
    consenting = {"contacted_without_basis", "contacted_too_often"}

    kinds = {kind for kind, _, _ in found_in(files.values(), with_flags(Rules(), [flag]))}

    assert kinds - (consenting - found) == found


def test_every_limit_says_what_it_is() -> None:
    assert all(doc for _, _, doc in LIMITS.values())
