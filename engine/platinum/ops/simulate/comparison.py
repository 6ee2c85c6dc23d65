"""Two policies over one stretch, decision by decision."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from platinum.ops.audit.summary import instant
from platinum.ops.simulate.breaches import BREACHES, Breach
from platinum.ops.simulate.by_standing import by_standing
from platinum.ops.simulate.playing import DIMENSIONS, NONE, Made, Pair, Played

Json = dict[str, Any]
#: Examples: most in all, and most of one change of type; breaches of one kind.
_EXAMPLES, _ALIKE, _OF_BREACH = 8, 2, 3


def paired(base: Sequence[Made], new: Sequence[Made]) -> tuple[list[Pair], int, int]:
    """(pairs that the same thing asked for, decisions that only the first made, that only the second made).

    What asks is an instant of one customer; a policy that is asked there more often, or by other things, has decisions of its own.
    """
    waiting: dict[tuple[int, int, str], list[Made]] = defaultdict(list)
    for one in base:
        waiting[one.who, one.at_ms, one.placement].append(one)
    pairs: list[Pair] = []
    alone = 0
    for one in new:
        same = waiting.get((one.who, one.at_ms, one.placement))
        if same:
            pairs.append((same.pop(0), one))
        else:
            alone += 1
    return pairs, len(base) - len(pairs), alone


def compared(
    base: Played, new: Played, found: tuple[Mapping[str, list[Breach]], Mapping[str, list[Breach]]], name: Callable[[int], str]
) -> Json:
    """The report: breaches first, then what changes, with examples. ``name`` says how a customer is called."""
    pairs, only_base, only_new = paired(base.made, new.made)
    changed = [(a, b) for a, b in pairs if a.said != b.said]
    return {
        "breaches": [_breach(kind, found[0][kind], found[1][kind], name) for kind in BREACHES],
        "decisions": {"base": len(base.made), "new": len(new.made), "only_base": only_base, "only_new": only_new},
        "contacts": {"base": len(base.sent), "new": len(new.sent)},
        "rejected": {"base": base.rejected, "new": new.rejected},
        "pairs": len(pairs),
        "changed": len(changed),
        "changed_share": _share(len(changed), len(pairs)),
        "changed_by_draw": sum(a.explored or b.explored for a, b in changed),
        "by": {d: _by(d, base.made, new.made, changed, len(pairs)) for d in DIMENSIONS} | by_standing(base, new, pairs, changed),
        "examples": _examples(changed, name),
    }


def _share(n: int, of: int) -> float:
    return round(n / of, 6) if of else 0.0


def _by(dimension: str, base: Sequence[Made], new: Sequence[Made], changed: Sequence[Pair], n_pairs: int) -> Json:
    """How often each word is decided under both, and which changes into which, most frequent first."""
    before, after = (Counter(one.of(dimension) for one in made) for made in (base, new))
    moves = Counter((a.of(dimension), b.of(dimension)) for a, b in changed if a.of(dimension) != b.of(dimension))
    return {
        "counts": [{"value": word, "base": before[word], "new": after[word]} for word in sorted(before | after)],
        "changes": [{"from": a, "to": b, "n": n, "share": _share(n, n_pairs)} for (a, b), n in moves.most_common()],
    }


def _breach(kind: str, base: Sequence[Breach], new: Sequence[Breach], name: Callable[[int], str]) -> Json:
    examples = [
        {"customer": name(one.who), "at": instant(one.at_ms), "channel": one.channel, "action": one.action, "why": one.why}
        for one in new[:_OF_BREACH]
    ]
    return {"breach": kind, "title": BREACHES[kind], "base": len(base), "new": len(new), "examples": examples}


def _examples(changed: Sequence[Pair], name: Callable[[int], str]) -> list[Json]:
    """Some of each kind of change, the most frequent kinds first."""
    kinds: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for a, b in changed:
        kinds[a.of("type"), b.of("type")].append((a, b))
    some = [pair for _, listed in sorted(kinds.items(), key=lambda one: -len(one[1])) for pair in listed[:_ALIKE]]
    return [{"customer": name(a.who), "at": instant(a.at_ms), "base": _told(a), "new": _told(b)} for a, b in some[:_EXAMPLES]]


def _told(made: Made) -> Json:
    return {**{d: None if word == NONE else word for d, word in zip(DIMENSIONS, made.said, strict=True)}, "reason": made.reason}
