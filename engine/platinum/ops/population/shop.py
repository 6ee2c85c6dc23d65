"""The shop that simulated people buy from: what it sells and how it reaches them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shop:
    """What simulated people may look at, buy and be reached through.

    Attributes
    ----------
    articles : mapping
        Category → price of each of its articles, in ``currency``; an article's sku is ``<category>-<number>``.
    outbound : tuple of str
        Channels that the shop writes to people through.
    """

    name: str
    currency: str
    articles: Mapping[str, tuple[float, ...]]
    outbound: tuple[str, ...]
    tones: tuple[str, ...]

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the categories, in order."""
        return tuple(self.articles)


#: Fits the example policy ``gift-shop``.
GIFT_SHOP = Shop(
    "gift-shop",
    "GBP",
    {
        "kitchen": (3.75, 6.95, 8.50, 12.95, 4.25, 19.95),
        "garden": (5.95, 9.95, 14.50, 24.95, 7.25, 3.45),
        "candles": (2.55, 4.15, 6.35, 8.95, 11.50, 3.25),
        "toys": (4.95, 7.65, 12.50, 2.10, 16.95, 9.95),
        "stationery": (1.25, 2.95, 3.75, 0.85, 5.45, 7.95),
    },
    ("email", "card"),
    ("brief", "warm", "formal"),
)
