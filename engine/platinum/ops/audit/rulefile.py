"""Limits from the section ``audit:`` of a YAML file, and from ``name=value`` flags."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from platinum.errors import PolicyInvalid, UsageError
from platinum.ops.audit.rules import LIMITS, Rules
from platinum.ops.importing.mapyaml import parse
from platinum.policy.problems import nearest
from platinum.policy.scalars import some_duration_ms


def read_rules(path: Path, rules: Rules) -> Rules:
    """``rules`` with what a file's section ``audit`` says.

    Raises
    ------
    UsageError
        The file cannot be read.
    PolicyInvalid
        It has mistakes; all of them.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    root, problems = parse(str(path), content)
    top = root.children(["audit"])
    said: dict[str, Any] = {}
    for name, entry in top["audit"].children(LIMITS).items() if "audit" in top else ():
        attribute, form, _ = LIMITS[name]
        try:
            said[attribute] = _FORMS[form](entry.text())
        except ValueError as wanted:
            entry.problem(f"must be {wanted}")
    if problems.mistakes:
        raise PolicyInvalid(str(path), problems.mistakes, "docs/how-to/audit-your-history.md")
    return replace(rules, **said)


def with_flags(rules: Rules, flags: Iterable[str]) -> Rules:
    """``rules`` with ``name=value`` flags.

    Raises
    ------
    UsageError
        A flag names no limit, or its value is none.
    """
    said: dict[str, Any] = {}
    for flag in flags:
        name, _, value = flag.partition("=")
        name = name.strip().replace("-", "_")
        if name not in LIMITS:
            near = nearest(name, LIMITS)
            raise UsageError(f"--set {name}: no such limit; there are {', '.join(LIMITS)}.{f' Did you mean {near!r}?' if near else ''}")
        attribute, form, _ = LIMITS[name]
        try:
            said[attribute] = _FORMS[form](value.strip())
        except ValueError as wanted:
            raise UsageError(f"--set {name} must be {wanted}") from None
    return replace(rules, **said)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise ValueError("a whole number from 0 to 999999")
    return int(text)


def _money(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < 1e12:
        raise ValueError("an amount of at least 0, such as 500")
    return value


def _flag(text: str) -> bool:
    if text not in ("true", "false", "yes", "no"):
        raise ValueError("yes or no")
    return text in ("true", "yes")


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("an IANA time zone, such as Europe/London")
    return text


_FORMS: dict[str, Callable[[str], Any]] = {
    "duration": some_duration_ms,
    "count": _count,
    "money": _money,
    "flag": _flag,
    "zone": _zone,
}
