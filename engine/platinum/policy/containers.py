"""Shapes that hold others: lists, named entries, records with fixed keys, and what depends on how it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from platinum.policy import yaml_tree as y
from platinum.policy.problems import Problems, listing, nearest
from platinum.policy.shapes import WRONG, Json, Shape
from platinum.policy.yaml_tree import Node, Path


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; where one is enough, the brackets may be left out."""

    of: Shape
    what: str
    most: int = 256
    single: bool = True
    unique: bool = True

    @property
    def wanted(self) -> str:
        """See ``Shape``."""
        return f"a list of {self.what}"

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        if not isinstance(node, y.Sequence):
            if self.single and not (isinstance(node, y.Scalar) and node.empty):
                value = self.of.read(node, at, problems)
                return WRONG if value is WRONG else [value]
            problems.add(at, f"must be {self.wanted}")
            return WRONG
        if len(node.items) > self.most:
            problems.add((*at, self.most), f"is one too many: at most {self.most} {self.what}")
        values: list[Any] = []
        for i, item in enumerate(node.items):
            value = self.of.read(item, (*at, i), problems)
            if self.unique and value is not WRONG and value in values:
                problems.add((*at, i), "is named twice in this list")
                value = WRONG
            # A wrong entry keeps its place, so that paths of later passes still count right.
            values.append(value)
        return values

    def schema(self) -> Json:
        """See ``Shape``."""
        many: Json = {"type": "array", "items": self.of.schema(), "maxItems": self.most, "uniqueItems": self.unique}
        return {"anyOf": [many, self.of.schema()]} if self.single else many


@dataclass(frozen=True, slots=True)
class MapOf:
    """Entries with names of the writer's own."""

    of: Shape
    what: str
    pattern: str
    name_wanted: str
    most: int

    @property
    def wanted(self) -> str:
        """See ``Shape``."""
        return f"a mapping: name of the {self.what} → what it is"

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        if not isinstance(node, y.Mapping):
            problems.add(at, f"must be {self.wanted}")
            return WRONG
        values: dict[str, Any] = {}
        for name, child in node.entries.items():
            if re.fullmatch(self.pattern, name, re.ASCII) is None:
                tidy = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
                problems.add((*at, name), f"the name of a {self.what} must be {self.name_wanted}", tidy, key=True)
            value = self.of.read(child, (*at, name), problems)
            if value is not WRONG:
                values[name] = value
        if len(node.entries) > self.most:
            last = max(node.keys.items(), key=lambda named: (named[1].line, named[1].column))[0]
            problems.add((*at, last), f"makes {len(node.entries)} entries here; at most {self.most} are possible", key=True)
        return values

    def schema(self) -> Json:
        """See ``Shape``."""
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^(?:{self.pattern})$"},
            "additionalProperties": self.of.schema(),
            "maxProperties": self.most,
        }


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record."""

    shape: Shape
    doc: str
    required: bool = False
    default: str = ""  # as one would write it; "" = none


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping whose keys are fixed; ``shorthand`` is the key that a single value stands for.

    ``others`` is the shape of keys beyond the fixed ones; without it they are mistakes.
    """

    what: str
    keys: Mapping[str, Key]
    shorthand: str = ""
    others: Shape | None = None
    synonyms: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> str:
        """See ``Shape``."""
        return f"a mapping with the keys of {self.what}: {listing(self.keys)}"

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        if self.shorthand and not isinstance(node, y.Mapping):
            value = self.keys[self.shorthand].shape.read(node, at, problems)
            return WRONG if value is WRONG else {self.shorthand: value}
        if not isinstance(node, y.Mapping):
            problems.add(at, f"must be {self.wanted}")
            return WRONG
        values: dict[str, Any] = {}
        for name, child in node.entries.items():
            shape = self._shape_of(name, (*at, name), problems)
            value = WRONG if shape is None else shape.read(child, (*at, name), problems)
            if value is not WRONG:
                values[name] = value
        for name, key in self.keys.items():
            if key.required and name not in node.entries:
                problems.add(at, f"lacks {name!r}: {key.shape.wanted} ({key.doc.rstrip('.')})")
        return values

    def _shape_of(self, name: str, at: Path, problems: Problems) -> Shape | None:
        key = self.keys.get(name)
        if key is not None:
            return key.shape
        near = nearest(name, self.keys, self.synonyms)
        if self.others is None:
            problems.add(at, f"is not a key of {self.what}; the keys are {listing(self.keys)}", near, key=True)
        elif near:
            problems.warn(at, f"is a key of your own; if {near!r} was meant, write it so", key=True)
        return self.others

    def schema(self) -> Json:
        """See ``Shape``."""
        whole: Json = {"type": "object", "properties": {name: describe(key) for name, key in self.keys.items()}}
        whole["additionalProperties"] = False if self.others is None else self.others.schema()
        if required := [name for name, key in self.keys.items() if key.required]:
            whole["required"] = required
        return {"anyOf": [whole, self.keys[self.shorthand].shape.schema()]} if self.shorthand else whole


def describe(key: Key) -> Json:
    """Schema of a key with its documentation, which editors show."""
    doc = key.doc + (f" Default: {key.default}." if key.default else "")
    return {"description": doc, **key.shape.schema()}


@dataclass(frozen=True, slots=True)
class ByForm:
    """One shape for a single value (or list), another for a mapping."""

    single: Shape
    mapping: Shape

    @property
    def wanted(self) -> str:
        """See ``Shape``."""
        return f"{self.single.wanted}, or {self.mapping.wanted}"

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        return (self.mapping if isinstance(node, y.Mapping) else self.single).read(node, at, problems)

    def schema(self) -> Json:
        """See ``Shape``."""
        return {"anyOf": [self.single.schema(), self.mapping.schema()]}


@dataclass(frozen=True, slots=True)
class Raw:
    """A part with a grammar of its own; the node itself is handed on to the pass that knows it."""

    wanted: str
    json_schema: Json

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        if isinstance(node, y.Scalar) and node.empty:
            problems.add(at, f"must be {self.wanted}, not nothing")
            return WRONG
        return node

    def schema(self) -> Json:
        """See ``Shape``."""
        return self.json_schema
