"""An audit from files to tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from platinum.errors import UsageError
from platinum.ops.audit.detect import detect, observe
from platinum.ops.audit.history import History
from platinum.ops.audit.occasions import Finding
from platinum.ops.audit.reading import FileReport, Reader
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.sources import named_maps, open_source, shipped_maps
from platinum.ops.audit.summary import Summary, examples, summarise


class Audit(NamedTuple):
    """A history, what was found in it, and the tables."""

    history: History
    findings: list[Finding]
    observed: list[Finding]
    summary: Summary


def audit(paths: Sequence[Path], maps: Sequence[str], rules: Rules, latest_ms: int, advance: Callable[[int], None]) -> Audit:
    """Read files and hold them against the rules.

    Parameters
    ----------
    maps : sequence of str
        Maps to try before those that ship: files, or names of shipped ones.
    latest_ms : int
        Events later than this are left out.
    advance : callable
        Told the bytes of input read since its last call.

    Raises
    ------
    UsageError
        A file cannot be read, no map fits it, or none of them holds an event.
    PolicyInvalid
        A map has mistakes.
    """
    reader = Reader(latest_ms)
    known = [*named_maps(maps), *shipped_maps()]
    for path in paths:
        report = FileReport(path.name, "")
        source, finish = open_source(path, known, report, advance)
        reader.read(source, report)
        finish()
    history = reader.history()
    if not history.customers:
        raise UsageError(
            "there is no event in these files that could be audited; the report of `platinum import` says why rows are left out"
        )
    findings = detect(history, rules)
    observed = observe(history, rules)
    return Audit(history, findings, observed, summarise(history, findings, observed, rules, reader.files))


def breach_lines(done: Audit) -> Iterator[bytes]:
    """Every breach as a JSON line, by kind, customer and time."""
    for finding in done.findings:
        for one in examples(done.history, finding, finding.broken):
            yield orjson.dumps(one) + b"\n"
