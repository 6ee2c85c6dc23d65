"""Cells that no file has: looked up in a second file, or found by words in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from platinum.errors import UsageError
from platinum.ops.importing.cells import Row, text
from platinum.ops.importing.mapfile import Category, ImportMap, Lookup
from platinum.ops.importing.sources import format_of, read_rows

Derive = Callable[[Row], str | None]


def read_lookup(lookup: Lookup, folders: tuple[Path, ...], delimiter: str) -> dict[str, str]:
    """The second file as a dictionary; it lies beside the source or beside the map.

    Raises
    ------
    UsageError
        It is in neither folder, or a column is missing.
    """
    path = next((folder / lookup.file for folder in folders if (folder / lookup.file).is_file()), None)
    if path is None:
        raise UsageError(f"{lookup.file}: the map looks up {lookup.value!r} in this file; put it beside the source or beside the map")
    rows = read_rows(path, format_of(path), (lookup.key, lookup.value), delimiter)
    return {text(row[0]): text(row[1]) for _, row in rows if not isinstance(row, str)}


def derivers(wanted: ImportMap, index: dict[str, int], folders: tuple[Path, ...]) -> list[Derive]:
    """Functions that give the derived cells, in the order in which their names were added to ``index``."""
    found: list[Derive] = []
    for name, lookup in wanted.lookups.items():
        table = read_lookup(lookup, folders, wanted.delimiter)
        found.append(_from_table(table, index[lookup.column]))
        index[name] = len(index)
    for name, category in wanted.categories.items():
        found.append(_from_words(category, index[category.column]))
        index[name] = len(index)
    return found


def _from_table(table: Mapping[str, str], at: int) -> Derive:
    return lambda row: table.get(text(row[at]))


def _from_words(category: Category, at: int) -> Derive:
    patterns = [(name, _any_word(words)) for name, words in category.words.items()]
    known: dict[str, str | None] = {}

    def derive(row: Row) -> str | None:
        described = text(row[at])
        if described not in known:
            known[described] = next((name for name, pattern in patterns if pattern.search(described)), category.otherwise)
        return known[described]

    return derive


def _any_word(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, whole or in the plural; "tea" is found in "Tea towels", not in "steam"."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?:s|es)?(?!\w)", re.IGNORECASE)
