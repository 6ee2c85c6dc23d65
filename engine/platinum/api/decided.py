"""Decisions that were made, found by their id in the log."""

from __future__ import annotations

import re

from platinum.ports import DECISIONS, Fetched, Log

_PAGE = 1_000
_STREAM = re.compile(r"d\.\d+\.(\d+)\.(\d+)\.\d+\Z", re.ASCII)
_HTTP = re.compile(r"h\.(\d{4})\.", re.ASCII)
_ID_STREAM = re.compile(rb'\{"decision_id":"d\.\d+\.\d+\.(\d+)\.')


async def find_decision(log: Log, decision_id: str, most: int | None = None) -> Fetched | None:
    """The newest record of a decision, read backwards: what people ask about is recent.

    Parameters
    ----------
    most : int, optional
        Look at so many records at most.
    """
    start = b'{"decision_id":"' + decision_id.encode() + b'"'
    stream, http = _STREAM.match(decision_id), _HTTP.match(decision_id)
    if stream is None and http is None:
        return None
    partition = int(stream[1]) if stream is not None else int(http[1]) % log.partitions if http is not None else 0
    if partition >= log.partitions:
        return None
    asked_at = -1 if stream is None else int(stream[2])
    first, at = await log.start(DECISIONS, partition), await log.end(DECISIONS, partition)
    if most is not None:
        first = max(first, at - most)
    while at > first:
        begin = max(first, at - _PAGE)
        page = await log.fetch(DECISIONS, partition, begin, at - begin, max_bytes=64 << 20)
        for record in reversed(page):
            if record.value.startswith(start):
                return record
        if asked_at >= 0 and _all_before(page, asked_at):
            return None
        at = begin
    return None


def _all_before(page: list[Fetched], offset: int) -> bool:
    """Whether these are decisions of the stream about events before ``offset``, and no others: then what is before them is older still."""
    found = [match and int(match[1]) < offset for match in (_ID_STREAM.match(record.value) for record in page)]
    return len(found) == _PAGE and all(found)
