"""What whoever asks about a person knows them to be to the firm, as the event that says so."""

from __future__ import annotations

import orjson

from platinum.events.keys import ANONYMOUS
from platinum.vocabulary.bonds import PARTY


def party_event(customer: str, party: str) -> bytes:
    """The ``identify`` call that says which of ``vocabulary.bonds.PARTIES`` a customer key is; its time is that of the request."""
    bare = customer.removeprefix(ANONYMOUS)
    return orjson.dumps({"type": "identify", "userId" if bare == customer else "anonymousId": bare, "traits": {PARTY: party}})
