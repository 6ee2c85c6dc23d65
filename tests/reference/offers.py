"""Slow twin of ``profile.offers``: every offer ever made, and every id of it."""

from __future__ import annotations

from dataclasses import dataclass, field

DAY_MS = 86_400_000


@dataclass
class Offer:
    """One offer; ``until_ms`` 0 = no end, ``receipt`` 0 = not used."""

    action: str
    ids: set[int]
    until_ms: int
    receipt: int = 0
    kept_ms: int = 0
    gone: bool = False

    def is_open(self, at_ms: int) -> bool:
        """Whether it holds."""
        return not self.gone and not self.receipt and (self.until_ms == 0 or self.until_ms > at_ms)


@dataclass
class Twin:
    """What one customer was offered."""

    offers: list[Offer] = field(default_factory=list)

    def offer(self, n: int, action: str, at_ms: int, until_ms: int) -> None:
        """Decision ``n`` offers something."""
        for one in self.offers:
            if one.action == action and one.is_open(at_ms):
                one.ids.add(n)
                one.until_ms = 0 if 0 in (one.until_ms, until_ms) else max(one.until_ms, until_ms)
                return
        self.offers.append(Offer(action, {n}, until_ms))

    def of(self, n: int) -> Offer:
        """The offer that a decision made."""
        return next(one for one in self.offers if n in one.ids)

    def use(self, n: int, receipt: int, at_ms: int) -> bool:
        """A receipt wants to use it; whether it may."""
        one = self.of(n)
        if one.is_open(at_ms):
            one.receipt = receipt
            one.kept_ms = at_ms + 30 * DAY_MS if one.until_ms == 0 else max(one.until_ms, at_ms + DAY_MS)
        return one.receipt == receipt and one.kept_ms > at_ms

    def decline(self, n: int) -> None:
        """The customer wants none of it."""
        self.of(n).gone = self.of(n).gone or not self.of(n).receipt
