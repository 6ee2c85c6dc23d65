"""Who an event is about, and where it happened."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.events.fast import grammar as g
from platinum.events.fast.grammar import Room
from platinum.events.fast.raw import Raw, byte_at, word_at
from platinum.events.fast.symbols import name_hash_of, word_of
from platinum.events.fast.tokens import NONE
from platinum.hashing_kernels import mix64_u
from platinum.jit import constant, inner, int64, uint64
from platinum.vocabulary.limits import MAX_ID, MAX_LOCALE, MAX_NAME

_CONTEXT, _LOCATION, _TRAITS, _ADDRESS = map(constant, (g.CONTEXT, g.LOCATION, g.TRAITS, g.ADDRESS))
_CHANNEL, _LOCALE, _TIMEZONE, _COUNTRY, _LANGUAGE = map(constant, (g.CHANNEL, g.LOCALE, g.TIMEZONE, g.COUNTRY, g.LANGUAGE))
_GROUP_ID = constant(g.GROUP_ID)
_MAX_NAME, _MAX_LOCALE, _MAX_ID = constant(MAX_NAME), constant(MAX_LOCALE), constant(MAX_ID)
_ANON, _ACCOUNT = int.from_bytes(b"anon:", "little"), int.from_bytes(b"account:", "little")
_BIT_5 = 0x2020202020202020


@inner
def text_of(raw: Raw, scope: int, symbol: int, max_length: int, room: Room) -> tuple[int, int]:
    """Where the text of a member begins and ends: (0, 0) if it is absent or null, ``NONE`` twice if it is too long or no text."""
    token = room.tokens[scope, symbol]
    start, end = token["start"] + 1, token["end"] - 1
    if token["stamp"] != room.opened[scope] or byte_at(raw.text, start - 1) == 110:
        return int64(0), int64(0)
    if byte_at(raw.text, start - 1) != 34 or end - start > max_length:
        return int64(NONE), int64(NONE)
    return start, end


@inner
def has_delete(raw: Raw, start: int, end: int) -> bool:
    """True if a DEL is there: the one control character that strict JSON holds without an escape."""
    for at in range(start, end):
        if byte_at(raw.text, at) == 127:
            return True
    return False


@inner
def is_suspect(raw: Raw, start: int, end: int) -> bool:
    """True for every id that ``events.keys`` could refuse, and for a few others."""
    first = byte_at(raw.text, start)
    if first == 40 or first == 43 or ((first == 116 or first == 84) and (byte_at(raw.text, start + 1) | 32) == 101):
        return True
    if first == 32 or first >= 128 or has_delete(raw, start, end):  # behind white space may stand what is personal
        return True
    if first == 97:
        word = word_at(raw.text, start)
        if word & uint64(0xFFFFFFFFFF) == uint64(_ANON) or word == uint64(_ACCOUNT):
            return True
    for at in range(start, end):
        if byte_at(raw.text, at) == 64 or (first == 48 and (byte_at(raw.text, at) == 32 or byte_at(raw.text, at) == 47)):
            return True
    return False


@inner
def _is_letter(byte: int) -> bool:
    return (byte >= 65 and byte <= 90) or (byte >= 97 and byte <= 122)


@inner
def _name_hash_of_word(word: uint64, length: int) -> uint64:
    """``name_hash`` of so many bytes of ``word``, the others being 0."""
    h = mix64_u(mix64_u(uint64(0), uint64(length)), word) & uint64(0xFFFFFFFF)
    return h if h != uint64(0) else uint64(1)


@inner
def _language(raw: Raw, start: int, end: int) -> uint64:
    """Hash of the primary subtag in lower case; 0 if there is none. See ``events.names.Languages``."""
    at = start
    while at < end and _is_letter(byte_at(raw.text, at)):
        at += 1
    length = at - start
    if length < 2 or length > 8 or (at < end and byte_at(raw.text, at) != 45 and byte_at(raw.text, at) != 95):
        return uint64(0)
    lower = (word_at(raw.text, start) | uint64(_BIT_5)) & (~uint64(0) >> uint64(64 - 8 * length))
    return _name_hash_of_word(lower, length)


@inner
def _country(raw: Raw, start: int, end: int) -> uint64:
    """Hash of a code of two letters in upper case; 0 if it is none. See ``events.names.Countries``."""
    if end - start != 2 or not _is_letter(byte_at(raw.text, start)) or not _is_letter(byte_at(raw.text, start + 1)):
        return uint64(0)
    upper = word_of(raw, start, end) & ~uint64(_BIT_5)
    return _name_hash_of_word(upper, 2)


@inner
def put_place(raw: Raw, event: Any, room: Room) -> bool:
    """Fill channel, language, time zone and country from the context."""
    channel, channel_end = text_of(raw, _CONTEXT, _CHANNEL, _MAX_NAME, room)
    locale, locale_end = text_of(raw, _CONTEXT, _LOCALE, _MAX_LOCALE, room)
    zone, zone_end = text_of(raw, _CONTEXT, _TIMEZONE, _MAX_LOCALE, room)
    country, country_end = text_of(raw, _LOCATION, _COUNTRY, _MAX_NAME, room)
    if channel == NONE or locale == NONE or zone == NONE or country == NONE:
        return False
    event["channel"] = name_hash_of(raw, channel, channel_end)
    event["language"] = _language(raw, locale, locale_end)
    event["timezone"] = name_hash_of(raw, zone, zone_end)
    event["country"] = _country(raw, country, country_end)
    return _put_account(raw, event, room)


@inner
def _put_account(raw: Raw, event: Any, room: Room) -> bool:
    """Let the context's ``groupId`` be the account where the event names none. See ``events.in_role``."""
    start, end = text_of(raw, _CONTEXT, _GROUP_ID, _MAX_ID, room)
    if start != 0 and end <= start:  # NONE, or empty: an id has a character
        return False
    if event["account"] == np.uint32(0):
        event["account"] = name_hash_of(raw, start, end)
    return True


@inner
def put_place_of_traits(raw: Raw, event: Any, room: Room) -> bool:
    """Let the traits' language, time zone and country stand before the context's. See ``events.identify.place``."""
    token = room.tokens[_TRAITS, _ADDRESS]
    if token["stamp"] == room.opened[_TRAITS] and byte_at(raw.text, token["start"]) == 123:
        return False  # its country may count
    start, end = text_of(raw, _TRAITS, _LANGUAGE, _MAX_NAME, room)
    language = _language(raw, start, end)
    if language != uint64(0):
        event["language"] = language
    start, end = text_of(raw, _TRAITS, _TIMEZONE, _MAX_NAME, room)
    if end > start:
        event["timezone"] = name_hash_of(raw, start, end)
    start, end = text_of(raw, _TRAITS, _COUNTRY, _MAX_NAME, room)
    country = _country(raw, start, end)
    if country != uint64(0):
        event["country"] = country
    return True
