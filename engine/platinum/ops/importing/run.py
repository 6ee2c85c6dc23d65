"""An import from file to event lines: read, leave out, group, sort by time."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

from platinum.ops.importing.cells import BadCell, Row
from platinum.ops.importing.conditions import Test, all_of
from platinum.ops.importing.derived import derivers
from platinum.ops.importing.groups import RuleRun
from platinum.ops.importing.mapfile import ImportMap
from platinum.ops.importing.report import ImportReport
from platinum.ops.importing.sources import Progress, format_of, read_rows
from platinum.ops.line import Line

#: (time, number of the first row, event)
_Placed = tuple[int, int, Line]


def import_events(path: Path, wanted: ImportMap, report: ImportReport, progress: Progress | None = None) -> Iterator[Line]:
    """Events of one file in time order, ties in the order of the file's rows.

    Memory holds the encoded events and the open groups, not the rows: about as much as the output.

    Parameters
    ----------
    report : ImportReport
        Filled on the way; complete once the first line is given.
    progress : callable, optional
        Called with the bytes of the file read since its last call.

    Raises
    ------
    UsageError
        The file, a lookup file or a column is missing, or the file is not what it is called.
    """
    placed: list[_Placed] = [(line.time_ms, number, line) for number, line in import_as_read(path, wanted, report, progress)]
    placed.sort(key=itemgetter(0, 1))
    report.customers = len({line.customer for _, _, line in placed})
    return (line for _, _, line in placed)


def import_as_read(path: Path, wanted: ImportMap, report: ImportReport, progress: Progress | None = None) -> Iterator[tuple[int, Line]]:
    """(row number, event) of one file as they are made: in the order of its rows, then those of groups. Memory holds only the groups.

    Parameters and errors as ``import_events``; the report does not count customers.
    """
    columns = wanted.columns()
    index = {name: i for i, name in enumerate(columns)}
    derive = derivers(wanted, index, (path.parent, Path(wanted.folder)))
    outs = [(reason, all_of(conditions, index, wanted.decimal)) for reason, conditions in wanted.leave_out]
    runs = [RuleRun(rule, wanted, index, path.name.split(".")[0]) for rule in wanted.rules]

    made: list[tuple[int, Line]] = []
    for number, row in read_rows(path, wanted.format or format_of(path), columns, wanted.delimiter, progress):
        report.rows += 1
        if isinstance(row, str):
            report.leave_out(row, number)
            continue
        cells = list(row)
        for d in derive:
            cells.append(d(cells))
        reason = _take(cells, number, outs, runs, made)
        if reason:
            report.leave_out(reason, number)
        if made:
            yield from made
            made.clear()
    for run in runs:
        yield from run.finish()
        report.events[run.rule.name] = run.made


def _take(cells: Row, number: int, outs: list[tuple[str, Test]], runs: list[RuleRun], made: list[tuple[int, Line]]) -> str:
    """Give a row to every rule that it matches; the reason when none took it."""
    bad = ""
    taken = False
    try:
        for reason, out in outs:
            if out(cells):
                return reason
    except BadCell as cell:
        return str(cell)
    for run in runs:
        try:
            if run.matches(cells):
                event = run.take(cells, number)
                taken = True
                if event:
                    made.append(event)
        except BadCell as cell:
            bad = str(cell)
    return "" if taken else bad or "no rule of the map matched"
