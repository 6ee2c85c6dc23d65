"""What differs between two policy files, by what they say: comments, order of keys and style of quoting do not count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from platinum.policy.stopped import running_source
from platinum.policy.yaml_tree import Mapping, Node, Path, Scalar, Sequence, dotted, read_yaml

#: Unquoted it would be no text.
_NO_TEXT = re.compile(r"[-+\d.eE]+|true|false|null|~|")
#: Section → what one entry of it is, in words; in the order in which differences are told.
SECTIONS = {
    "actions": "action",
    "channels": "channel",
    "placements": "placement",
    "caps": "cap",
    "budgets": "budget",
    "promises": "promise",
    "traits": "trait",
    "tones": "tone",
    "decide_on": "trigger",
    "when_reached": "rule of when_reached",
}


class Difference(NamedTuple):
    """One thing that differs.

    Attributes
    ----------
    path : str
        Where, as mistakes name it: ``actions.free-delivery.value``.
    what : str
        ``added``, ``removed`` or ``changed``.
    before, after : str or None
        What is written there, on one line; None = nothing.
    """

    path: str
    what: str
    before: str | None
    after: str | None

    @property
    def words(self) -> str:
        """``actions.free-delivery.value: 6.00 → 7.00``."""
        kind = SECTIONS.get(self.path.split(".")[0].split("[")[0], "") if self.path.count(".") + self.path.count("[") == 1 else ""
        of = f"{kind} " if kind else ""
        if self.what == "changed":
            return f"{self.path}: {self.before} → {self.after}"
        return f"{self.path}: {of}{self.what}: {self.after if self.what == 'added' else self.before}"


def differences(before: bytes, after: bytes, names: tuple[str, str] = ("before", "after")) -> list[Difference]:
    """All of them: actions first, then channels, placements, caps and the rest; by name within.

    Raises
    ------
    PolicyInvalid
        One of them is no YAML; whether it is a policy is the compiler's to say.
    """
    one, other = (read_yaml(running_source(source), name)[0] for source, name in zip((before, after), names, strict=True))
    order = list(SECTIONS)
    found = list(_differ(one, other, ()))

    def place(difference: Difference) -> int:
        section = difference.path.split(".")[0].split("[")[0]
        return order.index(section) if section in order else len(order)

    return sorted(found, key=place)


def _differ(one: Node, other: Node, at: Path) -> Iterator[Difference]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in sorted(one.entries.keys() | other.entries.keys()):
            a, b = one.entries.get(name), other.entries.get(name)
            if a is not None and b is not None:
                yield from _differ(a, b, (*at, name))
            else:
                yield _whole(a, b, (*at, name))
    elif isinstance(one, Sequence) and isinstance(other, Sequence):
        yield from _lists(one, other, at)
    elif written(one) != written(other):
        yield Difference(dotted(at) or "file", "changed", written(one), written(other))


def _lists(one: Sequence, other: Sequence, at: Path) -> Iterator[Difference]:
    """Lists of words are compared as such; of larger things, entry by entry."""
    a, b = [written(item) for item in one.items], [written(item) for item in other.items]
    if a == b:
        return
    if all(isinstance(item, Scalar) for item in (*one.items, *other.items)):
        gone, new = [x for x in a if x not in b], [x for x in b if x not in a]
        if gone or new:
            yield from (Difference(dotted(at), "removed", x, None) for x in gone)
            yield from (Difference(dotted(at), "added", None, x) for x in new)
        else:
            yield Difference(dotted(at), "changed", _line(a), _line(b))
        return
    for i in range(max(len(a), len(b))):
        x, y = (items[i] if i < len(items) else None for items in (one.items, other.items))
        if x is not None and y is not None:
            yield from _differ(x, y, (*at, i))
        else:
            yield _whole(x, y, (*at, i))


def _whole(one: Node | None, other: Node | None, at: Path) -> Difference:
    before, after = (None if node is None else written(node) for node in (one, other))
    return Difference(dotted(at), "added" if one is None else "removed", before, after)


def written(node: Node) -> str:
    """A part of the file on one line."""
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{name}: {written(value)}" for name, value in node.entries.items()) + "}"
    if isinstance(node, Sequence):
        return _line([written(item) for item in node.items])
    assert isinstance(node, Scalar)
    return f'"{node.text}"' if not node.typed and _NO_TEXT.fullmatch(node.text) else node.text


def _line(items: list[str]) -> str:
    return "[" + ", ".join(items) + "]"
