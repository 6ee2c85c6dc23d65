"""``when`` and ``not_when``: from nested conditions to leaves and a postfix program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from platinum.policy import yaml_tree as y
from platinum.policy.condition_values import OPERATOR_SYNONYMS, Subject, Test, WordReader, subject_of
from platinum.policy.content_schema import GROUPS, OPERATORS
from platinum.policy.declared import Declared, Names
from platinum.policy.problems import Problems, listing, nearest
from platinum.policy.segment_codes import SegmentCodes
from platinum.policy.tables import AND, MAX_STACK, NOT, OP_AT_LEAST, OP_AT_MOST, OP_BETWEEN, OP_EQUAL, OP_KNOWN, OP_NOT_EQUAL, OR, TRUE
from platinum.policy.yaml_tree import Node, Path

_OP = {"at_least": OP_AT_LEAST, "at_most": OP_AT_MOST, "is": OP_EQUAL, "is_not": OP_NOT_EQUAL}
_ALWAYS = [TRUE]
Program = list[int]


class Leaf(NamedTuple):
    """One comparison, as ``Tables.leaves`` holds it."""

    a: float
    b: float
    name: int
    field: int
    op: int


class Conditions:
    """Compiles the conditions of all actions of one policy; equal comparisons share a leaf."""

    def __init__(self, declared: Declared, names: Names, problems: Problems, segments: Sequence[str] = ()) -> None:
        self._declared = declared
        self.segments = SegmentCodes(segments, problems)
        self._names = names
        self._problems = problems
        self._words = WordReader(declared, names, problems)
        self.leaves: dict[Leaf, int] = {}
        self.program: Program = []

    def add(self, when: Node | None, not_when: Node | None, at: Path, any_of: Sequence[tuple[Node, Path]] = ()) -> tuple[int, int]:
        """(start, length) in ``program`` of one action's conditions; length 0 = always. Of ``any_of``, if given, one must hold too."""
        parts: list[Program] = []
        if when is not None:
            parts.append(self._condition(when, (*at, "when")))
        if not_when is not None:
            parts.append([*self._condition(not_when, (*at, "not_when")), NOT])
        if any_of:
            parts.append(_joined([self._condition(node, place) for node, place in any_of], OR))
        code = _joined(parts, AND) if parts else []
        if _depth(code) > MAX_STACK:
            self._problems.add(at, f"its conditions nest too deeply: at most {MAX_STACK} may wait for each other", key=True)
        start = len(self.program)
        self.program.extend(code)
        return start, len(code)

    def add_segment(self, name: str, when: Node | None, not_when: Node | None, at: Path) -> None:
        """Compile a segment, which conditions may name from now on."""
        start, length = self.add(when, not_when, at)
        self.segments.known[name] = self.program[start : start + length] or list(_ALWAYS)

    def reads(self, program: Sequence[int]) -> set[tuple[int, int]]:
        """(field, what stands after its dot) of every comparison in a program."""
        every = list(self.leaves)
        return {(every[i].field, every[i].name) for i in program if i >= 0}

    def fields(self, start: int, length: int) -> set[int]:
        """Fields that a part of ``program`` reads."""
        every = list(self.leaves)
        return {every[i].field for i in self.program[start : start + length] if i >= 0}

    def _condition(self, node: Node, at: Path) -> Program:
        """Code of a condition; a list means all of it."""
        if isinstance(node, y.Sequence):
            return self._several(node, at, "all")
        if not isinstance(node, y.Mapping) or not node.entries:
            self._problems.add(at, "must be a condition such as `orders: {at_least: 2}`, or all, any or none with a list of them")
            return _ALWAYS
        parts = [
            self._several(child, (*at, name), name) if name in GROUPS else self._tests(name, child, (*at, name))
            for name, child in node.entries.items()
        ]
        return _joined(parts, AND)

    def _several(self, node: Node, at: Path, group: str) -> Program:
        items = node.items if isinstance(node, y.Sequence) else (node,)
        if not items:
            self._problems.add(at, "must hold at least one condition")
            return _ALWAYS
        places = [(*at, i) for i in range(len(items))] if isinstance(node, y.Sequence) else [at]
        code = _joined([self._condition(item, place) for item, place in zip(items, places, strict=True)], AND if group == "all" else OR)
        return [*code, NOT] if group == "none" else code

    def _tests(self, name: str, node: Node, at: Path) -> Program:
        """Code of ``field: tests``."""
        if name == "segment":
            return _joined(self.segments.asked(node, at), OR)
        subject = subject_of(name, at, self._declared, self._problems)
        if subject is None:
            return _ALWAYS
        tests = self._read_tests(subject, node, at)
        return _joined([self._leaf(subject, test) for test in tests], AND) if tests else _ALWAYS

    def _read_tests(self, subject: Subject, node: Node, at: Path) -> list[Test]:
        if not isinstance(node, y.Mapping):
            return self._test(subject, "is", node, at)
        tests: list[Test] = []
        for operator, value in node.entries.items():
            if operator not in OPERATORS:
                near = nearest(operator, OPERATORS, OPERATOR_SYNONYMS)
                self._problems.add((*at, operator), f"is no comparison; there are {listing(OPERATORS)}", near, key=True)
                continue
            tests.extend(self._test(subject, operator, value, (*at, operator)))
        if not node.entries:
            self._problems.add(at, "must say how to compare, such as {at_least: 2}")
        return tests

    def _test(self, subject: Subject, operator: str, node: Node, at: Path) -> list[Test]:
        if operator == "known":
            known = self._words.flag(node, at)
            return [] if known is None else [Test("known", (float(known),))]
        if operator == "between":
            return self._between(subject, node, at)
        if operator in ("at_least", "at_most") and not subject.numeric:
            self._problems.add(at, f"{subject.name} is {subject.unit}, not a number: use is, is_not or known", "is", key=True)
            return []
        nodes = node.items if isinstance(node, y.Sequence) and operator in ("is", "is_not") else (node,)
        values = [self._words.value(subject, one, (*at, i) if len(nodes) > 1 else at) for i, one in enumerate(nodes)]
        good = tuple(value for value in values if value is not None)
        if not nodes:
            self._problems.add(at, "must name at least one value")
        return [Test(operator, good)] if good and len(good) == len(nodes) else []

    def _between(self, subject: Subject, node: Node, at: Path) -> list[Test]:
        if not subject.numeric or not isinstance(node, y.Sequence) or len(node.items) != 2:
            self._problems.add(
                at, "must be two numbers, such as [20, 120]; both count" if subject.numeric else f"{subject.name} is no number"
            )
            return []
        low, high = (self._words.value(subject, item, (*at, i)) for i, item in enumerate(node.items))
        if low is None or high is None:
            return []
        if low > high:
            self._problems.add(at, "must name the smaller number first", f"[{high:g}, {low:g}]")
        return [Test("between", (low, high))]

    def _leaf(self, subject: Subject, test: Test) -> Program:
        if test.operator == "between":
            return [self._index(Leaf(test.values[0], test.values[1], subject.of, subject.field, OP_BETWEEN))]
        op = OP_KNOWN if test.operator == "known" else _OP[test.operator]
        codes = [[self._index(Leaf(value, 0.0, subject.of, subject.field, op))] for value in test.values]
        return _joined(codes, AND if test.operator == "is_not" else OR)

    def _index(self, leaf: Leaf) -> int:
        return self.leaves.setdefault(leaf, len(self.leaves))


def _joined(parts: list[Program], operator: int) -> Program:
    """Postfix code of several conditions, from the left, so that the stack stays flat."""
    code = list(parts[0])
    for part in parts[1:]:
        code += [*part, operator]
    return code


def _depth(code: Program) -> int:
    """Largest number of truths that wait at once."""
    now = most = 0
    for step in code:
        now += 1 if step >= 0 or step == TRUE else -1 if step in (AND, OR) else 0
        most = max(most, now)
    return most
