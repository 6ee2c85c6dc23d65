"""The reference page about words: how they are written, what fills them, and what a thank-you may not say."""

from __future__ import annotations

from collections.abc import Iterable

from platinum.policy.content import ENDS, FACT_OF
from platinum.policy.content_schema import BLOCK, IMAGE, LINK, PRODUCTS
from platinum.policy.published import key_table
from platinum.policy.thanks import NAMES

_FROM_CODE = "This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_WORDS = f"""`words` is one text; or a text per tone, `{{warm: ..., formal: ...}}`; or per language, `{{en: ..., de: ...}}`; or per
language and tone, `{{de: {{warm: ...}}}}`. What is not said about language or tone means the first language and the
default tone. `content` holds lists of blocks in the same forms. An action without words in a customer's language is
not for that customer; an action without any words leaves them to the channel. Every tone of a language states the same facts:
numbers, places for the offer and its terms, links, products. A block may say which `part` it is, and is laid out as the person likes it:
[tone and presentation](../explanation/tone.md).

Placeholders in braces are filled when the engine knows them, and otherwise left and listed in the decision:
{_code(FACT_OF)} from the customer's profile, `{ENDS}` from the terms, and everything that stands under `offer`, such
as `code` and `price`. An action that cites the profile is only for customers whose profile has it: nobody reads "your
order of" with nothing behind it.

The address of a link or picture is a whole one: `https://` or `http://`, a host, and what follows. Placeholders may stand behind
the host."""

_THANKS = f"""An action of type `thank_you` sells nothing and could have been said to nobody else. The compiler holds it to that: no
`offer`, `terms` or `value`; no product block; no link unless it says `commerce: no`; and in every language and tone at
least one of {_code(FACT_OF)}. It is due when the gratitude that a customer has earned (`thank.for`) reaches
`thank.threshold`, and around it no promotion is sent (`thank.quiet_before`, `thank.quiet_after`). Quotas, those who are held out, and
what became of thanks: [Thanks](thanks.md).

The threshold is not the same for everybody: it is multiplied by a number from 1 to 1.5, drawn by a hash for each person anew after
each thank-you. Thanks that come with every third order are a loyalty card. Points fade as well (`thank.half_life`), so with
`threshold: 3`, one point per order and an order a week, the thanks come with the fourth, fifth or sixth order. Who wants them
earlier says a lower threshold.

No text of it may hold, in English or German: an amount of money, in figures or in words ("five pounds"); a number with
the form of a price (4.99, 4,99; 14.03 is taken for a date, as every number is that can be one); a percentage; a code
(`SAVE20`, `Code: DANKE`); a web address, with or without `https://`; or words that sell ("discount", "Rabatt", "our
offers"). A link or picture may have none of it in its address either: no such word, no parameter that is called `code`, `coupon`,
`voucher`, `promo`, `discount`, `gutschein`, `rabatt` or the like, and no code as the value of another one. A thank-you that cites
`last_category` or `top_category` is refused while a category of the policy has a name that sells (`discount_50`, `sale`): its name
could come to stand there. Dates, times of day, counts ("your 10th order", "24 hours") and e-mail addresses are welcome.

Placeholders are those facts and the names of those who are thanked and who thank: {_code(NAMES)}. Any other is a
mistake here: what a channel would fill into it nobody can know, so it could be an offer."""


def words_page() -> str:
    """Contents of ``docs/reference/words.md``."""
    parts = ["# Words", "", _FROM_CODE, "", "## Words and content", "", _WORDS, ""]
    for title, block in (("A block", BLOCK), ("`image`", IMAGE), ("`link`", LINK), ("`products`", PRODUCTS)):
        parts += [f"### {title}", "", *key_table(block), ""]
    return "\n".join([*parts, "## Thank-yous", "", _THANKS]) + "\n"
