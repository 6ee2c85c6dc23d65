"""JSON Schemas of the parts with a grammar of their own: conditions, words, content."""

from __future__ import annotations

from platinum.policy.containers import Key, ListOf, Record
from platinum.policy.fields import FIELDS
from platinum.policy.shapes import Choice, Flag, Json, Number, Text
from platinum.policy.synonyms import meant
from platinum.policy.web_address import WEB_ADDRESS

#: What a block may be; see ``policy.arranging``.
PARTS = ("facts", "people", "detail", "next")
OPERATORS = ("at_least", "at_most", "between", "is", "is_not", "known")
GROUPS = ("all", "any", "none")
LONGEST_TEXT = 4000

_VALUE: Json = {"type": ["string", "number", "boolean"]}
_SEVERAL: Json = {"anyOf": [_VALUE, {"type": "array", "items": _VALUE, "minItems": 1}]}
TESTS: Json = {
    "anyOf": [
        _SEVERAL,
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {
                "at_least": {"type": "number", "description": "This much or more."},
                "at_most": {"type": "number", "description": "This much or less."},
                "between": {
                    "type": "array",
                    "items": meant(number="type"),
                    "minItems": 2,
                    "maxItems": 2,
                    "description": "[from, to], both included.",
                },
                "is": {**_SEVERAL, "description": "Exactly this, or one of these."},
                "is_not": {**_SEVERAL, "description": "Known, and not this, or none of these."},
                "known": {"enum": [True, False, "yes", "no", "on", "off"], "description": "Whether anything is known about it."},
            },
        },
    ]
}
# Beside a $ref draft-07 reads nothing else, hence allOf where a description stands beside it.
_TESTED: Json = {"allOf": [{"$ref": "#/definitions/comparison"}]}
_NAME: Json = {"type": "string", "minLength": 1}
_SEGMENTS: Json = {"anyOf": [_NAME, {"type": "array", "items": _NAME, "minItems": 1}]}
_REF: Json = {"$ref": "#/definitions/condition"}
_LISTED: Json = {"anyOf": [{"type": "array", "items": _REF, "minItems": 1}, _REF]}


def _field_name(name: str) -> str:
    one = FIELDS[name]
    if not one.of:
        return name
    return rf"{name}(?:\..+)?" if one.of_optional else rf"{name}\..+"


#: One condition: groups, and fields with their tests. A bare name may be a trait of the policy's own.
CONDITION: Json = {
    "type": "object",
    "minProperties": 1,
    "properties": {
        "all": {**_LISTED, "description": "Every one of these is true."},
        "any": {**_LISTED, "description": "At least one of these is true."},
        "none": {**_LISTED, "description": "Not one of these is true."},
        "segment": {**_SEGMENTS, "description": "In this segment of the policy, or in one of these."},
        **{
            name: {**_TESTED, "description": f"{one.doc} Unit: {one.unit}."}
            for name, one in FIELDS.items()
            if not one.of or one.of_optional
        },
    },
    "patternProperties": {
        f"^{_field_name(name)}$": {**_TESTED, "description": f"{one.doc} Unit: {one.unit}."} for name, one in FIELDS.items() if one.of
    },
    "additionalProperties": {**_TESTED, "description": "A trait of your own."},
}
CONDITION_SCHEMA: Json = {"anyOf": [{"type": "array", "items": _REF, "minItems": 1}, _REF]}

_TEXT: Json = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
WORDS_SCHEMA: Json = {
    "anyOf": [
        _TEXT,
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"anyOf": [_TEXT, {"type": "object", "minProperties": 1, "additionalProperties": _TEXT}]},
        },
    ]
}
_LINE = Text("text", longest=LONGEST_TEXT)
IMAGE = Record(
    "an image",
    {
        "url": Key(WEB_ADDRESS, "Where it lies.", required=True),
        "alt": Key(_LINE, "What it shows, for those who do not see it.", required=True),
    },
    synonyms=meant(url="src href", alt="text caption"),
)
LINK = Record(
    "a link",
    {
        "url": Key(WEB_ADDRESS, "Where it leads.", required=True),
        "text": Key(_LINE, "What it says.", required=True),
        "commerce": Key(Flag(), "Does it lead to something to buy? A thank-you may not have one that does.", default="yes"),
    },
    synonyms=meant(url="href to", text="title label", commerce="sells"),
)
PRODUCTS = Record(
    "products",
    {
        "skus": Key(ListOf(Text("the number of a product", longest=64), "product numbers", 50), "Products one by one."),
        "category": Key(Text("the name of a category"), "Products of a category."),
        "limit": Key(Number(lowest=1, highest=50, whole=True), "At most so many.", default="4"),
    },
    synonyms=meant(skus="sku products ids", limit="max count"),
)
#: One block of content: exactly one of these keys, and ``part`` beside it.
BLOCK = Record(
    "a block",
    {
        "words": Key(_LINE, "Text."),
        "image": Key(IMAGE, "A picture."),
        "link": Key(LINK, "Somewhere to go."),
        "products": Key(PRODUCTS, "Products, named one by one or by category."),
        "part": Key(
            Choice(PARTS, "one of"),
            "Beside one of the others: what the block is to who reads it. `facts` (what is so, what it costs), `people` (who and why), "
            "`detail` (how it comes about), `next` (what to do now). By it the content is laid out as the person likes it.",
        ),
    },
    synonyms=meant(words="text", image="picture img", link="url button", products="product", part="role is"),
)
BLOCK_SCHEMA: Json = {
    **BLOCK.schema(),
    "minProperties": 1,
    "maxProperties": 2,
    "oneOf": [{"required": [kind]} for kind in BLOCK.keys if kind != "part"],
}

_BLOCKS: Json = {"type": "array", "items": {"$ref": "#/definitions/block"}, "minItems": 1}
CONTENT_SCHEMA: Json = {
    "anyOf": [
        _BLOCKS,
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"anyOf": [_BLOCKS, {"type": "object", "minProperties": 1, "additionalProperties": _BLOCKS}]},
        },
    ]
}
