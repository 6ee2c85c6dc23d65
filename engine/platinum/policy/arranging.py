"""What the parts of a content are, and how they are arranged for one person (pure set-up: it runs once per shape of decision).

A block may say what it is: ``facts`` (what is so, what it costs), ``people`` (who, why, how it feels), ``detail`` (how it comes about) or
``next`` (what to do now). A block that says nothing stays with the one before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from platinum.policy.policy import Block
from platinum.policy.tables import HAS_DETAIL, HAS_NEXT, HAS_SIDES
from platinum.vocabulary.manner import DETAIL, ORDER, PACE

#: A wish is as written, the first or second word as stated, or as inferred; three of them are packed with this base.
AS_WRITTEN, STATED, INFERRED = 0, 1, 3
PER_WISH = 5
#: Presentations there can be.
PRESENTATIONS = PER_WISH**3
_WISHES = (("detail", DETAIL), ("order", ORDER), ("pace", PACE))


class Presentation(NamedTuple):
    """What is wished: a word, or ``None`` = as written; and which of them the customer stated."""

    detail: str | None
    order: str | None
    pace: str | None
    stated: tuple[str, ...]


def unpack_presentation(packed: int) -> Presentation:
    """Inverse of ``decide.presenting.presented``."""
    said: dict[str, str | None] = {}
    stated: list[str] = []
    for name, words in _WISHES:
        packed, wish = divmod(packed, PER_WISH)
        said[name] = None if wish == AS_WRITTEN else words[(wish - STATED) % 2]
        if STATED <= wish < INFERRED:
            stated.append(name)
    return Presentation(said["detail"], said["order"], said["pace"], tuple(stated))


def presents(variants: Sequence[Sequence[Block]]) -> int:
    """Bits HAS_* of a content: what its presentation could differ in."""
    parts = {block.part for blocks in variants for block in blocks}
    found = HAS_DETAIL if "detail" in parts else 0
    found |= HAS_SIDES if {"facts", "people"} <= parts else 0
    return found | (HAS_NEXT if "next" in parts and len(parts - {""}) > 1 else 0)


def arranged(blocks: Sequence[Block], wish: Presentation) -> tuple[Block, ...]:
    """The blocks in the order and number that are wished."""
    parts = _parts(blocks)
    if wish.detail == "brief":
        kept = [i for i, part in enumerate(parts) if part != "detail"]
    else:
        kept = list(range(len(blocks)))
    rank = _ranks(wish)
    if rank:
        kept.sort(key=lambda i: rank.get(parts[i], -1))  # stable: what is of one part stays in its order
    elif wish.pace is not None:
        quick = wish.pace == "quick"
        kept.sort(key=lambda i: (parts[i] == "next") != quick)
    return tuple(blocks[i] for i in kept)


def _parts(blocks: Sequence[Block]) -> list[str]:
    """Part of each block; those that say nothing belong to the one before, and ahead of all to none."""
    found: list[str] = []
    for block in blocks:
        found.append(block.part or (found[-1] if found else ""))
    return found


def _ranks(wish: Presentation) -> dict[str, int]:
    """Place of each part; what belongs to none stands in front, such as a greeting."""
    if wish.order is None:
        return {}
    order = ["facts", "detail", "people"] if wish.order == "facts_first" else ["people", "facts", "detail"]
    order.insert(order.index("facts") + 1 if wish.pace == "quick" else len(order), "next")
    return {part: i for i, part in enumerate(order)}
