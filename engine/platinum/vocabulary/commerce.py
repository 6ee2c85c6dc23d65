"""Segment's e-commerce events, as far as a profile uses them."""

from __future__ import annotations

from types import MappingProxyType

from platinum.vocabulary.codes import Kind
from platinum.vocabulary.limits import MAX_ID, MAX_MONEY, MAX_PRODUCTS, MAX_QUANTITY
from platinum.vocabulary.spec import EventSpec, Property, choice, identifier, instant, money, name

_QUANTITY = Property("quantity", "number", "How many; 1 when absent.", minimum=0.0, maximum=MAX_QUANTITY)
_PRICE = Property("price", "number", "Price of one.", minimum=-MAX_MONEY, maximum=MAX_MONEY)
_CURRENCY = Property("currency", "name", "Currency of the amounts: the policy's, or not said.", how="currency")
_CATEGORY = name("category", "Category as the policy spells it.", "name_a")

#: One entry of ``products``.
PRODUCT: tuple[Property, ...] = (
    Property("category", "name", "Category as the policy spells it.", register="name", how="name_hash"),
    _PRICE,
    _QUANTITY,
)
_PRODUCTS = Property(
    "products",
    "products",
    "Order lines; a line with a category becomes an item of price × quantity.",
    register="items",
    how="line_totals",
    max_length=MAX_PRODUCTS,
)
_LINE = MappingProxyType({"amount": "price × quantity"})
_TOTAL = money("total", "Sum that the customer pays.", "")
_REVENUE = money("revenue", "Sum without shipping and tax.", "")
_VALUE = money("value", "Value of everything in it.", "")
_ORDER_ID = identifier("order_id", "The shop's number of the order.", required=True)


def _line(title: str, kind: Kind, doc: str) -> EventSpec:
    product = identifier("product_id", "The shop's number of the product.")
    return EventSpec(title, "track", kind, doc, (_CATEGORY, _PRICE, _QUANTITY, _CURRENCY, product), "line", _LINE)


_EXPECTED = instant("expected_delivery", "When it was promised to arrive.", "high")
# The case is found by the lower half of its id: ``ref`` is the order's.
_PAYS = Property("case_id", "id", "The case that it pays, before all others.", register="name_b", how="name_hash", max_length=MAX_ID)
_REASON = choice("reason", "Why.", "code", {"other": 0, "our_fault": 1, "changed_mind": 2})


def _order(title: str, kind: Kind, doc: str, *more: Property, one_of: tuple[tuple[str, ...], ...] = ()) -> EventSpec:
    fills = MappingProxyType({"amount": "total, else revenue, else the sum of price × quantity over products"})
    return EventSpec(title, "track", kind, doc, (_ORDER_ID, _TOTAL, _REVENUE, _CURRENCY, _PRODUCTS, *more), "order", fills, one_of)


_CART = MappingProxyType({"amount": "value, else the sum of price × quantity over products"})

COMMERCE: tuple[EventSpec, ...] = (
    EventSpec("Product List Viewed", "track", Kind.PRODUCT_LIST_VIEWED, "A category or list of products was looked at.", (_CATEGORY,)),
    _line("Product Viewed", Kind.PRODUCT_VIEWED, "A product was looked at."),
    _line("Product Added", Kind.PRODUCT_ADDED, "A product was put into the cart."),
    _line("Product Removed", Kind.PRODUCT_REMOVED, "A product was taken out of the cart."),
    EventSpec(
        "Products Searched", "track", Kind.PRODUCTS_SEARCHED, "The shop was searched; nothing but the log keeps the query.", (_CATEGORY,)
    ),
    EventSpec(
        "Cart Viewed",
        "track",
        Kind.CART_VIEWED,
        "The cart was looked at.",
        (identifier("cart_id", "The shop's number of the cart."), _VALUE, _CURRENCY, _PRODUCTS),
        "cart",
        _CART,
    ),
    EventSpec(
        "Checkout Started",
        "track",
        Kind.CHECKOUT_STARTED,
        "The way to the till began.",
        (identifier("order_id", "The shop's number of the order."), _VALUE, _TOTAL, _REVENUE, _CURRENCY, _PRODUCTS),
        "checkout",
        MappingProxyType({"amount": "total, else revenue, else value, else the sum of price × quantity over products"}),
    ),
    _order(
        "Order Completed", Kind.ORDER_COMPLETED, "An order was placed.", _EXPECTED, one_of=(("total",), ("revenue",), ("products[].price",))
    ),
    _order(
        "Order Cancelled",
        Kind.ORDER_CANCELLED,
        "An order was called off; counted in `cancellations`. What it added to `orders` and `spend` before stays.",
        _REASON,
    ),
    _order("Order Refunded", Kind.ORDER_REFUNDED, "Money of an order was given back; the amount is how much.", _REASON, _PAYS),
    EventSpec("Order Delivered", "track", Kind.ORDER_DELIVERED, "An order arrived.", (_ORDER_ID,)),
)
