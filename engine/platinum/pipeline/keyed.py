"""The deployment's key in the tables: pseudonyms that the learner is told are made with it, and nobody can try out keys without it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from platinum.policy.policy import Policy

#: SipHash takes two words.
Key = tuple[int, int]


def community_key(secret: bytes) -> Key:
    """Key of the pseudonyms in introductions; of another secret, other pseudonyms."""
    digest = hashlib.blake2b(key=secret[:64], digest_size=16, person=b"introductions").digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def keyed(policy: Policy, key: Key) -> Policy:
    """The policy with this key in its settings."""
    settings = policy.tables.settings.copy()
    settings["community_key"] = key
    return replace(policy, tables=policy.tables._replace(settings=settings))
