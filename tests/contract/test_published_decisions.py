"""The published files equal what the code makes. After a wanted change: PLATINUM_WRITE=1 pytest tests/contract."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from platinum.emit.contacts import Withdrawal, withdrawal_records
from platinum.emit.encode import Encoder
from platinum.emit.published import decision_reference, decision_schema, withdrawal_schema
from tests.builders.decided import DAY, NOW_MS, a_spoken, decided
from tests.builders.policies import a_policy

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = jsonschema_rs.validator_for(decision_schema())

GOLDEN: tuple[dict[str, Any], ...] = (
    {},
    {"n_scored": 4, "runner_up": 4, "runner_up_utility": -0.0123456789, "p_chosen": 0.61, "blocked_by": [3, 0, 0, 0, 9, 0, 0, 2, 0, 0, 0]},
    {"explored": 1, "n_scored": 3, "runner_up": 7, "runner_up_utility": 0.4, "p_chosen": 0.04, "placement": 0},
    a_spoken(blocked=[(NOW_MS + DAY, 1.5, 2, 7), (0, 0.2, 5, 4), (0, 0.0, -1, 0)], blocked_by=[0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0]),
    a_spoken(action=0, channel=2, lane=3, language=1, gratitude=4.25, p_chosen=1.0, runner_up=-2, basis=3, send_ms=NOW_MS),
    a_spoken(action=3, channel=0, placement=0, basis=5, evidence_offset=-1, explored=1, tone_source=1, send_ms=NOW_MS),
    a_spoken(action=4, lane=0, p_chosen=1.0, runner_up=-2, basis=4, evidence_offset=-1),
    a_spoken(action=6, lane=2, tone=-1, language=-1, p_chosen=1.0, runner_up=-1, basis=1),
)


def encoded() -> list[bytes]:
    ids = [f"d.1.2.{offset}.0" for offset in range(len(GOLDEN))]
    return Encoder(a_policy(), "prior").encode(decided(*GOLDEN), [f"178{i}" for i in range(len(ids))], ids, 1, 2)


def files() -> dict[str, bytes]:
    pretty = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    bodies = encoded()
    return {
        "schemas/decision/v1.json": orjson.dumps(decision_schema(), option=pretty),
        "schemas/decision/example.json": bodies[3] + b"\n",
        "schemas/withdrawal/v1.json": orjson.dumps(withdrawal_schema(), option=pretty),
        "docs/reference/decision.md": decision_reference(bodies[3]).encode(),
        "tests/golden/decisions_v1.jsonl": b"".join(body + b"\n" for body in bodies),
    }


@pytest.mark.parametrize("path", sorted(files()))
def test_published_file_is_what_the_code_makes(path: str) -> None:
    content = files()[path]
    if os.environ.get("PLATINUM_WRITE"):
        (ROOT / path).write_bytes(content)

    assert (ROOT / path).read_bytes() == content, "PLATINUM_WRITE=1 pytest tests/contract rewrites it"


@pytest.mark.parametrize("body", encoded(), ids=lambda body: orjson.loads(body)["type"])
def test_golden_decisions_obey_the_published_schema(body: bytes) -> None:
    SCHEMA.validate(orjson.loads(body))


@pytest.mark.parametrize("field", list(orjson.loads(encoded()[0])))
def test_schema_refuses_a_decision_without_one_of_its_fields(field: str) -> None:
    decision = orjson.loads(encoded()[0])
    del decision[field]

    assert not SCHEMA.is_valid(decision)


def test_withdrawal_obeys_its_published_schema() -> None:
    withdrawn = Withdrawal(b"d.1.2.3.0", b'17850"', "email", "complaint", NOW_MS, b"1.2.9")

    topic, record = withdrawal_records([withdrawn], 2)[0]

    assert topic == "platinum.contacts.email.v1"
    jsonschema_rs.validator_for(withdrawal_schema()).validate(orjson.loads(record.value))
