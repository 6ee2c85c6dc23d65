"""The vocabulary: every standard event by name. Decoder, JSON Schema, docs and policies read this one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from platinum.vocabulary.bonds import BONDS
from platinum.vocabulary.codes import ENGINE_KINDS, Kind
from platinum.vocabulary.commerce import COMMERCE, PRODUCT
from platinum.vocabulary.relation import IDENTITY, OUTCOMES, WISHES
from platinum.vocabulary.roles import with_role
from platinum.vocabulary.service import SERVICE
from platinum.vocabulary.spec import EventSpec, Property

__all__ = ["BY_KIND", "BY_NAME", "CALLS", "COMMERCE", "ENGINE_NAMES", "PRODUCT", "SNAKE", "TABLE", "EventSpec", "Property"]

#: All standard events, in the order of the reference page.
TABLE: tuple[EventSpec, ...] = tuple(map(with_role, IDENTITY + COMMERCE + SERVICE + WISHES + OUTCOMES + BONDS))

#: Name → spec; calls other than track are named by their type (``identify``).
BY_NAME: Mapping[str, EventSpec] = MappingProxyType({spec.name: spec for spec in TABLE})

#: Kind → spec.
BY_KIND: Mapping[Kind, EventSpec] = MappingProxyType({spec.kind: spec for spec in TABLE})

#: Name as policies write it → standard name: ``order_completed`` → ``Order Completed``.
SNAKE: Mapping[str, str] = MappingProxyType({spec.snake: spec.name for spec in TABLE})

#: The values of ``type``.
CALLS: tuple[str, ...] = ("track", "identify", "page", "screen", "group", "alias")

#: Names that nobody but the engine may send.
ENGINE_NAMES: frozenset[str] = frozenset(kind.name.replace("_", " ").title() for kind in ENGINE_KINDS)
