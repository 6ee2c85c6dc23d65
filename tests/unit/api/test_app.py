from __future__ import annotations

import asyncio
import gzip
from typing import Any

import orjson
import pytest

from platinum.api.app import create_app
from platinum.api.requests import MAX_BATCH_BYTES, MAX_EVENT_BYTES, splice
from platinum.api.service import Tracked
from platinum.errors import Rejected, Unavailable, UsageError
from tests.builders.http import ToyService, ask, request

ASKED = {"customer_id": "17850", "placement": "home-hero"}


def decide(service: ToyService, **members: Any) -> Any:
    return request(create_app(service), "POST", "/v1/decisions", ASKED | members)


def test_decisions_come_back_in_the_order_of_the_placements() -> None:
    app = create_app(ToyService())

    answered = request(app, "POST", "/v1/decisions", {"userId": "17850", "placements": ["home-hero", "footer"]})

    assert answered.status == 200
    assert answered.headers["content-length"] == str(len(answered.body))
    assert [d["placement"] for d in answered.json["decisions"]] == ["home-hero", "footer"]


def test_the_service_sees_what_was_asked() -> None:
    service = ToyService(accepts_now=True)
    event = {"type": "track", "event": "Product Viewed"}

    decide(service, context={"channel": "web", "x": 1}, events=[event], candidates=["a"], idempotency_key="k", now="2011-12-01T08:26:00Z")

    asked = service.asked[0]
    assert (asked.customer, asked.placements, asked.channel, asked.candidates) == ("17850", ("home-hero",), "web", ("a",))
    assert (asked.idempotency_key, asked.now_ms) == ("k", 1_322_727_960_000)
    assert [orjson.loads(e) for e in asked.events] == [event]


def test_null_is_the_same_as_absent() -> None:
    service = ToyService()
    members = ("userId", "anonymousId", "placements", "context", "events", "candidates", "idempotency_key", "now")

    assert decide(service).status == 200
    assert decide(service, **dict.fromkeys(members)).status == 200

    assert service.asked[0] == service.asked[1]


def test_a_profile_is_seen_from_the_instant_that_is_asked_for() -> None:
    service = ToyService(profiles={"17": {"orders": 1}})
    app = create_app(service)

    assert request(app, "GET", "/v1/profiles/17").status == 200
    assert request(app, "GET", "/v1/profiles/17?now=2011-12-01T09:26:00%2B01:00").status == 200

    assert service.seen_from == [None, 1_322_727_960_000]


@pytest.mark.parametrize(
    ("query", "field"),
    [("now=yesterday", "now"), ("now=", "now"), ("now=2011-12-01T08:26:00Z&now=2011-12-01T08:26:00Z", "now"), ("at=1", "at"), ("x", "x")],
)
def test_a_query_that_a_profile_does_not_take_is_refused_by_name(query: str, field: str) -> None:
    answered = request(create_app(ToyService(profiles={"17": {}})), "GET", f"/v1/profiles/17?{query}")

    assert answered.status == 422
    assert [e["field"] for e in answered.json["errors"]] == [field]


def test_an_anonymous_visitor_has_a_key_of_their_own() -> None:
    service = ToyService()

    request(create_app(service), "POST", "/v1/decisions", {"anonymousId": "v-1", "placement": "home-hero"})

    assert service.asked[0].customer == "anon:v-1"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 400, None),
        (b"{", 400, None),
        (b'{"customer_id":"\xff","placement":"p"}', 400, None),
        (b'{"customer_id":"c","placement":"p","context":{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}}", 400, None),
        (b"[]", 422, ""),
        (b'{"placement":"p"}', 422, "customer_id"),
        (b'{"customer_id":"c"}', 422, "placement"),
        (b'{"customer_id":"c","placement":"p","placements":["p"]}', 422, "placement"),
        (b'{"customer_id":"c","placements":[]}', 422, "placements"),
        (b'{"customer_id":7,"placement":"p"}', 422, "customer_id"),
        (b'{"customer_id":"","placement":"p"}', 422, "customer_id"),
        (b'{"customer_id":"a\\u0000b","placement":"p"}', 422, "customer_id"),
        (b'{"userId":"anon:x","placement":"p"}', 422, "userId"),
        (b'{"customer_id":"c","userId":"c","placement":"p"}', 422, "customer_id"),
        (b'{"customer_id":"c","placment":"p"}', 422, ""),
        (b'{"customer_id":"c","placement":"p","context":{"channel":3}}', 422, "context.channel"),
        (b'{"customer_id":"c","placement":"p","now":"2011-12-01T08:26:00Z"}', 422, "now"),
        (b'{"customer_id":"c","placement":"p","events":{}}', 422, "events"),
    ],
)
def test_a_bad_request_is_refused_by_field(body: bytes, status: int, field: str | None) -> None:
    answered = request(create_app(ToyService()), "POST", "/v1/decisions", body)

    assert answered.status == status
    assert answered.headers["content-type"] == "application/problem+json"
    assert [e["field"] for e in answered.json.get("errors", [])] == ([] if field is None else [field])


@pytest.mark.parametrize(
    ("error", "status"),
    [(UsageError("'placement' must be one of home-hero"), 422), (Rejected("schema", "no", "event"), 422), (Unavailable(), 503)],
)
def test_a_refusal_of_the_service_becomes_a_problem(error: Exception, status: int) -> None:
    answered = decide(ToyService(refuse=error))

    assert answered.status == status
    assert answered.json["status"] == status
    assert ("retry-after" in answered.headers) == (status == 503)


def test_a_body_is_refused_as_soon_as_it_is_too_long() -> None:
    app = create_app(ToyService())
    # The fourth part never arrives: reading on would raise.
    parts = [b"x" * (MAX_EVENT_BYTES // 2)] * 3

    answered = asyncio.run(ask(app, "POST", "/v1/track", parts))

    assert answered.status == 413
    assert answered.headers["connection"] == "close"


def test_a_declared_length_is_enough_to_refuse() -> None:
    answered = request(create_app(ToyService()), "POST", "/v1/batch", b"", headers=[(b"content-length", b"%d" % (MAX_BATCH_BYTES + 1))])

    assert answered.status == 413


def test_a_client_that_goes_away_gets_no_answer_and_leaves_no_event() -> None:
    service = ToyService()
    app = create_app(service)
    gone = {"type": "http.disconnect"}
    inbox = [{"type": "http.request", "body": b'{"type":"tr', "more_body": True}, gone]

    async def run() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> Any:
            return inbox.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        await app({"type": "http", "method": "POST", "path": "/v1/track", "headers": []}, receive, send)
        return sent

    assert asyncio.run(run()) == []
    assert service.events == []


@pytest.mark.parametrize("kind", ["track", "identify", "page", "screen", "group", "alias"])
def test_the_address_names_the_type_of_the_event(kind: str) -> None:
    service = ToyService()

    answered = request(create_app(service), "POST", f"/v1/{kind}", b' {"userId": "17850"}', headers=[(b"authorization", b"Basic a2V5Og==")])

    assert answered.json == {"success": True, "accepted": 1, "rejected": []}
    assert service.events == [f'{{"type":"{kind}","userId": "17850"}}'.encode()]


def test_an_event_at_the_address_of_another_type_is_refused() -> None:
    answered = request(create_app(ToyService()), "POST", "/v1/identify", {"type": "track", "userId": "u"})

    assert (answered.status, answered.json["errors"][0]["field"]) == (422, "type")


def test_a_rejected_event_says_why_and_an_oversized_one_is_413() -> None:
    service = ToyService(rejecting={b"broken": Tracked("schema", "timestamp", "'timestamp' must be a date-time")})
    app = create_app(service)

    answered = request(app, "POST", "/v1/track", {"event": "broken"})

    assert answered.status == 422
    assert answered.json["errors"][0]["field"] == "timestamp"
    assert answered.json["detail"].startswith("schema: ")


def test_a_batch_lists_what_was_rejected_and_keeps_the_rest() -> None:
    service = ToyService(rejecting={b"broken": Tracked("schema", "event", "no")})
    large = {"type": "track", "event": "x" * MAX_EVENT_BYTES}
    events = [{"type": "track", "event": "fine"}, {"type": "track", "event": "broken"}, 7, large]

    answered = request(create_app(service), "POST", "/v1/batch", {"batch": events, "sentAt": "2011-12-01T08:26:00Z"})

    assert answered.status == 200
    assert answered.json["accepted"] == 2
    assert [(r["index"], r["reason"]) for r in answered.json["rejected"]] == [(1, "schema"), (3, "too_large")]
    assert [orjson.loads(e) for e in service.events[:1]] == [{"sentAt": "2011-12-01T08:26:00Z", "type": "track", "event": "fine"}]


def test_an_event_keeps_its_own_context_and_time_of_sending() -> None:
    service = ToyService()
    event = {"type": "track", "context": {"locale": "de"}, "sentAt": "2011-01-01T00:00:00Z"}

    request(create_app(service), "POST", "/v1/batch", {"batch": [event], "context": {"locale": "en"}, "sentAt": "2012-01-01T00:00:00Z"})

    # Byte for byte: a second "sentAt" in front would be an event that says two things.
    assert service.events == [orjson.dumps(event)]


@pytest.mark.parametrize(("body", "want"), [(b"{}", b'{"a":1}'), (b' { "b":2}', b'{"a":1, "b":2}'), (b"{ }", b'{"a":1 }')])
def test_splice_puts_a_member_in_front(body: bytes, want: bytes) -> None:
    assert splice(body, b'"a":1') == want


def test_a_profile_is_found_by_any_key_and_else_404() -> None:
    app = create_app(ToyService(profiles={"a/b 1": {"value": {"orders": 3}}}))

    assert request(app, "GET", "/v1/profiles/a/b 1").json == {"value": {"orders": 3}}
    missing = request(app, "GET", "/v1/profiles/nobody")
    assert (missing.status, missing.headers["content-type"]) == (404, "application/problem+json")


def test_readiness_is_503_until_warm_and_health_is_not() -> None:
    app = create_app(ToyService(warm=False))

    assert request(app, "GET", "/readyz").status == 503
    assert request(app, "GET", "/healthz").status == 200
    assert request(create_app(ToyService()), "GET", "/readyz").json == {"ready": True, "kernels": "warm"}


def test_metrics_are_prometheus_text() -> None:
    answered = request(create_app(ToyService()), "GET", "/metrics")

    assert answered.headers["content-type"].startswith("text/plain")
    assert answered.body.startswith(b"# HELP")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/decisions", 405), ("POST", "/healthz", 405), ("GET", "/nowhere", 404), ("POST", "/v1/decision", 404)],
)
def test_unknown_addresses_and_methods_are_problems(method: str, path: str, status: int) -> None:
    answered = request(create_app(ToyService()), method, path)

    assert answered.status == status
    assert answered.json["status"] == status
    assert (status == 405) == ("allow" in answered.headers)


def test_a_store_that_is_down_is_a_503_that_says_when_to_try_again() -> None:
    answered = request(create_app(ToyService(refuse=Unavailable())), "GET", "/v1/profiles/x")

    assert (answered.status, answered.headers["retry-after"]) == (503, "1")


def test_a_gzip_body_is_read_as_what_it_holds() -> None:
    service = ToyService()
    event = orjson.dumps({"event": "Product Viewed", "userId": "c"})

    answered = request(create_app(service), "POST", "/v1/track", gzip.compress(event, mtime=0), headers=[(b"content-encoding", b"GZIP")])

    assert answered.status == 200
    assert orjson.loads(service.events[0])["event"] == "Product Viewed"


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(b"{}", mtime=0)[:-1], b"gzip", 400),
        (gzip.compress(b"{}", mtime=0) + b"{}", b"gzip", 400),
        (b"{}", b"gzip", 400),
        (b"", b"gzip", 400),
        (gzip.compress(b" " * (MAX_EVENT_BYTES + 1), mtime=0), b"gzip", 413),
        (gzip.compress(bytes(1 << 26), mtime=0), b"gzip", 413),  # 64 MiB in 65 KiB
        (b"{}", b"br", 415),
        (b"{}", b"gzip, gzip", 415),
    ],
    ids=["cut off", "more behind it", "plain", "empty", "too long", "a bomb", "brotli", "twice"],
)
def test_a_body_that_is_packed_otherwise_is_refused(body: bytes, encoding: bytes, status: int) -> None:
    service = ToyService()

    answered = request(create_app(service), "POST", "/v1/track", body, headers=[(b"content-encoding", encoding)])

    assert answered.status == status
    assert not service.events


VIEWED = {"type": "track", "event": "Product Viewed", "userId": "17"}
ENVELOPE = {"specversion": "1.0", "id": "e-1", "source": "//shop", "type": "com.shop.view"}
CE_HEADERS = [(b"ce-specversion", b"1.0"), (b"ce-id", b"e%201"), (b"ce-source", b"//shop"), (b"ce-type", b"view")]
JSON_TYPE, CE_TYPE = (b"content-type", b"application/json"), (b"content-type", b"application/cloudevents+json; charset=utf-8")


def tracked(body: object, headers: list[tuple[bytes, bytes]]) -> tuple[Any, list[Any]]:
    service = ToyService()
    answered = request(create_app(service), "POST", "/v1/track", body, headers=headers)
    return answered, [orjson.loads(event) for event in service.events]


@pytest.mark.parametrize("headers", [[CE_TYPE], [JSON_TYPE], []])
def test_a_cloud_event_in_structured_mode_is_taken_out_of_its_envelope(headers: list[tuple[bytes, bytes]]) -> None:
    answered, events = tracked(ENVELOPE | {"data": VIEWED}, headers)

    assert (answered.status, events) == (200, [VIEWED | {"messageId": "e-1"}])


def test_the_id_of_a_cloud_event_in_binary_mode_is_its_message_id() -> None:
    assert tracked(VIEWED, [*CE_HEADERS, JSON_TYPE])[1] == [VIEWED | {"messageId": "e 1"}]
    assert tracked(VIEWED | {"messageId": None}, CE_HEADERS)[1] == [VIEWED | {"messageId": "e 1"}]
    assert tracked(VIEWED | {"messageId": "own"}, CE_HEADERS)[1] == [VIEWED | {"messageId": "own"}]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (ENVELOPE | {"id": "", "data": VIEWED}, [CE_TYPE], 422),
        (ENVELOPE, [CE_TYPE], 422),
        (VIEWED, CE_HEADERS[1:], 422),
        (VIEWED, [*CE_HEADERS, (b"content-type", b"application/avro")], 422),
        (VIEWED, [(b"content-type", b"application/cloudevents-batch+json")], 422),
        (ENVELOPE | {"data": [1]}, [CE_TYPE], 422),
        (b"{", [CE_TYPE], 400),
        (b"\xff", CE_HEADERS, 422),
    ],
)
def test_a_broken_envelope_is_refused(body: object, headers: list[tuple[bytes, bytes]], status: int) -> None:
    answered, events = tracked(body, headers)

    assert (answered.status, events) == (status, [])


def test_batches_and_decisions_take_events_in_structured_mode() -> None:
    service = ToyService()
    app = create_app(service)
    batch = [VIEWED, ENVELOPE | {"data": VIEWED}, ENVELOPE | {"specversion": "0.3", "data": VIEWED}]

    assert request(app, "POST", "/v1/batch", {"batch": batch}).status == 200
    assert decide(service, events=batch[:2]).status == 200
    refused = decide(service, events=batch)

    want = [VIEWED, VIEWED | {"messageId": "e-1"}]
    assert [orjson.loads(event) for event in service.events] == [*want, batch[2]]  # the last one: for the service to refuse
    assert [orjson.loads(event) for event in service.asked[0].events] == want
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "events[2].specversion")
