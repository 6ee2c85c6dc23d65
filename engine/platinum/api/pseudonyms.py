"""Customer keys that would name a person outright: hashed before anything is looked up, decided or stored (design 2).

Straight from a log such keys are dead letters: only the API knows the deployment's key, and only it can still replace
what was sent.
"""

from __future__ import annotations

import hashlib
import re

import msgspec

from platinum.events.keys import ANONYMOUS, is_personal

_KEYS = ("userId", "anonymousId", "previousId")
# Ids beside the customer key, which decoding does not look at, with a text that may be personal. A JSON parse of every event would
# cost as much as reading it.
_BESIDE = re.compile(rb'"(?:anonymousId|previousId)"\s*:\s*"(?:[^"\\]*[@\\]|\s*[+(0tT\x80-\xff])')
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encode = msgspec.json.Encoder().encode


class Pseudonyms:
    """Replaces keys shaped like an e-mail address or a phone number by a keyed hash; all others stay as sent.

    Parameters
    ----------
    secret : bytes
        The deployment's: without it nobody can try out addresses against stored keys. A new secret makes new persons.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def key(self, text: str) -> str:
        """Customer key of a ``userId``, or of ``anon:`` and an anonymous id."""
        bare = text.removeprefix(ANONYMOUS)
        if not is_personal(bare):
            return text
        # Letter case and separators differ between the forms of one shop.
        same = bare.strip().lower() if "@" in bare else "".join(c for c in bare if c.isdigit() or c == "+")
        digest = hashlib.blake2b(same.encode(), key=self._secret, digest_size=16, person=b"customer key")
        return f"{text[: len(text) - len(bare)]}hash:{digest.hexdigest()}"

    def beside(self, value: bytes) -> bytes:
        """``event`` for ids beside a customer key, which nothing else will find to be personal."""
        return self.event(value) if (b'"anonymousId"' in value or b'"previousId"' in value) and _BESIDE.search(value) else value

    def event(self, value: bytes) -> bytes:
        """A Segment-shaped event with the ids in it replaced; traits stay as sent, and so does all where no id is personal."""
        try:
            members = _members.decode(value)
        except msgspec.MsgspecError:
            return value  # its schema will refuse it, with a reason
        replaced = False
        for name in _KEYS:
            if name in members and bytes(members[name])[:1] == b'"':
                sent = msgspec.json.decode(members[name], type=str)
                key = self.key(sent)
                if key != sent:
                    members[name], replaced = msgspec.Raw(_encode(key)), True
        return _encode(members) if replaced else value
