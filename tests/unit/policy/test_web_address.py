"""Web addresses of links, images and ways to reach a person."""

from __future__ import annotations

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy
from platinum.policy.web_address import WEB_ADDRESS, web_address
from tests.builders.policy_text import a_policy_text

GOOD = """\
https://example.org | http://example.org/ | https://example.org:8443/a/b?c=d&e=f#g | https://laden.example.de/ä | https://bücher.example/a
https://example.org/{last_category}?for={orders} | http://intranet/page | https://example.org?x"""
BAD = """\
not a url | -1 | javascript:alert(1) | data:text/html,x | ftp://example.org | //example.org | example.org | https:// | https:///a
https://a b.org | https://user@example.org | https://{host}/a | https://example.org/a b | https://example.org/<script> | mailto:a@b.org
https://example.org\\\\@evil.example | JAVASCRIPT://example.org"""


@pytest.mark.parametrize("text", [one.strip() for one in GOOD.replace("\n", " | ").split(" | ")])
def test_an_address_of_a_page_is_taken_as_written(text: str) -> None:
    assert web_address(text) == text


@pytest.mark.parametrize("text", [one.strip() for one in BAD.replace("\n", " | ").split(" | ")])
def test_what_leads_to_no_page_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a web address"):
        web_address(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("example.org/a", "https://example.org/a"),
        ("www.example.org", "https://www.example.org"),
        ("//example.org", "https://example.org"),
        ("HTTP://example.org", "http://example.org"),
        ("https:/example.org/a", "https://example.org/a"),
        (" https://example.org ", "https://example.org"),
        ("javascript:alert(1)", ""),
        ("not a url", ""),
        ("-1", ""),
    ],
)
def test_an_address_that_is_nearly_one_is_guessed(text: str, meant: str) -> None:
    assert WEB_ADDRESS.suggest is not None
    assert WEB_ADDRESS.suggest(text) == meant


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('url: "https://example.org/p"', "url: -1", "actions.planner.content[1].link.url"),
        ("- words: Hello.", '- image: {url: "data:x", alt: A hall}', "actions.planner.content[0].image.url"),
        ('phone: "+49 30 1"', "chat: nowhere", "human.chat"),
        ('phone: "+49 30 1"', 'url: "https://x y"', "human.url"),
    ],
)
def test_links_pictures_and_ways_to_reach_a_person_are_held_to_it(old: str, new: str, path: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        compile_policy(a_policy_text((old, new)).encode())

    assert [p.path for p in caught.value.problems] == [path]
