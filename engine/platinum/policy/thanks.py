"""What makes a thank-you one: it sells nothing, and it could have been said to nobody else (treatment-formulas 3.1).

Held by the compiler, so that no policy that breaks it ever runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from platinum.policy.content import FACT_OF, Content, Variant
from platinum.policy.declared import Values
from platinum.policy.policy import Block
from platinum.policy.problems import Problems, listing, nearest
from platinum.policy.selling import selling, sells_as_a_name, sells_in_address
from platinum.policy.yaml_tree import Path

#: Placeholders that a thank-you may use beside the facts that the engine fills: who is thanked, and who thanks. What else
#: a channel may fill in nobody can know here, so it could be an offer.
NAMES = ("first_name", "last_name", "full_name", "name", "title", "salutation", "company", "city", "agent_name", "signature", "shop_name")
_ALLOWED = frozenset((*FACT_OF, *NAMES))
_BRACED = re.compile(r"\{{1,3}\s*([^{}]*?)\s*\}{1,3}")
# A count with something behind it may become an amount: "{orders} €".
_COUNTS = frozenset({"orders", "days_since_last"})
_CATEGORIES = ("last_category", "top_category")
_RULE = 'a thank-you never sells (docs/reference/words.md, "Thank-yous")'

_UNKNOWN = f"could be filled with anything, an offer too; it may cite {listing(FACT_OF)}, and name {listing(NAMES)}"


def check_thank_you(
    action: Values, content: Content, places: Mapping[Variant, Path], at: Path, problems: Problems, categories: Sequence[str] = ()
) -> None:
    """Note every way in which an action of type thank_you is none; ``categories`` are the policy's, with which it may be filled."""
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
        _check_categories(cited, categories, place, problems)
        near = next((match for name in cited if name not in NAMES and (match := nearest(name, FACT_OF))), "")
        # A fact that was only misspelt has been reported already, as an unknown placeholder.
        if not near:
            message = f"must cite a fact about this customer that the engine fills: {listing('{' + name + '}' for name in FACT_OF)}"
            problems.add(place, message, "{last_category}")


def _check_block(block: Block, at: Path, problems: Problems) -> None:
    if block.kind == "products":
        problems.add(at, f"{_RULE}: it shows no products")
        return
    if block.kind == "link" and block.fields.get("commerce"):
        problems.add(at, f"{_RULE}: this link leads to something to buy, unless it says `commerce: no`", "commerce: no")
    for name, text in block.fields.items():
        if not isinstance(text, str):
            continue
        for inside in dict.fromkeys(_BRACED.findall(text)):
            if inside not in _ALLOWED:
                near = nearest(inside, _ALLOWED)
                problems.add(at, f"{_RULE}: {{{inside}}} {_UNKNOWN}", f"{{{near}}}" if near else "")
        if (
            found := sells_in_address(_BRACED.sub("x", text), link=block.kind == "link")
            if name == "url"
            else selling(_BRACED.sub(_stand_in, text))
        ):
            problems.add(at, f"{_RULE}: it holds {' and '.join(found)}")


def _check_categories(cited: Iterable[str], categories: Sequence[str], at: Path, problems: Problems) -> None:
    """The engine fills in categories of the policy and no other, so their names are all that can come to stand there."""
    for name in _CATEGORIES:
        sold = next(((category, found) for category in categories if (found := sells_as_a_name(category))), None)
        if name in cited and sold is not None:
            said = f"{{{name}}} may be filled with the category {sold[0]!r}, which holds {' and '.join(sold[1])}"
            problems.add(at, f"{_RULE}: {said}; give the category another name, or cite another fact")


def _stand_in(braced: re.Match[str]) -> str:
    return "7" if braced[1] in _COUNTS else "x"
