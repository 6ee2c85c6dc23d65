"""A small grid over the numbers of a policy: the file with one number in another's place, and everything else as it was written.

The text is changed where the number stands, and not read and written anew: what ``no`` means is decided by the key that it stands under,
and comments are somebody's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from platinum.errors import UsageError
from platinum.policy.yaml_tree import Mapping, Scalar, read_yaml

#: Combinations that are tried. Of more, the best on a log is the luckiest.
MOST = 64


class Axis(NamedTuple):
    """One number of a policy, by its path, and the values that are tried as they were written."""

    path: str
    values: tuple[str, ...]


def axis_of(written: str) -> Axis:
    """``exploration.gamma0=5,10,40``.

    Raises
    ------
    UsageError
        It is not of this form.
    """
    path, sign, listed = written.partition("=")
    values = tuple(value.strip() for value in listed.split(","))
    if not sign or not path.strip() or any(not _is_number(value) for value in values):
        raise UsageError(
            f"'--try {written}' must be a number of the policy, by its path, and what to try, such as exploration.gamma0=5,10,40"
        )
    if len(set(values)) < len(values):
        raise UsageError(f"'--try {written}' must name each value once")
    return Axis(path.strip(), values)


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def combinations(axes: Sequence[Axis]) -> list[dict[str, str]]:
    """Every combination, path → value.

    Raises
    ------
    UsageError
        There is nothing to try, too much, or one path twice.
    """
    if not axes:
        raise UsageError("say what is tried: --try PATH=VALUE,VALUE, such as --try exploration.gamma0=5,10,40; may be repeated")
    if len({axis.path for axis in axes}) < len(axes):
        raise UsageError("'--try' must name each path once; write its values behind one another")
    found = [dict(zip([axis.path for axis in axes], values, strict=True)) for values in product(*(axis.values for axis in axes))]
    if len(found) > MOST:
        raise UsageError(
            f"'--try' must come to at most {MOST} combinations, these are {len(found)}: of more, the best would be the luckiest"
        )
    return found


def with_numbers(source: bytes, filename: str, numbers: dict[str, str]) -> bytes:
    """The policy file with these numbers.

    Raises
    ------
    UsageError
        Something else than a number stands at a path.
    """
    text = source.decode("utf-8-sig")
    for path, value in numbers.items():
        text = _with(text, filename, path, value)
    return text.encode()


def _with(text: str, filename: str, path: str, value: str) -> str:
    node, _ = read_yaml(text.encode(), filename)
    steps = path.split(".")
    for i, step in enumerate(steps):
        if not isinstance(node, Mapping):
            raise UsageError(f"'--try {path}': {'.'.join(steps[:i])} in {filename} has nothing in it; see docs/reference/policy.md")
        if step not in node.entries:
            return _added(text, node, steps[i:], value)
        node = node.entries[step]
    if not isinstance(node, Scalar) or not node.typed or not _is_number(node.text):
        raise UsageError(f"'--try {path}': what stands there in {filename} must be a number; see docs/reference/policy.md")
    lines = text.splitlines(keepends=True)
    line, at = lines[node.line - 1], node.column - 1
    lines[node.line - 1] = line[:at] + value + line[at + len(node.text) :]
    return "".join(lines)


def _added(text: str, under: Mapping, steps: Sequence[str], value: str) -> str:
    """What is left of a path, as the first entry of a mapping in which it is not written yet."""
    entry = f"{steps[0]}: {''.join(f'{{{step}: ' for step in steps[1:])}{value}{'}' * (len(steps) - 1)}"
    lines = text.splitlines(keepends=True)
    line, at = lines[under.line - 1], under.column - 1
    if line[at] == "{":
        lines[under.line - 1] = f"{line[: at + 1]}{entry}{', ' if under.entries else ''}{line[at + 1 :]}"
    else:
        lines[under.line - 1] = f"{' ' * at}{entry}\n{line}"
    return "".join(lines)
