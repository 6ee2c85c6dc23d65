"""The vocabulary as one JSON Schema, in the common subset of draft-07 and 2020-12, so that AsyncAPI and OpenAPI can both use it."""

from __future__ import annotations

from typing import Any

from platinum.vocabulary.limits import (
    ACCOUNT_PATTERN,
    CLOCK_PATTERN,
    KEY_PATTERN,
    MAX_DEPTH,
    MAX_EVENT_BYTES,
    MAX_ID,
    MAX_LOCALE,
    MAX_NAME,
    MAX_NUMBER,
    TIMESTAMP_PATTERN,
)
from platinum.vocabulary.spec import EventSpec, Property
from platinum.vocabulary.table import CALLS, ENGINE_NAMES, PRODUCT, TABLE

Schema = dict[str, Any]


def event_schema() -> Schema:
    """Schema of one event in Segment's shape; ``null`` is the same as absent."""
    identifier = _text(1, MAX_ID)
    customer = identifier | {"pattern": KEY_PATTERN}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:platinum:event:v1",
        "title": "Event",
        "description": "One Segment call: value of platinum.interactions.v1, body of POST /v1/track. Beyond this schema an event is "
        f"strict UTF-8 JSON (RFC 8259) of at most {MAX_EVENT_BYTES} bytes and {MAX_DEPTH} levels, its times exist and lie from "
        "1970 to 2099, and its customer key is a pseudonym.",
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {"enum": list(CALLS)},
            "event": identifier | {"description": "Name of a track call."},
            "userId": customer | {"not": {"type": "string", "pattern": "^(anon|account):"}, "description": "Customer key."},
            "anonymousId": customer | {"description": "Customer key, as anon:<anonymousId>, where there is no userId."},
            "messageId": identifier | {"description": "Equal ids of one customer are one event."},
            "timestamp": _optional({"type": "string", "pattern": TIMESTAMP_PATTERN}) | {"description": "When it happened (RFC 3339)."},
            "groupId": identifier | {"pattern": ACCOUNT_PATTERN},
            "previousId": identifier,
            "context": _context(),
        },
        "anyOf": [_given("userId"), _given("anonymousId")],
        "allOf": [_track_call(), *(_case(spec) for spec in TABLE)],
    }


def _text(shortest: int, longest: int) -> Schema:
    bounds: Schema = {"minLength": shortest} if shortest else {}
    return {"type": ["string", "null"], **bounds, "maxLength": longest}


def _optional(schema: Schema) -> Schema:
    """``schema``, or null."""
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]}


def _given(name: str, kind: str = "string") -> Schema:
    return {"required": [name], "properties": {name: {"type": kind}}}


def _context() -> Schema:
    return {
        "type": ["object", "null"],
        "properties": {
            "channel": _text(0, MAX_NAME),
            "locale": _text(0, MAX_LOCALE) | {"description": "Language tag, such as en-GB."},
            "timezone": _text(0, MAX_LOCALE) | {"description": "IANA name, such as Europe/London."},
            "location": {
                "type": ["object", "null"],
                "properties": {"country": _text(0, MAX_NAME) | {"description": "ISO 3166 code of two letters; a name is ignored."}},
            },
            "groupId": _text(1, MAX_ID)
            | {"pattern": ACCOUNT_PATTERN, "description": "Account that the call belongs to, where its properties name none."},
        },
    }


def _track_call() -> Schema:
    then = _given("event")
    then["properties"]["event"]["not"] = {"enum": sorted(ENGINE_NAMES)}
    then["properties"]["properties"] = {"type": ["object", "null"]}
    return {"if": {"properties": {"type": {"const": "track"}}, "required": ["type"]}, "then": then}


def _case(spec: EventSpec) -> Schema:
    """What holds for events of one name."""
    when: Schema = {"properties": {"type": {"const": spec.type}}, "required": ["type"]}
    if spec.type == "track":
        when["properties"]["event"] = {"const": spec.name}
        when["required"].append("event")
    if spec.shape in ("group", "alias"):
        then = _given(spec.properties[0].name)
        if spec.properties[1:]:
            then["properties"]["traits"] = _members(["object", "null"], spec.properties[1:])
        return {"if": when, "then": then}
    if spec.shape == "identify":
        return {"if": when, "then": {"description": spec.doc, "properties": {"traits": _traits(spec.properties[0])}}}
    required = any(p.required for p in spec.properties)
    then = {"description": spec.doc, "properties": {"properties": _properties(spec, required)}}
    if required:
        then["required"] = ["properties"]
    return {"if": when, "then": then}


def _properties(spec: EventSpec, required: bool) -> Schema:
    schema = _members("object" if required else ["object", "null"], spec.properties)
    if spec.one_of:
        schema["anyOf"] = [_present(group) for group in spec.one_of]
    if spec.required_when:
        name, cases = spec.required_when
        schema["allOf"] = [
            {
                "if": {"properties": {name: {"const": choice}}, "required": [name]},
                "then": {"required": list(needed), "properties": {n: _given_one(spec, n) | _only(spec, n, choice) for n in needed}},
            }
            for choice, needed in cases.items()
        ]
    return schema


def _members(kind: object, properties: tuple[Property, ...]) -> Schema:
    schema: Schema = {"type": kind}
    if needed := [p.name for p in properties if p.required]:
        schema["required"] = needed
    schema["properties"] = {p.name: property_schema(p) for p in properties}
    return schema


def _given_one(spec: EventSpec, name: str) -> Schema:
    prop = spec.property(name)
    return {"type": "number"} if prop and prop.type == "number" else {"type": "string", "minLength": 1}


def _only(spec: EventSpec, name: str, choice: str) -> Schema:
    limited, words = spec.only_when or ("", {})
    if name != limited or choice not in words:
        return {}
    # JSON Schema's expressions know no flag for case.
    either = ["".join(f"[{c.upper()}{c}]" if c.isalpha() else c for c in word) for word in words[choice]]
    return {"pattern": f"^({'|'.join(either)})$", "description": f"One of {', '.join(words[choice])}, in any case."}


def _present(group: tuple[str, ...]) -> Schema:
    """Every property of ``group`` is a number; ``products[].price``: there are lines, and each has one."""
    schema: Schema = {"required": [], "properties": {}}
    for name in group:
        outer, inside, member = name.partition("[].")
        schema["required"].append(outer)
        if inside:
            schema["properties"][outer] = {"type": "array", "minItems": 1, "items": _given(member, "number")}
        else:
            schema["properties"][outer] = {"type": "number"}
    return schema


def _traits(prop: Property) -> Schema:
    numbers = {"minimum": -MAX_NUMBER, "maximum": MAX_NUMBER}
    return {"type": ["object", "null"], "maxProperties": prop.max_length, "additionalProperties": numbers, "description": prop.doc}


def property_schema(prop: Property) -> Schema:
    """Schema of one property, with its description."""
    schema: Schema
    if prop.type == "number":
        schema = {"type": "number", "minimum": prop.minimum, "maximum": prop.maximum}
    elif prop.type == "flag":
        schema = {"type": "boolean"}
    elif prop.type == "choice":
        schema = {"enum": list(prop.choices)}
    elif prop.type == "time":
        schema = {"type": "string", "pattern": TIMESTAMP_PATTERN}
    elif prop.type == "clock":
        schema = {"type": "string", "pattern": CLOCK_PATTERN}
    elif prop.type == "products":
        schema = {"type": "array", "maxItems": prop.max_length, "items": _members("object", PRODUCT)}
    else:
        schema = {"type": "string", "minLength": prop.min_length, "maxLength": prop.max_length}
        schema |= {"pattern": prop.pattern} if prop.pattern else {}
    return (schema if prop.required else _optional(schema)) | {"description": prop.doc}
