"""The demo on a screen: redrawn on a terminal, one plain line now and then elsewhere."""

from __future__ import annotations

import threading
import time
from collections import Counter

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from platinum.ops.demo.stats import DemoStats, Snapshot
from platinum.ops.demo.summary import summary_lines

_REDRAW_S = 0.25
_PLAIN_S = 5.0
_ROWS = 6


def run_view(stats: DemoStats, seconds: float, ended: threading.Event | None = None, console: Console | None = None) -> None:
    """Show ``stats`` for ``seconds`` or until ``ended`` is set, then print the summary; blocks.

    Parameters
    ----------
    ended : threading.Event, optional
        Set by the engine's side when it stops early.
    """
    screen = console or Console()
    over = ended or threading.Event()
    begun = time.monotonic()
    if screen.is_terminal:
        _live(stats, begun, seconds, over, screen)
    else:
        _plain(stats, begun, seconds, over, screen)
    screen.print()
    for line in summary_lines(stats.snapshot(), time.monotonic() - begun):
        screen.print(Text(line), soft_wrap=True)


def _live(stats: DemoStats, begun: float, seconds: float, over: threading.Event, screen: Console) -> None:
    rate = _Rate()
    with Live(console=screen, auto_refresh=False, transient=True) as live:
        while (passed := time.monotonic() - begun) < seconds and not over.is_set():
            shown = stats.snapshot()
            live.update(picture(shown, seconds - passed, rate.per_s(shown.events, passed)), refresh=True)
            over.wait(_REDRAW_S)
    for panel in _stories(stats.snapshot()):
        screen.print(panel)


def _plain(stats: DemoStats, begun: float, seconds: float, over: threading.Event, screen: Console) -> None:
    told: Counter[str] = Counter()
    rate = _Rate()
    while (passed := time.monotonic() - begun) < seconds and not over.is_set():
        over.wait(min(_PLAIN_S, seconds - passed))
        shown = stats.snapshot()
        lanes = ", ".join(f"{name} {count:,}" for name, count in shown.lanes.most_common())
        per_s = rate.per_s(shown.events, time.monotonic() - begun)
        screen.print(
            Text(f"{_date(shown)}  {shown.events:,} events ({per_s:,.0f}/s), {shown.decisions:,} decisions: {lanes}"), soft_wrap=True
        )
        for story in shown.stories:
            for sentence in story.sentences:
                line = f"  {story.who}: {sentence}"
                told[line] += 1
                if told[line] == 1:
                    screen.print(Text(line), soft_wrap=True)


class _Rate:
    """Events per second since the last look, smoothed."""

    def __init__(self) -> None:
        self._events, self._at, self._rate = 0, 0.0, 0.0

    def per_s(self, events: int, at_s: float) -> float:
        """Take in the count at ``at_s``; the smoothed rate."""
        if at_s > self._at:
            now = (events - self._events) / (at_s - self._at)
            self._rate = now if self._rate == 0.0 else 0.7 * self._rate + 0.3 * now
            self._events, self._at = events, at_s
        return self._rate


def picture(shown: Snapshot, left_s: float, per_s: float) -> RenderableType:
    """The whole screen at one moment."""
    head = Text.assemble(
        ("platinum demo  ", "bold"),
        f"{_date(shown)}   {shown.people:,} people   {shown.events:,} events ({per_s:,.0f}/s)   ",
        f"{shown.decisions:,} decisions   {left_s:.0f} s left",
    )
    tables = Table.grid(padding=(0, 4), expand=False)
    tables.add_row(_counts("lane", shown.lanes), _counts("channel", shown.channels), _counts("action", shown.actions))
    return Group(head, Text(), tables, Text(), *_stories(shown))


def _counts(title: str, counter: Counter[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_header=False, box=None, padding=(0, 1))
    table.add_column(min_width=12)
    table.add_column(justify="right", min_width=6)
    most = counter.most_common(_ROWS)
    for name, count in most:
        table.add_row(name.replace("_", " "), f"{count:,}")
    for _ in range(_ROWS - len(most)):  # the screen does not jump while rows appear
        table.add_row("", "")
    return table


def _stories(shown: Snapshot) -> list[Panel]:
    return [
        Panel(Text("\n".join(story.sentences), overflow="ellipsis", no_wrap=True), title=f"{story.who}: {story.role}", title_align="left")
        for story in shown.stories
    ]


def _date(shown: Snapshot) -> str:
    return shown.until[:16].replace("T", " ") or "nothing yet"
