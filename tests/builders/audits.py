"""A history from files, as the command reads it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from platinum.ops.audit.detect import detect
from platinum.ops.audit.history import History
from platinum.ops.audit.reading import FileReport, Reader
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.sources import open_source, shipped_maps
from platinum.vocabulary.limits import LAST_MS
from tests.reference.audit import Breach


def a_history(files: Iterable[Path], latest_ms: int = LAST_MS) -> History:
    reader, maps = Reader(latest_ms), shipped_maps()
    for path in files:
        report = FileReport(path.name, "")
        source, finish = open_source(path, maps, report, lambda _: None)
        reader.read(source, report)
        finish()
    return reader.history()


def found_in(files: Iterable[Path], rules: Rules | None = None) -> set[Breach]:
    """(kind, customer, instant) of every breach."""
    history = a_history(files)
    return {
        (finding.breach, history.customers[who], at_ms)
        for finding in detect(history, rules or Rules())
        for who, at_ms in zip(finding.broken["who"].tolist(), finding.broken["at_ms"].tolist(), strict=True)
    }
