"""Dead letters: the rejected record as it came, and why, in headers that Kafka's own tools know."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from platinum.emit.outgoing import head
from platinum.errors import Rejected
from platinum.ports import Fetched, Headers, Record

_ORIGIN = "__streams.errors."  # Kafka Streams KIP-1034: text, not binary numbers
_OURS = "platinum.dlq."
#: What was left out of a letter that no log would take: ``value`` (its end), ``headers``, ``key``.
CUT_HEADER = f"{_OURS}cut"
#: Of key, value and headers together: below ``max.message.bytes`` of the dead letters' topic, which counts the batch around them. A
#: compressed record of any size reaches the interactions, and what it became must fit here: a refusal would stop its partition.
MOST_BYTES = (2 << 20) - (16 << 10)
#: Of one of the verdict's texts, in characters; they are far shorter.
_MOST_TEXT = 1_000
try:
    BUILD = version("platinum")
except PackageNotFoundError:  # run from a folder that was never installed
    BUILD = "0"


def dead_letter(record: Fetched, rejected: Rejected, topic: str, partition: int, stage: str = "decode") -> Record:
    """Record for the dead letters.

    Key, value and headers are the original's, byte for byte, so that replaying it is appending it again. One that is larger than
    ``MOST_BYTES`` is cut, and says so in its headers, with the length and SHA-256 of the value as it was.

    Parameters
    ----------
    record : Fetched
        As it was read from ``topic`` and ``partition``.
    rejected : Rejected
        Its message never quotes what the record holds.
    stage : str
        ``decode``, ``fold``, ``decide`` or ``emit``.
    """
    texts = {
        f"{_ORIGIN}topic": topic,
        f"{_ORIGIN}partition": str(partition),
        f"{_ORIGIN}offset": str(record.offset),
        f"{_ORIGIN}exception": rejected.reason,
        f"{_ORIGIN}message": str(rejected)[:_MOST_TEXT],
        f"{_OURS}reason": rejected.reason,
        f"{_OURS}stage": stage,
        f"{_OURS}field": rejected.field[:_MOST_TEXT],
        f"{_OURS}build": BUILD,
    }
    verdict = tuple((name, text.encode()) for name, text in texts.items())
    # A dead letter that was replayed and failed again carries only the newest verdict.
    whole = Record(record.key, record.value, record.time_ms, (*without_verdict(record.headers), *verdict), partition)
    return whole if size_of(whole) <= MOST_BYTES else _cut(whole, len(whole.headers) - len(verdict))


def size_of(record: Record) -> int:
    """Bytes of key, value and headers, as Kafka writes them."""
    return len(record.key or b"") + len(record.value) + len(head(record.headers))


def _cut(letter: Record, n_given: int) -> Record:
    """What fits of a letter whose first ``n_given`` headers are the original's."""
    given, verdict, key, cut = letter.headers[:n_given], letter.headers[n_given:], letter.key, list[str]()
    if len(head(given)) > MOST_BYTES // 4:
        given, cut = (), [*cut, "headers"]
    if len(key or b"") > MOST_BYTES // 4:
        key, cut = None, [*cut, "key"]
    digest = sha256(letter.value).hexdigest().encode()
    said = ((f"{_OURS}length", str(len(letter.value)).encode()), (f"{_OURS}sha256", digest))

    def made(value: bytes, parts: list[str]) -> Record:
        headers = (*given, *verdict, (CUT_HEADER, ",".join(parts).encode()), *said)
        return Record(key, value, letter.time_ms, headers, letter.partition)

    over = size_of(made(letter.value, [*cut, "value"])) - MOST_BYTES
    return made(letter.value[:-over], [*cut, "value"]) if over > 0 else made(letter.value, cut)


def cut_of(letter: Record | Fetched) -> str:
    """What was left out of a letter, such as ``headers,value``; "" = nothing."""
    return (dict(letter.headers).get(CUT_HEADER) or b"").decode(errors="replace")


def without_verdict(headers: Headers) -> Headers:
    """Headers of a dead letter as the rejected record had them."""
    return tuple(pair for pair in headers if not pair[0].startswith((_ORIGIN, _OURS)))


class Verdict(NamedTuple):
    """Why a record was rejected: one of the closed list of reasons, the field (``""``: the whole record), the message."""

    reason: str
    field: str
    message: str


def verdict_of(letter: Record) -> Verdict:
    """What the headers of a dead letter say."""
    named = dict(letter.headers)
    return Verdict(*(named[name].decode() for name in (f"{_OURS}reason", f"{_OURS}field", f"{_ORIGIN}message")))


def origin_of(letter: Record) -> tuple[int, int]:
    """(partition, offset) of the record that was rejected."""
    named = dict(letter.headers)
    return int(named[f"{_ORIGIN}partition"]), int(named[f"{_ORIGIN}offset"])
