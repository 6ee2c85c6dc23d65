"""A company's own properties under standard names, as a policy's event mapping says.

A standard property takes its value from the dotted path that the mapping gives, or from the property of its own name. A path
enters lists by number (``lines.0.sku``). The mapping states what a value means, so numbers sent as text, and ids sent as
numbers, are taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from platinum.errors import EventRejected
from platinum.events.forms import struct_of
from platinum.policy.policy import EventMapping
from platinum.vocabulary.spec import EventSpec

_any = msgspec.json.Decoder().decode


def mapped_decoder(mapping: EventMapping, spec: EventSpec) -> Callable[[Any], Any]:
    """Decoding function from the company's raw properties to the struct of ``spec``; ``None`` for ``null``."""
    form = struct_of(spec.name, spec.properties)
    paths = {name: tuple(path.split(".")) for name, path in mapping.properties.items()}

    def decode(raw: Any) -> Any:
        try:
            source = _any(raw)
        except msgspec.ValidationError:
            raise EventRejected("mapping", "properties", "free of numbers that no float64 holds") from None
        if source is None:
            return None
        if not isinstance(source, dict):
            raise msgspec.ValidationError("Expected `object`")
        found = {}
        for prop in spec.properties:
            value = dig(source, paths.get(prop.name, (prop.name,)))
            if prop.type in ("name", "id") and isinstance(value, (int, float)) and not isinstance(value, bool):
                value = str(value)
            if value is not None:
                found[prop.name] = value
        return msgspec.convert(found, form, strict=False)

    return decode


def dig(source: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path; ``None`` where it leads nowhere."""
    for step in path:
        if isinstance(source, dict):
            source = source.get(step)
        elif isinstance(source, list) and step.isdecimal() and int(step) < len(source):
            source = source[int(step)]
        else:
            return None
    return source
