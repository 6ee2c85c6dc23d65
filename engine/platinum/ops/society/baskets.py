"""Orders that do not come of a visit."""

from __future__ import annotations

from typing import Any

from platinum.ops.society.scene import Scene


def basket(scene: Scene, order_id: str, category: str, quantity: int, **more: Any) -> dict[str, Any]:
    """An order of one article of a category; ``more`` are further properties of its line."""
    prices = scene.shop.articles[category]
    number = int(scene.chance("which article", order_id) * len(prices))
    line = {"sku": f"{category}-{number}", "category": category, "price": prices[number], "quantity": quantity, **more}
    total = round(prices[number] * quantity, 2)
    return {"order_id": order_id, "total": total, "currency": scene.shop.currency, "products": [line]}
