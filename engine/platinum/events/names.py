"""Names to the 32-bit hashes that columns hold, remembered: a shop has few categories and says them often."""

from __future__ import annotations

import re
from struct import Struct

from platinum.hashing import name_hash

#: Beyond this many remembered names the memory starts anew; senders choose names, so it must be bounded.
_MAX_REMEMBERED = 65_536
_SUBTAG = re.compile(r"([A-Za-z]{2,8})(?:[-_].*)?", re.DOTALL)
_COUNTRY = re.compile(r"[A-Za-z]{2}")


class Names(dict[str | None, int]):
    """Text → ``name_hash``; ``None`` and ``""`` → 0."""

    def __init__(self) -> None:
        super().__init__({None: 0, "": 0})

    def __missing__(self, text: str) -> int:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
            self.update({None: 0, "": 0})
        hashed = self.hash(text)
        self[text] = hashed
        return hashed

    def hash(self, text: str) -> int:
        """What is stored for ``text``."""
        return name_hash(text)


class Folded(Names):
    """Name → hash of it in lower case, as policies write channels and action types."""

    def hash(self, text: str) -> int:
        """What is stored for a name."""
        return name_hash(text.lower())


class Languages(Names):
    """Locale or language tag → hash of its primary subtag in lower case: ``en-GB`` → ``en``; 0 when it has none."""

    def hash(self, text: str) -> int:
        """What is stored for a locale."""
        match = _SUBTAG.fullmatch(text)
        return name_hash(match[1].lower()) if match else 0


class Countries(Names):
    """ISO 3166 code → hash of it in upper case; a country's name → 0."""

    def hash(self, text: str) -> int:
        """What is stored for a country."""
        return name_hash(text.upper()) if _COUNTRY.fullmatch(text) else 0


NAMES = Names()
FOLDED = Folded()
LANGUAGES = Languages()
COUNTRIES = Countries()

#: (channel, locale, time zone, country) of a context, as sent.
Place = tuple[str | None, str | None, str | None, str | None]

#: EVENT's channel, language, timezone and country.
PLACE_FORM = Struct("<IIII")


class Places(dict[Place, bytes]):
    """Context → its four columns, packed: one lookup for what most events of a source share."""

    def __missing__(self, place: Place) -> bytes:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        channel, locale, timezone, country = place
        packed = PLACE_FORM.pack(NAMES[channel], LANGUAGES[locale], NAMES[timezone], COUNTRIES[country])
        self[place] = packed
        return packed


PLACES = Places()
