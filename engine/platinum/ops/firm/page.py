"""The report as one HTML page that needs nothing else: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from platinum.ops.audit import charts
from platinum.ops.audit.pagestyle import STYLE
from platinum.ops.audit.tables import paragraph, table

Found = Mapping[str, Any]
#: Titles that are too long to stand before a bar.
_SHORT = {
    "low_trust": "Have little reason to trust",
    "style_known": "Way of speaking is known",
    "wishes": "Have stated a wish",
    "silence": "Silent decisions",
    "owed_first": "Owed or asked for",
    "without_basis": "Contacts without a ground",
    "human_path": "Name a way to a person",
    "explored": "Tried something out",
    "introductions": "Introductions accepted",
    "introduction_replies": "Introductions answered",
}


def page(found: Found) -> str:
    """The whole page of what ``platinum report firm --json`` says."""
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    body = "".join((*_head(found), *_shares(found), *_worth(found), *_counts(found), *_segments(found), *_measures(found)))
    return f"{head}<title>The firm, from outside in</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"


def _head(found: Found) -> Iterator[str]:
    yield "<h1>The firm, from outside in</h1>"
    yield paragraph(f"{found['customers']:,} people and {found['decisions']:,} decisions, under the policy {found['policy']}.", soft=True)
    if found["left_out"]:
        told = "; ".join(f"{count:,} {reason}" for reason, count in found["left_out"].items())
        yield paragraph(f"Left out: {escape(told)}.", soft=True)
    alarms = [one for one in found["measures"] if one["alarm"]]
    if not alarms:
        yield paragraph("Nothing here asks to be looked at.")
    for one in alarms:
        yield f"<p><strong>{escape(one['title'])}: {escape(words(one))}</strong>. {escape(one['alarm'])}.</p>"


def _shares(found: Found) -> Iterator[str]:
    """Shares as bars."""
    rows = [one for one in found["measures"] if one["unit"] == "share" and one["value"] is not None and one["n"]]
    if rows:
        told = "; ".join(f"{one['title']} {words(one)}" for one in rows)
        bars = [charts.Bar(_SHORT.get(one["name"], one["title"]), one["value"], 1.0, words(one)) for one in rows]
        yield "<h2>Shares</h2>" + charts.bars("shares", "Shares", told, bars)


def _worth(found: Found) -> Iterator[str]:
    """What customers are worth, and could be, per tier: amounts on one scale."""
    rows, bars = found["worth"], []
    most = max((row[name] or 0.0 for row in rows for name in ("equity", "unrealised")), default=0.0)
    for row in rows:
        whose = row["tier"] or "all"
        bars.append(charts.Bar(f"{whose}: worth", row["equity"], most, f"{row['equity']:,.2f} (of {row['customers']:,})"))
        if row["unrealised"] is not None:
            bars.append(charts.Bar(f"{whose}: could grow by", row["unrealised"], most, f"{row['unrealised']:,.2f}"))
    if bars:
        told = "; ".join(f"{bar.label} {bar.words}" for bar in bars)
        yield f"<h2>Value and growth per customer, {escape(found['currency'])}</h2>"
        yield paragraph(
            "Worth: the margin that is expected of the months ahead. Growth: what the best of their look-alikes are worth more."
        )
        yield charts.bars("worth", "Value and growth per customer", told, bars)


def _counts(found: Found) -> Iterator[str]:
    for name, title in (("tiers", "People per tier"), ("lanes", "Decisions per lane"), ("owed", "What is owed now")):
        rows = found[name]
        if rows:
            told = "; ".join(f"{label} {n:,}" for label, n in rows.items())
            most = sum(rows.values())
            bars = [charts.Bar(label.replace("_", " "), n, most, f"{n:,}") for label, n in rows.items()]
            yield f"<h2>{escape(title)}</h2>" + charts.bars(name, title, told, bars)


def _segments(found: Found) -> Iterator[str]:
    one = found["segments"]
    if not one["segments"] and one["effective_ratio"] is None:
        return
    yield "<h2>Segments and customers</h2>"
    yield paragraph(segment_words(one))
    rows = [(s["segment"], f"{s['customers']:,}", ", ".join(s["used_by"]) or "none", _why_not(s)) for s in one["segments"]]
    yield table("Value segments", ("segment", "people", "actions that ask for it", "remark"), rows, (1,))


def _why_not(segment: Found) -> str:
    said = ["superficial: place, industry or size alone"] if segment["superficial"] else []
    said += [] if segment["used_by"] else ["no action asks for it"]
    return "; ".join(said + ([] if segment["customers"] else ["nobody is in it"]))


def segment_words(one: Found) -> str:
    """The ratios in a sentence."""
    ratio = f"{one['ratio'] or 0.0:.2%} segments to customers ({one['band']})" if one["segments"] else "The policy names no segments"
    if one["effective_ratio"] is None:
        return f"{ratio}; nobody was treated in the last 90 days, so nothing can be said of how alike treatments are."
    alike = f"{one['signatures']:,} different treatments of {one['treated']:,} people in 90 days"
    return f"{ratio}; {alike}: effective ratio {one['effective_ratio']:.3g} (1 = everybody is treated differently)."


def _measures(found: Found) -> Iterator[str]:
    rows = [
        (one["title"], words(one), interval_words(one), f"{one['n']:,} {one['of']}", one["window"], one["about"])
        for one in found["measures"]
    ]
    yield "<h2>Every measure</h2>" + table("", ("measure", "value", "95 % interval", "rests on", "window", "what it is"), rows, (1, 2))


def words(one: Found) -> str:
    """A value with its unit."""
    return _number(one["value"], one["unit"])


def interval_words(one: Found) -> str:
    """Its interval; empty where there is none."""
    return "" if one["low"] is None else f"{_number(one['low'], one['unit'])} to {_number(one['high'], one['unit'])}"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "unknown"
    # "z": what is rounded to nothing has no sign.
    return f"{value:z.1%}" if unit == "share" else f"{value:z,.2f}" if unit == "money" else f"{value:z,.4g}"
