"""Payloads that somebody broke, by accident or on purpose. Some stay valid: the oracle says which."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from tests.builders.events import NOW_MS, draw_event, draw_time
from tests.reference.validity import Record

#: Values that some parser, somewhere, got wrong.
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**53, 2**63, -(2**64), 10**400, 1e12, 1.0000001e12, -1e15, 1e300, 5e-324, -0.0,
    "", "x", "x" * 256, "x" * 257, "\x00", "\u2028", "\ud83d\ude00", "anon:17850", "a@b.ch", "+44 20 7946 0000", "0171/1234567",
    " a@b.ch", "a@b.ch\u2003", "\u00a0+44 20 7946 0000 ", "a\nb", "a\x7fb", "\x9f",
    "2011-12-01T08:26:00Z", "2011-02-30T00:00:00Z", "2011-12-01", "1969-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "25:00", "07:5",
    "Policy Activated", "Order Completed", "track", [], [None], [[]], {}, {"": {}}, [{"price": "1"}], [{"category": 5}],
    {"country": 1}, {"channel": []}, [{}] * 1000, [{}] * 1001, {str(i): i for i in range(257)},
)  # fmt: skip
#: JSON, and what looks like it.
ODD_TOKENS = (
    b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"01", b"1.", b".5", b"+1", b"1e", b"0x10", b"-", b"--1", b"tru", b"True",
    b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\ud83d\\ude00"', b'"\\x41"', b'"\\u00"', b'"\x01"', b'"\t"', b"'x'", b'"\xff"',
    b'"\xed\xa0\x80"', b'"\xc0\xaf"', b'"\xc3\xa9"', b"[1,]", b"[,1]", b"{,}", b'{"a"}', b'{"a":}', b'{"a":1,}', b"{1:2}",
    b"/**/1", b"1 // x", b"\x00", b"", b"9" * 5000, b"nil",
)  # fmt: skip
_HEADER_NAMES = ("content-type", "Content-Type", "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_x", "history", "traceparent")
_HEADER_VALUES = (
    b"1.0", b"0.3", b"", b"x", b"application/json", b"application/cloudevents+json", b"application/cloudevents+json; charset=utf-8",
    b"application/cloudevents+avro", b"application/cloudevents-batch+json", b"text/plain", b"application/vnd.x+json", b"\xff", b"i" * 257,
)  # fmt: skip
BINARY = (("ce_specversion", b"1.0"), ("ce_id", b"e-1"), ("ce_source", b"//shop"), ("ce_type", b"track"))
STRUCTURED = (("content-type", b"application/cloudevents+json"),)

Mutation = Callable[[dict[str, Any], Random], bytes]


def dump(event: Any, random: Random) -> bytes:
    """JSON of an event, spelled in one of several ways."""
    separators = random.choice(((",", ":"), (", ", ": "), (" ,\n", "\t: ")))
    return json.dumps(event, separators=separators, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")


def wrapped(event: Any) -> dict[str, Any]:
    """``event`` in the structured mode of CloudEvents."""
    return {"specversion": "1.0", "id": "e-1", "source": "//shop", "type": "track", "data": event}


def draw_record(random: Random, offset: int) -> Record:
    """A valid record in any of the three envelopes."""
    event = draw_event(random)
    headers: tuple[tuple[str, bytes], ...] = random.choice(((), (), (("history", b"1"),), BINARY, STRUCTURED))
    value = dump(wrapped(event) if headers is STRUCTURED else event, random)
    who = event.get("userId")
    key = (who if who is not None else "anon:" + event["anonymousId"]).encode()
    return (offset, random.choice((key, None)), value, NOW_MS, headers)


def draw_hostile(random: Random, offset: int) -> Record:
    """A record in which something was broken, once or several times."""
    event = draw_event(random)
    value = random.choice(MUTATIONS)(event, random)
    headers: tuple[tuple[str, bytes], ...] = ()
    if random.random() < 0.2:
        headers = _broken_headers(random)
        if random.random() < 0.5:
            value = dump(_change(wrapped(event), random) if random.random() < 0.5 else wrapped(event), random)
    key = None if random.random() < 0.9 else random.choice((b"17850", b"anon:c-1", b"", b"\xff"))
    return (offset, key, value, NOW_MS, headers)


def _broken_headers(random: Random) -> tuple[tuple[str, bytes], ...]:
    headers = list(random.choice((BINARY, STRUCTURED, ())))
    if headers and random.random() < 0.5:
        headers.pop(random.randrange(len(headers)))
    headers += [(random.choice(_HEADER_NAMES), random.choice(_HEADER_VALUES)) for _ in range(random.randrange(3))]
    return tuple(headers)


def _places(document: Any) -> list[tuple[Any, Any]]:
    """Every (container, key or index) of a document."""
    found: list[tuple[Any, Any]] = []
    inside = [document]
    while inside:
        one = inside.pop()
        members = list(one.items() if isinstance(one, dict) else enumerate(one))
        found.extend((one, key) for key, _ in members)
        inside.extend(value for _, value in members if isinstance(value, (dict, list)))
    return found


def _change(event: dict[str, Any], random: Random) -> dict[str, Any]:
    """Put odd values in places, or take members away."""
    document: dict[str, Any] = json.loads(json.dumps(event))
    for _ in range(random.randrange(1, 3)):
        places = _places(document)
        if not places:
            break
        container, key = random.choice(places)
        if isinstance(container, dict) and random.random() < 0.3:
            del container[key]
        else:
            container[key] = draw_time(random) if random.random() < 0.05 else deepcopy(random.choice(ODD_VALUES))
    return document


def _changed(event: dict[str, Any], random: Random) -> bytes:
    return dump(_change(event, random), random)


def _odd_token(event: dict[str, Any], random: Random) -> bytes:
    container, key = random.choice(_places(event))
    container[key] = "\u0001here\u0001"
    return json.dumps(event).encode().replace(b'"\\u0001here\\u0001"', random.choice(ODD_TOKENS))


def _flipped(event: dict[str, Any], random: Random) -> bytes:
    value = bytearray(dump(event, random))
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(value))
        how = random.randrange(4)
        if how == 0:
            value[at] = random.randrange(256)
        elif how == 1:
            value[at] ^= 1 << random.randrange(8)
        elif how == 2:
            del value[at : at + random.randrange(1, 4)]
        else:
            value[at:at] = bytes([random.choice(b'{}[]",:\\0-eE.+ntfu \x00\x80\xc3\xff')])
        if not value:
            break
    return bytes(value)


def _cut(event: dict[str, Any], random: Random) -> bytes:
    value = dump(event, random)
    return (
        value[: random.randrange(len(value))] if random.random() < 0.7 else value + random.choice((b"}", b" ", b"\x00", b"{}", b",", b"\n"))
    )


def _noise(event: dict[str, Any], random: Random) -> bytes:
    return random.randbytes(random.randrange(200)) if random.random() < 0.5 else random.choice(ODD_TOKENS)


def _deep(event: dict[str, Any], random: Random) -> bytes:
    levels = random.choice((28, 29, 30, 31, 32, 33, 40, 500, 5_000, 100_000))
    opener, closer = random.choice((("[", "]"), ('{"a":', "}"), ('[{"[":', "}]")))
    inner = opener * levels + "1" + closer * levels
    event[random.choice(("own", "properties", "traits", "context"))] = "\u0001here\u0001"
    return json.dumps(event).replace('"\\u0001here\\u0001"', inner).encode()


def _shallow_but_many(event: dict[str, Any], random: Random) -> bytes:
    event["own"] = ["{[" * 40, [{}] * random.randrange(100)]
    return dump(event, random)


def _twice(event: dict[str, Any], random: Random) -> bytes:
    """A member named twice; the last one counts."""
    text = dump(event, random).decode("utf-8", "surrogatepass")
    names = [name for container, name in _places(event) if isinstance(container, dict)]
    first = json.dumps(random.choice(names)) + ":" + json.dumps(random.choice(ODD_VALUES[:30]))
    openers = [i for i, c in enumerate(text) if c == "{"]
    at = random.choice(openers) + 1
    rest = text[at:].lstrip()
    return (text[:at] + first + ("" if rest.startswith("}") else ",") + text[at:]).encode("utf-8", "surrogatepass")


def _large(event: dict[str, Any], random: Random) -> bytes:
    value = dump(event, random)
    return value + b" " * max(0, 256 * 1024 - len(value) + random.choice((-1, 0, 1, 1000)))


def _other_encoding(event: dict[str, Any], random: Random) -> bytes:
    text = json.dumps(event, ensure_ascii=False)
    encoding = random.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"))
    return text.encode(encoding, "replace")


def _escaped_names(event: dict[str, Any], random: Random) -> bytes:
    return dump(event, random).replace(b'"userId"', b'"us\\u0065rId"').replace(b'"properties"', b'"\\u0070roperties"')


MUTATIONS: tuple[Mutation, ...] = (
    _changed, _changed, _changed, _changed, _changed, _changed, _odd_token, _odd_token, _odd_token, _flipped, _flipped, _flipped, _cut,
    _noise, _shallow_but_many, _twice, _twice, _other_encoding, _escaped_names,
)  # fmt: skip
#: Mutations that cost memory: a share of a hundredth.
HEAVY: tuple[Mutation, ...] = (_deep, _large)
