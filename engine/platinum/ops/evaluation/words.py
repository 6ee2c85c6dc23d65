"""The report of ``platinum evaluate`` for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Found = Mapping[str, Any]
#: Fewer decisions than this find a good setting only by luck (treatment-formulas 5.4).
SEARCH_FROM = 50_000


def lines(found: Found) -> Iterator[str]:
    """All of it."""
    counts = f"{found['decisions']:,} decisions, of which {found['used']:,} count, of {found['people']:,} people"
    yield f"{found['policy']} {found['version']}: {counts}"
    for why, n in found["left_out"].items():
        yield f"left out: {n:,} {why}"
    yield f"achieved {amount(found['achieved'])} {found['currency']} per decision" if found["achieved"] else "nothing can be said"
    yield ""
    yield _head("")
    for one in found["policies"]:
        yield from _policy(one)
    yield from _what_they_are(found["policies"])
    for group in found["groups"]:
        yield ""
        yield _head(f"{group['by']} {group['group']}: {group['n']:,} decisions, achieved {amount(group['achieved'])}")
        for one in group["policies"]:
            yield from _policy(one)
    yield from _weeks(found["weeks"])


def _head(title: str) -> str:
    of_value, of_difference = f"{'value':>9}  {'interval':<20}", f"{'difference':>10}  {'interval':<20}"
    return f"{title:<44} {of_value} {of_difference} {'ESS':>8} {'clipped':>8} {'largest':>8}"


def _policy(one: Found) -> Iterator[str]:
    name = f"  {one['policy']}"
    if one["refused"]:
        yield f"{name:<44} refused: {one['refused']}"
    else:
        value, difference = one["value"], one["difference"]
        yield (
            f"{name:<44} {number(value['value']):>9}  {interval(value):<20} {number(difference['value'], '+'):>10}  "
            f"{interval(difference, '+'):<20} {one['ess']:>8,.0f} {one['clipped_mass']:>8.2%} {one['largest_share']:>8.2%}"
        )
    if one["unsupported"]:
        yield f"    {one['unsupported']:,} decisions say nothing of it: it would have done there what was never done"


def _what_they_are(some: Sequence[Found]) -> Iterator[str]:
    yield ""
    for one in some:
        if one["about"] != f"policy {one['policy']}":
            yield f"{one['policy']}: {one['about']}"
    yield "difference: to the policy that made the log, on the same decisions; an interval around 0 may be chance"


def _weeks(weeks: Sequence[Found]) -> Iterator[str]:
    if len(weeks) < 2:
        return
    yield ""
    yield "Difference by what was known until then (these intervals hold however often somebody looks)"
    for week in weeks:
        told = [
            f"{one['policy']} {interval(one['difference'], '+', 'anytime_')}" if one["difference"] else f"{one['policy']} refused"
            for one in week["policies"][1:]
        ]
        yield f"  {week['until']} {week['n']:>9,} decisions, achieved {amount(week['achieved'])}: {'; '.join(told)}"


def amount(one: Found | None) -> str:
    """A value with its interval."""
    return "unknown" if one is None else f"{number(one['value'])} ({interval(one)})"


def interval(one: Found, sign: str = "", kind: str = "") -> str:
    """Its interval."""
    return f"{number(one[f'{kind}low'], sign)} to {number(one[f'{kind}high'], sign)}"


def number(value: float, sign: str = "") -> str:
    """To four digits; what is rounded to nothing has no minus."""
    return f"{value:{sign}z.4f}"
