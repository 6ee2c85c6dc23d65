"""A thank-you sells nothing and says something only true of this person: the compiler holds it to that."""

from __future__ import annotations

import datetime
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy
from platinum.policy.content import FACT_OF
from platinum.policy.content_schema import LONGEST_TEXT
from platinum.policy.selling import selling
from platinum.policy.thanks import NAMES

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


SELLING_ENGLISH = """\
your next order is free | your next coffee is on us | buy two, get one free | first month free | get 2 and pay for 1
win a prize | double points
five pounds off | twenty-five euros for you | a hundred dollars | two hundred and fifty pounds | half a euro | just a dollar
ten quid | £5 for you | £50 | 5 € for you | 5€ | EUR 5 | GBP 1,250.00 | 12.50 pounds | $3 | 50p for you | 100 kr | {orders} €
€{orders} | 4.99 | 4,99 each | only 1,299.00 | yours for 9.90 | now 5.00. | 10% off | 10 % for you | 10 percent less
twenty percent | 12.5 per cent | a discount | discounted | your coupon | a voucher | promo code | use promocode X
our offers | a special offer | the offer ends soon | this offer | shop now | buy now | order now | save up to half
half price | half off | 20 off | 2-for-1 | free shipping | free delivery | a free gift | a gift card | bonus points
redeem it | at checkout | the summer sale | off your next order | Black Friday | clearance | use SAVE20 | SAVE20 | 10OFF
Code: DANKE5 | code THANKS | enter THANKYOU below | your code is WELCOME | code: thanks | with code "thanks"
https://shop.example | www.shop.example | shop.example.com/sale | example.de | see Example.COM
visit shop.example.co.uk today | {first_name}.shop | {code} | for {price} | {discount} | {offer} | {offer.price} | {{coupon}}
{{ link }} | {% voucher %} | {gift} | {anything} | {offer:price} | {} | *|MC_OFFER|* | %%deal%% | [[deal]] | S\u200bALE | ５ ％
5\u00a0€ | 20\u202f%"""
SELLING_GERMAN = """\
zwei zum Preis von einem | Versand geht auf uns | der nächste Kaffee ist umsonst | schenken wir dir den Versand
nutze den Code Sommer
fünf Euro Rabatt | fünf Euro | fünfundzwanzig Euro für Sie | ein paar Franken | hundert Euro | einen Euro | zwei Pfund
5 Euro | 5-Euro-Karte | 4,99 | nur 19,90 | 5,- | 20,– | 1.299,00 | ab 4,50 | 20 % | 20% | 5 Prozent | zwanzig Prozent
20-prozentig | 12,5 % | ein Rabatt | Treuerabatt | ein Gutschein | Gutscheincode | Geburtstagsgutschein | unser Angebot
Sonderangebot | jetzt bestellen | Jetzt kaufen | Schnäppchen | versandkostenfrei | kostenlos | gratis | Sonderpreis
Aktionspreis | zum halben Preis | Ermäßigung | Nachlass | Bonuspunkte | Sparen Sie | Sie sparen
lösen Sie ihn ein, einlösbar sofort | Ausverkauf | zwei für eins | 3 für 2 | zum Shop | Sichern Sie sich jetzt | Code: DANKE5
mit DANKE5 | Code DANKE | Der Code lautet DANKE | Geben Sie DANKE ein | Code „danke“ | beispiel.de | laden.example.de/aktion
{rabatt} | {preis} | {gutschein} | {angebot} | {orders} Euro | ein Geschenk, Geschenkkarte"""
ORDINARY_ENGLISH = """\
our paper is free of plastic | you are free to reply | feel free to call | it is on us to say thank you
the 2 of us packed it on 14.03. | you were our 100th customer | 24 hours a day | we offered you tea | priceless | since 2019
your 10th order | 2 years | a lovely order of {last_order_date} | you can rely on us | we went sailing | Dear {first_name}
Dear {title} {last_name} | {salutation} | from {agent_name} | all of us at {shop_name} | {company} | order number {orders}
{orders} orders in {days_since_last} days | on 31.12.2019 | at 9:30 | at 9.30 am | by 2 p.m. | by 2p.m. | a thousand thanks
one of five hundred customers | 1,000 orders | 10,000 parcels | 4.5 stars | in 2 weeks | 3 for breakfast | at half past five
twice in 2024-05 | on 2024-05-01 | 01/05/2024 | from 1.5.2019 to 31.12.19 | 7 days a week | write to hello@example.org
our sales team says hello | we packed your order today | it was a great deal of work | Thanks...we mean it
your offer of help was kind | the team deals with parcels | your basket of apples | hats off to you | we saved you a seat
wholesale | {city} | you are number one | a word of thanks | without you, no shop | we use your feedback | it is on its way
5 stars | rated 4.8 | B2B | the A4 card | we took it off the shelf | our code of conduct | 2 people, 1 table
every hour counts | a percentage of nothing | e.g. today, i.e. now"""
ORDINARY_GERMAN = """\
Ihre Mühe war nicht umsonst
Danke für 3 Jahre | der Preis war Ihr Lob, nicht mehr | Ihre Centrale | seit 2019 | Ihre 10. Bestellung | 24 Stunden
am 14.03. | am 14.03.2024 | um 14.30 Uhr | um 14:30 | tausend Dank | 1.000 Dank | hundert Kunden | 10.000 Bestellungen
seit dem {first_order_date} | Liebe Frau {last_name} | z.B. heute | d.h. immer | u.a. Sie | i.d.R. schnell | Nr. 12
zum zehnten Mal | zwei Jahre | vom 1.5.19 | 4,5 Sterne | 7 Tage die Woche | umsonst war nichts | nicht nur heute
Ihre Mühe hat sich gelohnt | heute haben Sie bestellt | mit Freude gepackt | mit GROSSER Freude | wir sparen Papier
schreiben Sie an hallo@example.org | {salutation} {title} {last_name} | das hat uns gefreut | drei von uns
der fünfte Auftrag | am 1. Mai"""


def texts(listed: str) -> list[str]:
    return [text.strip() for text in listed.strip().replace("\n", " | ").split(" | ")]


def thanks(text: str) -> str:
    return "    words: " + json.dumps(f"Thank you for {{orders}} orders. {text}.") + "\n"


@pytest.mark.parametrize("text", texts(SELLING_ENGLISH) + texts(SELLING_GERMAN))
def test_words_that_sell_are_found_in_english_and_german(text: str) -> None:
    found = problems(thanks(text))

    assert {path for path, _ in found} == {"actions.thanks.words"}
    assert all("never sells" in message for _, message in found)


@pytest.mark.parametrize("text", texts(ORDINARY_ENGLISH) + texts(ORDINARY_GERMAN))
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert problems(thanks(text)) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("20 % for you", "a percentage ('20 %')"),
        ("1,250.00 EUR", "an amount of money ('1,250.00 EUR')"),
        ("twenty five pounds", "an amount of money ('twenty five pounds')"),
        ("see shop.example.com/sale now", "a web address ('shop.example.com/sale')"),
        ("fünf Euro Rabatt", "an amount of money ('fünf Euro') and a word that sells ('Rabatt')"),
    ],
)
def test_what_sells_is_quoted_whole_and_in_one_message(text: str, named: str) -> None:
    ((_, message),) = problems(thanks(text))

    assert named in message


@pytest.mark.parametrize("piece", ["1", "1,", "one and ", "five-", "a.", "{", "%a", " ", "zehn", "ein "])
def test_the_longest_text_is_searched_in_a_moment_whatever_it_repeats(piece: str) -> None:
    began = time.process_time()

    selling((piece * LONGEST_TEXT)[:LONGEST_TEXT])

    assert time.process_time() - began < 1.0


def test_an_unknown_placeholder_is_told_which_ones_there_are() -> None:
    ((_, message),) = problems(thanks("{present}"))

    assert "{present}" in message
    assert all(name in message for name in (*NAMES, *FACT_OF))


@given(
    number=st.integers(0, 99_999).flatmap(lambda n: st.sampled_from([f"{n}", f"{n:,}", f"{n}.{n % 100:02}", f"{n},{n % 100:02}"])),
    unit=st.sampled_from(["€", "EUR", "euros", "Euro", "£", "pounds", "$", "USD", "CHF", "Franken", "%", "percent", "Prozent"]),
    space=st.sampled_from(["", " ", "\u00a0", "\u202f"]),
    around=st.sampled_from([("only ", ""), ("(", ")"), ("nur ", " für Sie"), ("", "."), ("so ", ", yes")]),
)
def test_any_number_with_a_currency_or_percent_sign_sells_and_is_quoted_whole(
    number: str, unit: str, space: str, around: tuple[str, str]
) -> None:
    first, *_ = selling(f"{around[0]}{number}{space}{unit}{around[1]}")

    assert first.endswith(f"({(number + space.replace(space, ' ' if space else '') + unit)!r})")


@given(day=st.dates(), form=st.sampled_from(["%d.%m.%Y", "%d.%m.", "%d.%m.%y", "%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%H:%M", "%d. %B"]))
def test_no_date_or_time_of_day_sells(day: datetime.date, form: str) -> None:
    assert selling(f"Thank you, for what you ordered on {day.strftime(form)} and since {day.year}") == []


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
        ("image: {url: 'https://e.org/IMG1234.jpg?v=2', alt: Our packing table}", False),
        ("image: {url: 'https://e.org/a.png?coupon=1', alt: Our packing table}", True),
        ("link: {url: 'https://e.org/?code=SAVE20', text: Read, commerce: no}", True),
        ("link: {url: 'https://e.org/?CODE=x', text: Read, commerce: no}", True),
        ("link: {url: 'https://e.org/?a=1&voucher_id=x', text: Read, commerce: no}", True),
        ("link: {url: 'https://e.org/?gutschein', text: Read, commerce: no}", True),
        ("link: {url: 'https://e.org/#promo=x', text: Read, commerce: no}", True),
        ("link: {url: 'https://e.org/?%63ode=x', text: Read, commerce: no}", True),
        ("link: {url: 'https://e.org/?c=SAVE20', text: Read, commerce: no}", True),
        ("link: {url: 'https://e.org/go/SAVE20', text: Read, commerce: no}", True),
        ("link: {url: 'https://e.org/story?id=7&for={orders}', text: Read, commerce: no}", False),
    ],
)
def test_blocks_of_a_thank_you_sell_nothing_either(block: str, wrong: bool) -> None:
    found = problems(f"    content:\n      - words: Thanks for {{orders}} orders\n      - {block}\n")

    assert bool(found) == wrong
    assert all("never sells" in message for _, message in found)


@pytest.mark.parametrize("category", ["discount_50", "SALE", "Gutscheine", "gift cards", "ten-euros"])
@pytest.mark.parametrize("fact", ["last_category", "top_category"])
def test_a_category_whose_name_sells_cannot_be_filled_into_a_thank_you(category: str, fact: str) -> None:
    named = ("categories: [candles]", f"categories: [candles, {category}]")
    cites, other = (HEAD.replace(*named) + f'    words: "Thanks for your {{{name}}}."\n' for name in (fact, "orders"))

    with pytest.raises(PolicyInvalid, match=f"may be filled with the category '{category}'"):
        compile_policy(cites.encode())
    compile_policy(other.encode())
