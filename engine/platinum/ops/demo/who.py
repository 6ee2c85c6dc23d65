"""Who a simulated customer is, in a few words."""

from __future__ import annotations

from collections.abc import Callable

from platinum.ops.population.crowd import Crowd

_COUNTRIES = {"GB": "Britain", "DE": "Germany", "AT": "Austria", "US": "the USA", "AU": "Australia"}


def describer(crowd: Crowd) -> Callable[[str], str]:
    """A function from customer key to ``Hanna from Germany, likes toys``."""

    def describe(customer: str) -> str:
        person = crowd.person(customer)
        if person is None:
            return customer
        favourite = max(zip(person.tastes, crowd.people.shop.categories, strict=True))[1]
        return f"{person.name} from {_COUNTRIES[person.country]}, likes {favourite}"

    return describe
