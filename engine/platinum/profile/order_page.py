"""The reference page of what the order of arrival does not matter for."""

from __future__ import annotations

from collections.abc import Mapping

from platinum.profile.order_free import EXCEPT, ORDER_FREE, ORDERED
from platinum.profile.row import SECTIONS

_FROM_CODE = "This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."
_INTRO = """Events come late: a phone was offline, an export runs at night. What a profile says must not depend on that. With deciding
switched off, any order of arrival within two days gives the same values of the members below (sums within 1e-9), and merging the profiles
of two halves of a history (`platinum.profile.merge`) gives what the whole history gives. Property tests hold both
(`tests/property/test_order_free.py`), and that every member of a stored profile stands in one of the two tables.

Decisions themselves depend on the order: they were made with what was known. So does what follows from them."""
_HALVES = """A merge takes what two halves of one person's history have left, not the events: an event that is in both counts twice. A
promise that was made in one half and kept in the other is kept, as long as the half that heard of the keeping has it in mind (two days)."""


def order_page() -> str:
    """docs/reference/order.md."""
    return "\n".join(
        [
            "# What the order of arrival does not matter for",
            "",
            _FROM_CODE,
            "",
            _INTRO,
            "",
            "## The same in any order",
            "",
            *_table(ORDER_FREE, "two of it become"),
            "",
            "Within these bounds:",
            "",
            *(f"- {bound}" for bound in EXCEPT),
            "",
            _HALVES,
            "",
            "## Not the same",
            "",
            *_table(ORDERED, "why"),
            "",
        ]
    )


def _table(told: Mapping[str, str], what: str) -> list[str]:
    """Members with one word about them, section by section; those that say the same share a line."""
    lines = [f"| section | members | {what} |", "|---|---|---|"]
    for section, _, _, fields in SECTIONS:
        said: dict[str, list[str]] = {}
        for name, _ in fields:
            if name in told:
                said.setdefault(told[name], []).append(f"`{name}`")
        lines += [f"| {section} | {', '.join(names)} | {word} |" for word, names in said.items()]
    return lines
