"""The published contract of decisions: JSON Schemas and the reference page, made from ``emit.fields``.

Schemas use only what draft-07 and 2020-12 share, so one file serves AsyncAPI and OpenAPI.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from platinum.emit.fields import FIELDS, WITHDRAWAL, DecisionField, Schema, nullable
from platinum.emit.reasons import REASONS


def object_schema(title: str, description: str, fields: Sequence[DecisionField]) -> Schema:
    """JSON Schema of an object that has these fields.

    It stays open: a later build may add fields, and a subscriber that validates must not break then.
    """
    properties = {}
    for field in fields:
        schema = nullable(field.schema) if field.null_when else field.schema
        null = f" Null: {field.null_when}." if field.null_when else ""
        null += f" Not there: {field.absent_when}." if field.absent_when else ""
        properties[field.name] = {"description": f"{field.meaning}{null}", **schema}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        "type": "object",
        "properties": properties,
        "required": [field.name for field in fields if not field.absent_when],
    }


def decision_schema() -> Schema:
    """Contents of ``schemas/decision/v1.json``."""
    return object_schema("Decision", "What Platinum decided for one customer at one moment; value of platinum.decisions.v1.", FIELDS)


def withdrawal_schema() -> Schema:
    """Contents of ``schemas/withdrawal/v1.json``."""
    return object_schema("Withdrawal", "A planned contact that must not be sent; value in platinum.contacts.<channel>.v1.", WITHDRAWAL)


def _null(field: DecisionField) -> str:
    return f"not there when {field.absent_when}" if field.absent_when else field.null_when or "never"


def _table(fields: Sequence[DecisionField]) -> list[str]:
    rows = [f"| `{f.name}` | {f.meaning} | {_null(f)} |" for f in fields]
    return ["| field | meaning | null when |", "|---|---|---|", *rows]


def decision_reference(example: bytes) -> str:
    """Contents of ``docs/reference/decision.md``; ``example`` is one encoded decision."""
    shown = orjson.dumps(orjson.loads(example), option=orjson.OPT_INDENT_2).decode()
    return "\n".join([*_decision_part(), *_other_parts(), "## Example", "", "```json", shown, "```", ""])


def _decision_part() -> list[str]:
    return [
        "# Decision",
        "",
        "What Platinum decided for one customer at one moment. Every decision, silence too, is the value of a record in",
        "`platinum.decisions.v1`; what is to be sent is also in `platinum.contacts.<channel>.v1`. Over HTTP the same bytes come back from",
        "`POST /v1/decisions`. Schema: `schemas/decision/v1.json`. This page is made from the code; `make test` fails when it differs.",
        "",
        "All fields are always there, in this order, unless the table says otherwise; what is absent is `null`. Instants are RFC 3339 in",
        "UTC with milliseconds. Numbers have 6 significant digits. Money is in the policy's currency. Nothing depends on when or where a",
        "decision was computed.",
        "",
        *_table(FIELDS),
        "",
    ]


def _other_parts() -> list[str]:
    reasons = [f"| `{r.code}` | {r.value or 'null'} | {r.meaning} |" for r in REASONS]
    return [
        "## Reasons",
        "",
        "`reasons` is a list of `{code, value}`. The codes are a closed list:",
        "",
        "| code | value | meaning |",
        "|---|---|---|",
        *reasons,
        "",
        "## Withdrawal",
        "",
        "A contacts topic also carries withdrawals. Schema: `schemas/withdrawal/v1.json`.",
        "",
        *_table(WITHDRAWAL),
        "",
        "## Envelope",
        "",
        "CloudEvents 1.0 in Kafka binary mode: `ce_id` is the decision id, `ce_time` the instant of the decision, `ce_causationid` the",
        "record that asked (generation, partition, offset), `ce_partitionkey` the customer's key, `ce_expirytime` (contacts only) its end.",
        "A subscriber needs only this: equal id, equal bytes; ignore what has expired; ignore fields you do not know.",
        "",
    ]
