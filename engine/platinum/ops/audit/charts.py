"""Charts of a report as inline SVG: each has a title and a description that say in words what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_ROW = 30
_LABEL = 210
_BAR = 380
_WIDTH = 760


class Bar(NamedTuple):
    """One bar: ``value`` of ``of``; ``words`` stand behind it."""

    label: str
    value: float
    of: float
    words: str


class Interval(NamedTuple):
    """One estimate with its interval."""

    label: str
    mean: float
    low: float
    high: float
    words: str


def bars(name: str, title: str, told: str, rows: Sequence[Bar]) -> str:
    """Horizontal bars on one scale."""
    most = max((row.value for row in rows), default=0.0) or 1.0
    parts = []
    for i, row in enumerate(rows):
        y, width = i * _ROW + 6, max(row.value / most * _BAR, 1.5 if row.value else 0.0)
        parts.append(_text(_LABEL - 10, y + 14, row.label, "label end"))
        parts.append(f'<rect class="bar" x="{_LABEL}" y="{y}" width="{width:.1f}" height="19" rx="3"/>')
        parts.append(_text(_LABEL + width + 8, y + 14, row.words, "value"))
    return _svg(name, title, told, _WIDTH, len(rows) * _ROW + 8, parts)


def columns(name: str, title: str, told: str, labels: Sequence[str], values: Sequence[int], of: Sequence[int]) -> str:
    """One column per month: what went wrong, before the pale column of how often it could have."""
    width, height, base = 360, 120, 96
    most = max(of, default=0) or 1
    step = width / max(len(labels), 1)
    parts = [f'<line class="axis" x1="0" y1="{base}" x2="{width}" y2="{base}"/>']
    for i, (label, value, every) in enumerate(zip(labels, values, of, strict=True)):
        x, bar = i * step + step * 0.15, step * 0.7
        for kind, number in (("pale", every), ("bar", value)):
            h = number / most * (base - 8)
            parts.append(f'<rect class="{kind}" x="{x:.1f}" y="{base - h:.1f}" width="{bar:.1f}" height="{h:.1f}"/>')
        hint = escape(f"{label}: {value:,} of {every:,}")
        parts.append(f'<rect class="hit" x="{i * step:.1f}" y="0" width="{step:.1f}" height="{base}"><title>{hint}</title></rect>')
    if labels:
        parts += [_text(0, height - 8, labels[0], "label"), _text(width, height - 8, labels[-1], "label end")]
    return _svg(name, title, told, width, height, parts)


def intervals(name: str, title: str, told: str, rows: Sequence[Interval]) -> str:
    """Estimates and their intervals around zero."""
    low, high = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
    scale = _BAR / ((high - low) or 1.0)
    zero = _LABEL - low * scale
    bottom = len(rows) * _ROW + 4
    parts = [f'<line class="axis" x1="{zero:.1f}" y1="0" x2="{zero:.1f}" y2="{bottom}"/>', _text(zero, bottom + 16, "0", "label middle")]
    for i, row in enumerate(rows):
        y = i * _ROW + 16
        x1, x2, x = (_LABEL + (value - low) * scale for value in (row.low, row.high, row.mean))
        sure = "sure" if row.low > 0 or row.high < 0 else "chance"
        parts.append(_text(_LABEL - 10, y + 4, row.label, "label end"))
        parts.append(f'<line class="whisker {sure}" x1="{x1:.1f}" y1="{y}" x2="{x2:.1f}" y2="{y}"/>')
        parts.append(f'<circle class="dot {sure}" cx="{x:.1f}" cy="{y}" r="5"/>')
        parts.append(_text(_LABEL + _BAR + 14, y + 4, row.words, "value"))
    return _svg(name, title, told, _WIDTH, bottom + 24, parts)


def _text(x: float, y: float, text: str, of: str) -> str:
    return f'<text class="{of}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _svg(name: str, title: str, told: str, width: int, height: int, parts: Sequence[str]) -> str:
    head = f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-t {name}-d" style="max-width:{width}px">'
    about = f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(told)}</desc>'
    return f"{head}{about}{''.join(parts)}</svg>"
