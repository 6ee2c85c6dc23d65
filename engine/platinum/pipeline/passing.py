"""What one fold has for other customers: doings for an account, its standing for its members, what came of a decision about another.

All are records of the engine's own, appended to the other's partition with what the batch puts out. They name the record that they
came from, so that a repeat does no harm (``pipeline.arriving``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import orjson
from numpy.typing import NDArray

from platinum.events.columns import FLAG_ACCOUNT, FLAG_HISTORY
from platinum.events.duplicates import without_duplicates
from platinum.events.envelope import unwrap
from platinum.events.forms import NO_RAW, Envelope, decoder, plain_form
from platinum.events.keys import account_key, is_account, is_personal
from platinum.events.plans import CALLS, Decoding
from platinum.events.record_columns import RecordColumns
from platinum.events.rejection import Misshapen
from platinum.hashing import name_hash
from platinum.pipeline.engine_records import AccountContacted, AccountStands, FromElsewhere, PassedOn
from platinum.pipeline.kernel import APPLIED
from platinum.pipeline.prepared import Joining, Place, Prepared
from platinum.pipeline.stages import Meant, Noted
from platinum.pipeline.whose import of_others
from platinum.policy.policy import Policy
from platinum.ports import Fetched, Mark
from platinum.profile.account import FOR_ALL
from platinum.profile.entries import OBLIGATION
from platinum.profile.members import Members, joined, left
from platinum.vocabulary.codes import Fact, Kind, Purpose
from platinum.vocabulary.table import BY_KIND

#: What an account's row is the fold of: who belongs to it, what was bought for it, what it was promised and what went wrong. Requests are
#: none of it: members are not told of them, and those of many people would fill a ledger until a grave case has no room.
PASSED = frozenset(
    {
        *(Kind.GROUP, Kind.ORDER_COMPLETED, Kind.ORDER_CANCELLED, Kind.ORDER_REFUNDED, Kind.ORDER_DELIVERED),
        *(Kind.PROMISE_MADE, Kind.PROMISE_KEPT, Kind.PROMISE_RENEGOTIATED),
        *(Kind.FAILURE_REPORTED, Kind.COMPLAINT_MADE, Kind.CASE_OPENED, Kind.CASE_CLOSED, Kind.CASE_CONFIRMED),
    }
)
#: Of these, what is about something that was opened before, which it names by its id: said of no account, it is about that thing's.
ENDING = frozenset(
    {
        *(Kind.ORDER_CANCELLED, Kind.ORDER_REFUNDED, Kind.ORDER_DELIVERED, Kind.PROMISE_KEPT, Kind.PROMISE_RENEGOTIATED),
        *(Kind.CASE_OPENED, Kind.CASE_CLOSED, Kind.CASE_CONFIRMED),
    }
)
#: What the cap of an account counts.
_COUNTED = (Purpose.PROMOTION, Purpose.RELATIONSHIP)
_PASSED, _ENDING = (np.isin(np.arange(max(Kind) + 1), sorted(kinds)) for kinds in (PASSED, ENDING))  # by kind; ``np.isin`` took 80 µs
#: Members of a call that go with it, besides ``properties``; of the traits of a ``group`` these.
_WHO = ("type", "userId", "anonymousId", "timestamp", "groupId")
_ABOUT_MEMBERS = ("role", "basis", "until", "left")
_ACCOUNT, _CUSTOMER, _OWN_WORDS = "account", "customer_id", "text"
_envelope = decoder(Envelope)


class Passed(NamedTuple):
    """A record to be appended elsewhere, before it has its MAC."""

    key: bytes
    body: FromElsewhere
    time_ms: int


def passed_on(prepared: Prepared, became: NDArray[np.int8], noted: Meant, decoding: Decoding, place: Place) -> list[Passed]:
    """What was done for accounts in a segment, then what came of decisions about others; ``became`` int8[B], ``noted`` as ``run_batch``."""
    return [*_for_accounts(prepared, became, noted, decoding, place), *_outcomes(prepared, became, decoding, place)]


def _outcomes(prepared: Prepared, became: NDArray[np.int8], decoding: Decoding, place: Place) -> list[Passed]:
    events, found = prepared.columns.events, []
    others = of_others(events)
    for i in others[became[others] == APPLIED].tolist():
        record = _record_at(prepared.records, int(events["offset"][i]))
        if record is None:
            continue
        told = _told(record, decoding)
        source = Mark(place.partition, place.generation, record.offset, 0)
        # Who brought it stays out of the other's records: it would outlive their own erasure.
        event = {name: said for name, said in told.event.items() if name != "anonymousId"} | {"userId": told.customer}
        history = bool(events["flags"][i] & FLAG_HISTORY)
        body = PassedOn(source, msgspec.Raw(orjson.dumps(event)), history)
        found.append(Passed(told.customer.encode(), body, int(events["record_ms"][i])))
    return found


def _for_accounts(prepared: Prepared, became: NDArray[np.int8], noted: Meant, decoding: Decoding, place: Place) -> list[Passed]:
    events, meant = prepared.columns.events, noted[0][: int(noted[1][0])]
    meant = meant[_ENDING[events["kind"][meant["event"]]]]
    named = (events["account"] != 0).nonzero()[0]
    if not len(named) and not len(meant):
        return []
    which = named[(became[named] == APPLIED) & _PASSED[events["kind"][named]]]
    unsaid = {int(one["event"]): one for one in meant}
    found = []
    for i in sorted({*which.tolist(), *unsaid}):
        record = _record_at(prepared.records, int(events["offset"][i]))
        if record is None:
            continue
        account, _, event = _told(record, decoding)
        of = events["account"][i]
        if i in unsaid:
            account, of = bytes(unsaid[i]["account_text"]).rstrip(b"\0").decode(), unsaid[i]["account"]
        # An id that is an address would be the key of a record (design 2): nothing is passed on for it.
        if name_hash(account) == of and not is_personal(account):
            source = Mark(place.partition, place.generation, record.offset, 0)
            found.append(Passed(account_key(account), PassedOn(source, msgspec.Raw(orjson.dumps(event))), int(events["record_ms"][i])))
    return found


def _record_at(records: Sequence[Fetched], offset: int) -> Fetched | None:
    offsets = records.offsets() if isinstance(records, RecordColumns) else [record.offset for record in records]
    at = bisect_left(offsets, offset)
    return records[at] if at < len(offsets) and offsets[at] == offset else None


class _Told(NamedTuple):
    """Account of an event, the customer that it names, and the event under standard names: what is needed of it, and nobody's words."""

    account: str
    customer: str
    event: dict[str, Any]


def _told(record: Fetched, decoding: Decoding) -> _Told:
    try:
        return _read(record, record.value, decoding)
    except (msgspec.DecodeError, Misshapen):
        # It was accepted, so a name stands there twice, the first time wrongly: ``events.sheet``.
        return _read(record, without_duplicates(record.value) or record.value, decoding)


def _read(record: Fetched, value: bytes, decoding: Decoding) -> _Told:
    # Read as the event itself was: a company's numbers that are text, numbers that no float64 holds in members that nobody reads.
    # There is no messageId: two people may have the same one, and who did something twice was found out at their own row.
    call: Envelope = _envelope(unwrap(record.headers, value, 0)[0])
    event = {name: said for name in _WHO if (said := getattr(call, name)) is not None}
    if call.type == "group":
        traits = {} if call.traits is NO_RAW else plain_form(CALLS["group"].decode(call.traits))
        return _Told(call.groupId or "", "", event | {"traits": {name: traits[name] for name in _ABOUT_MEMBERS if name in traits}})
    plan = decoding.plans[call.event]
    spec = BY_KIND[Kind(plan.kind)]
    found = {} if call.properties is NO_RAW else plain_form(plan.decode(call.properties))
    account = found.pop(_ACCOUNT, None) or (call.context and call.context.groupId) or ""
    customer = found.pop(_CUSTOMER, "")
    told = {prop.name: found[prop.name] for prop in spec.properties if prop.name in found and prop.type != _OWN_WORDS}
    return _Told(account, customer, event | {"event": spec.name, "properties": told})


def contacted(decisions: NDArray[np.void], policy: Policy, place: Place) -> list[Passed]:
    """Contacts that decisions (DECISION[D]) plan with people who act for an account, and that its cap counts.

    An account's id that is longer than a row holds (48 bytes) is not known here: such contacts are counted for the person only.
    """
    found: list[Passed] = []
    for i in ((decisions["account"] != 0) & (decisions["action"] >= 0)).nonzero()[0].tolist():
        decision = decisions[i]
        action, channel = policy.tables.actions[decision["action"]], policy.tables.channels[decision["channel"]]
        if not decision["account_bytes"] or not channel["outbound"] or action["purpose"] not in _COUNTED:
            continue
        offset = int(decision["offset"])
        slot = 1 + i - int(np.searchsorted(decisions["offset"], offset))  # 0 is the event's own
        account = bytes(decision["account_text"][: int(decision["account_bytes"])]).decode()
        source = Mark(place.partition, place.generation, offset, slot)
        named = name_hash(policy.actions[decision["action"]].name), name_hash(policy.channels[decision["channel"]])
        body = AccountContacted(source, *named, int(action["type"]), int(decision["send_ms"]))
        found.append(Passed(account_key(account), body, int(decision["now_ms"])))
    return found


class Stood(NamedTuple):
    """How accounts stood, each after one of their events: OBLIGATION[F] as ``profile.account`` notes them, and the event of each."""

    facts: NDArray[np.void]
    at: NDArray[np.int32]


NOBODY_STOOD = Stood(np.zeros(0, OBLIGATION), np.zeros(0, np.int32))


def told_apart(prepared: Prepared, noted: Noted) -> tuple[Noted, Stood]:
    """Facts for the learner, and how accounts stand.

    An account's promises and cases are its members', of which the learner is told already.
    """
    facts, at, count = noted
    n = int(count[0])
    of_account = (prepared.columns.events["flags"][at[:n]] & FLAG_ACCOUNT) != 0
    if not of_account.any():
        return noted, NOBODY_STOOD
    stood = of_account & (facts["kind"][:n] == Fact.ACCOUNT)
    rest = (~of_account).nonzero()[0]
    return (facts[rest], at[rest], np.array([len(rest)], np.int64)), Stood(facts[:n][stood], at[:n][stood])


def told_members(
    prepared: Prepared, stood: Stood, members: Mapping[bytes, Members], place: Place
) -> tuple[list[Passed], dict[bytes, Members]]:
    """What members are told of their accounts, in the order of the log; and who belongs to the accounts that somebody joined or left.

    Parameters
    ----------
    members : mapping of account's key to members
        Before the segment.
    """
    now: dict[bytes, Members] = {}
    found: list[Passed] = []
    for offset, account, joining, fact, time_ms in _happened(prepared, stood):
        if joining is not None:
            change = left if joining.left else joined
            now[account] = change(now.get(account, members.get(account, ())), joining.member, joining.at_s)
        if fact is not None:
            for slot, member in enumerate(_listeners(now.get(account, members.get(account, ())), joining, fact)):
                stands = _stands(Mark(place.partition, place.generation, offset, slot), account, fact)
                found.append(Passed(member, stands, time_ms))
    return found, now


def _listeners(members: Members, joining: Joining | None, fact: Any) -> list[bytes]:
    """Who is to be told: everybody, or where nothing has changed, whoever joined alone (some sources say ``group`` at each login)."""
    if fact["ref"] == FOR_ALL:
        return [member for member, _ in members]
    return [member for member, _ in members if joining is not None and not joining.left and member == joining.member]


def _happened(prepared: Prepared, stood: Stood) -> Iterator[tuple[int, bytes, Any, Any, int]]:
    """(offset, account, who joined or left, how it stands then, record time), in the order of the log."""
    events, joining = prepared.columns.events, {one.offset: one for one in prepared.joining}
    facts = {int(events["offset"][i]): fact for fact, i in zip(stood.facts, stood.at.tolist(), strict=True)}
    offsets = events["offset"]
    for offset in sorted({*joining, *facts}):
        i = int(np.searchsorted(offsets, offset))
        if i == len(offsets) or offsets[i] != offset:
            continue  # a copy on a partition where it does not belong: it was refused, and nobody joins by it
        yield offset, prepared.columns.keys[i], joining.get(offset), facts.get(offset), int(events["record_ms"][i])


def _stands(source: Mark, account: bytes, fact: Any) -> AccountStands:
    return AccountStands(
        source,
        account.partition(b":")[2].decode(),
        int(fact["name"]),
        int(fact["channel"]),
        int(fact["state"]),
        float(fact["weight"]),
        int(fact["owner"]) - 1,
        float(fact["amount"]),
        int(fact["due_ms"]),
    )


def of_accounts(keys: Sequence[bytes]) -> NDArray[np.bool_]:
    """Which of the keys are accounts', bool[B]."""
    return np.fromiter(map(is_account, keys), np.bool_, len(keys))
