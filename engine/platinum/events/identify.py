"""Traits of an ``identify`` call: text, numbers and flags become items; lists and objects are ignored."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw

from platinum.errors import EventRejected
from platinum.events.fill import NOTHING, Registers, pack_item
from platinum.events.forms import NO_RAW, Envelope, decoder
from platinum.events.names import COUNTRIES, LANGUAGES, NAMES, PLACE_FORM
from platinum.vocabulary.limits import MAX_NAME, MAX_NUMBER, MAX_TRAITS

_TEXT, _TRUE, _FALSE, _NULL = b'"tfn'
_OBJECT, _LIST = b"{["


class _Address(msgspec.Struct, gc=False):
    """``traits.address``."""

    country: Raw = NO_RAW


_text = decoder(str)
_number = decoder(float)
_address = decoder(_Address)

#: Traits decode to their members' bytes: what is ignored is not even built.
decode_traits = decoder(dict[str, Raw] | None)


def traits(members: dict[str, Raw], envelope: Envelope, items: bytearray) -> Registers:
    """One item per trait that is text, a number or a flag."""
    if len(members) > MAX_TRAITS:
        raise EventRejected("schema", "traits", f"an object of at most {MAX_TRAITS} members")
    found = bytearray()
    for name, raw in members.items():
        first = memoryview(raw)[0]
        if first in (_NULL, _OBJECT, _LIST):
            continue
        if first == _TEXT:
            amount, value_name = 0.0, _value_name(_text(raw))
        elif first in (_TRUE, _FALSE):
            amount, value_name = float(first == _TRUE), 0
        else:
            amount, value_name = _amount(raw), 0
        if name and len(name) <= MAX_NAME:
            found += pack_item(amount, NAMES[name], value_name)
    items += found
    return NOTHING


def place(members: dict[str, Raw], of_context: bytes) -> bytes:
    """Packed channel, language, time zone and country: the traits' where they say so, else those of the context."""
    channel, language, timezone, country = PLACE_FORM.unpack(of_context)
    if text := _text_of(members.get("language")):
        language = LANGUAGES[text] or language
    if text := _text_of(members.get("timezone")):
        timezone = NAMES[text]
    text = _text_of(members.get("country")) or _text_of(_country_of(members.get("address")))
    if text:
        country = COUNTRIES[text] or country
    return PLACE_FORM.pack(channel, language, timezone, country)


def _value_name(text: str) -> int:
    # A long text is no value anybody compares with; its hash would only fill the row.
    return NAMES[text] if len(text) <= MAX_NAME else 0


def _amount(raw: Raw) -> float:
    try:
        amount: float = _number(raw)
    except msgspec.ValidationError:
        amount = MAX_NUMBER * 2  # more digits or a larger exponent than a float64 holds
    if not -MAX_NUMBER <= amount <= MAX_NUMBER:
        raise EventRejected("schema", "traits", f"free of numbers beyond {MAX_NUMBER:g}")
    return amount


def _text_of(raw: Raw | None) -> str:
    if raw is None or raw is NO_RAW or memoryview(raw)[0] != _TEXT:
        return ""
    text: str = _text(raw)
    return text if len(text) <= MAX_NAME else ""


def _country_of(raw: Raw | None) -> Raw | None:
    if raw is None or memoryview(raw)[0] != _OBJECT:
        return None
    found: Any = _address(raw).country
    return found if isinstance(found, Raw) else None
