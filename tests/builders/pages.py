"""Documentation pages and the commands in them, as a reader meets them.

A fenced block of language ``sh`` holds commands. A comment on the line above it says what is special:
``<!-- background: URL -->`` a server, ready when the URL answers · ``<!-- exit: 2 -->`` it fails so on purpose ·
``<!-- not run: reason -->`` the test leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"(?:^<!-- (?P<mark>[a-z ]+): (?P<note>[^\n]*?) -->\n+)?^```sh\n(?P<commands>.*?)^```$", re.M | re.S)
_PLATINUM = re.compile(r"(?:^|[|;&(]\s*|\$\()(?:\w+=\S+ )*platinum((?: [a-z][a-z-]*)*)", re.M)
_MAKE = re.compile(r"^make ([a-z]+)", re.M)


@dataclass(frozen=True, slots=True)
class Block:
    """Commands that stand together on a page.

    Attributes
    ----------
    line : int
        1-based line of the first command.
    mark, note : str
        What the comment above says, such as ``background`` and its URL; both empty without a comment.
    """

    line: int
    commands: str
    mark: str = ""
    note: str = ""

    def makefile_targets(self) -> list[str]:
        return _MAKE.findall(self.commands)

    def platinum_commands(self) -> list[tuple[str, ...]]:
        """Words after ``platinum``, up to the first that cannot be a command's name."""
        return [tuple(words.split()) for words in _PLATINUM.findall(self.commands)]


def pages() -> list[Path]:
    """README and everything under docs/, in reading order."""
    return [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]


def page_name(page: Path) -> str:
    return page.relative_to(CHECKOUT).as_posix()


def blocks(text: str) -> Iterator[Block]:
    """Command blocks of a page, in order."""
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("commands")) + 1
        yield Block(line, found["commands"], found["mark"] or "", found["note"] or "")
