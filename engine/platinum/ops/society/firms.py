"""People who are also contacts of a firm: orders in that role, colleagues who worry, and what must not leak from one role to the other."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.baskets import basket
from platinum.ops.society.character import PRIVATE, ROLES
from platinum.ops.society.fulfilment import ordered
from platinum.ops.society.scene import HOUR_MS, Scene


def account_of(scene: Scene, person: int) -> str | None:
    """Id of the firm that a person is a contact of."""
    account = int(scene.traits.account[person])
    return f"a-{account:06d}" if account >= 0 else None


def role_of(scene: Scene, person: int) -> str:
    """What a contact of a firm is there."""
    return ROLES[int(scene.traits.role[person])]


def canary(scene: Scene, person: int, role: str) -> str:
    """A word that nobody else's events hold, and of this person's only those of one role."""
    text = f"{scene.seed}\x1fcanary\x1f{person}\x1f{role}"
    return "zq" + hashlib.blake2b(text.encode(), digest_size=5).hexdigest()


def join(scene: Scene, person: int, at_ms: int) -> None:
    """Say for which firm somebody works, and in which role; each role knows something that is none of the other's business."""
    account = account_of(scene, person)
    if account is None:
        return
    role = role_of(scene, person)
    scene.agenda.tell(person, at_ms, "group", f"{person}", groupId=account, role=role, project=canary(scene, person, role))
    scene.agenda.tell(person, at_ms + 1_000, "identify", f"{person}.hobby", role=PRIVATE, hobby=canary(scene, person, PRIVATE))


def order_for_a_day(scene: Scene, day: int) -> None:
    """Orders for the firm, of the articles that the firm buys."""
    traits, state = scene.traits, scene.state
    buys = state.active & state.known & (traits.account >= 0) & (scene.chances("orders for firm", day) < scene.model.orders_for_firm)
    for person in np.flatnonzero(buys).tolist():
        order_id, role = f"w-{person}.{day}", role_of(scene, person)
        category = _bought_by(scene, person)
        quantity = 5 + int(20 * scene.chance("how many", order_id))
        order = basket(scene, order_id, category, quantity, name=f"{category} {canary(scene, person, role)}")
        at_ms = scene.start_ms + day * DAY_MS + 8 * HOUR_MS + round(scene.chance("orders at", order_id) * 9 * HOUR_MS)
        ordered(scene, person, at_ms, order | {"account": account_of(scene, person), "role": role})


def _bought_by(scene: Scene, person: int) -> str:
    categories = scene.shop.categories
    return categories[int(scene.chance("firm buys", int(scene.traits.account[person])) * len(categories))]


def worry_for_a_day(scene: Scene) -> None:
    """A colleague's open case is on the mind of the others."""
    for person in np.flatnonzero((scene.state.case > 0) & (scene.traits.account >= 0)).tolist():
        for other in scene.traits.colleagues(person):
            scene.state.worry[other] = max(scene.state.worry[other], scene.model.worries_for_colleague)


def colleague_in_trouble(scene: Scene, person: int) -> bool:
    """Whether a case of a colleague is open."""
    return any(scene.state.case[other] > 0 for other in scene.traits.colleagues(person))


def canaries(scene: Scene) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Person, then role: ``strings`` and ``categories`` that must not appear in content decided for any other role of theirs."""
    found: dict[str, dict[str, Any]] = {}
    for person in np.flatnonzero(scene.traits.account >= 0).tolist():
        roles = (PRIVATE, role_of(scene, person))
        told = {role: scene.bonds.told.get((person, role), set()) for role in roles}
        found[scene.traits.ids[person]] = {
            role: {"strings": [canary(scene, person, role)], "categories": sorted(told[role] - told[other])}
            for role, other in (roles, roles[::-1])
        }
    return found
