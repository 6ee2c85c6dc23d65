"""The report of ``platinum evaluate`` as one object: policies, groups of people, weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from platinum.learn.off_policy import Estimate
from platinum.ops.evaluation.estimates import Finding, Judge, Mask
from platinum.ops.evaluation.rows import Rows, Under

Json = dict[str, Any]
_WEEK_MS = 7 * 86_400_000
#: 1970-01-01 was a Thursday; weeks begin on Monday.
_MONDAY_MS = 4 * 86_400_000
#: More weeks than this are told by fours.
_MOST_WEEKS = 60


class Asked:
    """One policy that is compared: its name, what it is, what it does, and the decisions that it may be judged by."""

    def __init__(self, name: str, about: str, under: Under, mask: Mask) -> None:
        self.name, self.about, self.under, self.mask = name, about, under, mask


def policies(asked: Sequence[Asked], judge: Judge, mask: Mask) -> list[Json]:
    """What the decisions of ``mask`` say of each."""
    return [{"policy": one.name, "about": one.about, **told(judge.find(one.under, one.mask & mask))} for one in asked]


def groups(asked: Sequence[Asked], judge: Judge, rows: Rows) -> list[Json]:
    """The same by tier and by segment."""
    return [
        {
            "by": kind,
            "group": name,
            "n": int(mask.sum()),
            "achieved": estimate(judge.achieved(mask)),
            "policies": policies(asked, judge, mask),
        }
        for kind, some in rows.groups.items()
        for name, mask in some.items()
        if mask.any()
    ]


def weeks(asked: Sequence[Asked], judge: Judge, rows: Rows) -> list[Json]:
    """What was known at the end of each week of everything before: for who looks every week, the anytime-valid interval is the one."""
    if rows.n == 0:
        return []
    week = (rows.made_ms - _MONDAY_MS) // _WEEK_MS
    every = np.unique(week)
    step = 1 if len(every) <= _MOST_WEEKS else 4
    ends = sorted({int(one) for one in every[::-1][::step]})
    return [_until(end, week, asked, judge) for end in ends]


def _until(end: int, week: np.ndarray[Any, np.dtype[np.int64]], asked: Sequence[Asked], judge: Judge) -> Json:
    mask = week <= end
    found = [(one.name, judge.find(one.under, one.mask & mask)) for one in asked]
    return {
        "until": datetime.fromtimestamp(((end + 1) * _WEEK_MS + _MONDAY_MS) / 1000, UTC).date().isoformat(),
        "n": int(mask.sum()),
        "achieved": estimate(judge.achieved(mask)),
        "policies": [{"policy": name, "difference": estimate(one.difference), "refused": one.refused} for name, one in found],
    }


def told(found: Finding) -> Json:
    """One policy."""
    one = found.evaluation
    return {
        "n": found.n,
        "people": found.people,
        "unsupported": found.unsupported,
        "value": estimate(found.value),
        "difference": estimate(found.difference),
        "ips": estimate(one.ips if found.refused is None else None),
        "snips": estimate(one.snips if found.refused is None else None),
        "ess": six(one.ess),
        "mean_weight": six(one.mean_weight),
        "largest_share": six(one.largest_share),
        "clipped_mass": six(one.clipped_mass),
        "refused": found.refused,
    }


def estimate(one: Estimate | None) -> Mapping[str, float] | None:
    """An estimate with both intervals."""
    return None if one is None else {name: six(value) for name, value in one._asdict().items()}


def six(value: float) -> float:
    """To six significant digits."""
    return float(f"{value:.6g}")
