"""YAML as stories need it: lines of what happens are taken as they stand, 21:00 stays a clock time, a date stays text.

``- 2026-03-01 10:00 order_completed {order: o-1}`` is no YAML (the braces are in the middle of a plain text that holds ": "),
and the way people want to read it; such lines are quoted before YAML sees them.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.stories.wrong import StoryWrong

_AS_IT_STANDS = re.compile(
    r"^(?P<lead> *(?:- )?(?:given: |when: )?)(?P<text>(?:\d{4}-\d\d-\d\d |nothing happens |the policy |the firm )[^\n]*?) *$", re.M
)
_BOOL = re.compile(r"^(?:true|false|yes|no)$", re.I)
_INT = re.compile(r"^-?(?:0|[1-9]\d*)$")
_FLOAT = re.compile(r"^-?\d+\.\d+$")
_NULL = re.compile(r"^(?:~|null|)$")


class _Loader(yaml.SafeLoader):
    """Plain words: no sexagesimal numbers, no dates, no octal."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _form, _firsts in (
    ("bool", _BOOL, "tTfFyYnN"),
    ("int", _INT, "-0123456789"),
    ("float", _FLOAT, "-0123456789"),
    ("null", _NULL, ["~", "n", ""]),
    ("merge", re.compile("^<<$"), "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _form, list(_firsts))


def _unique(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    made: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in made:
            raise StoryWrong(f"line {key_node.start_mark.line + 1}: {key!r} stands there twice")
        made[key] = loader.construct_object(value_node, deep=True)
    return made


_Loader.add_constructor("tag:yaml.org,2002:map", _unique)


def value_of(text: str) -> Any:
    """One value, such as the properties of an event."""
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        raise StoryWrong(f"{text!r} cannot be read: {getattr(error, 'problem', error)}") from None


def documents(text: str) -> list[tuple[int, Any, str]]:
    """(1-based line, content, source) of every document of a file."""
    found = []
    line = 1
    for source in re.split(r"^---\n", text, flags=re.M):
        quoted = _AS_IT_STANDS.sub(lambda m: m["lead"] + "'" + m["text"].replace("'", "''") + "'", source)
        first = line + len(source) - len(source.lstrip("\n"))
        try:
            content = yaml.load(quoted, _Loader)
        except yaml.MarkedYAMLError as error:
            where = error.problem_mark.line if error.problem_mark else 0
            raise StoryWrong(f"line {line + where}: {error.problem}") from None
        if content is not None:
            found.append((first, content, source))
        line += source.count("\n") + 1
    return found
