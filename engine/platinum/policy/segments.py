"""Value segments: named conditions on needs, goals, preferences, behaviour and style, which actions ask for (treatment-formulas 3.8).

A segment is no property of a person that is kept: it is read anew in every decision, so nobody stays in one that does not fit any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from platinum.hashing import name_hash
from platinum.policy.conditions import Conditions
from platinum.policy.declared import Declared, Values
from platinum.policy.policy import Segment
from platinum.policy.problems import Problems
from platinum.policy.tables import AND, NOT, OR, TRUE
from platinum.policy.yaml_tree import Path
from platinum.vocabulary.codes import Field

#: Fields that say where somebody lives or how large they are, and nothing of what they need or do.
SUPERFICIAL = frozenset({Field.COUNTRY, Field.SPEND, Field.ORDERS, Field.SPEND_365D, Field.MONETARY_VALUE})


def segments_of(values: Values, declared: Declared, conditions: Conditions, problems: Problems) -> tuple[Segment, ...]:
    """The policy's segments, once its actions are compiled; what is doubtful about one is noted."""
    needs = frozenset(name_hash(name) for name, trait in declared.traits.items() if trait.about == "need")
    found = []
    for name in values.get("segments", {}):
        at: Path = ("segments", name)
        program = conditions.segments.known.get(name, [TRUE])
        superficial = is_superficial(conditions.reads(program), needs)
        if superficial:
            problems.warn(at, "rests on nothing but place, industry or size: it says nothing of what people need, want or do", key=True)
        used = tuple(conditions.segments.used_by[name])
        if not used:
            problems.warn(at, "is asked for by no action, so it changes no decision", key=True)
        found.append(Segment(name, tuple(program), superficial, used))
    return tuple(found)


def is_superficial(read: Iterable[tuple[int, int]], needs: frozenset[int]) -> bool:
    """Whether these comparisons (field, name hash) say nothing of needs, goals, preferences, behaviour or style."""
    return all(field in SUPERFICIAL or (field == Field.TRAIT and name not in needs) for field, name in read)


def holds(program: Sequence[int], truths: Sequence[bool]) -> bool:
    """Whether a segment's code is true of the truths of all leaves (bool[L])."""
    stack: list[bool] = []
    for code in program:
        if code == TRUE:
            stack.append(True)
        elif code == NOT:
            stack.append(not stack.pop())
        elif code in (AND, OR):
            one, other = stack.pop(), stack.pop()
            stack.append(one and other if code == AND else one or other)
        else:
            stack.append(bool(truths[code]))
    return stack[-1]
