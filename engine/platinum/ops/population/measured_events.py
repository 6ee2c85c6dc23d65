"""The events with which speed is measured: many customers, a third of the events asking for a decision.

Unlike ``simulate`` nobody behaves: kinds are drawn from a fixed mix, so that the share of deciding events, the length of
orders and the size of the JSON are what the definition says, at any number of events.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from platinum.hashing import murmur2
from platinum.ops.population.draws import pick, uniform
from platinum.ops.population.lines import timestamps
from platinum.ops.population.measured_policy import CATEGORIES, OUTBOUND

#: Kind → events in a hundred. Product Added, Checkout Started and Order Completed decide.
MIX = {
    "page": 13, "Product Viewed": 26, "Product List Viewed": 5, "Product Added": 16, "Checkout Started": 5, "Order Completed": 12,
    "Products Searched": 1, "Decision Shown": 7, "Decision Accepted": 3, "Decision Declined": 2, "Contact Dispatched": 3,
    "Contact Delivered": 3, "identify": 3, "Consent Changed": 1,
}  # fmt: skip
DECIDING = frozenset({"Product Added", "Checkout Started", "Order Completed"})
START_MS = 1_772_323_200_000
_BLOCK = 16_384
_LINES = 4


def bench_events(
    events: int = 200_000, customers: int = 20_000, seed: int = 1, partitions: int = 4, first_offset: int = 1, step_ms: int = 700
) -> Iterator[bytes]:
    """``events`` Segment-shaped events of about 300 bytes, one every ``step_ms`` of simulated time.

    Outcomes name the decision that the customer's last deciding event will get when this stream alone is appended to
    an empty log of ``partitions`` whose first free offset is ``first_offset`` (one activation lies before it), so that
    pending decisions are found and closed as they would be in life.
    """
    maker = _Maker(customers, partitions, first_offset)
    for start in range(0, events, _BLOCK):
        yield from maker.block(seed, start, min(events, start + _BLOCK), step_ms)


class _Maker:
    """What is kept between blocks: the next offset of each partition and each customer's newest decision."""

    def __init__(self, customers: int, partitions: int, first_offset: int) -> None:
        self._ids = [f"u{number:07d}" for number in range(customers)]
        self._partition = [murmur2(name.encode()) % partitions for name in self._ids]
        self._next = [first_offset] * partitions
        self._decision = [f"d.1.0.{10**9}.0"] * customers  # nobody's: an outcome that comes out of nowhere
        zones = (("Europe/Berlin", "de-DE"), ("Europe/London", "en-GB"))
        self._tails = [f'"context":{{"channel":"web","locale":"{locale}","timezone":"{zone}"}}}}' for zone, locale in zones]

    def block(self, seed: int, start: int, end: int, step_ms: int) -> Iterator[bytes]:
        """Events ``start`` to ``end``."""
        index = np.arange(start, end, dtype=np.int64)
        shares = np.cumsum(np.array(list(MIX.values()), dtype=np.float64)) / sum(MIX.values())
        kinds = pick(uniform(seed, "kind", index), shares).tolist()
        # Squared: the busiest tenth of the customers makes a third of the events.
        people = (uniform(seed, "who", index) ** 2 * len(self._ids)).astype(np.int64).tolist()
        numbers = uniform(seed, "what", index).tolist()
        texts = timestamps(START_MS + index * step_ms)
        names = tuple(MIX)
        for i, kind, person, number, text in zip(range(start, end), kinds, people, numbers, texts, strict=True):
            yield self._event(i, names[kind], person, number, text).encode()

    def _event(self, i: int, name: str, person: int, number: float, text: str) -> str:
        partition = self._partition[person]
        offset = self._next[partition]
        self._next[partition] = offset + 1
        head = f'{{"type":"{name}",' if name in ("page", "identify") else f'{{"type":"track","event":"{name}",'
        middle = self._properties(i, name, person, number)
        if name in DECIDING:
            self._decision[person] = f"d.1.{partition}.{offset}.0"
        return f'{head}"messageId":"b-{i:09d}","userId":"{self._ids[person]}","timestamp":"{text}",{middle},{self._tails[person & 1]}'

    def _properties(self, i: int, name: str, person: int, number: float) -> str:
        category = CATEGORIES[(person + int(number * 3)) % len(CATEGORIES)]  # three categories each
        if name in ("Order Completed", "Checkout Started"):
            count = 1 + int(number * 997) % _LINES
            lines = [_line(CATEGORIES[(person + j) % len(CATEGORIES)], 1.5 + (person + j) % 20, 1 + j % 2) for j in range(count)]
            total = sum((1.5 + (person + j) % 20) * (1 + j % 2) for j in range(count))
            return f'"properties":{{"order_id":"o-{i}","total":{total},"currency":"EUR","products":[{",".join(lines)}]}}'
        if name.startswith(("Decision", "Contact")):
            more = (
                f',"channel":"{OUTBOUND[i % 4]}"' if name.startswith("Contact") else ',"value":12.5' if name == "Decision Accepted" else ""
            )
            return f'"properties":{{"decision_id":"{self._decision[person]}"{more}}}'
        if name == "identify":
            region, household = ("north", "east", "south", "west")[person % 4], ("single", "couple", "family", "shared")[person // 4 % 4]
            card = "true" if person % 3 else "false"
            return f'"traits":{{"loyalty_card":{card},"newsletter":true,"region":"{region}","household":"{household}","language":"de"}}'
        if name == "Consent Changed":
            return (
                f'"properties":{{"purpose":"promotion","channel":"{OUTBOUND[i % 4]}","state":"{"granted" if number < 0.9 else "denied"}"}}'
            )
        if name == "page":
            return f'"name":"product","properties":{{"path":"/p/{person % 500}","category":"{category}"}}'
        price = 1.5 + person % 20
        return f'"properties":{{"product_id":"{category}-{person % 40}","category":"{category}","price":{price},"quantity":{1 + i % 3}}}'


def _line(category: str, price: float, quantity: int) -> str:
    return f'{{"sku":"{category}-{quantity}","category":"{category}","price":{price},"quantity":{quantity}}}'
