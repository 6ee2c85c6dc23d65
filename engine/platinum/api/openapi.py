"""The API described in OpenAPI 3.1, made from the types that decode it and the published decision schema."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from platinum.api.problems import TITLES
from platinum.api.requests import MAX_BATCH_BYTES, MAX_EVENT_BYTES, BatchBody, ClaimBody, DecisionBody, RedeemBody
from platinum.emit.published import decision_schema
from platinum.pipeline import offers
from platinum.pipeline.claim import REASONS, Verdict

Json = dict[str, Any]
_REFS = "#/components/schemas/{name}"
_SEGMENT = ("track", "identify", "page", "screen", "group", "alias")


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: Json, kind: str = "application/json") -> Json:
    return {"content": {kind: {"schema": schema}}}


def _answer(description: str, schema: Json | None = None, kind: str = "application/json") -> Json:
    return {"description": description, **({} if schema is None else _content(schema, kind))}


def _problems(*statuses: int) -> Json:
    meaning = {
        400: "Not JSON",
        404: "Unknown",
        405: "Another method is wanted",
        413: "Too large",
        415: "Packed otherwise than as gzip",
        422: "A field is wrong; nothing was done",
        431: "The headers are too many or too large",
        503: "A dependency does not answer; send it again",
    }
    return {str(status): _answer(meaning[status], _ref("Problem"), "application/problem+json") for status in statuses}


def _post(summary: str, body: Json, answer: Json) -> Json:
    operation = {
        "summary": summary,
        "requestBody": {"required": True, **_content(body)},
        "responses": {"200": answer, **_problems(400, 405, 413, 415, 422, 431, 503)},
    }
    return {"post": operation}


def _get(summary: str, answer: Json, *problems: int, parameters: list[Json] | None = None) -> Json:
    named = {} if parameters is None else {"parameters": parameters}
    return {"get": {"summary": summary, **named, "responses": {"200": answer, **_problems(*problems)}}}


def _paths() -> Json:
    decided = {
        "type": "object",
        "properties": {"decisions": {"type": "array", "items": _ref("Decision")}},
        "required": ["decisions"],
    }
    history = {
        "name": "platinum-history",
        "in": "header",
        "description": "1 = these events lie in the past: they count in profiles and decide nothing",
        "schema": {"type": "string", "enum": ["1"]},
    }
    paths: Json = {
        "/v1/decisions": _post("Decide how to treat one person now, once per placement", _ref("DecisionBody"), _answer("Decided", decided)),
        "/v1/batch": _post(
            f"Append many events (at most {MAX_BATCH_BYTES} bytes); rejected ones are listed, the others are durable",
            _ref("BatchBody"),
            _answer("Appended", _ref("Tracked")),
        ),
    }
    paths["/v1/batch"]["post"]["parameters"] = [history]
    for kind in _SEGMENT:
        summary = f"Append one Segment {kind} event (at most {MAX_EVENT_BYTES} bytes); answered when it is durable"
        paths[f"/v1/{kind}"] = _post(summary, _ref("Event"), _answer("Appended", _ref("Tracked")))
        # Binary mode is the same body as application/json, with headers ce-*: docs/reference/events.md.
        paths[f"/v1/{kind}"]["post"]["requestBody"]["content"]["application/cloudevents+json"] = {"schema": _ref("CloudEvent")}
    customer = {"name": "customer_id", "in": "path", "required": True, "schema": {"type": "string"}}
    instant = {"type": "string", "format": "date-time"}
    now = {"name": "now", "in": "query", "description": "The instant to look from; this one when absent.", "schema": instant}
    anything = {"type": "object"}
    paths["/v1/profiles/{customer_id}"] = _get(
        "What is known about one person", _answer("Profile", anything), 404, 422, 503, parameters=[customer, now]
    )
    paths["/healthz"] = _get("Whether the process is alive", _answer("Alive", anything))
    paths["/readyz"] = _get("Whether requests can be answered", _answer("Ready", anything))
    not_now = "Not now: kernels compile, checkpoints are missing, or the store does not answer"
    paths["/readyz"]["get"]["responses"]["503"] = _answer(not_now, anything)
    paths["/metrics"] = _get("Prometheus metrics", _answer("Metrics", {"type": "string"}, "text/plain"))
    paths["/openapi.json"] = _get("This description", _answer("OpenAPI 3.1", anything))
    return paths


def _claim_path() -> Json:
    """Asked before sending; see docs/how-to/claim-before-sending.md."""
    decision = {"name": "decision_id", "in": "path", "required": True, "schema": {"type": "string"}}
    path = _post("Ask, before sending it, whether a planned contact may be sent", _ref("ClaimBody"), _answer("Known", _ref("Claimed")))
    path["post"]["parameters"] = [decision]
    later = _answer("Not known yet: ask again with the same nonce", _ref("Claimed"))
    path["post"]["responses"]["202"] = later | {"headers": {"retry-after": {"schema": {"type": "integer"}, "description": "Seconds."}}}
    return path


def _offer_paths() -> Json:
    """Asked where an offer is used; see docs/how-to/honour-an-offer.md."""
    decision = {"name": "decision_id", "in": "path", "required": True, "schema": {"type": "string"}}
    customer = {"name": "customer_id", "in": "query", "required": True, "schema": {"type": "string"}}
    told = _answer("Known", _ref("Honour"))
    show = _get("Look an offer up by the id of the decision that made it", told, 422, 503, parameters=[decision, customer])
    redeem = _post("Use an offer up: it is honoured once", _ref("RedeemBody"), told)
    redeem["post"]["parameters"] = [decision]
    retry = {"headers": {"retry-after": {"schema": {"type": "integer"}, "description": "Seconds."}}}
    for operation in (show["get"], redeem["post"]):
        operation["responses"]["202"] = _answer("Not known yet: ask the same again", _ref("Honour")) | retry
    return {"/v1/offers/{decision_id}": show, "/v1/offers/{decision_id}/redeem": redeem}


def _honour_schema() -> Json:
    text, instant = {"type": ["string", "null"]}, {"type": ["string", "null"], "format": "date-time"}
    properties: Json = {
        "answer": {"enum": list(get_args(offers.Verdict))},
        "reason": {"enum": [*offers.REASONS, None], "description": "Why it is not honoured"},
        "action": text,
        "offer": {"type": ["object", "null"], "description": "As the decision said; null also when its record is not kept any more"},
        "terms": {"type": ["object", "null"]},
        "holds_until": instant | {"description": "null = no end is stated, or it is used"},
        "redeemed_at": instant,
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _claimed_schema() -> Json:
    return {
        "type": "object",
        "properties": {
            "answer": {"enum": list(get_args(Verdict))},
            "reason": {"enum": [*REASONS, None], "description": "Why not to send it"},
        },
        "required": ["answer", "reason"],
    }


def _schemas() -> Json:
    _, typed = msgspec.json.schema_components((DecisionBody, BatchBody, ClaimBody, RedeemBody), ref_template=_REFS)
    decision = {name: value for name, value in decision_schema().items() if name != "$schema"}
    event = {"type": "object", "description": "Segment-shaped event; the kinds and their properties: schemas/event/v1.json"}
    rejected = {
        "type": "object",
        "properties": {"index": {"type": "integer"}} | {name: {"type": "string"} for name in ("reason", "field", "message")},
        "required": ["index", "reason", "field", "message"],
    }
    tracked = {
        "type": "object",
        "properties": {
            "success": {"type": "boolean"},
            "accepted": {"type": "integer", "minimum": 0},
            "rejected": {"type": "array", "items": rejected},
        },
        "required": ["success", "accepted", "rejected"],
    }
    wrong = {"type": "object", "properties": {"field": {"type": "string"}, "want": {"type": "string"}}, "required": ["field", "want"]}
    problem = {
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": {"enum": [f"urn:platinum:problem:{slug}" for slug in TITLES]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": wrong},
        },
        "required": ["type", "title", "status", "detail"],
    }
    enveloped = {
        "type": "object",
        "description": "CloudEvents 1.0 in structured mode; its id stands in for an absent messageId",
        "properties": {"specversion": {"const": "1.0"}, "data": _ref("Event")}
        | {name: {"type": "string", "minLength": 1} for name in ("id", "source", "type")},
        "required": ["specversion", "id", "source", "type", "data"],
    }
    return {**typed, "Decision": decision, "Event": event, "CloudEvent": enveloped, "Tracked": tracked, "Problem": problem}


def document() -> Json:
    """Contents of ``schemas/openapi.json``, served at ``/openapi.json``."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Platinum",
            "version": "1",
            "description": "Decides how to treat one person next: channel, tone, offer, help, thank-you or silence.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {**_paths(), "/v1/contacts/{decision_id}/claim": _claim_path(), **_offer_paths()},
        "components": {"schemas": {**_schemas(), "Claimed": _claimed_schema(), "Honour": _honour_schema()}},
    }
