"""What peers say about themselves: counted behind the warm-up, once, and never more than was done."""

from __future__ import annotations

import json
import time

import pytest

from load_tests.tally import Tally


def test_the_figures_are_of_the_events_behind_the_warm_up(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally(warm_up=3, events=4)

    ended = [tally.count(1, decisions=i % 2) for i in range(7)]

    figures = json.loads(capsys.readouterr().out)
    assert ended == [False] * 6 + [True]
    assert (figures["events"], figures["decisions"], figures["decided_share"]) == (4, 2, 0.5)


def test_a_batch_that_ends_the_warm_up_is_not_measured(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally(warm_up=3, events=4)

    tally.count(5, decisions=5)
    tally.count(2, decisions=1)

    assert json.loads(capsys.readouterr().out)["events"] == 2


def test_cpu_time_is_the_processs_own_and_the_warm_up_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally(warm_up=1, events=2)
    _burn(0.2)
    tally.count(1, 0)
    _burn(0.1)
    tally.count(2, 0)

    figures = json.loads(capsys.readouterr().out)
    assert 0.05e6 <= figures["cpu_us_per_event"] < 0.09e6
    assert figures["wall_s"] >= 0.1


def _burn(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
