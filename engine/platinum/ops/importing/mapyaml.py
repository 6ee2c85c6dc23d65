"""Entries of a map with their place in the file; every mistake is kept, none stops the reading."""

from __future__ import annotations

from collections.abc import Iterable

from platinum.ops.importing.mapfile import Scalar
from platinum.policy import yaml_tree
from platinum.policy.problems import Problems
from platinum.policy.yaml_tree import Path


class Entry:
    """One part of the file and the path that leads to it. Values mean what YAML 1.2 says: ``NO`` is Norway."""

    def __init__(self, node: yaml_tree.Node, path: Path, problems: Problems) -> None:
        self.node = node
        self.path = path
        self._problems = problems

    def problem(self, message: str, suggestion: str = "") -> None:
        """Note a mistake at this place."""
        self._problems.add(self.path, message, suggestion)

    def unknown(self, name: str, known: Iterable[str], what: str) -> None:
        """Note a value that is none of ``known``."""
        self._problems.unknown(self.path, name, known, what)

    def is_mapping(self) -> bool:
        """Whether this is ``name: value`` pairs."""
        return isinstance(self.node, yaml_tree.Mapping)

    def children(self, known: Iterable[str] | None = None) -> dict[str, Entry]:
        """Entries of a mapping in the file's order, which decides where the first match wins; names outside ``known`` are mistakes."""
        if not isinstance(self.node, yaml_tree.Mapping):
            self.problem("must be a mapping (name: value)")
            return {}
        allowed = None if known is None else list(known)
        found: dict[str, Entry] = {}
        for name in self.node.keys:
            path = (*self.path, name)
            if allowed is not None and name not in allowed:
                self._problems.unknown(path, name, allowed, "entry", key=True)
            else:
                found[name] = Entry(self.node.entries[name], path, self._problems)
        return found

    def items(self) -> list[Entry]:
        """Entries of a list."""
        if not isinstance(self.node, yaml_tree.Sequence):
            self.problem("must be a list")
            return []
        return [Entry(node, (*self.path, i), self._problems) for i, node in enumerate(self.node.items)]

    def scalar(self) -> Scalar:
        """A constant: text, number, true, false or nothing."""
        if not isinstance(self.node, yaml_tree.Scalar):
            self.problem("must be a single value")
            return None
        written = self.node.text
        if not self.node.typed:
            return written
        if self.node.empty:
            return None
        if written in ("true", "false"):
            return written == "true"
        digits = written.lstrip("+-")
        if digits.isdigit():
            # 007 stays text: it is a key, not a number.
            return int(written) if digits == "0" or digits[0] != "0" else written
        return float(written)

    def text(self) -> str:
        """A text that is not empty; ``""`` after noting a mistake."""
        if not isinstance(self.node, yaml_tree.Scalar):
            self.problem("must be a single value")
            return ""
        if self.node.empty or not self.node.text:
            self.problem("must not be empty")
            return ""
        return self.node.text


def parse(source: str, content: bytes) -> tuple[Entry, Problems]:
    """The file's root entry, and what collects its mistakes.

    Raises
    ------
    PolicyInvalid
        The file is not YAML, is empty, too large or too deep.
    """
    root, found = yaml_tree.read_yaml(content, source)
    problems = Problems(root, found)
    return Entry(root, (), problems), problems
