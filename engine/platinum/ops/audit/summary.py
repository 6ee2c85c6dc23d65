"""Findings as the tables that all reports show: by breach, month, process and customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from platinum.ops.audit.cost import Cost, Spend, cost_of
from platinum.ops.audit.history import History
from platinum.ops.audit.months import Months
from platinum.ops.audit.occasions import BREACHES, OBSERVED, OCCASION, Finding
from platinum.ops.audit.reading import FileReport
from platinum.ops.audit.rules import Rules
from platinum.vocabulary.codes import Kind

MOST_CUSTOMERS = 100
MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Breaches of one kind in one process, on one channel, of one owner ("" = not said)."""

    breach: str
    process: str
    channel: str
    owner: str
    breaches: int
    occasions: int


@dataclass(frozen=True, slots=True)
class Example:
    """One breach, as a list of them tells it; ``late_s`` is None when it never happened or lateness means nothing."""

    breach: str
    customer: str
    at: str
    channel: str
    process: str
    owner: str
    detail: str
    late_s: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of breach.

    Attributes
    ----------
    details : dict
        How many of each sort.
    late_hours : (float, float) or None
        Median and 90th percentile of how late, of what was done at all.
    not_said : str
        Why these files say nothing about it.
    """

    breach: str
    title: str
    breaches: int
    customers: int
    occasions: int
    what: str
    details: dict[str, int]
    late_hours: tuple[float, float] | None
    cost: Cost
    not_said: str
    note: str
    examples: list[Example]


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer's breaches by kind."""

    customer: str
    breaches: int
    kinds: dict[str, int]
    last: str


@dataclass(frozen=True, slots=True)
class Summary:
    """All tables of one audit.

    Attributes
    ----------
    months : list of (month, breach → [breaches, occasions])
    processes : list of Place
        Worst first.
    by_customer : list of Customer
        The ``MOST_CUSTOMERS`` with the most breaches.
    """

    first: str
    last: str
    events: int
    customers: int
    duplicates: int
    kinds: dict[str, int]
    files: list[FileReport]
    rules: Rules
    rows: list[Row]
    observed: list[Row]
    months: list[tuple[str, dict[str, tuple[int, int]]]]
    processes: list[Place]
    customers_affected: int
    by_customer: list[Customer]

    def as_json(self) -> dict[str, object]:
        """The form that ``--json`` prints."""
        return {
            "history": {
                "first": self.first,
                "last": self.last,
                "events": self.events,
                "customers": self.customers,
                "duplicates": self.duplicates,
                "kinds": self.kinds,
                "files": [file.as_json() for file in self.files],
            },
            "rules": self.rules.as_json(),
            "breaches": [asdict(row) | {"cost": row.cost._asdict()} for row in self.rows],
            "observed": [asdict(row) | {"cost": row.cost._asdict()} for row in self.observed],
            "months": [{"month": month, **{name: list(pair) for name, pair in counts.items()}} for month, counts in self.months],
            "processes": [asdict(place) for place in self.processes],
            "customers_affected": self.customers_affected,
            "customers": [asdict(one) for one in self.by_customer],
        }


def summarise(history: History, findings: Sequence[Finding], observed: Sequence[Finding], rules: Rules, files: list[FileReport]) -> Summary:
    """Count and estimate; one pass over the occasions of each finding."""
    last_ms = max([history.end_ms, *(int(f.occasions["at_ms"].max()) for f in findings if f.occasions.size)])
    months = Months(history.first_ms, last_ms, rules.timezone)
    spend = Spend(history)
    rows, seen = (
        [_row(finding, history, cost_of(finding, history, spend, months, rules)) for finding in some] for some in (findings, observed)
    )
    affected, worst = _customers(history, findings)
    return Summary(
        instant(history.first_ms),
        instant(history.end_ms),
        sum(history.counts.values()),
        len(history.customers),
        history.duplicates,
        {kind.name.lower(): count for kind, count in sorted(history.counts.items()) if kind != Kind.OTHER},
        files,
        rules,
        rows,
        [row for row in seen if not row.not_said],
        _months([*findings, *observed], months),
        sorted(_places(history, findings), key=lambda one: (-one.breaches, -one.occasions, one.breach, one.process)),
        affected,
        worst,
    )


def instant(at_ms: int) -> str:
    """An instant to the second, in UTC."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).isoformat().replace("+00:00", "Z")


def examples(history: History, finding: Finding, rows: NDArray[np.void]) -> Iterator[Example]:
    """Breaches as they are listed."""
    for at_ms, late_ms, who, channel, process, owner, detail, _ in rows[list(OCCASION.names or ())].tolist():
        yield Example(
            finding.breach,
            history.customers[who],
            instant(at_ms),
            history.name(channel),
            history.name(process),
            history.name(owner),
            finding.details[detail],
            late_ms // 1000 if late_ms > 0 else None,
        )


def _row(finding: Finding, history: History, cost: Cost) -> Row:
    title, _, what = (BREACHES | OBSERVED)[finding.breach]
    broken = finding.broken
    late = broken["late_ms"][broken["late_ms"] > 0] / 3_600_000
    hours = (round(float(np.median(late)), 1), round(float(np.quantile(late, 0.9)), 1)) if late.size else None
    details = {finding.details[i]: n for i, n in enumerate(np.bincount(broken["detail"], minlength=1).tolist()) if n and finding.details[i]}
    newest = broken[np.argsort(broken["at_ms"], kind="stable")[::-1][:MOST_EXAMPLES]]
    return Row(
        finding.breach,
        title,
        len(broken),
        len(np.unique(broken["who"])),
        len(finding.occasions),
        what,
        details,
        hours,
        cost,
        finding.not_said,
        finding.note,
        list(examples(history, finding, newest)),
    )


def _months(findings: Sequence[Finding], months: Months) -> list[tuple[str, dict[str, tuple[int, int]]]]:
    n = len(months.names)
    tables = {}
    for finding in findings:
        month = months.of(finding.occasions["at_ms"])
        tables[finding.breach] = (np.bincount(month[finding.occasions["broken"]], minlength=n), np.bincount(month, minlength=n))
    return [
        (name, {breach: (int(broken[i]), int(every[i])) for breach, (broken, every) in tables.items() if every[i]})
        for i, name in enumerate(months.names)
    ]


def _places(history: History, findings: Sequence[Finding]) -> Iterator[Place]:
    for finding in findings:
        rows = finding.occasions
        place, first = _alike(rows)
        keys = rows[first][["process", "channel", "owner"]]
        every = np.bincount(place, minlength=len(keys))
        broken = np.bincount(place[rows["broken"]], minlength=len(keys))
        for (process, channel, owner), n, of in zip(keys.tolist(), broken.tolist(), every.tolist(), strict=True):
            yield Place(finding.breach, history.name(process), history.name(channel), history.name(owner), n, of)


def _alike(rows: NDArray[np.void]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number of each row's (process, channel, owner), and the first row of each number; column by column: records sort slowly."""
    place = np.zeros(len(rows), np.int64)
    for name in ("process", "channel", "owner"):
        values, number = np.unique(rows[name], return_inverse=True)
        place = np.unique(place * len(values) + number, return_inverse=True)[1]
    return place, np.unique(place, return_index=True)[1]


def _customers(history: History, findings: Sequence[Finding]) -> tuple[int, list[Customer]]:
    """How many customers a breach touched, and those with the most."""
    every = np.concatenate([finding.broken["who"] for finding in findings])
    counts = np.bincount(every, minlength=1)
    worst = sorted(np.flatnonzero(counts).tolist(), key=lambda who: (-counts[who], history.customers[who]))[:MOST_CUSTOMERS]
    kinds: dict[int, Counter[str]] = {who: Counter() for who in worst}
    last: dict[int, int] = dict.fromkeys(worst, 0)
    for finding in findings:
        broken = finding.broken[np.isin(finding.broken["who"], worst)]
        for who, at_ms in zip(broken["who"].tolist(), broken["at_ms"].tolist(), strict=True):
            kinds[who][finding.breach] += 1
            last[who] = max(last[who], at_ms)
    found = [Customer(history.customers[who], int(counts[who]), dict(kinds[who]), instant(last[who])) for who in worst]
    return int((counts > 0).sum()), found
