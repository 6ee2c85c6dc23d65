"""Keys that name a person outright are hashed before anything is stored."""

from __future__ import annotations

import orjson
import pytest

from platinum.api.pseudonyms import Pseudonyms
from platinum.events.keys import is_personal

SECRET = bytes(range(32))


def test_an_address_becomes_a_hash_that_only_the_deployment_can_make() -> None:
    key = Pseudonyms(SECRET).key("Ada.Lovelace@example.org")

    assert key.startswith("hash:")
    assert not is_personal(key)
    assert "ada" not in key.lower()
    assert key == Pseudonyms(SECRET).key("ada.lovelace@EXAMPLE.org")
    assert key != Pseudonyms(bytes(32)).key("ada.lovelace@example.org")


@pytest.mark.parametrize(("one", "other"), [("+49 171 123456", "+49 (171) 123-456"), ("0171/1234567", "0171 1234567")])
def test_separators_do_not_make_another_person_of_a_phone_number(one: str, other: str) -> None:
    pseudonyms = Pseudonyms(SECRET)

    assert pseudonyms.key(one) == pseudonyms.key(other)
    assert pseudonyms.key(one).startswith("hash:")


@pytest.mark.parametrize("key", [" ada@example.org", "ada@example.org\u00a0", "\tAda@Example.org  "])
def test_white_space_does_not_make_another_person_of_an_address(key: str) -> None:
    pseudonyms = Pseudonyms(SECRET)

    assert pseudonyms.key(key) == pseudonyms.key("ada@example.org")


@pytest.mark.parametrize("key", ["17850", "anon:7", "c-1@shop", "hash:00", ""])
def test_other_keys_stay_as_sent(key: str) -> None:
    assert Pseudonyms(SECRET).key(key) == key


def test_an_anonymous_address_stays_anonymous() -> None:
    pseudonyms = Pseudonyms(SECRET)

    assert pseudonyms.key("anon:a@example.org") == "anon:" + pseudonyms.key("a@example.org")


def test_an_event_keeps_everything_but_its_ids() -> None:
    sent = b'{"type":"identify","userId":"a@example.org","anonymousId":"7","traits":{"n":1.50,"plan":"gold"}}'

    event = Pseudonyms(SECRET).event(sent)

    assert b"example" not in event
    assert b'"n":1.50' in event
    assert orjson.loads(event) == orjson.loads(sent) | {"userId": Pseudonyms(SECRET).key("a@example.org")}
