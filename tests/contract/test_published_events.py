"""The published schema and page of events equal what the code makes. After a wanted change: PLATINUM_WRITE=1 pytest tests/contract."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
import orjson
import pytest

from platinum.vocabulary.page import GROUPS, event_pages
from platinum.vocabulary.schema import event_schema
from platinum.vocabulary.table import TABLE
from tests.builders.events import an_event, draw_event

ROOT = Path(__file__).resolve().parents[2]


def files() -> dict[str, bytes]:
    return {
        "schemas/event/v1.json": orjson.dumps(event_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE),
        **{f"docs/reference/{name}": page.encode() for name, page in event_pages().items()},
    }


@pytest.mark.parametrize("path", sorted(files()))
def test_published_file_is_what_the_code_makes(path: str) -> None:
    content = files()[path]
    if os.environ.get("PLATINUM_WRITE"):
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_bytes(content)

    assert (ROOT / path).read_bytes() == content, "PLATINUM_WRITE=1 pytest tests/contract rewrites it"


def test_every_event_is_on_exactly_one_page_and_every_page_is_made_and_short() -> None:
    pages = event_pages()

    assert sorted(spec.name for group in GROUPS for spec in group.specs) == sorted(spec.name for spec in TABLE)
    assert {path.name for path in (ROOT / "docs/reference/events").iterdir()} == {name.partition("/")[2] for name in pages} - {""}
    assert max(page.count("\n") for page in pages.values()) <= 400


@pytest.mark.parametrize("validator", [jsonschema_rs.Draft7Validator, jsonschema_rs.Draft202012Validator])
def test_schema_means_the_same_in_draft_07_and_2020_12(validator: Any) -> None:
    random = Random(5)
    schema = validator(event_schema())

    refused = [event for event in (draw_event(random) for _ in range(500)) if not schema.is_valid(event)]

    assert refused == []
    assert not schema.is_valid(an_event(customer=None))
    assert not schema.is_valid(an_event(order_id="o-1"))
    assert not schema.is_valid(an_event(order_id="o-1", total="139.12"))
    assert not schema.is_valid(an_event("preference_stated", preference="cadence", limit=1))


def test_events_of_an_unknown_name_may_carry_anything() -> None:
    own = an_event() | {"event": "Company's Own", "properties": {"total": "a lot", "order_id": None}}

    assert jsonschema_rs.is_valid(event_schema(), own)
