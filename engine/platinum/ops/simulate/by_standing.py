"""Whom a change of policy meets: decisions by the tier and the segments of whom they are for.

A decision has neither: who is in a segment is asked anew each time. So people are told apart by how they stand at the end of the stretch,
under each policy by its own tiers and segments. A decision counts once in every segment of its customer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from platinum.ops.simulate.playing import NONE, Made, Pair, Played, Standing

Json = dict[str, Any]
_NOWHERE = Standing("", ())


def by_standing(base: Played, new: Played, pairs: Sequence[Pair], changed: Sequence[Pair]) -> Json:
    """``tier`` and ``segment`` of the report's ``by``; neither where no policy has it.

    Returns
    -------
    dict
        ``counts``: decisions of those who are there under each policy, and how many of the decisions of both became another one
        (``changed``), of those who are there under the new policy. ``changes``: decisions of both whose customer stands elsewhere under
        the new one.
    """
    found: Json = {}
    for name, words in (("tier", _tiers), ("segment", _segments)):
        if any(word != NONE for played in (base, new) for one in played.standing.values() for word in words(one)):
            found[name] = _by(words, (base, new), pairs, changed)
    return found


def _tiers(one: Standing) -> tuple[str, ...]:
    return (one.tier or NONE,)


def _segments(one: Standing) -> tuple[str, ...]:
    return one.segments or (NONE,)


def _by(words: Callable[[Standing], tuple[str, ...]], both: tuple[Played, Played], pairs: Sequence[Pair], changed: Sequence[Pair]) -> Json:
    def of(played: Played, made: Made) -> tuple[str, ...]:
        return words(played.standing.get(made.who, _NOWHERE))

    base, new = both
    before, after = (Counter(word for one in played.made for word in of(played, one)) for played in both)
    other = Counter(word for _, one in changed for word in of(new, one))
    moves = Counter(move for a, b in pairs for move in _moves(of(base, a), of(new, b)))
    return {
        "counts": [{"value": word, "base": before[word], "new": after[word], "changed": other[word]} for word in sorted(before | after)],
        "changes": [{"from": a, "to": b, "n": n, "share": round(n / len(pairs), 6)} for (a, b), n in moves.most_common()],
    }


def _moves(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """From where to where somebody stands anew: one tier for another; each segment that is left, or come into, against none."""
    left, come = sorted(set(before) - set(after)), sorted(set(after) - set(before))
    if len(left) == len(come) == 1:
        yield left[0], come[0]
        return
    yield from ((one, NONE) for one in left if one != NONE)
    yield from ((NONE, one) for one in come if one != NONE)
