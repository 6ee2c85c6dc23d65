"""Web addresses that customers are led to: absolute, over http or https.

A browser takes nearly anything for an address, ``javascript:`` among it; a mail programme that is given ``-1`` shows a dead
link. Placeholders may stand in the path and in what follows it, never in the host: who is called must stand in the policy.
"""

from __future__ import annotations

import re

from platinum.policy.shapes import Parsed

_HOST = r"[^\s/?#@:{}<>\"'`\\,;!]+"
ADDRESS = rf"https?://{_HOST}(?::[0-9]{{1,5}})?(?:[/?#][^\s<>\"\\]*)?"
LONGEST = 2048
WANTED = "a web address such as https://example.org/a, beginning with https:// or http://"
_ADDRESS = re.compile(ADDRESS)
_BARE = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::[0-9]{1,5})?(?:[/?#]\S*)?")
_SCHEME = re.compile(r"\s*https?\s*:?\s*/{1,3}\s*", re.IGNORECASE)


def web_address(text: str) -> str:
    """The address as written.

    Raises
    ------
    ValueError
        It is none, or leads elsewhere than to a page.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a web address of at most {LONGEST} characters")
    if _ADDRESS.fullmatch(text) is None:
        raise ValueError(WANTED)
    return text


def _meant(text: str) -> str:
    """``https://example.org/a`` for "example.org/a" or "HTTPS:/example.org/a"; ``""`` when there is no telling."""
    begun = _SCHEME.match(text)
    rest = (text[begun.end() :] if begun else text.strip().removeprefix("//")).strip()
    if _BARE.fullmatch(rest) is None:
        return ""
    plain = begun is not None and not begun[0].lower().strip().startswith("https")
    return f"{'http' if plain else 'https'}://{rest}"


WEB_ADDRESS = Parsed(web_address, WANTED, ADDRESS, _meant)
