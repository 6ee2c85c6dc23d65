"""What the seeds of the trial of worth say together, in numbers and as tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tests.builders.worth_intervals import Interval, over_seeds
from tests.builders.worth_lived import ARMS, FIRST

Json = dict[str, Any]
#: Seeds of the null world that are looked at together as those of the society are.
TOGETHER = 20
#: Outcome → (what a table calls it, factor, decimals).
SHOWN: Mapping[str, tuple[str, float, int]] = {
    "effort": ("effort, points in 30 days", 1.0, 2),
    "say_do": ("say/do, %", 100.0, 1),
    "stays": ("stay, %", 100.0, 1),
    "equity": ("customer equity, £", 1.0, 2),
}
BESIDE: Mapping[str, tuple[str, float, int]] = {
    "say_do_others": ("say/do of orders and desks, %", 100.0, 1),
    "contacts": ("contacts", 1.0, 2),
    "money": ("money, £", 1.0, 2),
    "margin": ("margin, £", 1.0, 2),
    "ahead": ("year ahead, £", 1.0, 2),
    "unsubscribed": ("unsubscribed, %", 100.0, 1),
    "trust": ("trust", 1.0, 3),
    "goodwill": ("goodwill", 1.0, 3),
}
NULL_NAMES = {"effort": "effort", "say_do_others": "say/do", "stays": "stay", "equity_gross": "customer equity"}


def summary(society: Sequence[Json], null: Sequence[Json]) -> Json:
    """Means over seeds, paired differences from Platinum with their intervals, and how often those of the null world hold 0."""
    found: Json = _rounded({"society": _society(society) if society else None, "null": _null(null) if null else None})
    return found


def _rounded(value: Any) -> Any:
    """Numbers to 6 significant digits."""
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _society(lines: Sequence[Json]) -> Json:
    outcomes = list(lines[0]["arms"][FIRST])
    means = {arm: {key: float(np.mean([line["arms"][arm][key] for line in lines])) for key in outcomes} for arm in ARMS}
    differences = {
        arm: {key: over_seeds([line["arms"][FIRST][key] - line["arms"][arm][key] for line in lines])._asdict() for key in outcomes}
        for arm in ARMS[1:]
    }
    return _sizes(lines) | {"means": means, "differences": differences, "said": _said(lines)}


def _said(lines: Sequence[Json]) -> Json:
    """Contacts and what was shown, per person, by type."""
    found: dict[str, dict[str, float]] = {}
    for arm in ARMS:
        kinds = sorted({kind for line in lines for kind in line["said"][arm]})
        found[arm] = {kind: float(np.mean([line["said"][arm].get(kind, 0) / line["people"] for line in lines])) for kind in kinds}
    return found


def _sizes(lines: Sequence[Json]) -> Json:
    minutes = sum(line["cpu_s"] for line in lines) / 60.0
    return {"seeds": len(lines), "people": lines[0]["people"], "days": lines[0]["days"], "cpu_minutes": round(minutes, 1)}


def _null(lines: Sequence[Json]) -> Json:
    by_outcome: dict[str, list[bool]] = defaultdict(list)
    by_comparison: dict[str, list[bool]] = defaultdict(list)
    for line in lines:
        for arm, key, _, low, high in line["intervals"]:
            holds = low <= 0.0 <= high
            by_outcome[key].append(holds)
            by_comparison[arm].append(holds)
    every = [holds for of_one in by_outcome.values() for holds in of_one]
    over = [interval.holds_zero for interval in _null_over_seeds(lines)]
    return _sizes(lines) | {
        "intervals": len(every),
        "held": float(np.mean(every)),
        "by_outcome": {key: {"intervals": len(of_one), "held": float(np.mean(of_one))} for key, of_one in by_outcome.items()},
        "by_comparison": {arm: {"intervals": len(of_one), "held": float(np.mean(of_one))} for arm, of_one in by_comparison.items()},
        "over_seeds": {"intervals": len(over), "held": float(np.mean(over)) if over else None},
    }


def _null_over_seeds(lines: Sequence[Json]) -> Iterator[Interval]:
    """The intervals of the other table, made of the null world's differences: as many seeds together."""
    for begin in range(0, len(lines) - TOGETHER + 1, TOGETHER):
        differences: dict[tuple[str, str], list[float]] = defaultdict(list)
        for line in lines[begin : begin + TOGETHER]:
            for arm, key, difference, _, _ in line["intervals"]:
                differences[arm, key].append(difference)
        yield from (over_seeds(of_one) for of_one in differences.values() if len(of_one) > 1)


_PLACE = re.compile(r"(<!-- made: (\w+) -->\n).*?(\n<!-- end -->)", re.S)


def renewed(page: str, found: Json) -> str:
    """A page whose tables, between ``<!-- made: name -->`` and ``<!-- end -->``, are those of what was found."""
    made = tables(found)
    return _PLACE.sub(lambda place: f"{place[1]}{made[place[2]]}{place[3]}", page)


def text(found: Json) -> str:
    """All tables, for a terminal."""
    return "\n\n".join(table for table in tables(found).values() if table)


def tables(found: Json) -> dict[str, str]:
    """Tables in Markdown by name, and one sentence, ``sizes``: ``arms``, ``differences``, ``beside``, ``said``, ``null``."""
    society, null = found["society"], found["null"]
    made = {"sizes": _sizes_told(found), "arms": "", "differences": "", "beside": "", "said": "", "null": ""}
    if society:
        made["arms"] = _table(["", *_heads(SHOWN), *_heads(BESIDE)], [_means(society, arm) for arm in ARMS])
        made["differences"] = _table(["Platinum less", *_heads(SHOWN)], [_row(society, arm, SHOWN) for arm in ARMS[1:]])
        made["beside"] = _table(["Platinum less", *_heads(BESIDE)], [_row(society, arm, BESIDE) for arm in ARMS[1:]])
        made["said"] = _said_table(society)
    if null:
        rows = [[NULL_NAMES[key], f"{one['intervals']:,}", _percent(one["held"])] for key, one in null["by_outcome"].items()]
        rows.append(["all", f"{null['intervals']:,}", f"**{_percent(null['held'])}**"])
        made["null"] = _table(["outcome", "intervals", "hold 0"], rows)
    return made


def _sizes_told(found: Json) -> str:
    """What was run, and what of the null world has no table."""
    told = []
    if society := found["society"]:
        told.append(
            f"Society: {society['seeds']} seeds, {society['people']} people, {society['days']} days each; {society['cpu_minutes']:.0f} "
            "minutes of one core."
        )
    if null := found["null"]:
        told.append(
            f"Null world: {null['seeds']} seeds, {null['people']} people in each of {len(ARMS)} arms, {null['days']} days; "
            f"{null['cpu_minutes']:.0f} minutes."
        )
        if (over := null["over_seeds"])["intervals"]:
            told.append(
                f"Intervals over {TOGETHER} seeds, made as those of the society are, held 0 in {_percent(over['held'])} of "
                f"{over['intervals']:,}."
            )
    return " ".join(told)


def _heads(columns: Mapping[str, tuple[str, float, int]]) -> list[str]:
    return [name for name, _, _ in columns.values()]


def _means(society: Json, arm: str) -> list[str]:
    every = {**SHOWN, **BESIDE}
    return [arm, *(f"{factor * society['means'][arm][key]:.{decimals}f}" for key, (_, factor, decimals) in every.items())]


def _row(society: Json, arm: str, columns: Mapping[str, tuple[str, float, int]]) -> list[str]:
    cells = []
    for key, (_, factor, decimals) in columns.items():
        one = Interval(**society["differences"][arm][key])
        cell = f"{factor * one.mean:+.{decimals}f} ({factor * one.low:+.{decimals}f} to {factor * one.high:+.{decimals}f})"
        cells.append(cell if one.holds_zero else f"**{cell}**")
    return [arm, *cells]


def _said_table(society: Json) -> str:
    kinds = sorted({kind for of_arm in society["said"].values() for kind in of_arm if not kind.endswith(" shown")})
    rows = []
    for arm in ARMS:
        said = society["said"][arm]
        shown = sum(value for kind, value in said.items() if kind.endswith(" shown"))
        rows.append([arm, *(f"{said.get(kind, 0.0):.2f}" for kind in kinds), f"{shown:.2f}"])
    return _table(["contacts per person", *(kind.replace("_", " ") for kind in kinds), "shown to who came"], rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows))


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f} %"
