"""What a kind of breach cost: how spend changed around it, against customers in the same situation to whom it did not happen.

Method. Affected: each customer's first breach of the kind that has a whole window of history on both sides. Comparable: customers
without any breach of the kind, on the same kind of occasion (an order delivered in time, a request answered in time, a complaint in
which nothing was sold ...), in the same month, with spend in the same quarter of the window before. The difference is the affected
customer's change in spend (after less before) minus the mean change of the comparable ones; the interval is 95 %, normal, of the mean
difference. It is no proof of a cause: whoever complains, or is written to more, may differ in what no table shows.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.ops.audit.due import earliest
from platinum.ops.audit.history import History
from platinum.ops.audit.months import Months
from platinum.ops.audit.occasions import Finding
from platinum.ops.audit.rules import Rules
from platinum.vocabulary.codes import Kind

_Z = 1.959964
_MOST_S = 1 << 33  # seconds until 2242: a customer's number and a time fit one integer
_BANDS = 5
#: Fewer comparable customers in one month and band tell nothing about those affected there.
_MIN_COMPARABLE = 5


class Cost(NamedTuple):
    """Change in spend per affected customer, in the currency of the orders.

    Attributes
    ----------
    affected, comparable : int
        Customers on either side that could be compared.
    mean, low, high : float or None
        Negative = they spent less than comparable customers did; None where there are too few.
    why_not : str
        Why nothing is said, ``""`` when something is.
    """

    affected: int
    comparable: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    why_not: str = ""


class Spend:
    """Sums of what each customer paid in any span of time; cancelled orders are left out."""

    def __init__(self, history: History) -> None:
        orders = history.of(Kind.ORDER_COMPLETED)
        cancelled = earliest(history, Kind.ORDER_CANCELLED)
        if cancelled:
            ids = zip(orders["who"].tolist(), orders["ref"].tolist(), strict=True)
            orders = orders[[one not in cancelled for one in ids]]
        self._keys = _key(orders["who"], orders["at_ms"])
        self._sums = np.concatenate([[0.0], np.cumsum(orders["amount"])])

    def between(self, who: NDArray[np.int32], from_ms: NDArray[np.int64], to_ms: NDArray[np.int64]) -> NDArray[np.float64]:
        """Money in [from, to) of each customer; arrays of one length."""
        first, last = (np.searchsorted(self._keys, _key(who, at)) for at in (from_ms, to_ms))
        spent: NDArray[np.float64] = self._sums[last] - self._sums[first]
        return spent


def _key(who: NDArray[np.int32], at_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    return who.astype(np.int64) * _MOST_S + at_ms // 1000


def cost_of(finding: Finding, history: History, spend: Spend, months: Months, rules: Rules) -> Cost:
    """The estimate for one finding."""
    window = rules.cost_window_ms
    days = f"{window // 86_400_000} days"
    rows = finding.compared
    inside = (rows["at_ms"] >= history.first_ms + window) & (rows["at_ms"] + window <= history.end_ms)
    rows = rows[inside]
    ever = np.unique(finding.compared["who"][finding.compared["broken"]])
    affected = _first_of_each(rows[rows["broken"]], rows["who"][rows["broken"]])
    month = months.of(rows["at_ms"])
    calm = ~np.isin(rows["who"], ever)
    comparable = _first_of_each(rows[calm], rows["who"][calm].astype(np.int64) * 100_000 + month[calm])
    few = Cost(len(affected), len(np.unique(comparable["who"])), why_not=f"too few customers with {days} of history on both sides")
    if min(few.affected, few.comparable) < rules.cost_min_customers:
        return few
    before_a, change_a = _change(affected, spend, window)
    before_c, change_c = _change(comparable, spend, window)
    edges = np.quantile(np.concatenate([before_a, before_c]), [0.25, 0.5, 0.75])
    stratum_a, stratum_c = (
        months.of(rows["at_ms"]) * _BANDS + np.searchsorted(edges, before, side="right")
        for rows, before in ((affected, before_a), (comparable, before_c))
    )
    return _difference(change_a, stratum_a, change_c, stratum_c, rules.cost_min_customers)


def _first_of_each(rows: NDArray[np.void], key: NDArray[np.int64]) -> NDArray[np.void]:
    order = np.argsort(rows["at_ms"], kind="stable")
    first = np.unique(key[order], return_index=True)[1]
    kept: NDArray[np.void] = rows[order[first]]
    return kept


def _change(rows: NDArray[np.void], spend: Spend, window: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(spend before, spend after less spend before) of each occasion."""
    at_ms, who = rows["at_ms"], rows["who"]
    before = spend.between(who, at_ms - window, at_ms)
    return before, spend.between(who, at_ms, at_ms + window) - before


def _difference(
    change_a: NDArray[np.float64], stratum_a: NDArray[np.int64], change_c: NDArray[np.float64], stratum_c: NDArray[np.int64], least: int
) -> Cost:
    """Mean over the affected of their change less the mean change of their stratum."""
    differences: list[NDArray[np.float64]] = []
    variance_c = 0.0
    n_c = 0
    for stratum in np.unique(stratum_a):
        others, mine = change_c[stratum_c == stratum], change_a[stratum_a == stratum]
        if len(others) >= _MIN_COMPARABLE:
            differences.append(mine - others.mean())
            variance_c += len(mine) ** 2 * others.var(ddof=1) / len(others)
            n_c += len(others)
    each = np.concatenate(differences) if differences else np.zeros(0)
    if len(each) < least:
        return Cost(len(each), n_c, why_not="too few comparable customers in the same months")
    mean = float(each.mean())
    half = _Z * math.sqrt(each.var(ddof=1) / len(each) + variance_c / len(each) ** 2)
    return Cost(len(each), n_c, mean, mean - half, mean + half)
