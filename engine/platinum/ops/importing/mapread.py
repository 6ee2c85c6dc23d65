"""A map file → ``ImportMap``; all mistakes at once, each with line and column."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import available_timezones

from platinum.errors import PolicyInvalid, UsageError
from platinum.ops.importing.mapfields import conditions, expression
from platinum.ops.importing.mapfile import Category, EventRule, Expression, ImportMap, Lookup
from platinum.ops.importing.mapyaml import Entry, parse
from platinum.ops.importing.standard import check_event
from platinum.policy.problems import nearest

_TOP = ("map", "about", "source", "lookups", "categories", "leave_out", "events")
_SOURCE = ("format", "delimiter", "decimal", "timezone", "timestamp")
_RULE = ("type", "event", "customer", "time", "group_by", "identity", "where", "properties", "traits", "context")
_FORMATS = ("csv", "jsonl", "parquet")


def read_map(path: Path) -> ImportMap:
    """Read and check a map.

    Raises
    ------
    UsageError
        There is no such file.
    PolicyInvalid
        It has mistakes; all of them.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    return compile_map(content, str(path), str(path.parent))


def compile_map(content: bytes, source: str, folder: str = ".") -> ImportMap:
    """Check the text of a map; ``source`` names it in messages, ``folder`` is where lookup files may lie.

    Raises
    ------
    PolicyInvalid
        It has mistakes; all of them.
    """
    root, problems = parse(source, content)
    top = root.children(_TOP)
    for name in ("map", "events"):
        if name not in top and root.is_mapping():
            root.problem(f"{name!r} is missing; see the maps in platinum/examples/maps")
    settings = _source(top)
    lookups = {name: _lookup(entry) for name, entry in _of(top, "lookups").items()}
    categories = {name: _category(entry) for name, entry in _of(top, "categories").items()}
    leave_out = tuple((reason, conditions(entry)) for reason, entry in _of(top, "leave_out").items())
    rules = tuple(_rule(name, entry) for name, entry in _of(top, "events").items())
    name = top["map"].text() if "map" in top else ""
    if problems.mistakes:
        raise PolicyInvalid(source, problems.mistakes, "docs/how-to/import-history.md")
    return ImportMap(name, folder, *settings, lookups, categories, leave_out, rules)


def _of(top: dict[str, Entry], name: str) -> dict[str, Entry]:
    return top[name].children() if name in top else {}


def _texts(children: dict[str, Entry], *names: str) -> list[str]:
    return [children[name].text() if name in children else "" for name in names]


def _source(top: dict[str, Entry]) -> tuple[str, str, str, str, str]:
    """Format, delimiter, decimal, time zone, timestamp form."""
    children = top["source"].children(_SOURCE) if "source" in top else {}
    form, delimiter, decimal, timezone, timestamp = _texts(children, *_SOURCE)
    if form and form not in _FORMATS:
        children["format"].unknown(form, _FORMATS, "format")
    if len(delimiter) > 1 and delimiter != "\\t":
        children["delimiter"].problem("must be one character, or \\t")
    if decimal not in ("", ".", ","):
        children["decimal"].problem("must be . or ,")
    if timezone and timezone not in available_timezones():
        message = "must be an IANA time zone, such as Europe/London"
        children["timezone"].problem(message, nearest(timezone, available_timezones()))
    if timestamp and timestamp not in ("iso", "epoch_s", "epoch_ms") and "%" not in timestamp:
        children["timestamp"].problem('must be iso, epoch_s, epoch_ms or a pattern such as "%d.%m.%Y %H:%M"')
    return form, delimiter.replace("\\t", "\t") or ",", decimal or ".", timezone or "UTC", timestamp or "iso"


def _need(entry: Entry, children: dict[str, Entry], *names: str) -> None:
    for name in names:
        if name not in children and entry.is_mapping():
            entry.problem(f"{name!r} is missing")


def _lookup(entry: Entry) -> Lookup:
    children = entry.children(("file", "column", "key", "value"))
    _need(entry, children, "file", "column", "value")
    file, column, key, value = _texts(children, "file", "column", "key", "value")
    if Path(file).name != file:
        children["file"].problem("must be a file name without a folder; it lies beside the source or the map")
    return Lookup(file, column, key or column, value)


def _category(entry: Entry) -> Category:
    children = entry.children(("from", "words", "otherwise"))
    _need(entry, children, "from", "words")
    named = children["words"].children() if "words" in children else {}
    words = {name: tuple(item.text() for item in listed.items()) for name, listed in named.items()}
    column, otherwise = _texts(children, "from", "otherwise")
    return Category(column, words, otherwise or None)


def _rule(name: str, entry: Entry) -> EventRule:
    children = entry.children(_RULE)
    kind = children["type"].text() if "type" in children else "track"
    if kind not in ("track", "identify"):
        children["type"].unknown(kind, ("track", "identify"), "type")
    _need(entry, children, "customer", "time", *(() if kind == "identify" else ("event",)))
    inside, outside = ("traits", "properties") if kind == "identify" else ("properties", "traits")
    if outside in children:
        children[outside].problem(f"does not go with type {kind}; say {inside}")
    customer, group_by, event = _texts(children, "customer", "group_by", "event")
    identity = tuple(item.text() for item in children["identity"].items()) if "identity" in children else ()
    if identity and group_by:
        children["identity"].problem("does not go with group_by: the group names the event")
    where = conditions(children["where"]) if "where" in children else ()
    if kind == "track" and event:
        check_event(children, event)
    fields, context = _fields(children, inside), _fields(children, "context")
    return EventRule(name, kind, event, customer, _time(children), group_by, identity, where, fields, context)


def _fields(children: dict[str, Entry], name: str) -> dict[str, Expression]:
    if name not in children:
        return {}
    return {field: read for field, entry in children[name].children().items() if (read := expression(entry, name == "context"))}


def _time(children: dict[str, Entry]) -> Expression:
    read = expression(children["time"], per_line=True) if "time" in children else None
    if read and (read.form not in ("text", "value") or (read.form == "value" and not _is_time(str(read.value)))):
        children["time"].problem("must be a column, or a constant such as {value: 2008-03-01T00:00:00Z}")
    return read or Expression("value", value="1970-01-01T00:00:00Z")


def _is_time(written: str) -> bool:
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True
