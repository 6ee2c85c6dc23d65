"""What every rule gives: the occasions on which it could be kept, and which of them it was not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Kind of breach → (what a table calls it, what went wrong in a sentence, what an occasion is).
BREACHES: dict[str, tuple[str, str, str]] = {
    "late_delivery": ("Delivered late or never", "an order did not arrive by the time that was promised", "deliveries promised"),
    "unanswered_request": ("Answered late or never", "a request was not answered in time", "requests"),
    "broken_promise": ("Promise broken", "something promised was done late or never", "promises"),
    "sold_in_complaint": (
        "Sold to in mid-complaint",
        "a promotion was sent while a complaint was open, or soon after a failure of yours",
        "promotions sent",
    ),
    "contacted_without_basis": ("Contacted without basis", "a contact that the customer had refused, or never agreed to", "contacts sent"),
    "contacted_too_often": ("Contacted too often", "one contact more than the limit, or than the customer asked for", "contacts sent"),
    "never_thanked": ("Never thanked", "a customer earned thanks and never had any", "customers who earned thanks"),
    "asked_twice": ("Asked twice", "the same question was put again too soon, or what was known was asked again", "questions asked"),
}

#: What is looked at without being a breach, in the same words.
OBSERVED: dict[str, tuple[str, str, str]] = {
    "order_cancelled": ("Cancelled or given back", "an order was cancelled or given back", "orders and cancellations"),
}

#: One occasion. ``late_ms``: how late; -1 = never, 0 = says nothing.
OCCASION = np.dtype(
    [
        ("at_ms", "<i8"),  # when it was broken, or could have been: the due time, the time of the contact
        ("late_ms", "<i8"),
        ("who", "<i4"),
        ("channel", "<u4"),
        ("process", "<u4"),
        ("owner", "<u4"),
        ("detail", "<i2"),  # place in ``Finding.details``
        ("broken", "?"),
    ]
)

Occasion = tuple[int, int, int, int, int, int, int, bool]


class Finding(NamedTuple):
    """What one rule found.

    Attributes
    ----------
    breach : str
        A key of ``BREACHES``.
    occasions : OCCASION[*]
        In order of customer and time.
    compared : OCCASION[*]
        Occasions whose kept and broken ones are alike but for the breach: what the cost is estimated from.
    details : sequence of str
        What ``detail`` numbers; the first is "".
    not_said : str
        Why nothing can be said with these files; "" = it can.
    note : str
        What a reader should know about it.
    """

    breach: str
    occasions: NDArray[np.void]
    compared: NDArray[np.void]
    details: Sequence[str] = ("",)
    not_said: str = ""
    note: str = ""

    @property
    def broken(self) -> NDArray[np.void]:
        """The breaches alone."""
        found: NDArray[np.void] = self.occasions[self.occasions["broken"]]
        return found


def finding(
    breach: str,
    occasions: list[Occasion],
    compared: list[Occasion] | None = None,
    details: Sequence[str] = ("",),
    not_said: str = "",
    note: str = "",
) -> Finding:
    """A finding from rows in the order of OCCASION's members; by default the same ones are compared."""
    rows = np.array(occasions, OCCASION)
    return Finding(breach, rows, rows if compared is None else np.array(compared, OCCASION), details, not_said, note)


def anywhere(occasions: list[Occasion]) -> list[Occasion]:
    """The same without their process: a campaign is not a situation that customers are in."""
    return [(at_ms, late_ms, who, 0, 0, 0, detail, broken) for at_ms, late_ms, who, _, _, _, detail, broken in occasions]


def nothing(breach: str, why: str) -> Finding:
    """A finding of a rule that these files cannot answer."""
    return finding(breach, [], not_said=why)
