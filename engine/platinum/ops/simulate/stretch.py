"""The stretch that is played: events in order, without the firm's own contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from platinum.errors import EventRejected
from platinum.events.bare import bare
from platinum.events.envelope import Headers
from platinum.events.rejection import Misshapen
from platinum.events.times import parse_ms
from platinum.ops.audit.history import History
from platinum.ops.audit.reading import FileReport, Reader, Source
from platinum.ops.line import Line

#: No event is later than this.
_LATEST_MS = 4_102_444_800_000
_OWN = re.compile(rb'"event"\s*:\s*"Contact (?:Dispatched|Delivered|Bounced|Aborted)"')
_ZONE = re.compile(rb'"timezone"\s*:\s*"([^"\\]{1,64})"')
_WHO = re.compile(rb'"userId"\s*:\s*"(\d+)"')


class Told(NamedTuple):
    """One event for an engine, under its customer's number."""

    time_ms: int
    order: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Stretch:
    """What happened.

    Attributes
    ----------
    told : list of Told
        In order of time.
    history : History
        The same as the audit's rules read it.
    currency : str or None
        Of the first amount that names one.
    left_out : dict
        Reason → lines that are not played: nobody can be told from them, or when.
    """

    told: list[Told]
    history: History
    currency: str | None
    left_out: dict[str, int]

    @property
    def days(self) -> float:
        """From the first event to the last."""
        return (self.told[-1].time_ms - self.told[0].time_ms) / 86_400_000 if self.told else 0.0


def stretch_of(lines: Iterable[Line], report: FileReport | None = None) -> Stretch:
    """From the lines of files, or of a population; ``report`` says what whoever reads the files leaves out."""
    report = report or FileReport("stretch", "")
    kept = list(lines)
    reader = Reader(_LATEST_MS)
    reader.read(Source("stretch", "", iter(kept)), report)
    history = reader.history()
    numbers = {key: who for who, key in enumerate(history.customers)}
    told = sorted(_told(kept, numbers))
    currency = next((found[1].decode() for one in told if (found := re.search(rb'"currency"\s*:\s*"([A-Z]{3})"', one.value))), None)
    return Stretch(told, history, currency, report.left_out)


def _told(lines: Iterable[Line], numbers: Mapping[str, int]) -> Iterator[Told]:
    for order, line in enumerate(lines):
        if _OWN.search(line.value):
            continue
        event = event_of(line.value)
        at_ms, who = parse_ms(str(event.get("timestamp"))), numbers.get(_key(event))
        if at_ms is None or who is None or at_ms > _LATEST_MS:
            continue  # the reader has counted it
        event.pop("anonymousId", None)
        event.pop("receivedAt", None)  # one who is told late must not be met late
        yield Told(at_ms, order, orjson.dumps(event | {"userId": str(who)}))


def event_of(value: bytes, headers: Headers = ()) -> dict[str, Any]:
    """What a line or a record says; nothing where it is no event."""
    try:
        event = orjson.loads(bare(value, headers))
    except (EventRejected, Misshapen, orjson.JSONDecodeError):
        return {}
    return event if isinstance(event, dict) else {}


def _key(event: Mapping[str, Any]) -> str:
    """As the audit's reader tells customers apart."""
    key = event["userId"] if event.get("userId") is not None else f"anon:{event.get('anonymousId')}"
    if not isinstance(key, str):
        return ""  # of nobody
    return key.strip().lower() if "@" in key else key


def zones(told: Iterable[Told]) -> Iterator[tuple[int, int, str]]:
    """(customer, from when, time zone) as the events tell it, only what is new."""
    last: dict[int, str] = {}
    for one in told:
        said, of = _ZONE.search(one.value), _WHO.search(one.value)
        if said and of and last.get(who := int(of[1])) != (zone := said[1].decode()):
            last[who] = zone
            yield who, one.time_ms, zone
