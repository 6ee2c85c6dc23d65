"""Named limits on what the engine accepts, and the closed list of reasons for which it refuses.

A payload is valid when it is strict UTF-8 JSON (RFC 8259), obeys ``schemas/event/v1.json`` and these limits; nothing
else is asked of it. Lengths of text are counted in Unicode characters, as JSON Schema does.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MAX_EVENT_BYTES = 256 * 1024  # of one record's value, envelope included
MAX_DEPTH = 32  # objects and arrays inside each other, the outermost counts as 1
MAX_PRODUCTS = 1000  # order lines of one event
MAX_TRAITS = 256  # members of one ``identify``'s traits
MAX_NAME = 256  # characters of a name: category, channel, intent, event name, trait ...
MAX_ID = 256  # characters of an id: userId, messageId, order_id ...; at least 1
MAX_TEXT = 65_536  # characters of a customer's own words
MAX_LOCALE = 64  # characters of context.locale and context.timezone
#: Form of a timestamp (RFC 3339); that the instant exists is a named limit.
TIMESTAMP_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
#: An id that customers are known by: no control characters.
KEY_PATTERN = r"^[^\u0000-\u001f\u007f]*$"
#: A customer whom an event names beside the one that it is of: no account, no control characters.
CUSTOMER_PATTERN = r"^(?!account:)[^\u0000-\u001f\u007f]*$"
ACCOUNT_PATTERN = r"^[^\u0000-\u001f]*$"  # as ids of accounts: their rows lie under keys of their own, with others beside them behind a NUL
#: A minute of the day.
CLOCK_PATTERN = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
#: ISO 4217 for "no currency": what stands in the policy of a deployment that has none yet.
NO_CURRENCY = "XXX"
MAX_MONEY = 1e12  # either sign
MAX_QUANTITY = 1e6
MAX_NUMBER = 1e15  # either sign, numbers that are not money, such as traits
FIRST_MS = 0  # 1970-01-01T00:00:00Z
LAST_MS = 4_102_444_800_000  # 2100-01-01T00:00:00Z, not included

#: Why an input is refused → what its sender should know. Stored in dead letters: reasons are appended, never renamed.
REJECTION_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "too_large": f"the value is longer than {MAX_EVENT_BYTES} bytes",
        "not_utf8": "the value is not UTF-8 text",
        "not_json": "the value is not one strict JSON document (RFC 8259; no NaN, no lone surrogates, no byte order mark)",
        "too_deep": f"objects and arrays are nested more than {MAX_DEPTH} deep",
        "unsupported_envelope": "neither bare Segment JSON nor CloudEvents 1.0 carrying JSON",
        "unknown_type": "`type` is none of track, identify, page, screen, group, alias",
        "missing_customer": "neither `userId` nor `anonymousId` is given",
        "reserved_key": "a `userId` may start neither with `anon:`, which marks anonymous customers, nor with `account:`, which marks "
        "accounts",
        "personal_key": "the customer key is shaped like an e-mail address or a phone number, white space around it aside; send a "
        "pseudonym, or use the API",
        "key_mismatch": "the record's key is not the event's customer key",
        "wrong_partition": "the record is not in the partition that its key belongs to",
        "engine_name": "the event's name is reserved for the engine's own records",
        "bad_mac": "an engine record without this deployment's valid MAC",
        "time_range": "`timestamp` is not an existing instant from 1970 to 2099",
        "future_time": "the record's time is more than 5 minutes ahead of the clock",
        "schema": "a field breaks schemas/event/v1.json",
        "mapping": "the policy maps this event onto a standard one whose required properties it does not fill",
        "suppressed": "the customer was erased",
        "poison": "processing this record failed; it is skipped until a corrected copy is sent",
        "currency": "the amounts are in another currency than the policy's",
    }
)
