"""Tables and lists of the page. Everything that comes from a file is escaped: a campaign's title is no markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """A table with a caption; ``numbers`` are the columns set to the right. ``""`` without rows."""
    body = [_row(row, "td", numbers) for row in rows]
    if not body:
        return ""
    head = "".join(f'<th scope="col"{_number(i, numbers)}>{escape(one)}</th>' for i, one in enumerate(heads))
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _row(cells: Sequence[str], tag: str, numbers: Sequence[int]) -> str:
    return "<tr>" + "".join(f"<{tag}{_number(i, numbers)}>{escape(cell)}</{tag}>" for i, cell in enumerate(cells)) + "</tr>"


def _number(column: int, numbers: Sequence[int]) -> str:
    return ' class="n"' if column in numbers else ""


def fold(title: str, inside: str) -> str:
    """Something to be opened; nothing when there is nothing in it."""
    return f"<details><summary>{escape(title)}</summary>{inside}</details>" if inside else ""


def paragraph(text: str, soft: bool = False) -> str:
    """One paragraph."""
    return f"<p{' class=soft' if soft else ''}>{escape(text)}</p>"
