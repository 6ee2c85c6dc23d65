"""Segments inside conditions: ``segment: gift-givers`` stands for the condition of that segment."""

from __future__ import annotations

from collections.abc import Sequence

from platinum.policy import yaml_tree as y
from platinum.policy.problems import Problems
from platinum.policy.tables import TRUE
from platinum.policy.yaml_tree import Node, Path


class SegmentCodes:
    """The code of each segment, and who asked for it.

    Attributes
    ----------
    known : dict of str to list of int
        Postfix code, in the order in which segments were compiled.
    used_by : dict of str to list of str
        Actions whose conditions name the segment.
    """

    def __init__(self, declared: Sequence[str], problems: Problems) -> None:
        self._declared, self._problems = declared, problems
        self.known: dict[str, list[int]] = {}
        self.used_by: dict[str, list[str]] = {name: [] for name in declared}

    def asked(self, node: Node, at: Path) -> list[list[int]]:
        """Code of each segment that is named; one that does not exist is a mistake, and true of everybody."""
        nodes = node.items if isinstance(node, y.Sequence) else (node,)
        found = [self._one(one, (*at, i) if len(nodes) > 1 else at) for i, one in enumerate(nodes)]
        if not found:
            self._problems.add(at, "must name at least one segment")
        return found or [[TRUE]]

    def _one(self, node: Node, at: Path) -> list[int]:
        name = node.text if isinstance(node, y.Scalar) else ""
        if at[0] == "segments":
            self._problems.add(at, "must not rest on another segment: say its conditions", key=True)
        elif name not in self._declared:
            self._problems.unknown(at, name, self._declared, "segment")
        else:
            if at[0] == "actions" and str(at[1]) not in self.used_by[name]:
                self.used_by[name].append(str(at[1]))
            return self.known.get(name, [TRUE])
        return [TRUE]
