"""Happenings → Segment-shaped JSON. Texts that repeat are made once; a row costs a few joins of text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import orjson

from platinum.ops.line import Line
from platinum.ops.population import visits
from platinum.ops.population.draws import Ints
from platinum.ops.population.people import HOMES, WISHES, Population
from platinum.ops.population.products import Shelf
from platinum.ops.population.visits import Happenings
from platinum.ops.population.wishes import wish_properties

_NAMES = {
    visits.VIEW: "Product Viewed",
    visits.ADD: "Product Added",
    visits.CHECKOUT: "Checkout Started",
    visits.ORDER: "Order Completed",
    visits.DELIVERED: "Order Delivered",
    visits.FAILURE: "Failure Reported",
    visits.REVIEW: "Review Written",
    visits.REFERRAL: "Referral Made",
    visits.REQUEST: "Request Made",
    visits.CONSENT: "Consent Changed",
    visits.WISH: "Preference Stated",
}


class Writer:
    """Writes the happenings of one population and numbers the messages."""

    def __init__(self, people: Population) -> None:
        self.people = people
        self.written = 0
        self._shelf = Shelf(people.shop)
        self._currency = f'"currency":"{people.shop.currency}"'
        self._heads = {kind: f'{{"type":"track","event":"{name}",' for kind, name in _NAMES.items()}
        self._heads[visits.PAGE] = '{"type":"page","name":"home",'
        self._heads[visits.IDENTIFY] = '{"type":"identify",'
        self._tails = [
            f'"context":{{"channel":"web","locale":"{language}-{country}","timezone":"{zone}"}}}}' for zone, country, language, _ in HOMES
        ]

    def write(self, rows: Happenings) -> Iterator[Line]:
        """The rows as lines, in the order given."""
        ids, homes = self.people.ids, self.people.home[rows.person].tolist()
        prefix, heads, tails = f'"messageId":"s{self.people.seed}-', self._heads, self._tails
        articles, quantities = (column.tolist() for column in self._shelf.draw(self.people, rows.person, rows.visit, rows.slot))
        baskets = self._baskets(rows)
        columns = zip(*(column.tolist() for column in rows), timestamps(rows.time_ms), articles, quantities, homes, strict=True)
        number = self.written
        for i, (time_ms, person, kind, visit, _, text, article, quantity, home) in enumerate(columns):
            if kind == visits.VIEW:
                middle = self._shelf.viewed[article]
            elif kind == visits.ADD:
                middle = f'"properties":{self._shelf.added[article][quantity - 1]},'
            elif kind == visits.PAGE:
                middle = '"properties":{"path":"/"},'
            elif kind in (visits.ORDER, visits.CHECKOUT):
                middle = f'"properties":{{"order_id":"o-{visit}",{baskets[i]},{self._currency}}},'
            else:
                middle = self._rare(kind, person, visit, article)
            customer = ids[person]
            value = (
                f'{heads[kind]}{prefix}{number + i}","userId":"{customer}","timestamp":"{text}","receivedAt":"{text}",{middle}{tails[home]}'
            )
            yield Line(time_ms, customer, value.encode())
        self.written += len(rows.kind)

    def _baskets(self, rows: Happenings) -> dict[int, str]:
        """Row → total and products of its order or checkout."""
        where = np.flatnonzero((rows.kind == visits.ORDER) | (rows.kind == visits.CHECKOUT))
        if not where.size:
            return {}
        chosen = rows.take(where)
        columns = [
            self._shelf.draw(self.people, chosen.person, chosen.visit, np.full_like(chosen.slot, s)) for s in range(visits.MAX_VIEWED)
        ]
        articles, quantities = (np.stack(c, axis=1).tolist() for c in zip(*columns, strict=True))
        counts: list[int] = chosen.slot.tolist()
        places: list[int] = where.tolist()
        return {place: self._basket(a[:n], q[:n]) for place, n, a, q in zip(places, counts, articles, quantities, strict=True)}

    def _basket(self, articles: list[int], quantities: list[int]) -> str:
        shelf = self._shelf
        pairs = list(zip(articles, quantities, strict=True))
        total = round(sum(shelf.prices[a] * q for a, q in pairs), 2)
        return f'"total":{total},"products":[{",".join(shelf.lines[a][q - 1] for a, q in pairs)}]'

    def _rare(self, kind: int, person: int, visit: int, article: int) -> str:
        home = HOMES[int(self.people.home[person])]
        if kind == visits.IDENTIFY:
            card = "true" if person % 3 == 0 else "false"
            region = ("north", "south", "islands")[person % 7 % 3]
            return f'"traits":{{"language":"{home[2]}","country":"{home[1]}","loyalty_card":{card},"region":"{region}"}},'
        properties: dict[str, object] = {"order_id": f"o-{visit}"}
        if kind == visits.CONSENT:
            state = "granted" if self.people.consent[person] > 0 else "denied"
            properties = {"purpose": "promotion", "channel": "email", "state": state}
        elif kind == visits.WISH:
            properties = wish_properties(WISHES[int(self.people.wish[person])], self.people, person)
        elif kind == visits.FAILURE:
            properties = {"severity": 2, "fault": "ours", "about": f"o-{visit}", "category": self._shelf.category[article]}
        elif kind == visits.REQUEST:
            properties = {"intent": "return_parcel", "request_id": f"q-{visit}"}
        elif kind == visits.REVIEW:
            properties = {"rating": 4, "category": self._shelf.category[article]}
        return f'"properties":{orjson.dumps(properties).decode()},'


def timestamps(time_ms: Ints) -> list[str]:
    """Instants as RFC 3339 with milliseconds."""
    texts: list[str] = np.datetime_as_string(time_ms.astype("datetime64[ms]"), unit="ms", timezone="UTC").tolist()
    return texts


def timestamps_of(at_ms: int) -> str:
    """One instant as ``timestamps`` writes it."""
    return timestamps(np.array([at_ms], dtype=np.int64))[0]
