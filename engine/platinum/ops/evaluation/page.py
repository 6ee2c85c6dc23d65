"""The report of ``platinum evaluate`` as one HTML page that needs nothing else: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from platinum.ops.audit import charts
from platinum.ops.audit.pagestyle import STYLE
from platinum.ops.audit.tables import fold, paragraph, table
from platinum.ops.evaluation.words import amount, interval, number

Found = Mapping[str, Any]
#: Names that are too long to stand before a whisker lose their beginning: of a path the end says which file it is.
_LONGEST = 26
_METHOD = (
    "Each decision of the log says with which probability it was drawn. Every policy is asked again at the same moments, with what was"
    " known there; decisions that it would have made oftener than the log count for more. Doubly robust estimates, 95 % intervals with the"
    " decisions of each person taken together. Groups are small parts of the same log: one of many intervals excludes 0 by chance."
)


def page(found: Found) -> str:
    """The whole page of what ``platinum evaluate --json`` says."""
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    body = "".join(
        (*_head(found), *_policies(found["policies"], "all", found["currency"]), *_groups(found), *_weeks(found), *_notes(found))
    )
    title = "Would another policy have done better?"
    return f"{head}<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>\n"


def _head(found: Found) -> Iterator[str]:
    yield paragraph(
        f"{found['used']:,} of {found['decisions']:,} decisions, of {found['people']:,} people, under the policy {found['policy']} "
        f"{found['version']}. It achieved {amount(found['achieved'])} {found['currency']} per decision.",
        soft=True,
    )


def _policies(some: Sequence[Found], name: str, currency: str) -> Iterator[str]:
    """Intervals as a picture, then as a table."""
    drawn = [
        charts.Interval(_short(one["policy"]), d["value"], d["low"], d["high"], f"{number(d['value'], '+')} ({interval(d, '+')})")
        for one in some
        if (d := one["difference"]) is not None
    ]
    if drawn:
        told = "; ".join(f"{one.label}: {one.words}" for one in drawn)
        title = f"Difference to the policy that made the log, {currency} per decision"
        yield f"<figure>{charts.intervals(name, title, told, drawn)}<figcaption>{escape(title)}. Grey: may be chance.</figcaption></figure>"
    heads = ("", "value", "interval", "difference", "interval", "decisions", "ESS", "clipped", "largest weight", "without support")
    yield table("", heads, [_cells(one) for one in some], range(1, 10))


def _cells(one: Found) -> tuple[str, ...]:
    value, difference = one["value"], one["difference"]
    numbers = f"{one['n']:,}", f"{one['ess']:,.0f}", f"{one['clipped_mass']:.2%}", f"{one['largest_share']:.2%}", f"{one['unsupported']:,}"
    if value is None:
        return one["policy"], f"refused: {one['refused']}", "", "", "", *numbers
    said = number(value["value"]), interval(value), number(difference["value"], "+"), interval(difference, "+")
    return one["policy"], *said, *numbers


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else "…" + name[1 - _LONGEST :]


def _groups(found: Found) -> Iterator[str]:
    for i, group in enumerate(found["groups"]):
        yield f"<h2>{escape(group['by'].capitalize())}: {escape(group['group'])}</h2>"
        yield paragraph(f"{group['n']:,} decisions; achieved {amount(group['achieved'])}.", soft=True)
        yield from _policies(group["policies"], f"group-{i}", found["currency"])


def _weeks(found: Found) -> Iterator[str]:
    weeks = found["weeks"]
    if len(weeks) < 2:
        return
    names = [one["policy"] for one in weeks[-1]["policies"]][1:]
    rows = [(week["until"], f"{week['n']:,}", amount(week["achieved"]), *(_anytime(one) for one in week["policies"][1:])) for week in weeks]
    yield "<h2>Week by week</h2>"
    yield paragraph("What was known at the end of each week. These intervals hold however often somebody looks, and stop when they like.")
    yield table("Difference to the policy that made the log", ("until", "decisions", "achieved", *names), rows, range(1, 3 + len(names)))


def _anytime(one: Found) -> str:
    return "refused" if one["difference"] is None else interval(one["difference"], "+", "anytime_")


def _notes(found: Found) -> Iterator[str]:
    yield "<h2>What this rests on</h2>"
    yield table("The policies", ("", ""), [(one["policy"], one["about"]) for one in found["policies"]])
    yield table("Decisions that say nothing", ("", "decisions"), [(why, f"{n:,}") for why, n in found["left_out"].items()], (1,))
    yield fold("The method", paragraph(_METHOD))
