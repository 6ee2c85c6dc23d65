"""Events with defaults, and as many different valid ones as a test wants, drawn from the vocabulary table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from platinum.vocabulary.spec import EventSpec, Property
from platinum.vocabulary.table import BY_NAME, PRODUCT, SNAKE, TABLE
from tests.reference.validity import Record

#: 2012-01-01T00:00:00Z, later than every timestamp drawn here.
NOW_MS = 1_325_376_000_000
WORDS = ("candles", "kitchen", "garden", "", "Küche", "web", "email", "de-AT", "offer", "o-1", "x" * 256, "日本", 'a"b\\c', "a\nb")


def an_event(kind: str = "order_completed", customer: str | None = "17850", **properties: Any) -> dict[str, Any]:
    """A Segment call; a completed order has a number and a total unless told otherwise."""
    spec = BY_NAME[SNAKE[kind]]
    if kind == "order_completed" and not properties:
        properties = {"order_id": "536365", "total": 139.12}
    event: dict[str, Any] = {"type": spec.type, "userId": customer, "messageId": "m-81", "timestamp": "2011-12-01T08:26:00Z"}
    if spec.type == "track":
        event["event"] = spec.name
    if spec.type == "group":
        event["groupId"] = properties.pop("groupId", "firm-1")
    event["traits" if spec.type in ("identify", "group") else "properties"] = properties
    return event


def a_record(event: Any, key: bytes | None = None, offset: int = 0, headers: Mapping[str, str] | None = None) -> Record:
    """A record as the log gives it; ``event`` may be bytes."""
    value = event if isinstance(event, bytes) else json.dumps(event).encode()
    return (offset, key, value, NOW_MS, tuple((name, text.encode()) for name, text in (headers or {}).items()))


def draw_event(random: Random) -> dict[str, Any]:
    """Any valid event."""
    spec = random.choice(TABLE)
    event: dict[str, Any] = {"type": spec.type, "timestamp": draw_time(random)}
    if random.random() < 0.1:
        event |= {"type": "track", "event": "Company's Own"}
    elif spec.type == "track":
        event["event"] = spec.name
    who = random.choice(("17850", "c-1", "Ünal", "anonymous", "007", "x" * 256, "0123456789012345678"))
    event |= {"userId": who} if random.random() < 0.8 else {"userId": None, "anonymousId": who}
    if random.random() < 0.8:
        event["messageId"] = f"m-{random.getrandbits(40)}"
    if random.random() < 0.7:
        event["context"] = _draw_context(random)
    if spec.type == "identify":
        event["traits"] = _draw_traits(random)
    elif spec.type in ("group", "alias"):
        event |= {"groupId": random.choice(("firm-1", "f" * 49, "Ünal & Söhne")), "previousId": "anon:x"}
        if random.random() < 0.8:
            event["traits"] = {p.name: draw_value(p, random) for p in BY_NAME["group"].properties[1:] if random.random() < 0.6}
    elif any(p.required for p in spec.properties) or random.random() < 0.9:
        event["properties"] = draw_properties(spec, random)
    members = list(event.items())
    random.shuffle(members)
    return dict(members)


def draw_time(random: Random) -> str:
    """An RFC 3339 date-time in one of its forms."""
    at = datetime(1971, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randrange(60 * 365 * 86_400), milliseconds=random.randrange(1000))
    fraction = random.choice(("", "", f".{at.microsecond // 1000:03d}", f".{random.randrange(10)}", f".{random.getrandbits(28):09d}"[:10]))
    zone = random.choice(("Z", "Z", "z", "+00:00", "-00:00", "+05:30", "-11:00", "+23:59"))
    return f"{at:%Y-%m-%d}{random.choice('TTt')}{at:%H:%M:%S}{fraction}{zone}"


def draw_properties(spec: EventSpec, random: Random) -> dict[str, Any]:
    """Valid properties of an event: what is required, some of the rest, something of the company's own."""
    found = {p.name: draw_value(p, random) for p in spec.properties if p.required or random.random() < 0.7}
    found |= {p.name: None for p in spec.properties if p.name not in found and random.random() < 0.2}
    if spec.one_of and found.get("total") is None:
        found["total"] = 12.5
    if spec.required_when:
        name, cases = spec.required_when
        for needed in cases[found[name]]:
            prop = spec.property(needed)
            assert prop is not None
            found[needed] = draw_value(replace(prop, required=True), random)
        only = (spec.only_when or ("", {}))[1].get(found[name])
        if only:
            found["value"] = random.choice((only[0], only[0].title(), only[-1].upper(), random.choice(only)))
        if found[name] == "quiet_hours":
            found["from"], found["to"] = random.choice((("21:00", "08:30"), ("00:00", "24:00"), ("24:00", "07:00"), ("22:15", "24:00")))
    if random.random() < 0.3:
        found["own"] = random.choice(([1, {"a": None}], "text", 1e300, {"total": "x"}, True))
    return found


def draw_value(prop: Property, random: Random) -> Any:
    """A valid value of one property."""
    if prop.type == "number":
        low, high = prop.minimum or 0.0, prop.maximum or 0.0
        return random.choice((low, high, max(low, min(high, 2.55)), max(low, min(high, 1)), round(random.uniform(low, high), 3)))
    if prop.how == "currency":
        return random.choice(("EUR", "EUR", "GBP", "eur", ""))
    if prop.type in ("id", "name", "text"):
        word = random.choice([word for word in WORDS if len(word) >= prop.min_length] + ["d.1.0.7.0", "h.0042." + "0a" * 16])
        return word.replace("\n", "") if prop.pattern else word
    simple: dict[str, tuple[Any, ...]] = {
        "flag": (True, False),
        "time": (draw_time(random),),
        "clock": ("21:00", "08:30", "00:00", "23:59", "24:00"),
        "choice": tuple(prop.choices),
    }
    if prop.type in simple:
        return random.choice(simple[prop.type])
    return [{p.name: draw_value(p, random) for p in PRODUCT if random.random() < 0.8} for _ in range(random.randrange(5))]


def _draw_context(random: Random) -> dict[str, Any]:
    return {
        "channel": random.choice(("web", "email", None, "")),
        "locale": random.choice(("en-GB", "de_AT", "C", "*", None, "FR")),
        "timezone": random.choice(("Europe/London", None, "")),
        "location": random.choice((None, {"country": "gb"}, {"country": "France"}, {"city": "Wien"})),
        "groupId": random.choice((None, None, "firm-1", "f" * 256)),
        "ip": "192.0.2.1",
        "page": {"path": "/", "tags": [1, [2, []]]},
    }


def _draw_traits(random: Random) -> dict[str, Any]:
    traits: dict[str, Any] = {
        "loyalty_card": random.random() < 0.5,
        "age": random.choice((41, 41.5, -1e15, 0)),
        "region": random.choice(("north", "Süden", "", "y" * 300)),
        "language": random.choice(("de", None, 5, "C")),
        "timezone": random.choice(("Europe/Vienna", None)),
        "country": random.choice(("at", "Austria", None, 3)),
        "address": random.choice(({"country": "DE", "postcode": "1"}, {"country": 1}, None, "Street 1", [])),
        "": 1,
        "z" * 257: 2,
    }
    return {name: value for name, value in traits.items() if random.random() < 0.7}
