"""Words that sell: amounts, percentages, codes, addresses and the vocabulary of offers, in English and German.

Other languages are held by sign, number and form only. Where a form has two meanings, the one that sells is assumed: a
thank-you can be put in other words, an offer in it cannot be taken back. The one exception is a number such as 14.03,
which is a date when it can be one.
"""

from __future__ import annotations

import re
import unicodedata

_I = re.IGNORECASE
# Repetitions have limits: without them a text of 4,000 digits took 5 s.
_DIGITS = r"\d(?:[\d.,]{0,20}\d)?"
_WORDS_EN = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|half|few|some|several|couple)(?:[\s-]+(?:and|a|of)\b)*[\s-]+)"
)
_WORDS_DE = (
    r"(?:\b(?:ein(?:e[nmrs]?)?|zwei|drei|vier|f(?:ü|ue)nf|sechs|sieben|acht|neun|elf|zw(?:ö|oe)lf|halbe[nmrs]?|paar|einige|mehrere|"
    r"\w*(?:zehn|zig|ßig|hundert|tausend)(?:ein|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zwölf|elf)?)[\s-]+)"
)
_IN_WORDS = rf"\b(?:{_WORDS_EN}{{1,8}}|{_WORDS_DE}|a(?=\s+(?:euro|dollar|quid|fiver|tenner))\s+)"
_SIGN = r"[£€$¥₹₽₺₩₪₫¢]|zł"
_CODE = r"GBP|EUR|USD|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|CNY"
_MONEY = (
    r"euros?|pounds?(?:\s+sterling)?|dollars?|cents?|pence|quid|bucks|francs?|franken|rappen|pfund|yen|rupees?|zloty|kron(?:or|er|en)|"
    r"fivers?|tenners?"
)
_PERCENT = r"(?:%|percent|per\s+cent|pct\b|prozent)\w*"

_AMOUNT = re.compile(
    rf"(?:{_SIGN}|(?<![^\W\d_])(?:{_CODE}|kr\.?))\s?{_DIGITS}"
    rf"|(?:{_DIGITS}[\s-]?|{_IN_WORDS})(?:{_SIGN}|(?:{_CODE}|{_MONEY})(?![^\W\d_]))"
    rf"|{_DIGITS}\s?(?:ct|kr)\b|\d+p\b(?!\.?m)",
    _I,
)
_PERCENTAGE = re.compile(rf"(?:{_DIGITS}[\s-]?|{_IN_WORDS}){_PERCENT}", _I)
# 4.99 and 1.299,00 and 4,-; but neither 14.03. nor 31.12.2019, and no time of day such as 14.30 Uhr.
_DAY = r"(?:0?[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])(?!\d)"
_PRICE = re.compile(
    rf"(?<![\d.,:])(?!{_DAY})\d{{1,9}}(?:[.,]\d{{3}}){{0,4}}(?:[.,]\d\d|[.,][-–—]+)(?![.,]?\d)(?!\s*(?:uhr|h|[ap]\.?m)\b)",
    _I,
)
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+]+://\S+|\bwww\.\S+|(?<![\w@.])(?:[^\W_][\w-]*\.)+(?:[a-z]{2,}|[A-Z]{2,})\b(?:/\S*)?")
# Two ways to know a code: by what stands before it, or by its form (SAVE20, 10OFF).
_CODE_WORD = r"(?=[A-Z0-9_-]*[A-Z])[A-ZÄÖÜ0-9][A-ZÄÖÜ0-9_-]{3,}(?!\w)"
_QUOTE = r"[\"'„“‚‘«»]"
_CODE_TOKEN = re.compile(
    rf"\b(?i:codes?)(?:\s+(?i:is|ist|lautet)\b)?(?:\s*:\s*{_QUOTE}?|\s+{_QUOTE})\w+"
    rf"|\b(?i:code|use|enter|apply|quote|nutzen|verwenden|geben|stichwort)(?:\s+(?i:sie|the|our|your|den|unseren|ihren|code|is|ist|lautet))*"
    rf"(?:\s|:|{_QUOTE})+{_CODE_WORD}"
    r"|\b[A-ZÄÖÜ]{3,}\d{1,4}\b|\b\d{1,3}[A-ZÄÖÜ]{3,}\b"
)
_ENGLISH = re.compile(
    r"\b(?:discount\w*|coupons?|vouchers?|promos?|promo(?:tion\w*|codes?)|sale|bargains?|cashback|rebates?|"
    r"(?:special|exclusive|limited|latest|new|current|best|birthday|welcome|personal|seasonal|our|this|these)\s+offers?|great\s+offers?|"
    r"offers?\s+(?:ends?|expires?|is\s+valid|valid|code)|(?:special|exclusive|latest|best|hot|daily|great|our)\s+deals|"
    r"gift\s+(?:cards?|certificates?)|free\s+(?:gifts?|trial|samples?|of\s+charge|delivery|shipping|postage)|freebies?|for\s+free|"
    r"on\s+the\s+house|(?:bonus|reward|loyalty)\s+points|store\s+credit|(?:buy|shop|order|save|subscribe|upgrade|book)\s+now|"
    r"(?:buy|shop|save)\s+today|save\s+(?:up\s+to|big|money|on)|savings|half[\s-]price|half\s+the\s+price|"
    r"(?:special|sale|reduced|lower|low|best)\s+prices?|price\s+(?:cut|drop|reduction)s?|redeem(?:ed|able|s)?|"
    r"at\s+(?:the\s+)?checkout|add\s+to\s+(?:cart|basket|bag)|black\s+friday|cyber\s+monday|clearance|bogo|buy\s+(?:one|two|three|\d{1,3})|"
    r"(?:is|are|be)\s+(?:on\s+us(?!\s+to\b)|free(?!\s+(?:to|of|from)\b))|first\s+\w+\s+free|(?:get|got)\s+(?:one|two|three|\d{1,3})\s+(?:free|and\s+pay)|"
    r"pay\s+for\s+(?:one|two|\d{1,3})|limited\s+time\s+(?:only|offer)|double\s+points|win\s+a\s+prize|"
    rf"(?:\d{{1,3}}|two|three)[\s-]for[\s-](?:\d{{1,3}}|one|two)|(?:{_DIGITS}|half|percent)\s+off|off\s+everything|"
    r"off\s+(?:your|the|any|every|all|our)\s+(?:\w+\s+)?(?:orders?|purchases?|basket|bill|visit|products?|items?|prices?))\b",
    _I,
)
_GERMAN = re.compile(
    r"\b(?:\w*rabatt\w*|\w*gutschein\w*|coupon\w*|(?:sonder|tages|wochen|aktions|exklusiv|spar)?angebot\w*|(?:preis)?nachl(?:ass|ässe)\w*|"
    r"(?:sonder|spar|aktions|vorteils|best|tiefst|tief|vorzugs|einführungs)preis\w*|halbe[nr]?\s+preis\w*|"
    r"reduzierte[nr]?\s+(?:preis\w*|ware|artikel\w*)|schnäppchen\w*|ausverkauf\w*|schlussverkauf\w*|sonderaktion\w*|ermäßig\w*|"
    r"(?:ist|sind)\s+umsonst|gehe?n?t?\s+auf\s+uns|zum\s+preis\s+von|preise?\s+gesenkt|doppelte\s+punkte|"
    r"schenken\s+wir\s+(?:dir|ihnen|euch)\s+(?:den\s+|die\s+)?(?:versand\w*|porto|lieferung)|(?:den|dem)\s+code\b|"
    r"gratis\w*|kostenlos\w*|kostenfrei\w*|versandkostenfrei\w*|geschenkkarte\w*|(?:bonus|treue|prämien)punkte\w*|"
    r"(?:aktions|promo)code\w*|einlös\w*|sparen\s+sie|sie\s+sparen|du\s+sparst|ersparnis\w*|"
    r"(?:jetzt|gleich|heute)\s+(?:noch\s+)?(?:kaufen|bestellen|sparen|zugreifen|buchen|shoppen|einlösen|sichern)|"
    r"(?:kaufen|bestellen|buchen|shoppen|sichern)\s+sie\s+(?:sich\s+)?(?:jetzt|gleich|heute|noch)|"
    r"(?:\d{1,3}|zwei|drei)\s+für\s+(?:\d{1,3}|eins|zwei)|zum\s+shop)\b",
    _I,
)
#: Names of parameters by which shops take codes; a part of the name is enough.
_SELLING_PARAMETER = re.compile(
    r"[?&;#]([^=&;#]*(?:code|coupon|voucher|promo|discount|offer|deal|sale|redeem|rebate|gift|gutschein|rabatt|aktion|angebot)[^=&;#]*)",
    _I,
)
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_HOST = re.compile(r"^[^/]*//[^/?#]*")
_MERGE_FIELD = re.compile(r"\*\|[^|]*\|\*|%%?\w+%%?(?!\d)|\[\[.*?\]\]|<%.*?%>")
#: What is found → what it is called, in the order in which a message names them.
_FORMS = (
    (_AMOUNT, "an amount of money"),
    (_PERCENTAGE, "a percentage"),
    (_PRICE, "a price"),
    (_CODE_TOKEN, "a code"),
    (_ADDRESS, "a web address"),
    (_ENGLISH, "a word that sells"),
    (_GERMAN, "a word that sells"),
    (_MERGE_FIELD, "a field of another system"),
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def selling(text: str) -> list[str]:
    """What in a text sells, in words: ``an amount of money ('five pounds')``; empty when nothing does.

    Forms are looked for in the text as people see it: wide digits, invisible characters and hard spaces do not hide any.
    An e-mail address is a way to a person and is passed over.
    """
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    seen = _MAIL.sub("@", seen)
    found, taken = [], [False] * len(seen)
    for form, what in _FORMS:
        # "4.99" inside "4.99 EUR" was named already.
        match = next((m for m in form.finditer(seen) if not all(taken[m.start() : m.end()])), None)
        if match is not None:
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
            found.append(f"{what} ({' '.join(match[0].split())!r})")
    return found


def sells_in_address(url: str, *, link: bool = True) -> list[str]:
    """What in a web address sells: words such as the ``sale`` of ``/summer-sale``, parameters such as ``?code=``, codes.

    In the path of what is only shown (``link=False``) nothing is taken for a code: pictures are called IMG1234.
    """
    seen = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), url)
    words = re.sub(r"[\W_]+", " ", seen)
    found = [f"a word that sells ({match[0]!r})" for form in (_ENGLISH, _GERMAN) if (match := form.search(words))]
    page, _, given = seen.partition("?") if "?" in seen else seen.partition("#")
    if match := _SELLING_PARAMETER.search("?" + given):
        found.append(f"a parameter that carries a code or an offer ({match[1]!r})")
    elif match := _CODE_TOKEN.search(re.sub(r"[\W_]+", " ", _HOST.sub("", page) + " " + given if link else given)):
        found.append(f"a code ({match[0]!r})")
    return found


def sells_as_a_name(name: str) -> list[str]:
    """What in the name of a category sells, such as the ``discount`` of ``discount_50``."""
    return selling(name) or selling(re.sub(r"[\W_]+", " ", name))
