"""The page needs nothing from elsewhere, says its charts in words, and takes nothing in a file for markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from platinum.ops.audit.page import page
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.run import audit
from platinum.ops.audit.terminal import lines
from platinum.vocabulary.limits import LAST_MS
from tests.builders.audit_exports import Book, days
from tests.builders.audit_shop import a_shop

VOID = {"meta", "br"}


class _Strict(HTMLParser):
    """Fails on tags that do not nest, and collects what could load something."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _parsed(book: Book, folder: Path) -> tuple[str, _Strict]:
    done = audit(list(book.write(folder).values()), [], Rules(), LAST_MS, lambda _: None)
    written, parser = page(done.summary), _Strict()
    parser.feed(written)
    assert parser.open == []
    return written, parser


@pytest.fixture
def shop() -> Book:
    return a_shop(60)


def test_nothing_is_loaded_from_elsewhere(shop: Book, tmp_path: Path) -> None:
    written, parser = _parsed(shop, tmp_path)

    assert not {tag for tag, _ in parser.seen} & {"script", "link", "img", "iframe", "object", "use", "image", "base", "form"}
    assert not [attributes for _, attributes in parser.seen if {"src", "href", "xlink:href", "action"} & attributes.keys()]
    assert not re.search(r"url\(|@import|https?://", written)


def test_every_chart_has_a_title_and_a_description(shop: Book, tmp_path: Path) -> None:
    _, parser = _parsed(shop, tmp_path)
    charts = [attributes for tag, attributes in parser.seen if tag == "svg"]
    ids = [attributes["id"] for _, attributes in parser.seen if "id" in attributes]

    assert len(charts) >= 8
    assert len(ids) == len(set(ids))
    assert all(chart["role"] == "img" and set((chart["aria-labelledby"] or "").split()) <= set(ids) for chart in charts)


def test_text_from_files_is_never_markup(tmp_path: Path) -> None:
    book, at = Book(), datetime(2026, 1, 5, 9, tzinfo=UTC)
    for i in range(5):
        book.send("<script>alert(1)</script>@x.example", at + days(i), title='"><img src=x onerror=alert(1)>')
    _, parser = _parsed(book, tmp_path)

    assert not {tag for tag, _ in parser.seen} & {"script", "img"}


def test_a_terminal_gets_no_control_characters_from_files(tmp_path: Path) -> None:
    book, at = Book(), datetime(2026, 1, 5, 9, tzinfo=UTC)
    for i in range(5):
        book.send("a\x1b[31mda@x.example", at + days(i), title="S\x1b]0;pring\x07")
    done = audit(list(book.write(tmp_path).values()), [], Rules(), LAST_MS, lambda _: None)

    assert all(line.isprintable() for line in lines(done.summary))
