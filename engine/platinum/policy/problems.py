"""Mistakes and warnings, collected with their place; the nearest valid name for a wrong one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingType

from platinum.errors import Problem
from platinum.policy.yaml_tree import Mapping, Node, Path, Scalar, Sequence, dotted

_FOLD = re.compile(r"[\s_\-]+")
_LISTED = 14
#: A file with more is no policy; looking up the nearest name for each of 60,000 wrong keys took 50 s.
MAX_MISTAKES = 1000


class TooManyMistakes(Exception):
    """Reading on would help nobody; what was found is reported."""


def fold(word: str) -> str:
    """A word without the differences that people overlook."""
    return _FOLD.sub("_", word.strip().lower())


def nearest(word: str, names: Iterable[str], synonyms: MappingType[str, str] | None = None) -> str:
    """The name that was most likely meant, or ``""``."""
    folded = {fold(name): name for name in names}
    wrong = fold(word)
    known = {**{fold(word): meant for word, meant in (synonyms or {}).items()}, **folded}
    for near in [wrong] if wrong in known else difflib.get_close_matches(wrong, known, 3, 0.6):
        if fold(known[near]) in folded:
            return folded[fold(known[near])]
    if len(wrong) >= 3:
        inside = [name for name in folded if wrong in re.split(r"[_./]", name) or name in re.split(r"[_./]", wrong)]
        if inside:
            return folded[inside[0]]
    return ""


def listing(names: Iterable[str]) -> str:
    """``a, b, c``, shortened when long."""
    every = list(names)
    if not every:
        return "none"
    return ", ".join(every[:_LISTED]) + (f" and {len(every) - _LISTED} more" if len(every) > _LISTED else "")


class Problems:
    """Everything that is wrong with one file.

    Places are given as paths; the position is that of the scalar, or of the key when the value is a list or mapping.
    """

    def __init__(self, root: Node, found: Iterable[Problem] = ()) -> None:
        self._root = root
        self._found = list(found)
        self._warnings: list[Problem] = []

    def add(self, path: Path, message: str, suggestion: str = "", *, key: bool = False) -> None:
        """Note a mistake at ``path``; ``key`` means the name itself, not its value."""
        if len(self._found) >= MAX_MISTAKES:
            raise TooManyMistakes
        self._found.append(Problem(*self._place(path, key), dotted(path) or "file", message, suggestion))

    def unknown(self, path: Path, word: str, names: Iterable[str], what: str, *, key: bool = False) -> None:
        """Note a name that does not exist, with the nearest one that does."""
        every = list(names)
        self.add(path, f"there is no {what} {word!r}; there are: {listing(every)}", nearest(word, every), key=key)

    def warn(self, path: Path, message: str, *, key: bool = False) -> None:
        """Note what is allowed but may surprise."""
        self._warnings.append(Problem(*self._place(path, key), dotted(path) or "file", message))

    def any_at(self, path: Path) -> bool:
        """Whether a mistake was noted at ``path`` or below it."""
        where = dotted(path)
        return any(p.path == where or p.path.startswith((where + ".", where + "[")) for p in self._found)

    @property
    def mistakes(self) -> list[Problem]:
        """In file order, each once."""
        return sorted(dict.fromkeys(self._found), key=lambda p: (p.line, p.column, p.path, p.message))

    @property
    def warnings(self) -> tuple[str, ...]:
        """In file order, each with its place."""
        return tuple(str(p) for p in sorted(dict.fromkeys(self._warnings), key=lambda p: (p.line, p.column, p.message)))

    def _place(self, path: Path, key: bool) -> tuple[int, int]:
        node = self._root
        place = (node.line, node.column)
        for i, step in enumerate(path):
            named: Node | None = None
            child: Node | None = None
            if isinstance(node, Mapping) and isinstance(step, str):
                named, child = node.keys.get(step), node.entries.get(step)
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
                child = node.items[step]
            if child is None:
                break
            last = i == len(path) - 1
            at = named if named is not None and (not isinstance(child, Scalar) or (key and last)) else child
            place = (at.line, at.column)
            node = child
        return place
