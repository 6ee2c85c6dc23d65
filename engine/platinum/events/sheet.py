"""The rows of a batch while they grow, and the columns they become."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from platinum.errors import EventRejected
from platinum.events.columns import EVENT, ITEM, Columns
from platinum.events.duplicates import without_duplicates
from platinum.events.envelope import unwrap
from platinum.events.fast.batch import RecordTuple
from platinum.events.forms import NO_RAW, Context, Envelope, decoder
from platinum.events.identify import place
from platinum.events.keys import customer_key
from platinum.events.names import PLACES
from platinum.events.plans import CALLS, IDENTIFY, OTHER, Decoding, Plan
from platinum.events.refs import decision_refs, hashes, id_refs
from platinum.events.rejection import Misshapen, explain
from platinum.events.scan import text_spans
from platinum.events.times import ABSENT, instants

_envelope = decoder(Envelope)
_SIZE = EVENT.itemsize
# EVENT's offset, record_ms, amount, name_a, the context's four, account, role, item_count, kind and flags; low and high, name_b and
# code follow where an event has them; occurred_ms, message, ref and item_start are filled for the whole batch at the end. Writing all 21
# members for each event took 0.3 µs more.
_pack = Struct("<qq24xd16xI4x16sII4xi4xhh").pack_into
_pack_low_high = Struct("<dd").pack_into
_pack_one = Struct("<I").pack_into
_LOW, _NAME_B, _CODE = (EVENT.fields[name][1] for name in ("low", "name_b", "code"))  # type: ignore[index]
# A userId that starts otherwise, has no "@" and can be printed is neither absent nor a reserved or personal key.
_SUSPECT = frozenset(("", *" +(0tTa"))
_NO_CONTEXT = Context()


class Sheet:
    """Rows of a batch as they grow.

    Parameters
    ----------
    size : int
        Most rows it will get.
    """

    __slots__ = ("_buffer", "_decisions", "_decoding", "_items", "_keys", "_messages", "_others", "_timestamps")

    def __init__(self, size: int, decoding: Decoding) -> None:
        self._decoding = decoding
        self._buffer = bytearray(size * _SIZE)
        self._items = bytearray()
        self._keys: list[bytes] = []
        self._messages: list[str] = []
        self._timestamps: list[str] = []
        # Ids to be hashed for the whole batch, by row.
        self._others: dict[int, str] = {}
        self._decisions: dict[int, str] = {}

    def add(self, records: Sequence[RecordTuple], suspicions: Sequence[int], again: bool = True) -> list[tuple[int, EventRejected]]:
        """Decode records into the next rows; returns (index, why) of those that are refused.

        ``again``: a record that is refused may only be one that names a member twice, and is tried once more.

        Notes
        -----
        The hot path of decoding: what most events need is written out here; as one call per record it took 0.3 µs more.
        """
        buffer, items, keys, messages, timestamps = self._buffer, self._items, self._keys, self._messages, self._timestamps
        others, decisions, plans = self._others, self._decisions, self._decoding.plans
        refused: list[tuple[int, EventRejected]] = []
        for index, (offset, key, value, record_ms, headers) in enumerate(records):
            plan = None
            try:
                payload, message, flags = unwrap(headers, value, suspicions[index]) if headers or suspicions[index] else (value, None, 0)
                envelope: Envelope = _envelope(payload)
                user = envelope.userId or ""
                if user[:1] in _SUSPECT or "@" in user or not f"{user}{envelope.anonymousId}".isprintable():
                    customer = customer_key(envelope.userId, envelope.anonymousId, self._decoding.allow_personal_keys)
                else:
                    customer = user.encode()
                if key is not None and key != customer:
                    raise EventRejected("key_mismatch", "userId", "the record's key")
                plan = plans.get(envelope.event, OTHER) if envelope.type == "track" else CALLS[envelope.type]
                raw = envelope.traits if plan.of_traits else envelope.properties
                properties = (None if raw is NO_RAW else plan.decode(raw)) or _blank(plan)
                account, role = plan.acting(properties, envelope)
                before = len(items)
                amount, name_a, ref, rest = plan.fill(properties, envelope, items)
            except (EventRejected, Misshapen, msgspec.DecodeError) as error:
                refused += self._refuse(index, records[index], plan, error, again)
                continue
            context = envelope.context or _NO_CONTEXT
            where = PLACES[context.channel, context.locale, context.timezone, context.location.country if context.location else None]
            if plan.special == IDENTIFY:
                where = place(properties, where)
            at = len(keys) * _SIZE
            _pack(buffer, at, offset, record_ms, amount, name_a, where, account, role, (len(items) - before) >> 4, plan.kind, flags)
            if rest is not None:
                _pack_rest(buffer, at, *rest)
            if ref is not None:
                (decisions if plan.decision else others)[len(keys)] = ref
            keys.append(customer)
            messages.append(envelope.messageId or message or "")
            timestamps.append(envelope.timestamp or "")
        return refused

    def _refuse(self, index: int, record: RecordTuple, plan: Plan | None, error: Exception, again: bool) -> list[tuple[int, EventRejected]]:
        """Why a record is refused; nothing if it was only a name given twice, the first time wrongly."""
        if isinstance(error, msgspec.ValidationError):
            error = Misshapen("event", error) if plan is None else Misshapen(plan.part, error, plan.spec)
        if isinstance(error, EventRejected):
            return [(index, error)]
        if not isinstance(error, Misshapen):
            return [(index, EventRejected("not_json", "", "one strict JSON document (RFC 8259)"))]
        offset, key, value, record_ms, headers = record
        cleaned = without_duplicates(value) if again else None
        if cleaned is None:
            return [(index, explain(error))]
        refused = self.add([(offset, key, cleaned, record_ms, headers)], (0,), again=False)
        return [(index, why) for _, why in refused]

    def columns(self) -> tuple[Columns, NDArray[np.int64]]:
        """All rows, and the instants as parsed: where one is ``times.BAD_...``, the row must not be used."""
        events = np.frombuffer(self._buffer, EVENT, len(self._keys))
        parsed = np.empty(len(self._keys), np.int64)
        instants(*text_spans(self._timestamps), parsed)
        # An event cannot have happened after it was recorded (design 2).
        record_ms = events["record_ms"]
        events["occurred_ms"] = np.where(parsed == ABSENT, record_ms, np.minimum(parsed, record_ms))
        events["message"] = hashes(self._messages)
        if self._others:
            events["ref"][list(self._others)] = id_refs(list(self._others.values()))
        if self._decisions:
            events["ref"][list(self._decisions)] = decision_refs(list(self._decisions.values()))
        events["item_start"] = np.cumsum(events["item_count"]) - events["item_count"]
        items = np.frombuffer(self._items, ITEM) if self._items else np.zeros(0, ITEM)
        return Columns(events, items, self._keys), parsed


def _pack_rest(buffer: bytearray, at: int, low: float, high: float, name_b: int, code: int) -> None:
    _pack_low_high(buffer, at + _LOW, low, high)
    _pack_one(buffer, at + _NAME_B, name_b)
    _pack_one(buffer, at + _CODE, code)


def _blank(plan: Plan) -> Any:
    """What stands for properties that are null or absent."""
    if plan.blank is None:
        raise EventRejected(plan.reason, "properties", "given: this event needs some of them")
    return plan.blank
