"""What a kind of breach cost: how spend changed around it, against customers in the same situation to whom it did not happen.

Method. Affected: each customer's first breach of the kind, if it has a whole window of history on both sides. Comparable: occasions of
the same sort (an order delivered in time, a request of the same group answered in time, a complaint in which nothing was sold ...) of
customers to whom it had not happened until then, in the same month, with spend in the same quarter of the window before, and as
many orders (none, one, more) in its last third. What came later does not choose them: who orders less meets fewer breaches. The
difference is the affected customer's change in spend (after less before) less the mean change of the comparable ones; the interval is
95 %, normal, of the mean difference. It is no proof of a cause: whoever complains, or is written to more, may differ in what no table
shows.
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

    def orders(self, who: NDArray[np.int32], from_ms: NDArray[np.int64], to_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many orders in [from, to) of each customer."""
        first, last = (np.searchsorted(self._keys, _key(who, at)) for at in (from_ms, to_ms))
        counted: NDArray[np.int64] = last - first
        return counted


def _key(who: NDArray[np.int32], at_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    return who.astype(np.int64) * _MOST_S + at_ms // 1000


def cost_of(finding: Finding, history: History, spend: Spend, months: Months, rules: Rules) -> Cost:
    """The estimate for one finding."""
    window = rules.cost_window_ms
    days = f"{window // 86_400_000} days"
    rows = finding.compared
    broken = rows["broken"]
    since = np.full(len(history.customers), np.iinfo(np.int64).max)
    np.minimum.at(since, rows["who"][broken], rows["at_ms"][broken])
    inside = (rows["at_ms"] >= history.first_ms + window) & (rows["at_ms"] + window <= history.end_ms)
    affected = _first_of_each(rows[inside & broken & (rows["at_ms"] == since[rows["who"]])], months)
    comparable = _first_of_each(rows[inside & ~broken & (rows["at_ms"] < since[rows["who"]])], months)
    few = Cost(len(affected), len(np.unique(comparable["who"])), why_not=f"too few customers with {days} of history on both sides")
    if min(few.affected, few.comparable) < rules.cost_min_customers:
        return few
    before = np.concatenate([_before(affected, spend, window), _before(comparable, spend, window)])
    edges = np.quantile(before, [0.25, 0.5, 0.75])
    return _difference(
        affected,
        _strata(affected, spend, months, window, edges),
        comparable,
        _strata(comparable, spend, months, window, edges),
        spend,
        rules,
    )


def _first_of_each(rows: NDArray[np.void], months: Months) -> NDArray[np.void]:
    """One occasion of each customer in each month, the first."""
    rows = rows[np.argsort(rows["at_ms"], kind="stable")]
    kept: NDArray[np.void] = rows[np.unique(rows["who"].astype(np.int64) * 100_000 + months.of(rows["at_ms"]), return_index=True)[1]]
    return kept


def _before(rows: NDArray[np.void], spend: Spend, window: int) -> NDArray[np.float64]:
    return spend.between(rows["who"], rows["at_ms"] - window, rows["at_ms"])


def _strata(rows: NDArray[np.void], spend: Spend, months: Months, window: int, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    """A number for all that must be equal: month, spend before, orders just before, process."""
    band = np.searchsorted(edges, _before(rows, spend, window), side="right")
    recent = np.minimum(spend.orders(rows["who"], rows["at_ms"] - window // 3, rows["at_ms"]), 2)
    alike: NDArray[np.int64] = ((months.of(rows["at_ms"]) * 4 + band) * 3 + recent) * (1 << 32) + rows["process"]
    return alike


def _difference(
    affected: NDArray[np.void],
    stratum_a: NDArray[np.int64],
    comparable: NDArray[np.void],
    stratum_c: NDArray[np.int64],
    spend: Spend,
    rules: Rules,
) -> Cost:
    """Mean over the affected of their change less the mean change of their stratum."""
    change_a, change_c = (_change(rows, spend, rules.cost_window_ms) for rows in (affected, comparable))
    order_a, order_c = np.argsort(stratum_a, kind="stable"), np.argsort(stratum_c, kind="stable")
    sorted_a, sorted_c = stratum_a[order_a], stratum_c[order_c]
    differences: list[NDArray[np.float64]] = []
    variance_c = 0.0
    used: list[NDArray[np.int32]] = []
    for stratum in np.unique(stratum_a):
        mine, others = (
            order[np.searchsorted(ordered, stratum) : np.searchsorted(ordered, stratum, side="right")]
            for order, ordered in ((order_a, sorted_a), (order_c, sorted_c))
        )
        if len(others) >= _MIN_COMPARABLE:
            differences.append(change_a[mine] - change_c[others].mean())
            variance_c += len(mine) ** 2 * change_c[others].var(ddof=1) / len(others)
            used.append(comparable["who"][others])
    each = np.concatenate(differences) if differences else np.zeros(0)
    n_c = len(np.unique(np.concatenate(used))) if used else 0
    if min(len(each), n_c) < rules.cost_min_customers:
        return Cost(len(each), n_c, why_not="too few comparable customers in the same months")
    mean = float(each.mean())
    half = _Z * math.sqrt(each.var(ddof=1) / len(each) + variance_c / len(each) ** 2)
    return Cost(len(each), n_c, mean, mean - half, mean + half)


def _change(rows: NDArray[np.void], spend: Spend, window: int) -> NDArray[np.float64]:
    """Spend after less spend before."""
    after = spend.between(rows["who"], rows["at_ms"], rows["at_ms"] + window)
    changed: NDArray[np.float64] = after - _before(rows, spend, window)
    return changed
