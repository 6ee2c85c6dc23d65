"""The published files equal what the code makes. After a wanted change: PLATINUM_WRITE=1 pytest tests/contract."""

from __future__ import annotations

import os
from pathlib import Path

import jsonschema_rs
import orjson
import pytest

from platinum.policy.bonds_page import bonds_page
from platinum.policy.effort_page import effort_page
from platinum.policy.goals_page import goals_page
from platinum.policy.ledger_page import ledger_page
from platinum.policy.load import EXAMPLES, example
from platinum.policy.published import gates_page, json_schema, policy_page
from platinum.policy.thanks_page import thanks_page
from platinum.policy.value_page import value_page
from platinum.policy.words_page import words_page
from platinum.profile.order_page import order_page
from tests.builders.policy_text import a_policy_text, as_editor

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = jsonschema_rs.validator_for(json_schema())


def files() -> dict[str, bytes]:
    pretty = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return {
        "schemas/policy/v1.json": orjson.dumps(json_schema(), option=pretty),
        "docs/reference/policy.md": policy_page(example("minimal")).encode(),
        "docs/reference/gates.md": gates_page().encode(),
        "docs/reference/ledger.md": ledger_page().encode(),
        "docs/reference/effort.md": effort_page().encode(),
        "docs/reference/order.md": order_page().encode(),
        "docs/reference/thanks.md": thanks_page().encode(),
        "docs/reference/goals.md": goals_page().encode(),
        "docs/reference/value.md": value_page().encode(),
        "docs/reference/words.md": words_page().encode(),
        "docs/reference/bonds.md": bonds_page().encode(),
    }


@pytest.mark.parametrize("path", sorted(files()))
def test_published_file_is_what_the_code_makes(path: str) -> None:
    content = files()[path]
    if os.environ.get("PLATINUM_WRITE"):
        (ROOT / path).write_bytes(content)

    assert (ROOT / path).read_bytes() == content, "PLATINUM_WRITE=1 pytest tests/contract rewrites it"


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_obey_the_published_schema(name: str) -> None:
    errors = [(list(e.instance_path), e.message) for e in SCHEMA.iter_errors(as_editor(example(name)))]

    assert errors == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("currency: EUR", "currency: euro"),
        ("timezone: UTC", "timezon: UTC"),
        ("cost: 0.01", 'cost: "0.01"'),
        ("card: {kind: outbound", "card: {kind: push"),
        ("type: offer", "type: discount"),
        ("value: 4.20", "valeu: 4.20"),
        ("ends: 14d", "ends: soon"),
        ("at_least: 2", "min: 2"),
        ("3 contacts per 7d", "three a week"),
        ("p_accept: 0.03", "p_accept: 3"),
        ("- words: Hello.", "- text: Hello."),
    ],
)
def test_editors_see_wrong_keys_and_wrong_values(old: str, new: str) -> None:
    right = a_policy_text()
    assert right.count(old) == 1

    assert SCHEMA.is_valid(as_editor(right.encode()))
    assert not SCHEMA.is_valid(as_editor(right.replace(old, new).encode()))
