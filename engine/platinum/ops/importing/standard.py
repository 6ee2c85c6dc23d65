"""A map's rule held against the vocabulary, so that a mistake shows in the map and not in a million dead letters."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from platinum.ops.importing.mapyaml import Entry
from platinum.vocabulary.table import BY_NAME, ENGINE_NAMES

#: A name so close to a standard one is a slip, not a company's own event.
_SLIP = 0.85


def check_event(rule: Mapping[str, Entry], event: str) -> None:
    """Note a misspelt or reserved event name, or a required property that the rule does not fill."""
    if event in ENGINE_NAMES:
        rule["event"].problem("is reserved for the engine's own records")
        return
    spec = BY_NAME.get(event)
    if spec is None or spec.type != "track":
        names = [s.name for s in BY_NAME.values() if s.type == "track"]
        near = difflib.get_close_matches(event, names, 1, _SLIP)
        if near:
            rule["event"].problem("is not a standard event, and too close to one to be an event of your own", near[0])
        return
    given = rule["properties"].children().keys() if "properties" in rule else set()
    for wanted in spec.properties:
        if wanted.required and wanted.name not in given:
            rule["event"].problem(f"{event} needs the property {wanted.name!r}; see the events reference")
    if spec.one_of and not any(all(name.split("[")[0] in given for name in group) for group in spec.one_of):
        groups = " or ".join(" and ".join(group) for group in spec.one_of)
        rule["event"].problem(f"{event} needs {groups}; see the events reference")
