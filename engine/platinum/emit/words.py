"""Content as JSON with holes: what can be filled from the record is a hole, the rest stays in braces and is listed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import orjson

from platinum.emit.forms import Op
from platinum.policy.arranging import Presentation, unpack_presentation
from platinum.policy.content import FACT_OF
from platinum.policy.policy import Block

#: Placeholders that the engine fills while it encodes, and the step that does.
FACTS = {
    "last_order_date": Op.LAST_ORDER,
    "last_category": Op.LAST_CATEGORY,
    "top_category": Op.TOP_CATEGORY,
    "orders": Op.ORDERS,
    "first_order_date": Op.FIRST_ORDER,
    "days_since_last": Op.SINCE,
    "ends": Op.ENDS,
}
#: Nothing is wished.
AS_IT_IS = unpack_presentation(0)
#: Text, or the step that fills a hole.
Piece = str | Op

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")
# NUL cannot occur in a policy (YAML forbids it) and is escaped in JSON, so it marks holes that no text can forge.
_HOLE = re.compile(r"\\u0000(\w+)\\u0000")


def dumps(value: object) -> str:
    """JSON text; what could end a script element or open a tag is escaped (such characters occur only in strings)."""
    text = orjson.dumps(value).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def hole(op: Op) -> str:
    """Mark to put into a string where a step shall write."""
    return f"\x00{op.name}\x00"


def pieces(value: object) -> list[Piece]:
    """JSON of a value, cut at its holes."""
    parts = _HOLE.split(dumps(value))
    return [Op[part] if i % 2 else part for i, part in enumerate(parts)]


def content_pieces(
    blocks: Sequence[Block],
    language: str,
    fixed: Mapping[str, str],
    known: frozenset[Op],
    how: tuple[Presentation, str] = (AS_IT_IS, ""),
) -> list[Piece]:
    """The content object of one action, language and tone.

    Parameters
    ----------
    fixed : mapping
        Placeholder → text that the policy itself gives, such as the offer's code.
    known : frozenset of Op
        Facts that this customer's row holds. The placeholders of others stay and are listed: the gates let no such
        candidate through, and if they did, a name in braces beats a sentence with a hole in it.
    how : (presentation, hash of the facts)
        As which ``blocks`` are arranged already.
    """
    left: dict[str, None] = {}
    cited: dict[str, None] = {}

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name in fixed:
            return fixed[name]
        if FACTS.get(name) in known:
            if name in FACT_OF:
                cited[name] = None
            return hole(FACTS[name])
        left[name] = None
        return match[0]

    def walk(value: object) -> object:
        if isinstance(value, str):
            return _PLACEHOLDER.sub(replace, value)
        if isinstance(value, Mapping):
            return {str(key): walk(inner) for key, inner in value.items()}
        return [walk(inner) for inner in value] if isinstance(value, list | tuple) else value

    filled = [_head(block) | {name: walk(value) for name, value in block.fields.items()} for block in blocks]
    presentation, facts = how
    said = {"presentation": _said(presentation), "facts": facts}
    return pieces({"language": language or None, **said, "blocks": filled, "placeholders": list(left), "cites": list(cited)})


def _head(block: Block) -> dict[str, object]:
    return {"kind": block.kind, "part": block.part} if block.part else {"kind": block.kind}


def _said(wish: Presentation) -> dict[str, object]:
    return {"detail": wish.detail, "order": wish.order, "pace": wish.pace, "stated": list(wish.stated)}
