"""What stopping a policy needs to know of it: its names and its content hash, read without compiling it.

A policy that is in force was compiled when it was activated. Compiling it again, and loading what compiles, took a third of the time
of an emergency stop; and a build that would refuse it today must stop it all the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

import orjson

from platinum.errors import PolicyInvalid
from platinum.policy.stopped import Stops, running_source, stops_of
from platinum.policy.yaml_tree import Mapping, Node, Scalar, plain, read_yaml

#: Part of every content hash: grows when the same text would come to mean something else.
LANGUAGE_VERSION = 1


class Sourced(Protocol):
    """What putting a policy in force needs of it; an outline or a compiled policy."""

    @property
    def version(self) -> str:
        """Content hash, 16 hex digits."""

    @property
    def source(self) -> bytes:
        """The YAML as read."""

    @property
    def currency(self) -> str:
        """ISO 4217."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A policy that was accepted once; what it says equals what ``Policy`` says.

    Attributes
    ----------
    actions, channels : tuple of str
        Their names, sorted.
    """

    name: str
    version: str
    source: bytes
    currency: str
    actions: tuple[str, ...]
    channels: tuple[str, ...]
    stops: Stops

    @property
    def stopped(self) -> bool:
        """Folds, decides nothing; see ``policy.stopped``."""
        return self.stops.deciding


def outline_of(source: bytes, filename: str) -> Outline:
    """Outline of a policy's source, which is believed to compile.

    Raises
    ------
    PolicyInvalid
        It is no YAML that a policy could be.
    """
    root, problems = read_yaml(running_source(source), filename)
    if problems:
        raise PolicyInvalid(filename, problems)
    stops = stops_of(source)
    actions, channels = _names(root, "actions"), _names(root, "channels")
    return Outline(_text(root, "policy"), version_of(root, stops), source, _text(root, "currency"), actions, channels, stops)


def _text(root: Node, key: str) -> str:
    node = root.entries.get(key) if isinstance(root, Mapping) else None
    return node.text if isinstance(node, Scalar) else ""


def _names(root: Node, section: str) -> tuple[str, ...]:
    node = root.entries.get(section) if isinstance(root, Mapping) else None
    return tuple(node.entries) if isinstance(node, Mapping) else ()


def version_of(root: Node, stops: Stops = Stops()) -> str:  # noqa: B008 - it never changes
    """Content hash of a policy, 16 hex digits: comments, order of keys and style of quoting do not count."""
    content = [LANGUAGE_VERSION, plain(root), *(("stopped", *([] if stops.deciding else stops.named())) if stops else ())]
    text = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(text, digest_size=8).hexdigest()
