"""What an import left out and why: counts and row numbers, never what the rows say."""

from __future__ import annotations

from dataclasses import dataclass, field

_EXAMPLES = 3


@dataclass(slots=True)
class ImportReport:
    """Filled while rows are read; complete once the last event was taken.

    Attributes
    ----------
    rows : int
        Rows read, the header not counted.
    events : dict
        Events by the name of their rule in the map.
    customers : int
        Distinct customers with an event.
    left_out : dict
        Reason → [rows, first row numbers].
    rejected : dict
        Reason → events that the deployment they were sent to did not take; they are among ``events``.
    """

    rows: int = 0
    events: dict[str, int] = field(default_factory=dict)
    customers: int = 0
    left_out: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str, row_number: int) -> None:
        """Count one row that became no event."""
        count, examples = self.left_out.get(reason, (0, []))
        if count < _EXAMPLES:
            examples.append(row_number)
        self.left_out[reason] = (count + 1, examples)

    def reject(self, reason: str) -> None:
        """Count one event that the deployment did not take."""
        self.rejected[reason] = self.rejected.get(reason, 0) + 1

    def as_json(self) -> dict[str, object]:
        """The form that ``--json`` prints."""
        return {
            "rows": self.rows,
            "events": dict(self.events),
            "customers": self.customers,
            "left_out": {reason: {"rows": n, "first_rows": rows} for reason, (n, rows) in self.left_out.items()},
            "rejected": dict(self.rejected),
        }

    def lines(self) -> list[str]:
        """The form for people."""
        total = sum(self.events.values())
        lines = [f"{self.rows:,} rows → {total:,} events of {self.customers:,} customers"]
        lines += [f"  {name}: {count:,}" for name, count in self.events.items()]
        for reason, (count, rows) in sorted(self.left_out.items(), key=lambda entry: -entry[1][0]):
            first = ", ".join(map(str, rows)) + (" …" if count > len(rows) else "")
            lines.append(f"  left out, {reason}: {count:,} rows (first: {first})")
        lines += [f"  rejected, {reason}: {count:,} events" for reason, count in sorted(self.rejected.items(), key=lambda entry: -entry[1])]
        return lines
