"""Simulated people: who they are and how they like to be treated. A person is a pure function of (seed, number)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from platinum.ops.population.draws import Floats, Ints, pick, uniform
from platinum.ops.population.shop import GIFT_SHOP, Shop

FIRST_NAMES = {
    "en": ("Alice", "Ben", "Chloe", "Daniel", "Emma", "Felix", "Grace", "Harry", "Isla", "Jack", "Kate", "Liam", "Mia", "Noah", "Olive"),
    "de": ("Anna", "Bernd", "Clara", "Dieter", "Elke", "Frieda", "Georg", "Hanna", "Ingo", "Jana", "Karl", "Lena", "Max", "Nele", "Otto"),
}
#: (IANA zone, country, language, share of people)
HOMES = (
    ("Europe/London", "GB", "en", 0.62),
    ("Europe/Berlin", "DE", "de", 0.22),
    ("Europe/Vienna", "AT", "de", 0.06),
    ("America/New_York", "US", "en", 0.06),
    ("Australia/Sydney", "AU", "en", 0.04),
)
#: What people ask for when they ask; "" = nothing stated.
WISHES = ("", "quiet_hours", "language", "tone", "no_offers", "no_thanks", "no_category", "cadence", "no_channel")
_WISH_SHARES = (0.55, 0.08, 0.06, 0.08, 0.05, 0.03, 0.05, 0.05, 0.05)


@dataclass(frozen=True, slots=True)
class Person:
    """One simulated person.

    Attributes
    ----------
    hour : float
        Local hour around which this person is awake for a shop.
    tastes : tuple of float
        Share of interest per category of the shop; sums to 1.
    attention : tuple of float
        ``p`` of noticing a contact, per outbound channel of the shop.
    thank_liked : float
        -1 finds thank-yous tiresome, 1 is glad of them.
    offer_liking : float
        ``p`` of taking a fitting offer that was noticed.
    price_level : float
        Factor on what is spent: prefers dearer articles and more of them.
    patience : float
        0 leaves after the first nuisance, 1 shrugs off everything.
    visits_per_day : float
    p_buy : float
        Chance that a visit ends with an order.
    consent : int
        To promotion by e-mail: 1 granted, 0 never asked, -1 denied.
    wish : str
        One of ``WISHES``, stated on the first visit.
    """

    number: int
    id: str
    name: str
    timezone: str
    country: str
    language: str
    hour: float
    tastes: tuple[float, ...]
    attention: tuple[float, ...]
    thank_liked: float
    offer_liking: float
    price_level: float
    patience: float
    visits_per_day: float
    p_buy: float
    consent: int
    wish: str


class Population:
    """``customers`` people of one seed, as arrays for crowds and as ``Person`` for one.

    The first ten people are the same whether there are a hundred or a million.
    """

    def __init__(self, seed: int, customers: int, shop: Shop = GIFT_SHOP) -> None:
        self.seed = seed
        self.customers = customers
        self.shop = shop
        self._number: Ints = np.arange(customers, dtype=np.int64)

    def draw(self, purpose: str) -> Floats:
        """One number in [0, 1) per person."""
        return uniform(self.seed, purpose, self._number)

    @cached_property
    def home(self) -> Ints:
        """Index into ``HOMES``."""
        return pick(self.draw("home"), np.cumsum([share for *_, share in HOMES]))

    @cached_property
    def hour(self) -> Floats:
        """Local hour of most visits: most people in the evening, some early, some late."""
        early, late = self.draw("hour"), self.draw("hour spread")
        return np.where(early < 0.2, 8.0, np.where(early < 0.35, 22.0, 17.0)) + 3.0 * (late - 0.5)

    @cached_property
    def cumulative_tastes(self) -> Floats:
        """float64[customers, categories]: running sum of the tastes, last column 1."""
        n = len(self.shop.categories)
        # The cube of an exponential draw: a few strong interests each, a little of everything.
        interests = [(-np.log1p(-self.draw(f"taste {i}"))) ** 3 + 0.01 for i in range(n)]
        total = np.cumsum(np.stack(interests, axis=1), axis=1)
        cumulative: Floats = total / total[:, -1:]
        return cumulative

    @cached_property
    def visits_per_day(self) -> Floats:
        """Many look in once a month, a few daily."""
        return np.minimum(2.5, 0.08 + 0.35 * -np.log1p(-self.draw("visits")))

    @cached_property
    def p_buy(self) -> Floats:
        """Chance that a visit ends with an order."""
        return 0.04 + 0.3 * self.draw("buys") ** 2

    @cached_property
    def price_level(self) -> Floats:
        """From bargain hunters (0.4) to the generous (2)."""
        return 0.4 + 1.6 * self.draw("price") ** 1.5

    @cached_property
    def wish(self) -> Ints:
        """Index into ``WISHES``."""
        return pick(self.draw("wish"), np.cumsum(_WISH_SHARES))

    @cached_property
    def consent(self) -> Ints:
        """To promotion by e-mail: 1 granted, 0 never asked, -1 denied."""
        unit = self.draw("consent")
        return np.where(unit < 0.6, 1, np.where(unit < 0.8, 0, -1)).astype(np.int64)

    @cached_property
    def ids(self) -> list[str]:
        """Customer keys."""
        return [f"c-{number:06d}" for number in range(self.customers)]

    def person(self, number: int) -> Person:
        """One person in full."""
        index = np.array([number], dtype=np.int64)

        def own(purpose: str) -> float:
            return float(uniform(self.seed, purpose, index)[0])

        timezone, country, language, _ = HOMES[int(self.home[number])]
        names = FIRST_NAMES[language]
        tastes = np.diff(self.cumulative_tastes[number], prepend=0.0)
        return Person(
            number=number,
            id=self.ids[number],
            name=names[int(own("name") * len(names))],
            timezone=timezone,
            country=country,
            language=language,
            hour=float(self.hour[number]),
            tastes=tuple(float(t) for t in tastes),
            attention=tuple(0.15 + 0.8 * own(f"attention {channel}") for channel in self.shop.outbound),
            thank_liked=1.0 - 2.0 * own("thank") ** 2,  # two in three are glad of a thank-you
            offer_liking=0.05 + 0.55 * own("offer") ** 1.5,
            price_level=float(self.price_level[number]),
            patience=own("patience"),
            visits_per_day=float(self.visits_per_day[number]),
            p_buy=float(self.p_buy[number]),
            consent=int(self.consent[number]),
            wish=WISHES[int(self.wish[number])],
        )
