"""One cell → text, number or instant. A cell that cannot be read names its column, never its content."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

#: A cell as a reader gives it: text from CSV, anything simple from JSON lines and Parquet.
Cell = object
Row = Sequence[Cell]


class BadCell(Exception):
    """A row stays out because of one cell; ``args[0]`` is the reason for the report."""


def text(cell: Cell) -> str:
    """The cell as text without surrounding blanks; nothing gives ``""``.

    A number without a fraction loses its ".0": other programs turn a column of ids with gaps into floats.
    """
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


def number_reader(column: str, decimal: str) -> Callable[[Cell], float]:
    """A function that reads a finite number; raises ``BadCell``."""
    reason = f"{column} is not a number"

    def read(cell: Cell) -> float:
        try:
            if isinstance(cell, str) and decimal != ".":
                cell = cell.replace(".", "").replace(decimal, ".")
            value = float(cell)  # type: ignore[arg-type]  # anything else raises and is a bad cell
        except (TypeError, ValueError):
            raise BadCell(reason) from None
        if not math.isfinite(value):
            raise BadCell(reason)
        return value

    return read


def time_reader(column: str, form: str, timezone: str) -> Callable[[Cell], int]:
    """A function that reads an instant in milliseconds since 1970 (UTC); raises ``BadCell``.

    Text without an offset is local time of ``timezone``; an hour that occurs twice means its first pass.
    """
    reason = f"{column} is not a time"
    zone = ZoneInfo(timezone)

    def instant(moment: datetime) -> int:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return round(aware.timestamp() * 1000)

    @lru_cache(maxsize=4096)  # the lines of an order share their time
    def read_text(cell: str) -> int:
        try:
            # A form with %z gives an aware time; without, the source's zone is added by ``instant``.
            return instant(_from_iso(cell) if form == "iso" else datetime.strptime(cell, form))  # noqa: DTZ007
        except (ValueError, OverflowError):
            raise BadCell(reason) from None

    def read(cell: Cell) -> int:
        if isinstance(cell, datetime):
            return instant(cell)
        if isinstance(cell, date):
            return instant(datetime(cell.year, cell.month, cell.day, tzinfo=zone))
        return read_text(text(cell))

    def read_epoch(cell: Cell) -> int:
        try:
            return round(float(text(cell)) * (1000 if form == "epoch_s" else 1))
        except (ValueError, OverflowError):
            raise BadCell(reason) from None

    return read_epoch if form.startswith("epoch_") else read


def _from_iso(cell: str) -> datetime:
    """As ``fromisoformat``, and with a blank before the offset, as several shops export it: ``2026-03-02 10:00:00 +0000``."""
    return datetime.fromisoformat(cell[:-6] + cell[-5:] if cell[-6:-5] == " " and cell[-5:-4] in ("+", "-") else cell)


def day_end_reader(column: str, form: str, timezone: str) -> Callable[[Cell], int]:
    """As ``time_reader``, but a day without a time of day means its last millisecond: "by 3 March" is not midnight before it."""
    at_time, zone = time_reader(column, form, timezone), ZoneInfo(timezone)

    @lru_cache(maxsize=4096)
    def last_of(day: date) -> int:
        after = day + timedelta(days=1)  # by the calendar: a day of a clock change has 23 or 25 hours
        return round(datetime(after.year, after.month, after.day, tzinfo=zone).timestamp() * 1000) - 1

    def read(cell: Cell) -> int:
        if isinstance(cell, date) and not isinstance(cell, datetime):
            return last_of(cell)
        written = text(cell)
        if len(written) != 10:
            return at_time(cell)
        try:
            return last_of(date.fromisoformat(written))
        except ValueError:
            return at_time(cell)

    return read


@lru_cache(maxsize=4096)
def rfc3339(at_ms: int) -> str:
    """An instant as RFC 3339 in UTC; milliseconds only where there are some."""
    written = datetime.fromtimestamp(at_ms // 1000, UTC).isoformat()[:19]  # strftime takes five times as long
    return f"{written}.{at_ms % 1000:03d}Z" if at_ms % 1000 else f"{written}Z"


def yes_no(cell: Cell) -> bool | None:
    """Yes, no or unknown, as spreadsheets write it."""
    return _YES_NO.get(text(cell).lower())


_YES_NO = {"1": True, "true": True, "yes": True, "y": True, "0": False, "false": False, "no": False, "n": False}
