"""What makes a thank-you one: it sells nothing, and it could have been said to nobody else (treatment-formulas 3.1).

Held by the compiler, so that no policy that breaks it ever runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from platinum.policy.content import FACT_OF, PLACEHOLDER, Content, Variant
from platinum.policy.declared import Values
from platinum.policy.policy import Block
from platinum.policy.problems import Problems, listing, nearest
from platinum.policy.yaml_tree import Path

_I = re.IGNORECASE
_CURRENCY = r"£|€|\$|¥|₹|zł|GBP|EUR|USD|CHF|JPY|euros?|pounds?|dollars?|cents?|pence|francs?|franken"
#: What is found → what it is called. English and German; other languages by sign and number only.
_SELLING = (
    (re.compile(rf"(?:{_CURRENCY})\s?\d|\d(?:[\d.,]*\d)?\s?(?:{_CURRENCY})(?![a-z])", _I), "an amount of money"),
    (re.compile(r"\d\s?(?:%|percent|per cent|prozent)", _I), "a percentage"),
    (
        re.compile(
            r"\b(?:discount\w*|coupons?|vouchers?|promo(?:tion\w*|s|code\w*)?|special offers?|our offers?|sale|bargains?|cashback|rebates?|"
            r"gift cards?|(?:buy|shop|order|save) now|half price|free delivery|free shipping|on the house)\b",
            _I,
        ),
        "a word that sells",
    ),
    (
        re.compile(
            r"\b(?:rabatt\w*|gutschein\w*|coupon\w*|angebot\w*|nachlass|nachlässe|sonderpreis\w*|schnäppchen|ausverkauf|gratis|"
            r"versandkostenfrei\w*|(?:jetzt|gleich) (?:kaufen|bestellen|sparen|zugreifen))\b",
            _I,
        ),
        "a word that sells",
    ),
    (re.compile(r"https?://|www\.", _I), "a web address"),
)
_SELLING_PLACEHOLDERS = frozenset({"code", "price", "discount", "coupon", "voucher", "ends", "offer"})
_RULE = 'a thank-you never sells (docs/reference/policy.md, "Thank-yous")'


def check_thank_you(action: Values, content: Content, places: Mapping[Variant, Path], at: Path, problems: Problems) -> None:
    """Note every way in which an action of type thank_you is none."""
    for key in ("offer", "terms"):
        if key in action:
            problems.add((*at, key), f"{_RULE}: take {key!r} out, or make it another action of type offer", key=True)
    if action.get("value", 0.0) != 0.0:
        problems.add((*at, "value"), f"{_RULE}: it has no value to be earned; take it out", key=True)
    if not content:
        if "words" not in action and "content" not in action:
            problems.add(at, "lacks 'words': a thank-you says something", key=True)
        return
    for variant, blocks in content.items():
        place = places[variant]
        for block in blocks:
            _check_block(block, place, problems)
        cited = [name for block in blocks for name in block.placeholders]
        if not any(name in FACT_OF for name in cited):
            near = next((match for name in cited if (match := nearest(name, FACT_OF))), "")
            message = f"must cite a fact about this customer that the engine fills: {listing('{' + name + '}' for name in FACT_OF)}"
            problems.add(place, message, f"{{{near}}}" if near else "{last_category}")


def _check_block(block: Block, at: Path, problems: Problems) -> None:
    if block.kind == "products":
        problems.add(at, f"{_RULE}: it shows no products")
        return
    if block.kind == "link" and block.fields.get("commerce"):
        problems.add(at, f"{_RULE}: this link leads to something to buy, unless it says `commerce: no`", "commerce: no")
    texts = [text for name, text in block.fields.items() if isinstance(text, str) and name != "url"]
    for text in texts:
        for form, what in _SELLING:
            if match := form.search(PLACEHOLDER.sub("", text)):
                problems.add(at, f"{_RULE}: it holds {what} ({match[0]!r})")
    if sold := sorted(_SELLING_PLACEHOLDERS.intersection(block.placeholders)):
        problems.add(at, f"{_RULE}: take the placeholder {{{sold[0]}}} out")
