"""Single cases at the edges of what the compiled path reads."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from platinum.events.decode import Decoding
from platinum.events.fast import grammar
from platinum.events.fast.plans import fast_events
from platinum.events.forms import Envelope
from platinum.ops.population import simulate_events
from platinum.policy.policy import EventMapping
from platinum.vocabulary.table import BY_NAME
from tests.builders.decoded import both_ways, plain_share
from tests.builders.events import NOW_MS
from tests.reference.validity import Record

CHECKOUT = Path(__file__).resolve().parents[3]
ORDER = (
    '{"type":"track","event":"Order Completed","messageId":"m-1","userId":"17850","timestamp":"2011-12-01T08:26:00Z",'
    '"properties":{"order_id":"o-1","total":13.5,"products":[{"category":"toys","price":2.5,"quantity":2}]},'
    '"context":{"channel":"web","locale":"de-AT","timezone":"Europe/Vienna","location":{"country":"at"}}}'
)
IDENTIFY = '{"type":"identify","userId":"u","traits":{"language":"de","age":41,"card":true,"region":"north","country":"gb"}}'
LEFT, READ = True, False
#: (what is replaced in ORDER, by what, whether the record is left to the slow path)
EDGES: list[tuple[str, str, bool]] = [
    # written in another way
    ('"type"', ' \n\t"type" ', READ),
    ('"web"', '"w\\u0065b"', LEFT),
    ('"web"', '"w\\"b"', LEFT),
    ('"userId"', '"us\\u0065rId"', LEFT),
    ('"web"', '"Küche"', READ),
    ('"web"', '"we\\ud800b"', LEFT),
    ('"web"', '"we\x01b"', LEFT),
    # members that nobody asks for
    ('"type"', '"own":[{"a":[1,-2.5e+10,null,true,false,{}]},"x\\"\\\\/",[]],"type"', READ),
    ('"type"', '"own":"\\u0041","type"', LEFT),
    ('"type"', '"own":01,"type"', LEFT),
    ('"type"', '"own":1.,"type"', LEFT),
    ('"type"', '"own":.5,"type"', LEFT),
    ('"type"', '"own":1e,"type"', LEFT),
    ('"type"', '"own":-,"type"', LEFT),
    ('"type"', '"own":tru,"type"', LEFT),
    ('"type"', '"own":nulls,"type"', LEFT),
    ('"type"', '"own":NaN,"type"', LEFT),
    ('"type"', '"own":[1,],"type"', LEFT),
    ('"type"', '"own":{"a"},"type"', LEFT),
    ('"type"', '"own":[}],"type"', LEFT),
    ('"type"', '"own":{]},"type"', LEFT),
    ('"type"', '"own":1e400,"type"', READ),
    ('"type"', '"own":' + "[" * 31 + "]" * 31 + ',"type"', READ),
    ('"type"', '"own":' + "[" * 32 + "]" * 32 + ',"type"', LEFT),
    ('"type"', '"own":1,"own":2,"type"', READ),
    # the same name twice
    ('"type"', '"userId":"other","type"', LEFT),
    ('"type"', '"properties":{},"type"', LEFT),
    ('"order_id"', '"total":1,"order_id"', LEFT),
    ('"category"', '"price":1,"category"', LEFT),
    # wrong types and limits
    ('"17850"', "17850", LEFT),
    ('"17850"', '""', LEFT),
    ('"17850"', '"' + "x" * 256 + '"', READ),
    ('"17850"', '"' + "x" * 257 + '"', LEFT),
    ('"17850"', "null", LEFT),
    ('"userId"', '"anonymousId"', READ),
    ('"17850"', '"anon:17850"', LEFT),
    ('"17850"', '"anna"', READ),
    ('"17850"', '"a@b.ch"', LEFT),
    ('"17850"', '"+44 20 7946 0000"', LEFT),
    ('"17850"', '"0171/1234567"', LEFT),
    ('"17850"', '"0123456789"', READ),
    ('"17850"', '"tel:0171234567"', LEFT),
    ('"17850"', '"tom"', READ),
    ('"track"', '"trac"', LEFT),
    ('"track"', "null", LEFT),
    ('"Order Completed"', "null", LEFT),
    ('"Order Completed"', '"Policy Activated"', LEFT),
    ('"Order Completed"', '"Company\'s Own"', READ),
    ('"Order Completed"', '"Order Complete"', READ),
    ('"Order Completed"', '"Order Delivered"', READ),
    ('"Order Completed"', '"Order Delivered","traits":{"a":1}', READ),
    ('"Order Completed"', '"Order Completed","traits":{"a":1}', LEFT),
    ('"m-1"', "null", READ),
    ('"m-1"', '""', LEFT),
    ('"2011-12-01T08:26:00Z"', "null", READ),
    ('"2011-12-01T08:26:00Z"', '"2011-12-01T08:26:00.123456789+05:30"', READ),
    ('"2011-12-01T08:26:00Z"', '"2011-02-30T08:26:00Z"', LEFT),
    ('"2011-12-01T08:26:00Z"', '"2011-12-01"', LEFT),
    ('"2011-12-01T08:26:00Z"', '""', LEFT),
    ('"o-1"', "null", LEFT),
    ('"o-1"', "7", LEFT),
    ("13.5", '"13.5"', LEFT),
    ("13.5", "true", LEFT),
    ("13.5", "null", READ),
    ("13.5", "-0", LEFT),
    ("13.5", "0.0", READ),
    ("13.5", "1e1", LEFT),
    ("13.5", "1000000000000", READ),
    ("13.5", "1000000000001", LEFT),
    ("13.5", "900719925474.0992", READ),
    ("13.5", "900719925474.0993", LEFT),
    ("13.5", "0.00000000000000135", READ),
    ("13.5", "0.0000000000000000135", LEFT),
    ("2.5", "null", READ),
    ('"quantity":2', '"quantity":-1', LEFT),
    ('"quantity":2', '"quantity":"2"', LEFT),
    ('"toys"', '""', READ),
    ('"toys"', '"' + "x" * 257 + '"', LEFT),
    ('"toys"', "5", LEFT),
    ('[{"category"', '[7,{"category"', LEFT),
    ('[{"category"', '[[],{"category"', LEFT),
    ('"products":[', '"products":{},"x":[', LEFT),
    ('"products":[', '"products":null,"x":[', READ),
    ('"de-AT"', '"' + "x" * 65 + '"', LEFT),
    ('"de-AT"', '"*"', READ),
    ('"de-AT"', '"abcdefghi"', READ),
    ('"de-AT"', '"DEUTSCHE_x"', READ),
    ('"at"', '"Austria"', READ),
    ('{"country":"at"}', "[]", LEFT),
    ('{"channel":"web"', '"x","own":{"channel":"web"', LEFT),
    # more, or less, than one document
    ("}}}", "}}}}", LEFT),
    ("}}}", "}}} \n", READ),
    ("}}}", "}}}\x00", LEFT),
    ("}}}", "}}", LEFT),
    ('{"type"', '[{"type"', LEFT),
    ('{"type"', ' {"type"', LEFT),
    ('{"type"', '\ufeff{"type"', LEFT),
]
TRAITS: list[tuple[str, str, bool]] = [
    ("41", "1000000000000000", READ),
    ("41", "1000000000000001", LEFT),
    ("41", "1e400", LEFT),
    ("41", "[1]", READ),
    ('"card"', '"age"', LEFT),
    ('"card":true', '"age":[]', LEFT),
    ('"card"', '""', READ),
    ('"card"', '"' + "z" * 257 + '"', LEFT),
    ('"north"', '"' + "y" * 300 + '"', LEFT),
    ('"gb"', '"Great Britain"', READ),
    ('"gb"', '5,"address":{"country":"de"}', LEFT),
    ('"gb"', '5,"address":"Street 1"', READ),
    ('"de"', '"C"', READ),
    ('{"language"', '[],"own":{"language"', LEFT),
    ('{"language"', 'null,"own":{"language"', READ),
    ('{"language"', "{" + ",".join(f'"t{i}":{i}' for i in range(300)) + ',"language"', LEFT),
    ('"identify"', '"page"', READ),
    ('"traits"', '"properties":{"products":[{"category":"toys","price":1}]},"traits"', LEFT),
    ('"identify"', '"alias"', LEFT),
]


def cases() -> list[tuple[str, bool]]:
    found = [(ORDER, READ), (IDENTIFY, READ)]
    for whole, edges in ((ORDER, EDGES), (IDENTIFY, TRAITS)):
        for old, new, left in edges:
            assert whole.count(old) >= 1, old
            found.append((whole.replace(old, new, 1), left))
    return found


def record(value: str | bytes, key: bytes | None = None, headers: Any = ()) -> Record:
    return (7, key, value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"), NOW_MS, headers)


@pytest.mark.parametrize(("value", "left"), cases())
def test_a_case_is_left_or_decoded_alike(value: str, left: bool) -> None:
    records = [record(value)]

    fast, slow = both_ways(records, Decoding())

    assert fast == slow
    assert plain_share(records, Decoding()) == (0 if left else 1)


@pytest.mark.parametrize(
    ("said", "share"),
    [('"EUR"', 1), ("null", 1), ('"USD"', 0), ('"eur"', 0), ('""', 0), ("5", 0), ('"EURO"', 0), ('"EU"', 0), ('{"a":1}', 0)],
)
def test_the_policys_currency_is_read_and_any_other_left(said: str, share: float) -> None:
    records = [record(ORDER.replace('"total"', f'"currency":{said},"total"')), record(ORDER)]

    fast, slow = both_ways(records, Decoding(currency="EUR"))

    assert fast == slow
    assert plain_share(records[:1], Decoding(currency="EUR")) == share


def test_neighbours_in_a_batch_change_nothing() -> None:
    records: list[Record] = [(i, *record(value)[1:]) for i, (value, _) in enumerate(cases() * 3)]

    fast, slow = both_ways(records, Decoding())

    assert fast == slow


def test_a_record_that_goes_on_in_the_next_one_is_no_document() -> None:
    for at in range(1, len(ORDER)):
        fast, slow = both_ways([record(ORDER[:at]), record(ORDER[at:]), record(ORDER)], Decoding())
        assert fast == slow


@pytest.mark.parametrize(
    ("key", "share"), [(b"17850", 1), (None, 1), (b"", 0), (b"1785", 0), (b"178500", 0), (b"17851", 0), (b"anon:17850", 0)]
)
def test_a_key_must_be_the_customers(key: bytes | None, share: float) -> None:
    records = [record(ORDER, key), record(ORDER, b"17850")]

    fast, slow = both_ways(records, Decoding())

    assert fast == slow
    assert plain_share(records[:1], Decoding()) == share


@pytest.mark.parametrize("key", [b"anon:17850", None, b"17850", b"anon;17850"])
def test_an_anonymous_customers_key_says_so(key: bytes | None) -> None:
    fast, slow = both_ways([record(ORDER.replace("userId", "anonymousId"), key), record(ORDER)], Decoding())

    assert fast == slow


@pytest.mark.parametrize(
    ("headers", "share"), [((("history", b"1"),), 1), ((("traceparent", b"x"),), 0), ((("ce_id", b"x"),), 0), ((("History", b""),), 0)]
)
def test_headers_that_say_more_than_history_are_left(headers: Any, share: float) -> None:
    records = [record(ORDER, headers=headers)]

    fast, slow = both_ways(records, Decoding())

    assert fast == slow
    assert plain_share(records, Decoding()) == share


def test_broken_text_of_one_record_leaves_the_others_alone() -> None:
    broken = ORDER.encode().replace(b"web", b"\xff\xfe")
    records = [record(ORDER), record(broken), record(ORDER.replace("web", "Küche"))]

    fast, slow = both_ways(records, Decoding())

    assert fast == slow
    assert len(fast[0]) == 2


def test_names_that_the_policy_maps_are_left() -> None:
    mapping = EventMapping("", "Order Completed", {"order_id": "number", "total": "sum"})
    decoding = Decoding({"Bestellung": mapping, "Product Viewed": mapping})
    values = [ORDER.replace("Order Completed", name).replace("order_id", "number") for name in ("Bestellung", "Product Viewed")]

    fast, slow = both_ways([record(value) for value in values], decoding)

    assert fast == slow
    assert plain_share([record(value) for value in values], decoding) == 0


@pytest.mark.parametrize("pattern", ["%sision_id", "decision%s", "decision_%s_id"])
def test_a_name_that_only_resembles_a_known_one_is_another(pattern: str) -> None:
    # One in 512 of these has the hash of decision_id, without which the event is refused.
    names = [pattern % "".join(letters) for letters in product("abcefghijklmnop", repeat=3)]
    shown = '{"type":"track","event":"Decision Shown","userId":"u","properties":{"%s":"d.1.0.7.0"}}'

    assert plain_share([record(shown % name) for name in names], Decoding()) == 0


def test_every_member_of_the_envelope_is_known_by_name() -> None:
    assert set(Envelope.__struct_fields__) <= set(grammar.FIRST_NAMES)


def test_only_what_is_decoded_in_a_way_of_its_own_is_left() -> None:
    assert set(BY_NAME) - set(fast_events()) == {"group", "alias", "Preference Stated", "Message Received", "Case Opened"}


def digest() -> str:
    records: list[Record] = [(i, None, value, NOW_MS, ()) for i, value in enumerate(simulate_events(1, 50, 60))]
    records += [record(value) for value, _ in cases()[::4]]
    with np.errstate(over="ignore"):  # interpreted, numpy warns where 64-bit hashes are meant to wrap
        fast, _ = both_ways(records, Decoding())
    return hashlib.sha256(repr(fast).encode()).hexdigest()


def test_compiled_or_interpreted_the_same_is_read() -> None:
    path = os.pathsep.join([str(CHECKOUT / "engine"), str(CHECKOUT)])
    code = "from tests.unit.events.test_events_fast import digest; print(digest())"

    run = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(run, env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path}, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == digest()
