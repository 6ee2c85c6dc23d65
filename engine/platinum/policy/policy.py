"""A compiled policy: tables for kernels, and the words, terms and names that ``emit`` needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from platinum.policy.stopped import Stops
from platinum.policy.tables import Tables
from platinum.vocabulary.codes import ActionType, Lane, Purpose


@dataclass(frozen=True, slots=True)
class Block:
    """One typed piece of content.

    Attributes
    ----------
    kind : str
        ``words``, ``image``, ``link`` or ``products``.
    fields : mapping
        ``words``: {text}. ``image``: {url, alt}. ``link``: {url, text, commerce}. ``products``: {skus or category, limit}.
    placeholders : tuple of str
        Names in braces found in the block's texts, in order of appearance.
    part : str
        What it is to who reads it (``policy.arranging.PARTS``); ``""`` = not said.
    """

    kind: str
    fields: Mapping[str, object]
    placeholders: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the firm may do for a customer; index = position in ``Policy.actions`` and in ``Tables.actions``."""

    name: str
    type: ActionType
    lane: Lane
    purpose: Purpose
    channels: tuple[str, ...]
    placements: tuple[str, ...]  # () = every placement of its channels that takes its type
    content: Mapping[tuple[int, int], tuple[Block, ...]]  # (language index, tone index) → blocks
    value: float
    cost: float
    offer: Mapping[str, object] | None  # {id, price, code, ...} as the policy wrote it
    terms: Mapping[str, object] | None
    reward: Mapping[str, object]  # {accepted: 1.0, complained: -5.0, window: "7d"} with defaults filled in
    goal: str | None
    category: str | None
    promise: str | None = None  # class of what it promises
    clarity: float = 0.0  # of its terms, TT of treatment-formulas 3.5


@dataclass(frozen=True, slots=True)
class HumanPath:
    """How a person reaches a person.

    Attributes
    ----------
    contact : mapping
        ``phone``, ``email``, ``url``, ``chat`` as written.
    opens : tuple of (weekday, first minute, last minute)
        Monday = 0, local minutes in the policy's time zone, last exclusive.
    closed : tuple of int
        Days since 1970-01-01 on which nobody is there.
    call_back : str or None
        Class of promises that a call-back is.
    """

    contact: Mapping[str, str]
    opens: tuple[tuple[int, int, int], ...]
    closed: tuple[int, ...] = ()
    call_back: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment.

    Attributes
    ----------
    program : tuple of int
        Postfix code over ``Tables.leaves``.
    superficial : bool
        It rests on nothing but place, industry or size.
    used_by : tuple of str
        Actions whose conditions ask for it.
    """

    name: str
    program: tuple[int, ...]
    superficial: bool
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventMapping:
    """One company's own event name: what it is here, and where its properties come from."""

    source: str  # the company's event name
    target: str  # a standard event name of the vocabulary
    properties: Mapping[str, str]  # standard property → dotted path in the company's properties


@dataclass(frozen=True, slots=True)
class Policy:
    """A compiled policy. Equal content gives an equal ``version`` and equal bytes everywhere."""

    name: str
    version: str  # 16 hex digits: content hash of the canonical form
    source: bytes  # the YAML as read; stored as artefact
    currency: str
    timezone: str
    languages: tuple[str, ...]
    tones: tuple[str, ...]
    channels: tuple[str, ...]
    placements: tuple[str, ...]
    categories: tuple[str, ...]
    traits: Mapping[str, tuple[str, ...]]  # trait → values (one_of) or ()
    whens: tuple[str, ...]  # name of each when_reached rule
    caps: tuple[str, ...]  # each as written
    actions: tuple[Action, ...]
    human: HumanPath | None
    mappings: Mapping[str, EventMapping]  # by source event name
    names: Mapping[int, str]  # every name_hash of this policy → its name
    tables: Tables
    warnings: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()  # name of each class of promises, as ``Tables.promises``
    segments: tuple[Segment, ...] = ()
    stops: Stops = Stops()  # noqa: RUF009 - it never changes

    @property
    def stopped(self) -> bool:
        """Folds, decides nothing; see ``policy.stopped``."""
        return self.stops.deciding
