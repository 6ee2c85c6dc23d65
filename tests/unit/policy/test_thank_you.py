"""A thank-you sells nothing and says something only true of this person: the compiler holds it to that."""

from __future__ import annotations

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy

HEAD = """\
policy: p
currency: EUR
timezone: UTC
human: {phone: "1"}
languages: [en, de]
categories: [candles]
channels: {email: outbound}
caps: [2 per 7d]
tones: {warm: {responsive: 1}, formal: {formality: 1}}
decide_on: [order_completed]
actions:
  thanks:
    type: thank_you
    channels: [email]
"""
GOOD = """\
    words:
      warm: "Thank you for your {last_category} order, {first_name}."
      de: {warm: "Danke für Ihre Bestellung vom {last_order_date}."}
"""
TERMS = "    terms: {total_cost: a, ends: 14d, cancel: b, data_use: none}\n"


def problems(*lines: str) -> list[tuple[str, str]]:
    try:
        compile_policy((HEAD + "".join(lines)).encode())
    except PolicyInvalid as invalid:
        return [(p.path, p.message) for p in invalid.problems]
    return []


def test_a_thank_you_that_cites_the_customer_and_sells_nothing_is_one() -> None:
    assert problems(GOOD) == []
    assert problems(GOOD, "    cost: 1.10\n    min_interval: 90d\n    when: {orders: {at_least: 2}}\n") == []


@pytest.mark.parametrize(
    "line", ["    offer: {code: X}\n", "    offer: {discount: 5}\n", "    offer: {price: 5}\n", TERMS, "    value: 3\n"]
)
def test_offer_price_terms_and_value_do_not_belong_to_a_thank_you(line: str) -> None:
    key = line.split(":", maxsplit=1)[0].strip()

    found = problems(GOOD, line)

    assert [(path, "never sells" in message) for path, message in found] == [(f"actions.thanks.{key}", True)]


SELLING = """\
now 10% off | 10 % for you | 10 percent less | zehn plus 5 Prozent | a discount | discounted | your coupon | a voucher | promo code
use promocode X | our offers | shop now | buy now | £5 for you | 5 € for you | 5€ | EUR 5 | 5 Euro | 12.50 pounds | $3 | ein Rabatt
ein Gutschein | Gutscheincode | unser Angebot | jetzt bestellen | Jetzt kaufen | Schnäppchen | versandkostenfrei | free shipping
half price | https://shop.example | www.shop.example | {code} | for {price} | {discount}"""
ORDINARY = """\
the 2 of us packed it on 14.03. | you were our 100th customer | 24 hours a day | we offered you tea | Danke für 3 Jahre | priceless
der Preis war Ihr Lob, nicht mehr | a lovely order of {last_order_date} | Ihre Centrale | you can rely on us | we went sailing"""


def texts(listed: str) -> list[str]:
    return [text.strip() for text in listed.replace("\n", " | ").split(" | ")]


@pytest.mark.parametrize("text", texts(SELLING))
def test_words_that_sell_are_found_in_english_and_german(text: str) -> None:
    found = problems(f'    words: "Thank you for {{orders}} orders. {text}."\n')

    assert [path for path, _ in found] == ["actions.thanks.words"]
    assert "never sells" in found[0][1]


@pytest.mark.parametrize("text", texts(ORDINARY))
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert problems(f'    words: "Thank you for {{orders}} orders. {text}."\n') == []


def test_every_language_and_tone_must_cite_a_fact() -> None:
    found = problems('    words: {en: {warm: "Thanks for {orders} orders.", formal: "Thank you, {title}."}, de: "Danke, {first_name}."}\n')

    assert {path for path, message in found if "must cite a fact" in message} == {
        "actions.thanks.words.de",
        "actions.thanks.words.en.formal",
    }


def test_a_thank_you_without_words_says_nothing() -> None:
    assert [message for _, message in problems()] == ["lacks 'words': a thank-you says something"]


@pytest.mark.parametrize(
    ("block", "wrong"),
    [
        ("link: {url: 'https://e.org/a', text: Read, commerce: no}", False),
        ("link: {url: 'https://e.org/a', text: Read}", True),
        ("link: {url: 'https://e.org/a', text: Shop now, commerce: no}", True),
        ("products: {category: candles}", True),
        ("image: {url: 'https://e.org/a.png', alt: Our packing table}", False),
        ("image: {url: 'https://e.org/a.png', alt: A voucher}", True),
    ],
)
def test_blocks_of_a_thank_you_sell_nothing_either(block: str, wrong: bool) -> None:
    found = problems(f"    content:\n      - words: Thanks for {{orders}} orders\n      - {block}\n")

    assert bool(found) == wrong
    assert all("never sells" in message for _, message in found)
