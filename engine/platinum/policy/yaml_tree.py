"""A YAML file as a tree whose every part knows its line and column.

Only PyYAML's event stream is used: nothing is constructed, nothing is expanded, and a hostile file costs its
length. What a scalar means is decided by the key it stands under, so ``no`` is a country, a language or a
refusal as the place demands, and ``0123`` stays what was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from platinum.errors import PolicyInvalid, Problem

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Plain scalars that YAML 1.2 does not read as text.
_TYPED = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|true|false|null|~|", re.ASCII)
_NOTHING = frozenset({"null", "~", ""})

Step = str | int
Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One part of the file; line and column are 1-based."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar(Node):
    """A single value as it was written; ``typed``: unquoted, and no text to a YAML 1.2 reader."""

    text: str
    typed: bool

    @property
    def empty(self) -> bool:
        """Whether nothing was written (``null``, ``~`` or no value at all)."""
        return self.typed and self.text in _NOTHING


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping(Node):
    """``name: value`` pairs in the order of their names: the order in the file means nothing."""

    entries: dict[str, Node]
    keys: dict[str, Node]


def dotted(path: Path) -> str:
    """``actions.free-delivery.channels[1]``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def plain(node: Node) -> object:
    """The tree without places, for the content hash: order of keys, comments and style of quoting do not count.

    What is text starts with ``s``, what is not with ``p``: a quoted "4.20" is another thing than 4.20.
    """
    if isinstance(node, Mapping):
        return {name: plain(value) for name, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return ("p" if node.typed else "s") + node.text


def _place(event: yaml.Event) -> tuple[int, int]:
    """1-based line and column where an event begins."""
    mark = event.start_mark
    assert mark is not None  # the parser marks all that it reads
    return mark.line + 1, mark.column + 1


class _Builder:
    """Builds the tree from events without recursion, collecting what no policy may contain."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.root: Node | None = None
        # Open collections: the event that began it, its path so far, and its children (for mappings key, value, key ...).
        self._open: list[tuple[yaml.Event, list[Node]]] = []

    def problem(self, event: yaml.Event, message: str) -> None:
        self.problems.append(Problem(*_place(event), "file", message))

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            self.problem(event, "anchors and aliases are not read: write the value out")
            self._add(Scalar(*_place(event), "", True))
        elif isinstance(event, yaml.ScalarEvent):
            self._tag(event, event.implicit[0] or event.implicit[1])
            typed = event.style in (None, "") and _TYPED.fullmatch(event.value) is not None
            self._add(Scalar(*_place(event), event.value, typed))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._tag(event, event.implicit)
            self._open.append((event, []))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()

    def _tag(self, event: Any, implicit: bool) -> None:
        if event.tag is not None and not implicit:
            self.problem(event, "tags (words with !) are not read: a policy is plain data")

    def _close(self) -> None:
        event, children = self._open.pop()
        line, column = _place(event)
        if isinstance(event, yaml.SequenceStartEvent):
            self._add(Sequence(line, column, tuple(children)))
            return
        entries: dict[str, Node] = {}
        keys: dict[str, Node] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.problems.append(Problem(key.line, key.column, "file", "a key must be a single word, not a list or mapping"))
            elif key.text in entries:
                first = keys[key.text].line
                self.problems.append(Problem(key.line, key.column, key.text, f"is given twice; the first is in line {first}"))
            else:
                entries[key.text], keys[key.text] = value, key
        self._add(Mapping(line, column, dict(sorted(entries.items())), keys))

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1][1].append(node)
        else:
            self.root = node

    @property
    def depth(self) -> int:
        return len(self._open)


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)


def read_yaml(source: bytes, filename: str) -> tuple[Node, list[Problem]]:
    """Tree of a file, and the mistakes found on the way that do not stop the reading.

    Raises
    ------
    PolicyInvalid
        The file is no YAML, too long or too deep.
    """
    if len(source) > MAX_BYTES:
        raise _unreadable(filename, 1, 1, f"is {len(source)} bytes long; at most {MAX_BYTES} are read")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise _unreadable(filename, line, 1, "must be UTF-8 text; this line is not") from None
    builder = _Builder()
    documents = 0
    try:
        for event in _events(text):
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                builder.problem(event, "holds more than one document; remove the line ---")
                break
            builder.take(event)
            if builder.depth > MAX_DEPTH:
                raise _unreadable(filename, *_place(event), f"nests more than {MAX_DEPTH} deep")
    except yaml.YAMLError as error:
        raise _from_yaml(filename, text, error) from None
    if builder.root is None:
        raise _unreadable(filename, 1, 1, "is empty; `platinum example minimal` prints one to start from")
    return builder.root, builder.problems


def _unreadable(filename: str, line: int, column: int, message: str) -> PolicyInvalid:
    return PolicyInvalid(filename, [Problem(line, column, "file", message)])


def _from_yaml(filename: str, text: str, error: yaml.YAMLError) -> PolicyInvalid:
    """What the YAML reader says, at the place it means."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # a character that YAML forbids
        position = int(getattr(error, "position", 0) or 0)
        line = text.count("\n", 0, position) + 1
        return _unreadable(filename, line, 1, "holds a character that YAML does not allow (a control character)")
    lines = text.splitlines()
    near = lines[mark.line] if mark.line < len(lines) else ""
    said = getattr(error, "problem", None) or "it cannot be read"
    if "\t" in near[: len(near) - len(near.lstrip())]:
        said = "the line is indented with a tab; use spaces"
    elif "mapping values are not allowed" in said:
        said = "a colon stands where none is expected: quote the text, or check the indentation of this line and the one above"
    elif "expected <block end>" in said or "did not find expected key" in said or "could not find expected ':'" in said:
        said += ": check the indentation and quotes of this line and the one above"
    return _unreadable(filename, mark.line + 1, mark.column + 1, f"is not YAML here: {said}")
