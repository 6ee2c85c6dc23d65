"""Which article a person looks at or buys: drawn from their tastes and price level, the same for every step of a visit."""

from __future__ import annotations

import numpy as np

from platinum.ops.population.draws import Ints, uniform
from platinum.ops.population.people import Population
from platinum.ops.population.shop import Shop
from platinum.ops.population.visits import MAX_VIEWED

MAX_QUANTITY = 3


class Shelf:
    """The shop's articles numbered through (category by category, cheapest first), with their JSON."""

    def __init__(self, shop: Shop) -> None:
        articles = [(c, f"{c}-{i}", price) for c, prices in shop.articles.items() for i, price in enumerate(sorted(prices))]
        sizes = [len(prices) for prices in shop.articles.values()]
        self.sizes: Ints = np.array(sizes, dtype=np.int64)
        self.starts: Ints = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self.prices = [price for *_, price in articles]
        self.category = [c for c, *_ in articles]
        self.viewed = [f'"properties":{{"product_id":"{sku}","category":"{c}","price":{price}}},' for c, sku, price in articles]
        quantities = range(1, MAX_QUANTITY + 1)
        self.added = [[_product("product_id", *article, q) for q in quantities] for article in articles]
        self.lines = [[_product("sku", *article, q) for q in quantities] for article in articles]

    def draw(self, people: Population, person: Ints, visit: Ints, slot: Ints) -> tuple[Ints, Ints]:
        """Article and quantity of each (visit, slot)."""
        key = visit * MAX_VIEWED + slot
        u_category = uniform(people.seed, "category", key)
        tastes = people.cumulative_tastes[person]
        category = np.minimum((u_category[:, None] >= tastes).sum(axis=1), self.sizes.shape[0] - 1)
        dear = uniform(people.seed, "article", key) ** (1.0 / people.price_level[person])
        article: Ints = self.starts[category] + (dear * self.sizes[category]).astype(np.int64)
        u_quantity = uniform(people.seed, "quantity", key)
        quantity: Ints = 1 + (u_quantity < 0.25).astype(np.int64) + (u_quantity < 0.08)
        return article, quantity


def _product(key: str, category: str, sku: str, price: float, quantity: int) -> str:
    return f'{{"{key}":"{sku}","category":"{category}","price":{price},"quantity":{quantity}}}'
