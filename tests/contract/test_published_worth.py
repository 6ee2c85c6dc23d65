"""The tables of the page on worth are those of the numbers that were kept. After a new run: PLATINUM_WRITE=1 pytest tests/contract."""

from __future__ import annotations

import json
import os

from tests.builders.pages import CHECKOUT
from tests.builders.worth_found import renewed, tables
from tests.builders.worth_lived import ARMS

PAGE = CHECKOUT / "docs" / "explanation" / "worth-it.md"
FOUND = CHECKOUT / "tests" / "proof" / "worth_it.json"


def test_the_page_tells_what_was_found() -> None:
    page = PAGE.read_text("utf-8")
    content = renewed(page, json.loads(FOUND.read_text("utf-8")))
    if os.environ.get("PLATINUM_WRITE"):
        PAGE.write_text(content, "utf-8")
        page = content

    assert page == content, "PLATINUM_WRITE=1 pytest tests/contract rewrites it"


def test_every_table_has_a_place_and_every_arm_a_row_in_it() -> None:
    page, found = PAGE.read_text("utf-8"), json.loads(FOUND.read_text("utf-8"))

    for name, table in tables(found).items():
        assert f"<!-- made: {name} -->\n{table}\n<!-- end -->" in page, name
    for arm in ARMS[1:]:
        assert page.count(f"| {arm} |") >= 4, arm
