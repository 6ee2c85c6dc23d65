"""Who somebody is to the firm, and how much of the talking between the two is ours (treatment-formulas 3.17)."""

from __future__ import annotations

import numpy as np

from platinum.hashing import name_hash
from platinum.jit import constant, inner, kernel
from platinum.profile.decay import add_decayed, decayed
from platinum.profile.row import Record, wide
from platinum.vocabulary.bonds import PARTIES, PARTY_HASHES
from platinum.vocabulary.bonds import PARTY as _PARTY_NAME
from platinum.vocabulary.codes import Field, Kind

HALF_LIFE_MS = 90.0 * 86_400_000
#: The ratio where nothing was ever heard, and the most that it is said to be.
MOST = 1000.0
_TRAIT = constant(name_hash(_PARTY_NAME))
_HASHES = np.array(PARTY_HASHES, np.int64)
_N_PARTIES = len(PARTIES)
_PARTY = int(Field.PARTY)
#: Bit mask of the kinds by which somebody speaks to the firm: asks, calls, complains, answers a question, writes.
HEARD = constant(
    sum(1 << kind for kind in (Kind.REQUEST_MADE, Kind.CONTACT_STARTED, Kind.COMPLAINT_MADE, Kind.SURVEY_ANSWERED, Kind.MESSAGE_RECEIVED))
)
_LAST_HEARD = int(Kind.MESSAGE_RECEIVED)


@inner
def state_party(row: Record, item: Record, at_ms: int) -> None:
    """Fold trait ``party`` of an identify call; newest event time wins, then the later place. Other words say nothing."""
    if wide(item["name"]) != _TRAIT:
        return
    at_s = max(at_ms, 0) // 1000
    for party in range(_N_PARTIES):
        if wide(item["value_name"]) == _HASHES[party]:
            put_party(row, party, at_s)


@inner
def put_party(row: Record, party: int, at_s: int) -> None:
    """Enter a party as it was said at ``at_s``."""
    known_s = wide(row["party_at_s"])
    if at_s > known_s or (at_s == known_s and party > wide(row["party"])):
        row["party"], row["party_at_s"] = party, at_s


@inner
def age_talk(row: Record, to_ms: int) -> int:
    """Let both sums hold as of ``to_ms`` if that is later; returns as of when they hold."""
    as_of_ms = wide(row["talk_as_of_ms"])
    if to_ms <= as_of_ms:
        return as_of_ms
    if as_of_ms > 0:
        row["talked"] = decayed(row["talked"], as_of_ms, to_ms, HALF_LIFE_MS)
        row["listened"] = decayed(row["listened"], as_of_ms, to_ms, HALF_LIFE_MS)
    row["talk_as_of_ms"] = to_ms
    return to_ms


@inner
def talk(row: Record, n: float, at_ms: int) -> None:
    """``n`` contacts of ours reached them; -1 takes back one that did not."""
    as_of_ms = age_talk(row, at_ms)
    row["talked"] = max(0.0, add_decayed(row["talked"], as_of_ms, n, at_ms, HALF_LIFE_MS))


@inner
def listen(row: Record, kind: int, at_ms: int) -> None:
    """An event of this kind: whether they spoke to us."""
    if kind <= _LAST_HEARD and HEARD >> kind & 1 == 1:
        as_of_ms = age_talk(row, at_ms)
        row["listened"] = add_decayed(row["listened"], as_of_ms, 1.0, at_ms, HALF_LIFE_MS)


@inner
def merge_talk(row: Record, other: Record) -> None:
    """What both histories have, and the newest word of who they are."""
    put_party(row, wide(other["party"]), wide(other["party_at_s"]))
    at_ms = wide(other["talk_as_of_ms"])
    if at_ms == 0:
        return
    as_of_ms = age_talk(row, at_ms)
    row["talked"] = add_decayed(row["talked"], as_of_ms, other["talked"], at_ms, HALF_LIFE_MS)
    row["listened"] = add_decayed(row["listened"], as_of_ms, other["listened"], at_ms, HALF_LIFE_MS)


@kernel
def talk_listen(row: Record) -> float:
    """Contacts of ours for each time that they spoke to us; NaN where neither ever did. Both fade alike, so the ratio does not."""
    if row["talk_as_of_ms"] == 0:
        return np.nan
    if row["listened"] <= 0.0:
        return MOST if row["talked"] > 0.0 else 0.0
    return float(min(MOST, row["talked"] / row["listened"]))


@inner
def talk_field(field: int, row: Record) -> float:
    """Value of a ``codes.Field``, PARTY (name hash of the word) or TALK_LISTEN."""
    if field == _PARTY:
        return float(_HASHES[wide(row["party"])])
    return talk_listen(row)
