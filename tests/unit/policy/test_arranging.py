"""Content is laid out as it is wished, and states the same facts in every tone and presentation."""

from __future__ import annotations

from itertools import product

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy.arranging import PRESENTATIONS, arranged, unpack_presentation
from platinum.policy.compile import compile_policy
from platinum.policy.facts import facts_hash, facts_in
from platinum.policy.policy import Block
from platinum.policy.tables import HAS_DETAIL, HAS_NEXT, HAS_SIDES
from tests.reference.emit import laid_out, wishes

SHOP = """
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
channels: {web: inbound}
tones: {warm: {responsive: 0.8}, formal: {formality: 0.9}}
actions:
  saver:
    type: offer
    channels: [web]
    value: 2
    offer: {price: 4.99}
    terms: {total_cost: "4.99", ends: 14d, cancel: "any time", data_use: none}
    CONTENT
"""


def a_block(part: str, text: str = "") -> Block:
    return Block("words", {"text": text or part}, (), part)


def mistakes(content: str) -> list[str]:
    try:
        compile_policy(SHOP.replace("CONTENT", content).encode())
    except PolicyInvalid as invalid:
        return [problem.message for problem in invalid.problems]
    return []


@pytest.mark.parametrize("packed", range(PRESENTATIONS))
def test_every_presentation_is_that_of_the_slow_twin(packed: int) -> None:
    wish = unpack_presentation(packed)
    blocks = [a_block(part, f"{part} {i}") for i, part in enumerate(["", "next", "", "people", "facts", "detail", "facts", ""])]

    assert list(arranged(blocks, wish)) == list(laid_out(blocks, wishes(packed)))
    assert {"detail": wish.detail, "order": wish.order, "pace": wish.pace, "stated": list(wish.stated)} == wishes(packed)


def test_people_who_differ_only_in_presentation_get_other_orders_and_counts_and_the_same_facts() -> None:
    texts = {"people": "Ada packs it.", "facts": "It costs 4.99 until 3 May.", "detail": "By hand.", "next": "Reply yes."}
    blocks = [a_block(part, text) for part, text in texts.items()]
    every = [arranged(blocks, unpack_presentation(packed)) for packed in range(PRESENTATIONS)]

    assert len({tuple(block.part for block in one) for one in every}) == 9
    assert {len(one) for one in every} == {3, 4}
    assert len({facts_hash([block for block in one if block.part != "detail"], [], {}) for one in every}) == 1


@pytest.mark.parametrize(
    ("parts", "bits"),
    [
        (("facts", "people", "detail", "next"), HAS_DETAIL | HAS_SIDES | HAS_NEXT),
        (("facts",), 0),
        (("next", "next"), 0),
        (("facts", "detail"), HAS_DETAIL),
        (("", ""), 0),
    ],
)
def test_only_what_a_content_has_parts_for_is_decided(parts: tuple[str, ...], bits: int) -> None:
    content = "content: [{}]".format(", ".join(f'{{words: "w{i}", part: {p}}}' if p else f'{{words: "w{i}"}}' for i, p in enumerate(parts)))
    content = content.replace("w0", "a").replace("w1", "b").replace("w2", "c").replace("w3", "d")

    assert compile_policy(SHOP.replace("CONTENT", content).encode()).tables.actions[0]["presents"] == bits


def test_facts_are_numbers_places_for_the_offer_links_and_products() -> None:
    words = Block("words", {"text": "10 % off for {first_name}, {price} until {ends}, order of {last_order_date}, 3 a day"},
                  ("first_name", "price", "ends", "last_order_date"))  # fmt: skip
    link = Block("link", {"url": "https://a.example/x", "text": "Look", "commerce": True})

    assert facts_in([words, link], ["price", "ends"]) == {"10%", "3", "{price}", "{ends}", "link https://a.example/x"}


@pytest.mark.parametrize(
    ("warm", "formal", "odd"),
    [
        ("Only 5 left!", "Only 6 left.", "5"),
        ("It is {price}.", "It has a price.", "{price}"),
        ("15 % off.", "15% off.", ""),
        ("Yours until {ends}.", "It ends on {ends}.", ""),
        ("Dear {first_name}, your {last_category} order.", "Your order of {last_order_date}.", ""),
    ],
)
def test_a_tone_may_change_words_and_no_fact(warm: str, formal: str, odd: str) -> None:
    found = mistakes(f'words: {{warm: "{warm}", formal: "{formal}"}}')

    assert bool(found) == bool(odd)
    assert all(odd in one and "other facts" in one for one in found)


def test_what_is_left_out_for_some_is_not_the_only_place_of_a_fact() -> None:
    found = mistakes('content: [{words: "A saver.", part: facts}, {words: "It is {price}.", part: detail}]')

    assert len(found) == 1
    assert "'detail'" in found[0]
    assert mistakes('content: [{words: "It is {price}.", part: facts}, {words: "{price}, by hand.", part: detail}]') == []


@pytest.mark.parametrize("block", ["{part: facts}", '{words: "a", link: {url: "https://a.example", text: b}, part: facts}'])
def test_a_part_is_said_beside_exactly_one_block(block: str) -> None:
    assert any("exactly one of" in one for one in mistakes(f"content: [{block}]"))


def test_an_unknown_part_names_the_nearest() -> None:
    with pytest.raises(PolicyInvalid) as invalid:
        compile_policy(SHOP.replace("CONTENT", 'content: [{words: "a", part: fact}]').encode())

    assert [problem.suggestion for problem in invalid.value.problems] == ["facts"]


def test_the_twin_knows_every_presentation() -> None:
    assert len({tuple(map(str, wishes(packed).values())) for packed in range(PRESENTATIONS)}) == len(list(product(range(5), repeat=3)))
