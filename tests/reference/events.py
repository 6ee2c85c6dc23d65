"""The decoder's slow twin: valid records to registers, one at a time, from parsed JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from platinum.events.style import count_style
from platinum.hashing import hash64, name_hash
from platinum.ids import decision_ref
from platinum.vocabulary.codes import Kind, Preference
from platinum.vocabulary.spec import EventSpec, Property
from platinum.vocabulary.table import BY_NAME
from tests.reference.validity import Record, customer_of, epoch_ms, payload_of

Registers = dict[str, Any]


def decode_slowly(record: Record) -> tuple[Registers, list[tuple[float, int, int]], bytes]:
    """Members of EVENT that are not 0, items as (amount, name, value_name), and the customer key of a valid record."""
    offset, _, _, record_ms, headers = record
    event, envelope_id = payload_of(record)
    occurred = event.get("timestamp")
    message = event.get("messageId") or envelope_id
    registers: Registers = {
        "offset": offset,
        "record_ms": record_ms,
        "occurred_ms": record_ms if occurred is None else min(record_ms, epoch_ms(occurred)),
        "message": hash64(message.encode()) if message else 0,
        "flags": int(any(name.lower() == "history" for name, _ in headers)),
    }
    registers |= _context(event.get("context") or {})
    registers |= _acting(event)
    spec = BY_NAME.get(event["event"] if event["type"] == "track" else event["type"])
    if spec is None or spec.type != event["type"]:
        return registers | {"kind": Kind.OTHER}, [], customer_of(event)
    registers["kind"] = spec.kind
    items: list[tuple[float, int, int]] = []
    if spec.type in ("identify", "group", "alias"):
        by_call: dict[str, Callable[[dict[str, Any], Registers], list[tuple[float, int, int]]]] = {"identify": _traits}
        items = by_call.get(spec.type, _link)(event, registers)
    else:
        properties = {name: value for name, value in (event.get("properties") or {}).items() if value is not None}
        registers |= _plain(spec, properties) | _special(spec, properties)
        items = _lines(properties.get("products", [])) if spec.property("products") else []
        if spec.kind == Kind.CASE_OPENED:
            items = _id_in_eights(properties["case_id"].encode())
        if spec.kind == Kind.MESSAGE_RECEIVED:  # what is counted has tests of its own
            language = properties.get("language") or (event.get("context") or {}).get("locale") or ""
            counted = enumerate(count_style(properties["text"], language))
            items = [(float(count), at, 0) for at, count in counted if count]
    return registers, items, customer_of(event)


def _id_in_eights(text: bytes) -> list[tuple[float, int, int]]:
    """A case's id, eight bytes per item; one of more than 48 is left out."""
    pieces = [text[at : at + 8].ljust(8, b"\0") for at in range(0, len(text), 8)] if len(text) <= 48 else []
    return [(0.0, int.from_bytes(piece[:4], "little"), int.from_bytes(piece[4:], "little")) for piece in pieces]


def _context(context: dict[str, Any]) -> Registers:
    location = context.get("location") or {}
    return {
        "channel": _name(context.get("channel")),
        "language": _language(context.get("locale")),
        "timezone": _name(context.get("timezone")),
        "country": _country(location.get("country")),
    }


def _name(text: str | None) -> int:
    return name_hash(text) if text else 0


def _language(text: str | None) -> int:
    tag = re.split("[-_]", text or "")[0]
    return name_hash(tag.lower()) if re.fullmatch("[A-Za-z]{2,8}", tag) else 0


def _country(text: str | None) -> int:
    return name_hash(text.upper()) if text and re.fullmatch("[A-Za-z]{2}", text) else 0


def _acting(event: dict[str, Any]) -> Registers:
    """The account that it was done for, and the role."""
    said = event["groupId"] if event["type"] == "group" else None
    known = event["type"] in ("page", "screen") or (event["type"] == "track" and event["event"] in BY_NAME)
    properties = (event.get("properties") or {}) if known else (event.get("traits") or {}) if said else {}
    account = said or (known and properties.get("account")) or (event.get("context") or {}).get("groupId")
    return {"account": _name(account), "role": _name(properties.get("role"))}


def _link(event: dict[str, Any], registers: Registers) -> list[tuple[float, int, int]]:
    if event["type"] == "alias":
        registers["ref"] = hash64(event["previousId"].encode())
        return []
    traits = {name: value for name, value in (event.get("traits") or {}).items() if value is not None}
    registers["ref"] = hash64(event["groupId"].encode())
    registers["code"] = {"declared": 1, "verified": 2, "inferred": 3}[traits.get("basis", "declared")]
    registers["low"] = float(traits.get("left", False))
    registers["high"] = float(epoch_ms(traits["until"])) if "until" in traits else 0.0
    return _id_in_eights(event["groupId"].encode())


def _traits(event: dict[str, Any], registers: Registers) -> list[tuple[float, int, int]]:
    traits = event.get("traits") or {}
    items = []
    for name, value in traits.items():
        if not 1 <= len(name) <= 256:
            continue
        if isinstance(value, str):
            items.append((0.0, name_hash(name), _name(value) if len(value) <= 256 else 0))
        elif isinstance(value, (bool, float)):
            items.append((float(value), name_hash(name), 0))
    texts = {name: value for name, value in traits.items() if isinstance(value, str) and len(value) <= 256}
    address = traits.get("address")
    country = texts.get("country") or (address.get("country") if isinstance(address, dict) else "")
    registers["language"] = _language(texts.get("language")) or registers["language"]
    registers["timezone"] = _name(texts.get("timezone")) or registers["timezone"]
    registers["country"] = _country(country if isinstance(country, str) else "") or registers["country"]
    return items


def _plain(spec: EventSpec, properties: dict[str, Any]) -> Registers:
    """Registers that one property alone fills, and constants."""
    registers: Registers = dict(spec.constants)
    for prop in spec.properties:
        if prop.name not in properties or prop.register in ("", "items", "account", "role") or spec.shape == "preference":
            continue
        value = properties[prop.name]
        ways: dict[str, Callable[[Any], Any]] = {
            "name_hash": _name,
            "customer": _name,
            "folded_hash": lambda v: _name(v.lower()),
            "hash64": lambda v: decision_ref(v) or hash64(v.encode()),
            "decision_ref": decision_ref,
            "number": float,
            "choice": prop.choices.__getitem__,
            "sign": partial(_sign, prop),
            "epoch_ms": epoch_ms,
        }
        registers[prop.register] = ways[prop.how](value)
    return registers


def _sign(prop: Property, value: bool) -> float:
    return prop.choices["true" if value else "false"]


def _special(spec: EventSpec, properties: dict[str, Any]) -> Registers:
    """Registers that several properties fill."""
    sums = sum((amount for amount, _ in _amounts(properties.get("products", []))), 0.0)
    if spec.shape == "line":
        return {"amount": properties.get("price", 0.0) * properties.get("quantity", 1.0)}
    if spec.shape == "preference":
        return _preference(properties)
    ways = {"order": ("total", "revenue"), "cart": ("value",), "checkout": ("total", "revenue", "value")}
    if spec.shape in ways:
        return {"amount": next((properties[name] for name in ways[spec.shape] if name in properties), sums)}
    return {}


def _amounts(products: list[dict[str, Any]]) -> list[tuple[float, str]]:
    lines = [{name: value for name, value in line.items() if value is not None} for line in products]
    return [(line.get("price", 0.0) * line.get("quantity", 1.0), line.get("category", "")) for line in lines]


def _lines(products: list[dict[str, Any]]) -> list[tuple[float, int, int]]:
    return [(amount, name_hash(category), 0) for amount, category in _amounts(products) if category]


def _preference(properties: dict[str, Any]) -> Registers:
    kind = Preference[properties["preference"].upper()]
    registers: Registers = {"code": kind, "amount": -1.0 if properties.get("withdrawn") else 1.0}
    if kind == Preference.QUIET_HOURS:
        low, high = (int(properties[side][:2]) * 60 + int(properties[side][3:]) for side in ("from", "to"))
        whole = (low, high) == (0, 1440)
        return registers | {"low": low % 1440, "high": 1440 if whole else high % 1440}
    if kind == Preference.CADENCE:
        return registers | {"low": properties["limit"], "high": properties["days"]}
    folded = (Preference.CHANNEL_NO, Preference.CHANNEL_ONLY, Preference.TYPE_NO, Preference.DETAIL, Preference.ORDER, Preference.PACE)
    if kind in folded:
        return registers | {"name_a": _name(properties["value"].lower())}
    return registers | {"name_a": _language(properties["value"]) if kind == Preference.LANGUAGE else _name(properties["value"])}
