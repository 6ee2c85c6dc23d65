"""A day of visits: who looks in, at what, and who orders; drawn as columns, written as events."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from platinum.ops.population.draws import Floats, Ints, uniform
from platinum.ops.population.people import HOMES, WISHES
from platinum.ops.population.visits import DAY_MS, MAX_VIEWED, SLOTS, offsets_ms
from platinum.ops.population.wishes import wish_properties
from platinum.ops.society.character import PRIVATE
from platinum.ops.society.firms import join
from platinum.ops.society.fulfilment import ordered
from platinum.ops.society.lives import introduce_more
from platinum.ops.society.meanings import nearest
from platinum.ops.society.scene import Scene


class _Visits(NamedTuple):
    """One row per visit of a day."""

    key: Ints  # seeds its products, names its order
    person: Ints
    start_ms: Ints
    gap_ms: Ints  # between two steps
    viewed: Ints
    lines: Ints  # products put into the cart
    bought: Ints


def shop_for_a_day(scene: Scene, day: int) -> None:
    """Enter all visits of one day; who is here for the first time is introduced."""
    visits = _visits(scene, day)
    slots = np.arange(MAX_VIEWED, dtype=np.int64)
    shape = (visits.key.size, MAX_VIEWED)
    persons, keys, places = (np.broadcast_to(c, shape).ravel() for c in (visits.person[:, None], visits.key[:, None], slots))
    articles, quantities = scene.shelf.draw(scene.traits, persons, keys, places)
    columns = (*(column.tolist() for column in visits), articles.reshape(shape).tolist(), quantities.reshape(shape).tolist())
    for key, person, at_ms, gap_ms, viewed, lines, bought, article, quantity in zip(*columns, strict=True):
        if not scene.state.known[person]:
            scene.state.known[person] = True
            _introduce(scene, person, at_ms)
        _browse(scene, person, f"{key}", (at_ms, gap_ms), list(zip(article[:viewed], quantity[:viewed], strict=True)), lines)
        if lines and bought >= 0:
            _till(scene, person, key, at_ms + gap_ms * (viewed + 1), list(zip(article[:lines], quantity[:lines], strict=True)), bought > 0)


def _visits(scene: Scene, day: int) -> _Visits:
    traits, state, seed = scene.traits, scene.state, scene.seed
    place = np.repeat(traits.number, SLOTS)
    # Three keys per person and day, wherever the person stands: a village and a town draw the same.
    keys = (place << 16) + day * SLOTS + np.tile(np.arange(SLOTS, dtype=np.int64), traits.customers)
    needs = 1.0 + scene.model.life_raises * scene.bonds.potential
    rate = np.where(state.active, scene.model.visits * traits.visits_per_day * needs / SLOTS, 0.0)
    comes = uniform(seed, "society visit", keys) < rate[place]
    person, key = place[comes], keys[comes]

    def draw(purpose: str) -> Floats:
        return uniform(seed, f"society {purpose}", key)

    spread = draw("when 1") + draw("when 2") + draw("when 3") - 1.5
    local_ms = ((traits.hour[person] + 4.0 * spread) * 3_600_000).astype(np.int64)
    day_ms = scene.start_ms + day * DAY_MS
    gap = 15_000 + (draw("gap") * 60_000).astype(np.int64)
    # Wrapped into the day, and ended within it: what a visit does is told on its own day.
    start = day_ms + np.minimum((local_ms - offsets_ms(day_ms)[traits.home[person]]) % DAY_MS, DAY_MS - gap * (MAX_VIEWED + 4))
    viewed = 1 + (draw("views") * MAX_VIEWED).astype(np.int64)
    u_buy, p_buy = draw("buy"), p_buys(scene)[person]
    carted = (u_buy < p_buy) | (u_buy > 0.72)
    lines = np.where(carted, 1 + (draw("lines") * viewed).astype(np.int64), 0)
    bought = np.where(u_buy < p_buy, 1, np.where(u_buy > 0.93, 0, -1))
    return _Visits(key, person, start, gap, viewed, lines, bought)


def p_buys(scene: Scene) -> Floats:
    """float[n]: chance that a visit ends with an order, as people feel today."""
    model, state, traits = scene.model, scene.state, scene.traits
    factor = 1.0 - model.buys_less_per_index * state.index
    factor += model.buys_per_goodwill * state.goodwill + model.buys_per_trust * (state.trust - traits.trust)
    chance: Floats = traits.p_buy * np.clip(factor, 0.1, 2.0)
    return chance


def _introduce(scene: Scene, person: int, at_ms: int) -> None:
    traits, agenda = scene.traits, scene.agenda
    _, country, language, _ = HOMES[int(traits.home[person])]
    region = ("north", "south", "islands")[person % 7 % 3]
    agenda.tell(person, at_ms, "identify", f"{person}", language=language, country=country, loyalty_card=person % 3 == 0, region=region)
    if traits.consent[person]:
        given = "granted" if traits.consent[person] > 0 else "denied"
        agenda.tell(person, at_ms + 1_000, "Consent Changed", f"{person}", purpose="promotion", channel="email", state=given)
    wish = WISHES[int(traits.wish[person])]
    if wish:
        said = wish_properties(wish, traits, person)
        if wish == "tone":
            said["value"] = nearest(traits.style[person], scene.meanings.stated_tones)
        agenda.tell(person, at_ms + 6_000, "Preference Stated", f"{person}", **said)
    introduce_more(scene, person, at_ms + 7_000)
    join(scene, person, at_ms + 12_000)


def _browse(scene: Scene, person: int, ref: str, times: tuple[int, int], looked_at: list[tuple[int, int]], lines: int) -> None:
    agenda, (at_ms, gap_ms) = scene.agenda, times
    agenda.enter(at_ms, agenda.event(person, "page", ref, "web", {"path": "/"}))
    for slot, (article, quantity) in enumerate(looked_at):
        at_ms += gap_ms
        agenda.enter(at_ms, agenda.event(person, "Product Viewed", f"{ref}-{slot}", "web", dict(scene.viewed[article])))
        scene.bonds.names(person, PRIVATE, scene.viewed[article]["category"])
        if slot < lines:
            product = dict(scene.added[article][quantity - 1])
            agenda.enter(at_ms + gap_ms // 2, agenda.event(person, "Product Added", f"{ref}-{slot}", "web", product))


def _till(scene: Scene, person: int, key: int, at_ms: int, basket: list[tuple[int, int]], bought: bool) -> None:
    products = [dict(scene.lines[article][quantity - 1]) for article, quantity in basket]
    total = round(sum(line["price"] * line["quantity"] for line in products), 2)
    order = {"order_id": f"o-{key}", "total": total, "currency": scene.shop.currency, "products": products}
    scene.agenda.enter(at_ms, scene.agenda.event(person, "Checkout Started", f"{key}", "web", dict(order)))
    if bought:
        ordered(scene, person, at_ms + 45_000, order)
