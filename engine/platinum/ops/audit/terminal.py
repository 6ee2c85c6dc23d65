"""The tables of an audit as lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platinum.ops.audit.cost import Cost
from platinum.ops.audit.instead import Comparison, Instead
from platinum.ops.audit.occasions import BREACHES, OBSERVED
from platinum.ops.audit.summary import Summary

_FEW = 8


def lines(summary: Summary) -> Iterator[str]:
    """What the command prints; what files hold and a terminal would obey becomes a question mark."""
    for line in _lines(summary):
        yield line if line.isprintable() else "".join(c if c.isprintable() else "?" for c in line)


def _lines(summary: Summary) -> Iterator[str]:
    yield f"{summary.events:,} events of {summary.customers:,} customers, {summary.first[:10]} to {summary.last[:10]}"
    for file in summary.files:
        left = "".join(f"; left out: {count:,} {reason}" for reason, count in sorted(file.left_out.items(), key=lambda one: -one[1]))
        yield f"  {file.name} ({file.map}): {file.events:,} events{left}"
    if summary.duplicates:
        yield f"  told twice, counted once: {summary.duplicates:,} events"
    yield ""
    table = [("", "breaches", "of", "share", "customers", "spend per customer, after against before")]
    for row in summary.rows:
        if row.not_said:
            table.append((row.title, "-", "", "", "", ""))
            continue
        share = f"{row.breaches / row.occasions:.1%}" if row.occasions else ""
        table.append((row.title, f"{row.breaches:,}", f"{row.occasions:,} {row.what}", share, f"{row.customers:,}", cost_words(row.cost)))
    yield from _aligned(table)
    for row in summary.observed:
        yield f"Seen beside them: {row.title.lower()}: {row.breaches:,} times by {row.customers:,} customers"
    if any(not row.not_said for row in summary.rows):
        yield f"{summary.customers_affected:,} of {summary.customers:,} customers were affected"
    for row in summary.rows:
        if row.not_said:
            yield f"  {row.title}: cannot be told: {row.not_said}"
        elif row.note:
            yield f"  {row.title}: {row.note}"
    yield from _processes(summary)
    yield from _months(summary)
    yield from _customers(summary)


def comparison_lines(compared: Comparison) -> Iterator[str]:
    """The past under a policy, as lines."""
    yield ""
    yield f"The same past under the policy {compared.policy}: {contacts_words(compared)}"
    if compared.rejected:
        yield f"  {compared.rejected:,} of {compared.events:,} events were not taken by it"
    table = [("", "then", "under the policy", "what it did in the seven days after")]
    table += [(row.title, number(row.breaches), number(row.under_policy), did_words(row)) for row in compared.rows]
    yield from _aligned(table)
    yield from (f"  {note}" for note in notes(compared))


def contacts_words(compared: Comparison) -> str:
    """How many contacts the policy makes, and how many the firm's files tell of."""
    then = f"your files tell of {compared.contacts_then:,}" if compared.contacts_then else "your files tell of none of yours"
    return f"{compared.contacts_now:,} contacts; {then}"


def notes(compared: Comparison) -> list[str]:
    """What must be known to read the table."""
    if not any(row.breach == "never_thanked" and row.under_policy for row in compared.rows):
        return []
    note = (
        "Never thanked: who has earned thanks is judged by the limits of this report. A policy thanks by its own `thank.threshold`,"
        " whose points fade (`thank.half_life`), and leaves out `thank.holdout` of all people to measure what thanks do: lower either"
        " to thank more."
    )
    return [note]


def number(count: int | None) -> str:
    """A count, nothing where there is none."""
    return "" if count is None else f"{count:,}"


def did_words(row: Instead) -> str:
    """What a policy did, in words; for thanks the whole time after counts."""
    return ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in row.did.items())


def cost_words(cost: Cost) -> str:
    """An estimate in words; nothing where nothing can be said."""
    if cost.mean is None or cost.low is None or cost.high is None:
        return ""
    told = "" if cost.low > 0 or cost.high < 0 else ", may be chance"
    return f"{cost.mean:+,.0f} ({cost.low:+,.0f} to {cost.high:+,.0f}; n {cost.affected:,} against {cost.comparable:,}{told})"


def _processes(summary: Summary) -> Iterator[str]:
    worst = [place for place in summary.processes if place.breaches][:_FEW]
    if worst:
        yield ""
        table = [("by process and channel", "", "", "breaches", "of")]
        for one in worst:
            where = " · ".join(part for part in (one.process, one.owner) if part)
            table.append((BREACHES[one.breach][0], where, one.channel, f"{one.breaches:,}", f"{one.occasions:,}"))
        yield from _aligned(table)


def _months(summary: Summary) -> Iterator[str]:
    shown = [row.breach for row in (*summary.rows, *summary.observed) if row.breaches]
    if shown:
        yield ""
        table = [("by month", *((BREACHES | OBSERVED)[name][0] for name in shown))]
        for month, counts in summary.months:
            table.append((month, *(f"{counts[name][0]:,}" if name in counts else "" for name in shown)))
        yield from _aligned(table)


def _customers(summary: Summary) -> Iterator[str]:
    if summary.by_customer:
        yield ""
        table = [("by customer", "breaches", "", "last")]
        for one in summary.by_customer[:_FEW]:
            kinds = ", ".join(f"{BREACHES[name][0].lower()} {count}" for name, count in one.kinds.items())
            table.append((one.customer, f"{one.breaches:,}", kinds, one.last[:10]))
        yield from _aligned(table)


def _aligned(table: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    numbers = [
        all(not cell or cell[0] in "-+0123456789" for cell in column[1:]) and i > 0 for i, column in enumerate(zip(*table, strict=True))
    ]
    for cells in table:
        padded = (c.rjust(w) if right and " " not in c else c.ljust(w) for c, w, right in zip(cells, widths, numbers, strict=True))
        yield "  ".join(padded).rstrip()
