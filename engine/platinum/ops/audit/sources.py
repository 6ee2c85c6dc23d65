"""Which map reads which file, and the events of a file."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import IO, cast

import orjson

from platinum.errors import UsageError
from platinum.ops.audit.reading import FileReport, Source
from platinum.ops.importing.mapfile import ImportMap
from platinum.ops.importing.mapread import compile_map, read_map
from platinum.ops.importing.report import ImportReport
from platinum.ops.importing.run import import_as_read
from platinum.ops.importing.sources import Progress, format_of
from platinum.ops.line import Line

#: A message that names more columns than these is not read.
_MOST_NAMED = 12
#: What stands for a map where the file holds events already.
EVENTS = "events"


def shipped_maps() -> list[ImportMap]:
    """Import maps that come with the package."""
    found = []
    for entry in sorted((files("platinum") / "examples" / "maps").iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".yaml"):
            with as_file(entry) as path:
                found.append(compile_map(path.read_bytes(), entry.name, str(path.parent)))
    return found


def named_maps(names: Sequence[str]) -> list[ImportMap]:
    """Maps by file, or by the name of one that ships (``shop_orders``).

    Raises
    ------
    UsageError
        There is no such map.
    PolicyInvalid
        It has mistakes.
    """
    folder = files("platinum") / "examples" / "maps"
    maps = []
    for name in names:
        shipped = folder / f"{name.removeprefix('maps/').removesuffix('.yaml')}.yaml"
        if Path(name).is_file():
            maps.append(read_map(Path(name)))
        elif shipped.is_file():
            with as_file(shipped) as path:
                maps.append(compile_map(path.read_bytes(), path.name, str(path.parent)))
        else:
            raise UsageError(f"--map {name}: no such file, and no map of this name ships; see `platinum example --list`")
    return maps


def open_source(path: Path, maps: Sequence[ImportMap], report: FileReport, progress: Progress) -> tuple[Source, Callable[[], None]]:
    """A file's events, and what to call when they have all been taken.

    The first of ``maps`` whose columns the file has reads it; a file of events needs none.

    Raises
    ------
    UsageError
        No map fits; the message says what is missing for the nearest.
    """
    wanted = _map_of(path, maps)
    if wanted is None:
        report.map = EVENTS
        return Source(path.name, EVENTS, _lines(path, progress)), lambda: None
    report.map = wanted.name
    taken = ImportReport()
    lines = (line for _, line in import_as_read(path, wanted, taken, progress))

    def finish() -> None:
        for reason, (count, _) in taken.left_out.items():
            report.leave_out(reason, count)

    return Source(path.name, wanted.name, lines), finish


def _map_of(path: Path, maps: Sequence[ImportMap]) -> ImportMap | None:
    """The first map whose columns the file has, read as that map says; None = a file of events."""
    by_name = _named_format(path)
    columns = cache(partial(_columns if by_name else _columns_if_any, path))
    if by_name == "jsonl" and _holds_events(path):
        return None
    # A map for another format than the name tells is for another file: several are read together.
    read = [one for one in maps if (one.format in ("", by_name) if by_name else one.format)]
    if not read:
        format_of(path)  # says what is wrong with the name
    for one in read:
        if set(one.columns()) <= columns(one.format or by_name, one.delimiter):
            return one
    near = min(read, key=lambda one: len(set(one.columns()) - columns(one.format or by_name, one.delimiter)))
    there = columns(near.format or by_name, near.delimiter)
    if not there:
        raise UsageError(f"{path.name}: is empty; a file of the past begins with a line of column names")
    missing, found = ", ".join(sorted(set(near.columns()) - there)), ", ".join(sorted(there)[:_MOST_NAMED])
    more = ", ..." if len(there) > _MOST_NAMED else ""
    raise UsageError(
        f"{path.name}: no map fits. Its columns are {found}{more}{_separated(there)}; the nearest map, {near.name}, also needs {missing}. "
        "Give your own with --map; see docs/how-to/audit-your-history.md"
    )


def _named_format(path: Path) -> str:
    try:
        return format_of(path)
    except UsageError:
        return ""  # a map may say it


def _separated(columns: set[str]) -> str:
    """What a file whose lines are one cell each seems to be separated by."""
    (one,) = columns if len(columns) == 1 else ("",)
    signs = [name for sign, name in ((";", '";"'), ("\t", '"\\t"'), ("|", '"|"')) if sign in one]
    return f" (one column; if it is separated by {signs[0]}, a map says source.delimiter: {signs[0]})" if signs else ""


def all_lines(paths: Sequence[Path], maps: Sequence[ImportMap], report: FileReport | None = None) -> Iterator[Line]:
    """Events of all files; ``report`` is told what their maps leave out, where nobody has read them before."""
    for path in paths:
        source, finish = open_source(path, maps, report or FileReport(path.name, ""), lambda _: None)
        yield from source.lines
        finish()


def _open(path: Path) -> IO[bytes]:
    try:
        return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None


def _holds_events(path: Path) -> bool:
    first = _first_object(path)
    # An empty file is no mistake: a quiet year has no complaints.
    return not first or ("type" in first and ("userId" in first or "anonymousId" in first or "specversion" in first))


def _first_object(path: Path) -> dict[str, object]:
    with _open(path) as file:
        for line in file:
            if line.strip():
                try:
                    first = orjson.loads(line)
                except orjson.JSONDecodeError:
                    raise UsageError(f"{path.name}: the first line is no JSON") from None
                return first if isinstance(first, dict) else {}
    return {}


def _columns_if_any(path: Path, form: str, delimiter: str) -> set[str]:
    """Of a file whose name tells no format: none where it is not what a map takes it for."""
    try:
        return _columns(path, form, delimiter)
    except UsageError:
        return set()


def _columns(path: Path, form: str, delimiter: str) -> set[str]:
    if form == "jsonl":
        return set(_dotted(_first_object(path), ""))
    if form == "parquet":
        import pyarrow
        import pyarrow.parquet

        try:
            return set(pyarrow.parquet.read_schema(path).names)
        except pyarrow.ArrowException as error:
            raise UsageError(f"{path}: cannot be read as parquet: {type(error).__name__}") from error
    with io.TextIOWrapper(_open(path), "utf-8-sig", "replace", newline="") as text:
        header = next(csv.reader(text, delimiter=delimiter), [])
    return set(header)


def _dotted(of: dict[str, object], before: str) -> Iterator[str]:
    for name, value in of.items():
        yield before + name
        if isinstance(value, dict):
            yield from _dotted(value, f"{before}{name}.")


def _lines(path: Path, progress: Progress) -> Iterator[Line]:
    with _open(path) as file:
        for line in file:
            progress(len(line))
            if stripped := line.strip():
                yield Line(0, "", stripped)
