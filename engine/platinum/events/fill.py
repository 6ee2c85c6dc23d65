"""Properties to registers: one filler per shape of event, each returning what the EVENT record gets.

A filler raises before it adds anything to the sheet, so a refused event leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter
from struct import Struct
from typing import Any

from platinum.errors import EventRejected
from platinum.events.forms import Envelope, attribute
from platinum.events.keys import is_personal
from platinum.events.names import FOLDED, LANGUAGES, NAMES, Names
from platinum.events.style import count_style
from platinum.events.times import parse_ms
from platinum.hashing import name_hash
from platinum.vocabulary.codes import Preference, RoleBasis
from platinum.vocabulary.relation import ONLY_WORDS
from platinum.vocabulary.spec import EventSpec, Property

#: low, high, name_b, code: registers that few events have, written only for those.
Rest = tuple[float, float, int, int]
#: amount, name_a, id for ``ref``, the rest.
Registers = tuple[float, int, str | None, Rest | None]
_REGISTER = ("amount", "name_a", "ref", "low", "high", "name_b", "code")
NOTHING: Registers = (0.0, 0, None, None)

pack_item = Struct("<dII").pack  # columns.ITEM

#: (properties, envelope, items of the batch so far) → registers.
Fill = Callable[[Any, Envelope, bytearray], Registers]


def nothing(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
    """A sign of life only."""
    return NOTHING


def group(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
    """``groupId`` is the reference; its bytes are items, so that decisions can name the account."""
    if envelope.groupId is None:
        raise EventRejected("schema", "groupId", "given in a group call")
    until_ms = 0.0 if properties.until is None else _epoch_ms("traits.until", properties.until)
    rest = (float(properties.left or 0), until_ms, 0, int(RoleBasis[(properties.basis or "declared").upper()]))
    add_id(envelope.groupId, items)
    return (0.0, 0, envelope.groupId, rest)


#: Bytes of the id of a case or an account that a row keeps; a longer one is told of by nobody.
MOST_ID_BYTES = 48


def add_id(of: str, items: bytearray) -> None:
    """Append the bytes of an id, eight in each item."""
    text = of.encode()
    if len(text) <= MOST_ID_BYTES:
        padded = text.ljust(-(-len(text) // 8) * 8, b"\0")
        for at in range(0, len(padded), 8):
            items += pack_item(0.0, int.from_bytes(padded[at : at + 4], "little"), int.from_bytes(padded[at + 4 : at + 8], "little"))


def alias(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
    """``previousId`` is the reference."""
    if envelope.previousId is None:
        raise EventRejected("schema", "previousId", "given in an alias call")
    return (0.0, 0, envelope.previousId, None)


def category(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
    """A look at something of a category."""
    return (0.0, NAMES[properties.category], None, None)


def outcome(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
    """What became of a decision, and what that is worth; and whose it was, where somebody else did it."""
    whose = properties.customer_id
    rest = None if whose is None else (0.0, customer(whose), 0, 0)
    return (properties.value or 0.0, 0, properties.decision_id, rest)


def customer(key: str) -> float:
    """Hash of the key of a customer whom an event names beside the one that it is of.

    Raises
    ------
    EventRejected
        ``personal_key``: it would be the key of a record.
    """
    if is_personal(key):
        raise EventRejected("personal_key", "properties.customer_id", "a pseudonym, not an e-mail address or a phone number")
    return float(name_hash(key))


def line(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
    """One product: category and price × quantity."""
    price = properties.price
    if price is None:
        return (0.0, NAMES[properties.category], properties.product_id, None)
    if properties.quantity is not None:
        price *= properties.quantity
    return (price, NAMES[properties.category], properties.product_id, None)


def add_lines(products: list[Any] | None, items: bytearray) -> float:
    """Append an item per order line that has a category; returns the sum of price × quantity over all lines."""
    total = 0.0
    for product in products or ():
        amount = 0.0 if product.price is None else product.price
        if product.quantity is not None:
            amount *= product.quantity
        total += amount
        if product.category:
            items += pack_item(amount, NAMES[product.category], 0)
    return total


#: Shape → properties that say what all of it is worth, best first; without any of them the sum of its lines says it.
WORTH = {"order": ("total", "revenue"), "cart": ("value",), "checkout": ("total", "revenue", "value")}


def worth(spec: EventSpec) -> Fill:
    """Filler of an order, a cart or a checkout: its number and what it is worth."""
    names = WORTH[spec.shape]
    number = next(p.name for p in spec.properties if p.register == "ref")
    rest = _rest(spec)

    def fill(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
        more = rest(properties)  # first: it may refuse the event, and items stay
        lines = add_lines(properties.products, items)
        given = (getattr(properties, name) for name in names)
        amount = next((one for one in given if one is not None), lines)
        return (amount, 0, getattr(properties, number), more)

    return fill


_REST = _REGISTER[3:]  # as in ``Rest``


def _rest(spec: EventSpec) -> Callable[[Any], Rest | None]:
    """What an order fills besides its worth: when it is expected, why it ended, which case it pays; None where it says nothing of these."""
    steps = [(_REST.index(p.register), attrgetter(attribute(p.name)), _converter(p)) for p in spec.properties if p.register in _REST]

    def rest(properties: Any) -> Rest | None:
        said: list[Any] | None = None
        for index, get, convert in steps:
            value = get(properties)
            if value is not None:
                said = [0.0, 0.0, 0, 0] if said is None else said
                said[index] = value if convert is None else convert(value)
        return None if said is None else (said[0], said[1], said[2], said[3])

    return rest


def completed(spec: EventSpec) -> Fill:
    """Filler of an order whose worth must be known."""
    fill_worth = worth(spec)

    def fill(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
        if properties.total is None and properties.revenue is None:
            products = properties.products
            if not products or any(product.price is None for product in products):
                raise EventRejected("schema", "properties.total", "given, or revenue, or a price on every one of the products")
        return fill_worth(properties, envelope, items)

    return fill


_PREFERENCES = {p.name.lower(): p for p in Preference}
_NAMES_OF: Mapping[Preference, Names] = {
    Preference.LANGUAGE: LANGUAGES,
    Preference.CHANNEL_NO: FOLDED,
    Preference.CHANNEL_ONLY: FOLDED,
    **{_PREFERENCES[of]: FOLDED for of in ONLY_WORDS},
}
_DAY = 1440.0


def preference(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
    """A stated preference; which registers it uses depends on its kind."""
    kind = _PREFERENCES[properties.preference]
    amount = -1.0 if properties.withdrawn else 1.0
    if kind == Preference.QUIET_HOURS:
        _need(properties, "from", "to")
        return (amount, 0, None, (*_quiet(_minute(properties.from_), _minute(properties.to)), 0, kind))
    if kind == Preference.CADENCE:
        _need(properties, "limit", "days")
        return (amount, 0, None, (properties.limit, properties.days, 0, kind))
    _need(properties, "value")
    words = ONLY_WORDS.get(properties.preference)
    if words is not None and properties.value.lower() not in words:
        # Kept as it came it would forbid nothing, and a "no" without effect is worse than one that is refused aloud.
        raise EventRejected("schema", "properties.value", f"one of {', '.join(words)} for preference {properties.preference}")
    return (amount, _NAMES_OF.get(kind, NAMES)[properties.value], None, (0.0, 0.0, 0, kind))


def _need(properties: Any, *names: str) -> None:
    for name in names:
        value = getattr(properties, attribute(name))
        if value is None or value == "":
            raise EventRejected("schema", f"properties.{name}", f"given for preference {properties.preference}")


def _quiet(first: float, last: float) -> tuple[float, float]:
    """The pair as rows keep it: 24:00 is 00:00, but 00:00-24:00 stays (0, 1440), the whole day."""
    if (first, last) == (0.0, _DAY):
        return first, last
    first, last = first % _DAY, last % _DAY
    if first == last:
        raise EventRejected("schema", "properties.to", "another time than properties.from; the whole day is 00:00 to 24:00")
    return first, last


def _minute(clock: str) -> float:
    return int(clock[:2]) * 60.0 + int(clock[3:])


def _epoch_ms(name: str, text: str) -> float:
    ms = parse_ms(text)
    if ms is None:
        raise EventRejected("time_range", name, "an instant that exists, from 1970 to 2099")
    return float(ms)


def plain(spec: EventSpec) -> Fill:
    """Filler that follows the ``register`` and ``how`` of each property."""
    blank: list[Any] = [0.0, 0, None, 0.0, 0.0, 0, 0]
    for register, value in spec.constants.items():
        blank[_REGISTER.index(register)] = int(value) if register == "code" else value
    steps = [
        (_REGISTER.index(p.register), attrgetter(attribute(p.name)), _converter(p)) for p in spec.properties if p.register in _REGISTER
    ]

    def fill(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
        registers = blank.copy()
        for index, get, convert in steps:
            value = get(properties)
            if value is not None:
                registers[index] = value if convert is None else convert(value)
        amount, name_a, ref, *rest = registers
        return (amount, name_a, ref, tuple(rest))

    return fill


def message(spec: EventSpec) -> Fill:
    """A customer's own words: what is counted of them becomes items, and they go no further (treatment-formulas 3.2)."""
    fill_plain = plain(spec)

    def fill(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
        registers = fill_plain(properties, envelope, items)
        locale = envelope.context.locale if envelope.context else None
        for at, count in enumerate(count_style(properties.text, properties.language or locale or "")):
            if count:
                items += pack_item(float(count), at, 0)
        return registers

    return fill


def case(spec: EventSpec) -> Fill:
    """A case: as ``plain``, and the bytes of its id as items, eight in each, so that decisions can name it."""
    fill_plain = plain(spec)

    def fill(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
        registers = fill_plain(properties, envelope, items)
        add_id(properties.case_id, items)
        return registers

    return fill


def _converter(prop: Property) -> Callable[[Any], Any] | None:
    if prop.how == "name_hash":
        return NAMES.__getitem__
    if prop.how == "folded_hash":
        return FOLDED.__getitem__
    if prop.how == "customer":
        return customer
    if prop.how == "choice":
        kind = int if prop.register == "code" else float
        return {word: kind(number) for word, number in prop.choices.items()}.__getitem__
    if prop.how == "sign":
        return {True: prop.choices["true"], False: prop.choices["false"]}.__getitem__
    if prop.how == "epoch_ms":
        return partial(_epoch_ms, f"properties.{prop.name}")
    return None  # numbers and ids are taken as they are
