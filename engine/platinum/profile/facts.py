"""Facts for the learner: what became of a promise or a case, noted while an event is folded (design 8).

They wait in second row number 0, which is no row, until the event is through (``pipeline.kernel``). A fact is an OBLIGATION:
``kind`` is a ``codes.Fact``, ``offset`` the instant at which it ended (0 = it has not), ``weight`` what is added to what was
said, ``amount`` what is added to what was kept.
"""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner
from platinum.profile.entries import MAX_MORE
from platinum.profile.obligations import copy_to
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

_NONE = constant(0)
_CASE = constant(Obligation.CASE)


@inner
def tell(more: Record, kind: int, entry: Record, ended_ms: int, said: float, kept: float) -> None:
    """Note a fact about ``entry``; where the row is a copy that is thrown away (``NO_MORE``), nobody is told."""
    if more.shape[0] == 1 or more[0]["told"] >= MAX_MORE:
        return
    fact = more[0]["entries"][more[0]["told"]]
    copy_to(entry, fact)
    if entry["kind"] == _CASE:
        fact["channel"] = _NONE  # a case has none: when it was opened last stands there
    fact["kind"], fact["offset"], fact["weight"], fact["amount"] = kind, ended_ms, said, kept
    more[0]["told"] += 1


@inner
def tell_of(more: Record, kind: int, name: int, at_ms: int, said: float, kept: float) -> None:
    """Note a fact about a name (hash) that is nothing open."""
    if more.shape[0] == 1 or more[0]["told"] >= MAX_MORE:
        return
    fact = more[0]["entries"][more[0]["told"]]
    fact["ref"], fact["due_ms"], fact["made_ms"], fact["offset"] = 0, 0, at_ms, 0
    fact["name"], fact["owner"], fact["channel"], fact["state"] = name, 0, 0, _NONE
    fact["kind"], fact["weight"], fact["amount"] = kind, said, kept
    more[0]["told"] += 1


@inner
def tell_about(more: Record, kind: int, name: int, who: tuple[Any, int], at_ms: int, said: float) -> None:
    """Note a fact about a name (hash) and one or two pseudonyms (0 = none): ``ref`` and ``due_ms``."""
    if more.shape[0] == 1 or more[0]["told"] >= MAX_MORE:
        return
    tell_of(more, kind, name, at_ms, said, 0.0)
    fact = more[0]["entries"][wide(more[0]["told"]) - 1]
    fact["ref"], fact["due_ms"] = who[0], who[1]
