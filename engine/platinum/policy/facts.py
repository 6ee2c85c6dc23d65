"""What a content states as fact: equal in every tone, whatever the order, and never only in what some are spared (treatment-formulas 3.2).

Facts are the numbers in texts, what the offer and its terms fill in, links, products. What words cite of the customer's own record is no
claim of the firm's, so a thank-you may name the last category in one tone and the day of the last order in another.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

import orjson

from platinum.policy.content import FACT_OF, Content, Variant
from platinum.policy.policy import Block
from platinum.policy.problems import Problems, listing
from platinum.policy.yaml_tree import Path

#: Parts that are left out, or stand last, for some.
SPARED = ("detail",)
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*(?:\s?%)?")
_BRACED = re.compile(r"\{[^{}]*\}")
Facts = frozenset[str]


def facts_in(blocks: Iterable[Block], own: Iterable[str]) -> Facts:
    """What these blocks state; ``own`` are placeholders that the action itself fills, such as ``price`` and ``ends``."""
    found: set[str] = set()
    mine = frozenset(own)
    for block in blocks:
        found.update(f"{{{name}}}" for name in block.placeholders if name in mine and name not in FACT_OF)
        if block.kind == "products":
            found.add("products " + orjson.dumps(dict(block.fields), option=orjson.OPT_SORT_KEYS).decode())
            continue
        for name, text in block.fields.items():
            if name == "url":
                found.add(f"{block.kind} {text}")
            elif isinstance(text, str):
                found.update(number.strip().replace(" ", "") for number in _NUMBER.findall(_BRACED.sub("", text)))
    return frozenset(found)


def check_facts(content: Content, places: Mapping[Variant, Path], own: Sequence[str], problems: Problems) -> None:
    """Note where two tones of a language state different facts, and what is stated only where some are spared it."""
    first: dict[int, tuple[int, Facts]] = {}
    for (language, tone), blocks in sorted(content.items()):
        stated = facts_in(blocks, own)
        _, wanted = first.setdefault(language, (tone, stated))
        if stated != wanted and (language, tone) in places:
            odd = listing(sorted(stated ^ wanted))
            problems.add(places[language, tone], f"states other facts than other tones do ({odd}): a tone may change words, never facts")
        always = facts_in([block for block in blocks if block.part not in SPARED], own)
        if stated - always and (language, tone) in places:
            odd = listing(sorted(stated - always))
            problems.add(places[language, tone], f"states {odd} only in a block of part 'detail', which is left out for who likes it brief")


def facts_hash(blocks: Iterable[Block], own: Sequence[str], fixed: Mapping[str, object]) -> str:
    """16 hex digits of what an action states in one language; ``fixed`` is what stands beside the words: offer and terms."""
    said = {"facts": sorted(facts_in(blocks, own)), **fixed}
    return hashlib.blake2b(orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS), digest_size=8).hexdigest()
