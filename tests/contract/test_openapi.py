from __future__ import annotations

import os
from pathlib import Path

import jsonschema_rs
import orjson
from openapi_spec_validator import validate

from platinum.api.app import HOT, create_app
from platinum.api.openapi import document
from tests.builders.http import ToyService, request

FILE = Path(__file__).resolve().parents[2] / "schemas" / "openapi.json"


def test_published_description_is_what_the_code_makes() -> None:
    content = orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if os.environ.get("PLATINUM_WRITE"):
        FILE.write_bytes(content)

    assert FILE.read_bytes() == content, "PLATINUM_WRITE=1 pytest tests/contract rewrites it"


def test_description_is_valid_openapi() -> None:
    validate(document())


def test_description_is_served_and_names_every_address() -> None:
    served = request(create_app(ToyService()), "GET", "/openapi.json").json

    assert served == document()
    assert set(HOT) <= set(served["paths"])


def test_problems_obey_their_published_schema() -> None:
    schema = jsonschema_rs.validator_for(document()["components"]["schemas"]["Problem"])

    answered = request(create_app(ToyService()), "POST", "/v1/decisions", {"placement": "home-hero"})

    schema.validate(answered.json)
