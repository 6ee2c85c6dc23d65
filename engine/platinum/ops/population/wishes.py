"""What a person asks for, as the properties of ``Preference Stated``."""

from __future__ import annotations

import numpy as np

from platinum.ops.population.people import HOMES, Population


def wish_properties(wish: str, people: Population, person: int) -> dict[str, object]:
    """Properties of one of ``people.WISHES``; a category or channel is the one this person cares for least."""
    shop = people.shop
    if wish == "quiet_hours":
        early = bool(people.hour[person] < 12.0)
        return {"preference": "quiet_hours", "from": "19:00" if early else "21:00", "to": "07:00" if early else "11:00"}
    if wish == "language":
        return {"preference": "language", "value": HOMES[int(people.home[person])][2]}
    if wish == "tone":
        return {"preference": "tone", "value": shop.tones[person % len(shop.tones)]}
    if wish == "no_offers":
        return {"preference": "type_no", "value": "offer"}
    if wish == "no_thanks":
        return {"preference": "type_no", "value": "thank_you"}
    if wish == "no_category":
        tastes = np.diff(people.cumulative_tastes[person], prepend=0.0)
        return {"preference": "category_no", "value": shop.categories[int(tastes.argmin())]}
    if wish == "cadence":
        return {"preference": "cadence", "limit": 1, "days": 14}
    return {"preference": "channel_no", "value": shop.outbound[0]}
