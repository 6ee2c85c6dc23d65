"""msgspec structs, generated from the vocabulary: one for the envelope, one per event's properties."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw

from platinum.vocabulary.limits import ACCOUNT_PATTERN, CLOCK_PATTERN, MAX_ID, MAX_LOCALE, MAX_NAME, TIMESTAMP_PATTERN
from platinum.vocabulary.spec import Property
from platinum.vocabulary.table import PRODUCT

# The types of generated structs are made at run time, where a type checker cannot follow.
_annotated: Any = Annotated
_literal: Any = Literal

#: Stands for a member that is not there; JSON's ``null`` is another thing until it is decoded.
NO_RAW = Raw()

Id = Annotated[str, Meta(min_length=1, max_length=MAX_ID)]
Account = Annotated[str, Meta(min_length=1, max_length=MAX_ID, pattern=ACCOUNT_PATTERN.removesuffix("$") + r"\Z")]
Name = Annotated[str, Meta(max_length=MAX_NAME)]
Tag = Annotated[str, Meta(max_length=MAX_LOCALE)]


class Location(msgspec.Struct, gc=False):
    """``context.location``."""

    country: Name | None = None


class Context(msgspec.Struct, gc=False):
    """The members of ``context`` that fill columns."""

    channel: Name | None = None
    locale: Tag | None = None
    timezone: Tag | None = None
    location: Location | None = None
    groupId: Account | None = None  # noqa: N815 - Segment's spelling


class Envelope(msgspec.Struct, gc=False):
    """What all Segment calls share; ``null`` is the same as absent."""

    # In the order in which most clients write them: msgspec looks for the next member first.
    type: Literal["track", "identify", "page", "screen", "group", "alias"]
    event: Id | None = None
    messageId: Id | None = None  # noqa: N815 - Segment's spelling
    userId: Id | None = None  # noqa: N815
    anonymousId: Id | None = None  # noqa: N815
    timestamp: Annotated[str, Meta(min_length=1)] | None = None
    properties: Raw = NO_RAW
    traits: Raw = NO_RAW
    context: Context | None = None
    groupId: Account | None = None  # noqa: N815
    previousId: Id | None = None  # noqa: N815


class AnyObject(msgspec.Struct, gc=False):
    """An object whose members are nobody's business."""


class CloudEvent(msgspec.Struct, gc=False):
    """CloudEvents 1.0 in structured mode, as far as it matters here."""

    specversion: Literal["1.0"]
    id: Id
    source: Annotated[str, Meta(min_length=1)]
    type: Annotated[str, Meta(min_length=1)]
    data: Raw
    datacontenttype: str | None = None


def attribute(name: str) -> str:
    """Attribute of a generated struct that holds property ``name``."""
    return name + "_" if keyword.iskeyword(name) else name


def _pattern(pattern: str) -> Meta:
    # "$" lets a line feed pass in Python's expressions, unlike in JSON Schema's.
    return Meta(pattern=pattern.removesuffix("$") + r"\Z")


def _annotation(prop: Property) -> Any:
    if prop.type == "number":
        return _annotated[float, Meta(ge=prop.minimum, le=prop.maximum)]
    if prop.type == "flag":
        return bool
    if prop.type == "choice":
        return _literal[tuple(prop.choices)]
    if prop.type == "time":
        return Annotated[str, _pattern(TIMESTAMP_PATTERN)]
    if prop.type == "clock":
        return Annotated[str, _pattern(CLOCK_PATTERN)]
    if prop.type == "products":
        return _annotated[list[Product], Meta(max_length=prop.max_length)]
    plain = _annotated[str, Meta(min_length=prop.min_length, max_length=prop.max_length)]
    return _annotated[plain, _pattern(prop.pattern)] if prop.pattern else plain


def struct_of(title: str, properties: tuple[Property, ...]) -> type[msgspec.Struct]:
    """Struct whose decoder accepts exactly what ``properties`` allow; an optional one is ``None`` when absent or null."""
    required = [(attribute(p.name), _annotation(p)) for p in properties if p.required]
    optional = [(attribute(p.name), _annotation(p) | None, None) for p in properties if not p.required]
    rename = {attribute(p.name): p.name for p in properties}
    return msgspec.defstruct(title.replace(" ", ""), [*required, *optional], rename=rename, gc=False)


#: One order line.
Product: Any = struct_of("Product", PRODUCT)


def decoder(of: Any) -> Callable[[Any], Any]:
    """Decoding function from bytes or Raw to ``of``."""
    decode: Callable[[Any], Any] = msgspec.json.Decoder(of).decode
    return decode


def plain_form(form: Any) -> dict[str, Any]:
    """What a generated struct holds, under the names that were sent; what is absent or null is left out."""
    if form is None:
        return {}
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(form):
        value = getattr(form, field.name)
        if value is not None:
            found[field.encode_name] = [plain_form(line) for line in value] if isinstance(value, list) else value
    return found
