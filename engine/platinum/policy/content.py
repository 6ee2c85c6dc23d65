"""Words and content blocks of an action, per language and tone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from platinum.policy import tables as t
from platinum.policy import yaml_tree as y
from platinum.policy.content_schema import BLOCK, LONGEST_TEXT
from platinum.policy.declared import Declared, Values
from platinum.policy.policy import Block
from platinum.policy.problems import Problems, listing, nearest
from platinum.policy.shapes import WRONG
from platinum.policy.yaml_tree import Node, Path

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
#: Placeholder that the engine fills from the customer's row → fact it needs.
FACT_OF: Mapping[str, int] = {
    "last_order_date": t.FACT_LAST_ORDER_DATE,
    "days_since_last": t.FACT_LAST_ORDER_DATE,
    "last_category": t.FACT_LAST_CATEGORY,
    "orders": t.FACT_ORDERS,
    "first_order_date": t.FACT_FIRST_ORDER_DATE,
    "top_category": t.FACT_TOP_CATEGORY,
}
#: Filled from the action's terms.
ENDS = "ends"

Variant = tuple[int, int]  # (language index, tone index)
Content = dict[Variant, tuple[Block, ...]]


class ContentReader:
    """Reads ``words`` or ``content`` of one action after the other."""

    def __init__(self, declared: Declared, problems: Problems) -> None:
        self._declared = declared
        self._problems = problems

    def read(self, action: Values, at: Path) -> tuple[Content, dict[Variant, Path]]:
        """Blocks of every variant as written, and where each was written."""
        words, content = action.get("words"), action.get("content")
        if words is not None and content is not None:
            self._problems.add((*at, "words"), "stands beside 'content'; put it there as a block `- words: ...`", key=True)
        found: Content = {}
        places: dict[Variant, Path] = {}
        for node, name, leaf in ((words, "words", self._words), (content, "content", self._blocks)):
            if node is not None:
                self._variants(node, (*at, name), leaf, found, places)
        return found, places

    def filled(self, found: Content, at: Path, places: Mapping[Variant, Path]) -> Content:
        """Every language with every tone: a tone without words of its own in a language speaks in that language's first tone."""
        languages = sorted({language for language, _ in found})
        tones = sorted({tone for _, tone in found})
        whole: Content = {}
        for language in languages:
            own = [tone for tone in tones if (language, tone) in found]
            stand_in = self._declared.default_tone if self._declared.default_tone in own else own[0]
            for tone in tones:
                whole[language, tone] = found[language, tone if tone in own else stand_in]
                if tone not in own:
                    names = self._declared.languages[language], self._declared.tones[tone], self._declared.tones[stand_in]
                    where = places.get((language, stand_in), at)
                    self._problems.warn(where, "there are no words in {} and tone {}; those in tone {} stand in".format(*names))
        return whole

    def _variants(
        self, node: Node, at: Path, leaf: Callable[[Node, Path], tuple[Block, ...] | None], found: Content, places: dict[Variant, Path]
    ) -> None:
        """Walk ``{language: {tone: ...}}`` in either depth; the default language and tone need not be written."""
        queue: list[tuple[Node, Path, int, int]] = [(node, at, -1, -1)]
        for one, place, language, tone in queue:
            if not isinstance(one, y.Mapping):
                key = (max(language, 0), tone if tone >= 0 else self._declared.default_tone)
                blocks = leaf(one, place)
                if key in found:
                    said = f"{self._declared.languages[key[0]]}, {self._declared.tones[key[1]]}"
                    self._problems.add(place, f"gives words for ({said}) a second time", key=True)
                elif blocks is not None:
                    found[key], places[key] = blocks, place
                continue
            if not one.entries:
                self._problems.add(place, "must not be empty")
            for name, child in one.entries.items():
                inner = (*place, name)
                if name in self._declared.languages and language < 0:
                    queue.append((child, inner, self._declared.languages.index(name), tone))
                elif name in self._declared.tones and tone < 0:
                    queue.append((child, inner, language, self._declared.tones.index(name)))
                else:
                    self._unknown_variant(name, inner)

    def _unknown_variant(self, name: str, at: Path) -> None:
        tones, languages = self._declared.tones, self._declared.languages
        message = f"must be a tone ({listing(tones)}) or a language ({listing(languages)}) of this policy, each once"
        self._problems.add(at, message, nearest(name, [*tones, *languages]), key=True)

    def _words(self, node: Node, at: Path) -> tuple[Block, ...] | None:
        if not isinstance(node, y.Scalar) or node.empty or not node.text.strip():
            self._problems.add(at, "must be a text; lists of blocks belong under 'content'")
            return None
        if len(node.text) > LONGEST_TEXT:
            self._problems.add(at, f"must be a text of at most {LONGEST_TEXT} characters")
            return None
        self._check_braces(node.text, at)
        return (Block("words", {"text": node.text}, tuple(dict.fromkeys(PLACEHOLDER.findall(node.text)))),)

    def _blocks(self, node: Node, at: Path) -> tuple[Block, ...] | None:
        if not isinstance(node, y.Sequence) or not node.items:
            self._problems.add(at, "must be a list of blocks (words, image, link, products); a single text belongs under 'words'")
            return None
        blocks = [self._block(item, (*at, i)) for i, item in enumerate(node.items)]
        return tuple(block for block in blocks if block is not None)

    def _block(self, node: Node, at: Path) -> Block | None:
        read = BLOCK.read(node, at, self._problems)
        if read is WRONG:
            return None
        kinds = [key for key in BLOCK.keys if key != "part"]
        if isinstance(node, y.Mapping) and sum(key != "part" for key in node.entries) != 1:
            self._problems.add(at, f"must hold exactly one of {listing(kinds)}, and 'part' beside it; begin the next block with a dash")
            return None
        part = read.pop("part", "")
        if not read:
            return None
        kind, given = next(iter(read.items()))
        fields = self._fields(kind, given, (*at, kind))
        texts = [text for text in fields.values() if isinstance(text, str)]
        for text in texts:
            self._check_braces(text, (*at, kind))
        named = dict.fromkeys(name for text in texts for name in PLACEHOLDER.findall(text))
        return Block(kind, fields, tuple(named), part if isinstance(part, str) else "")

    def _fields(self, kind: str, given: Any, at: Path) -> dict[str, object]:
        if kind == "words":
            return {"text": given}
        if kind == "link":
            return {"commerce": True, **given}
        if kind == "products":
            category = given.get("category")
            if category is not None and category not in self._declared.categories:
                self._problems.unknown((*at, "category"), category, self._declared.categories, "category")
            if ("skus" in given) == (category is not None):
                self._problems.add(at, "must name either skus or a category")
            skus = {"skus": [sku for sku in given["skus"] if sku is not WRONG]} if "skus" in given else {}
            return {"limit": 4, **given, **skus}
        return dict(given)

    def _check_braces(self, text: str, at: Path) -> None:
        for odd in _BRACES.findall(text):
            if PLACEHOLDER.fullmatch(odd) is None:
                self._problems.warn(at, f"{odd!r} is no placeholder and is sent as it stands; placeholders look like {{first_name}}")


def facts_of(content: Content) -> int:
    """Bit mask of FACT_*: what the row must know so that every variant can be filled."""
    mask = 0
    for blocks in content.values():
        for block in blocks:
            for name in block.placeholders:
                mask |= FACT_OF.get(name, 0)
    return mask
