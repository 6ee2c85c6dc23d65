"""Rows of a file, as lists of the wanted cells: CSV, JSON lines, Parquet; plain or gzip."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import tempfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, cast

import orjson

from platinum.errors import UsageError
from platinum.ops.importing.cells import Cell, Row

#: Called with the bytes of the file read since its last call.
Progress = Callable[[int], None]
#: (row number from 1, the header not counted; the cells, or the reason why there are none)
Numbered = tuple[int, Row | str]

_EVERY_ROWS = 4096


def format_of(path: Path) -> str:
    """``csv``, ``jsonl`` or ``parquet`` by the file's name.

    Raises
    ------
    UsageError
        The name tells nothing; the map may say ``source.format``.
    """
    suffixes = [s.lower() for s in path.suffixes if s.lower() != ".gz"]
    known = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet"}
    if suffixes and suffixes[-1] in known:
        return known[suffixes[-1]]
    raise UsageError(f"{path.name}: the name does not tell the format; say source.format: csv | jsonl | parquet in the map")


def read_rows(path: Path, form: str, columns: Sequence[str], delimiter: str = ",", progress: Progress | None = None) -> Iterator[Numbered]:
    """Rows of ``path`` with exactly ``columns``, in file order.

    Raises
    ------
    UsageError
        There is no such file, a column is missing, or the file is not what it is called.
    """
    tick = _increments(progress or (lambda _: None))
    try:
        if form == "parquet":
            yield from _parquet(path, columns, tick)
            return
        with path.open("rb") as raw:
            # gzip is typed apart from BinaryIO but reads the same.
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if _packed(path) else raw
            reader = _csv(stream, path, columns, delimiter) if form == "csv" else _jsonl(stream, columns)
            for number, row in reader:
                if number % _EVERY_ROWS == 0:
                    tick(raw.tell())
                yield number, row
            tick(raw.tell())
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as {form}: {type(error).__name__}") from error


def _packed(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def _increments(progress: Progress) -> Progress:
    told = 0

    def tick(position: int) -> None:
        nonlocal told
        progress(position - told)
        told = position

    return tick


def _csv(stream: IO[bytes], path: Path, columns: Sequence[str], delimiter: str) -> Iterator[Numbered]:
    # One byte of another encoding must not refuse a file of a million rows: it is let in, marked, and its row is left out.
    text = io.TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline="")
    try:
        lines = _Records(text, delimiter)
        header = next(lines, [])
        if not _is_text(header):
            raise UsageError(f"{path.name}: the header is not UTF-8; save the file as UTF-8")
        _check_columns(path, columns, header)
        at = [header.index(c) for c in columns]
        width = len(header)
        for number, cells in enumerate(lines, 1):
            if lines.is_unclosed():
                lines.go_back()
                yield number, "a quote that is not closed"
                continue
            if len(cells) != width:
                lines.go_back()
                yield number, "wrong number of cells"
                continue
            wanted = [cells[i] for i in at]
            yield number, wanted if _is_text(wanted) else "not UTF-8"
    finally:
        text.detach()  # the file is not ours to close


class _Records(Iterator[list[str]]):
    """Records of a CSV file, from which a reader can go back: a quote that nobody closed hides the lines behind it, but only until then."""

    def __init__(self, text: Iterator[str], delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        self._again: deque[str] = deque()
        self._lines: list[str] = []  # of this record, as they stand in the file
        self._reader = csv.reader(self._feed(), delimiter=delimiter)

    def __next__(self) -> list[str]:
        self._lines.clear()
        try:
            return next(self._reader)
        except csv.Error:  # a cell that is larger than any: most of the file stands behind one quote
            return []

    def _feed(self) -> Iterator[str]:
        while True:
            line = self._again.popleft() if self._again else next(self._text, None)
            if line is None:
                return
            self._lines.append(line)
            yield line

    def is_unclosed(self) -> bool:
        """Whether the file, or what a cell may hold, ended inside quotes."""
        return len(self._lines) > 1 and sum(line.count('"') for line in self._lines) % 2 == 1

    def go_back(self) -> None:
        """Read on behind the first line of this record, whatever its quotes say."""
        self._again.extendleft(reversed(self._lines[1:]))
        self._reader = csv.reader(self._feed(), delimiter=self._delimiter)


def _is_text(cells: Sequence[str]) -> bool:
    """Whether no byte of the cells was marked as being no UTF-8."""
    return all(map(str.isascii, cells)) or not any("\udc80" <= c <= "\udcff" for cell in cells for c in cell)


def _check_columns(path: Path, columns: Sequence[str], there: Sequence[str]) -> None:
    missing = [c for c in columns if c not in there]
    if missing:
        raise UsageError(f"{path.name}: no column {', '.join(map(repr, missing))}; it has {', '.join(there) or 'no header'}")


def _jsonl(stream: IO[bytes], columns: Sequence[str]) -> Iterator[Numbered]:
    paths = [c.split(".") for c in columns]
    for number, line in enumerate(stream, 1):
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError:
            yield number, "not JSON"
            continue
        yield number, [_dig(entry, path) for path in paths] if isinstance(entry, dict) else "not a JSON object"


def _dig(entry: object, path: Sequence[str]) -> Cell:
    for name in path:
        if not isinstance(entry, dict):
            return None
        entry = entry.get(name)
    return entry


def _parquet(path: Path, columns: Sequence[str], tick: Progress) -> Iterator[Numbered]:
    import pyarrow
    import pyarrow.parquet

    size = path.stat().st_size
    try:
        with _whole(path) as raw, pyarrow.parquet.ParquetFile(raw) as file:
            _check_columns(path, columns, file.schema_arrow.names)
            number = 0
            for batch in file.iter_batches(batch_size=_EVERY_ROWS, columns=list(columns)):
                for row in zip(*(batch.column(c).to_pylist() for c in columns), strict=True):
                    number += 1
                    yield number, row
                tick(min(raw.tell(), size))
            tick(size)
    except pyarrow.ArrowException as error:
        raise UsageError(f"{path}: cannot be read as parquet: {type(error).__name__}") from error


def _whole(path: Path) -> IO[bytes]:
    """The file as it was before it was packed: Parquet is read from its end, which gzip cannot do without starting anew."""
    if not _packed(path):
        return path.open("rb")
    whole = tempfile.TemporaryFile()  # noqa: SIM115 - its reader closes it, and closed it is gone
    try:
        with gzip.open(path, "rb") as packed:
            shutil.copyfileobj(packed, whole, 1 << 20)
    except BaseException:
        whole.close()
        raise
    whole.seek(0)
    return cast("IO[bytes]", whole)
