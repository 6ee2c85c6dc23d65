"""The report as one HTML page that needs nothing else: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from platinum.ops.audit import charts
from platinum.ops.audit.occasions import BREACHES
from platinum.ops.audit.pagestyle import STYLE
from platinum.ops.audit.rules import LIMITS
from platinum.ops.audit.summary import Row, Summary
from platinum.ops.audit.tables import fold, paragraph, table
from platinum.ops.audit.terminal import cost_words

_MOST_PLACES, _MOST_CUSTOMERS = 20, 25
_METHOD = (
    "How the cost is estimated: each customer's first breach of a kind is compared with occasions of the same sort on which it did not"
    " happen, of customers to whom it had not happened until then, in the same month, who had spent about as much and ordered about as"
    " often before. The number is the change in spend after against before, less the same change of those comparable customers; the"
    " range is a 95 % interval. A range that includes 0 may be chance. Nothing is said where there are too few customers. It shows what"
    " went together, and cannot prove what caused it."
)


def page(summary: Summary, more: str = "") -> str:
    """The whole page; ``more`` is markup put before the notes, such as what a policy would have done."""
    told = [row for row in summary.rows if not row.not_said]
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>How your customers were treated, {summary.first[:10]} to {summary.last[:10]}</title>",
            f"<style>{STYLE}</style></head><body><main>",
            *_head(summary, told),
            *_kinds(summary, told),
            *_cost(told),
            *_months(summary, [*told, *summary.observed]),
            *_processes(summary),
            *_customers(summary),
            more,
            *_notes(summary),
            "</main></body></html>\n",
        )
    )


def _head(summary: Summary, told: list[Row]) -> Iterator[str]:
    yield "<h1>How your customers were treated</h1>"
    span = f"{summary.events:,} events of {summary.customers:,} customers, {summary.first[:10]} to {summary.last[:10]}"
    met = f"{_share(summary.customers_affected, summary.customers)} of the customers met at least one breach"
    yield paragraph(f"{span}. {met if told else 'None of the rules could be tested with these files'}.", soft=True)
    yield '<ul class="cards">'
    for row in sorted(told, key=lambda one: -one.customers)[:4]:
        kind = "" if row.breaches else ' class="none"'
        yield f"<li><strong{kind}>{row.breaches:,}</strong>{escape(row.title)}<br>"
        yield f'<span class="soft">of {row.occasions:,} {escape(row.what)}, {row.customers:,} customers</span></li>'
    yield "</ul>"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "0%"


def _kinds(summary: Summary, told: list[Row]) -> Iterator[str]:
    yield "<h2>What went wrong</h2>"
    for row in summary.observed:
        yield paragraph(f"Seen beside the breaches: {row.title.lower()}, {row.breaches:,} times, by {row.customers:,} customers.")
    if not told:
        yield paragraph("These files tell nothing that could be held against the limits; what is missing stands at the end.")
        return
    rows = sorted(told, key=lambda row: -(row.breaches / (row.occasions or 1)))
    shown = [
        charts.Bar(row.title, row.breaches / (row.occasions or 1), 1.0, f"{row.breaches / (row.occasions or 1):.1%} of {row.occasions:,}")
        for row in rows
    ]
    words = "; ".join(f"{bar.label}: {bar.words}" for bar in shown)
    yield f"<figure>{charts.bars('kinds', 'Share of occasions on which it went wrong', words, shown)}"
    yield "<figcaption>Share of the occasions on which it went wrong</figcaption></figure>"
    heads = ("", "breaches", "of", "", "share", "customers", "")
    cells = [
        (r.title, f"{r.breaches:,}", f"{r.occasions:,}", r.what, f"{r.breaches / (r.occasions or 1):.1%}", f"{r.customers:,}", _detail(r))
        for r in told
    ]
    yield table("Every kind", heads, cells, (1, 2, 4, 5))
    for row in told:
        listed = [(e.customer, e.at[:16].replace("T", " "), e.process, e.channel, e.detail, _late(e.late_s)) for e in row.examples]
        yield fold(f"Newest examples: {row.title.lower()}", table("", ("customer", "when (UTC)", "", "channel", "", "late by"), listed))


def _detail(row: Row) -> str:
    parts = [f"{count:,} {name}" for name, count in row.details.items()]
    if row.late_hours:
        parts.append(f"half of the late ones by {row.late_hours[0]:,.0f} h or more, a tenth by {row.late_hours[1]:,.0f} h or more")
    return ", ".join(parts)


def _late(late_s: int | None) -> str:
    return "" if late_s is None else f"{late_s / 3600:,.1f} h"


def _cost(told: list[Row]) -> Iterator[str]:
    sure = [
        charts.Interval(row.title, c.mean, c.low, c.high, f"{c.mean:+,.0f} ({c.low:+,.0f} to {c.high:+,.0f})")
        for row in told
        if (c := row.cost).mean is not None and c.low is not None and c.high is not None
    ]
    if not told:
        return
    yield "<h2>What it cost</h2>"
    if sure:
        words = "; ".join(f"{one.label}: {one.words}" for one in sure)
        yield f"<figure>{charts.intervals('cost', 'Change in spend per affected customer', words, sure)}"
        yield "<figcaption>Spend per affected customer after the first breach against before, less that of comparable customers, in the"
        yield " currency of your orders. Grey: may be chance.</figcaption></figure>"
    rows = [(row.title, cost_words(row.cost) or row.cost.why_not) for row in told]
    yield fold("Numbers of customers, and where nothing can be said", table("", ("", "spend per customer, after against before"), rows))
    yield fold("The method", paragraph(_METHOD))


def _months(summary: Summary, told: list[Row]) -> Iterator[str]:
    shown = [row for row in told if row.breaches]
    if not shown:
        return
    yield '<h2>Month by month</h2><div class="grid">'
    labels = [month for month, _ in summary.months]
    for row in shown:
        pairs = [counts.get(row.breach, (0, 0)) for _, counts in summary.months]
        worst = max(range(len(pairs)), key=lambda i: pairs[i][0])
        words = f"Most in {labels[worst]}: {pairs[worst][0]:,} of {pairs[worst][1]:,} {row.what}"
        chart = charts.columns(f"m-{row.breach}", f"{row.title} by month", words, labels, [n for n, _ in pairs], [of for _, of in pairs])
        yield f'<div class="panel"><h3>{escape(row.title)}</h3><figure>{chart}<figcaption>{escape(words)}</figcaption></figure></div>'
    yield "</div>"
    cells = [(month, *(_cell(counts.get(row.breach)) for row in shown)) for month, counts in summary.months]
    heads = ("month", *(row.title for row in shown))
    yield fold("The numbers", table("breaches of occasions", heads, cells, range(1, len(heads))))


def _cell(pair: tuple[int, int] | None) -> str:
    return "" if pair is None else f"{pair[0]:,} of {pair[1]:,}"


def _processes(summary: Summary) -> Iterator[str]:
    worst = [place for place in summary.processes if place.breaches and (place.process or place.channel)][:_MOST_PLACES]
    if worst:
        yield "<h2>Where it happens</h2>"
        cells = [
            (BREACHES[p.breach][0], p.process, p.owner, p.channel, f"{p.breaches:,}", f"{p.occasions:,}", f"{p.breaches / p.occasions:.0%}")
            for p in worst
        ]
        yield table(
            "By process, owner and channel, the most breaches first",
            ("", "process or campaign", "owner", "channel", "breaches", "of", "share"),
            cells,
            (4, 5, 6),
        )


def _customers(summary: Summary) -> Iterator[str]:
    if summary.by_customer:
        yield "<h2>Whom it met most</h2>"
        cells = [
            (
                one.customer,
                f"{one.breaches:,}",
                ", ".join(f"{BREACHES[kind][0].lower()} {n}" for kind, n in one.kinds.items()),
                one.last[:10],
            )
            for one in summary.by_customer[:_MOST_CUSTOMERS]
        ]
        yield table("These may be owed an apology", ("customer", "breaches", "", "last"), cells, (1,))


def _notes(summary: Summary) -> Iterator[str]:
    yield "<h2>What this rests on</h2>"
    silent = [(row.title, row.not_said or row.note) for row in summary.rows if row.not_said or row.note]
    yield table("What could not be told, or only in part", ("", ""), silent)
    files = [
        (f.name, f.map, f"{f.events:,}", "; ".join(f"{count:,} {reason}" for reason, count in f.left_out.items())) for f in summary.files
    ]
    yield table("Files", ("file", "read as", "events", "left out"), files, (2,))
    if summary.duplicates:
        yield paragraph(f"{summary.duplicates:,} events were told twice and counted once.")
    limits = [(name.replace("_", " "), str(value), LIMITS[name][2]) for name, value in summary.rules.as_json().items()]
    yield fold("The limits", table("Change them with --set or a rules file", ("limit", "", ""), limits))
