"""Customer keys: who an event is about, as the log keys it (design 2)."""

from __future__ import annotations

import re

from platinum.errors import EventRejected
from platinum.vocabulary.limits import KEY_PATTERN

ANONYMOUS = "anon:"
#: How the key of an account's own row begins: no person's does.
ACCOUNT = "account:"
_ACCOUNT = ACCOUNT.encode()
_RESERVED = (ANONYMOUS, ACCOUNT)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# International (+44 ...), with an area code in brackets, as a tel: link, or national with separators (0171/123456).
# Bare digits stay allowed: most customer numbers are.
_PHONE = re.compile(r"(?:tel:\s*)?(?:\+|\()[0-9 ()./-]{6,30}|tel:[0-9 ()./-]{6,30}|0[0-9]{1,5}[ /][0-9 ()./-]{4,30}", re.ASCII)
_FIRST_OF_PHONE = frozenset("+(0tT")
_FREE_OF_CONTROL = re.compile(KEY_PATTERN.removesuffix("$") + r"\Z")


def is_free_of_control(text: str) -> bool:
    """Whether a customer key may be ``text``: logs, URLs and terminals would show one with control characters as another."""
    return _FREE_OF_CONTROL.match(text) is not None


def is_personal(text: str) -> bool:
    """True for text shaped like an e-mail address or a phone number, whatever white space stands around it."""
    text = text.strip()
    if "@" in text:
        return _EMAIL.fullmatch(text) is not None
    if text[:1] not in _FIRST_OF_PHONE:
        return False
    return _PHONE.fullmatch(text.lower()) is not None and 7 <= sum(map(str.isdigit, text)) <= 15


def account_key(account: str) -> bytes:
    """Key of an account's own row."""
    return f"{ACCOUNT}{account}".encode()


def is_account(key: bytes) -> bool:
    """Whether a key is an account's."""
    return key.startswith(_ACCOUNT)


def customer_key(user_id: str | None, anonymous_id: str | None, allow_personal: bool = False) -> bytes:
    """Key of the customer: ``userId`` as sent, else ``anon:`` and ``anonymousId``.

    Raises
    ------
    EventRejected
        ``missing_customer``, ``reserved_key`` or ``personal_key``; ``schema`` where one of the ids, used or not, holds a
        control character.
    """
    for name, text in (("userId", user_id), ("anonymousId", anonymous_id)):
        if text is not None and not is_free_of_control(text):
            raise EventRejected("schema", name, "free of control characters")
    if user_id is None:
        if anonymous_id is None:
            raise EventRejected("missing_customer", "userId", "given, unless there is an anonymousId")
        if not allow_personal and is_personal(anonymous_id):
            raise EventRejected("personal_key", "anonymousId", "a pseudonym, not an e-mail address or a phone number")
        return f"{ANONYMOUS}{anonymous_id}".encode()
    if user_id.startswith(_RESERVED):
        raise EventRejected("reserved_key", "userId", "anything that starts neither with 'anon:' nor with 'account:'")
    if not allow_personal and is_personal(user_id):
        raise EventRejected("personal_key", "userId", "a pseudonym, not an e-mail address or a phone number")
    return user_id.encode()
