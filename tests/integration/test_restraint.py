"""Silence is chosen where it does better, and nobody's reward suffers while that is learned: the proofs of restraint, in small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.proof.beside_vw import ABSENT, main, opened
from tests.proof.beside_vw import play as play_beside
from tests.proof.leaves_alone import dogs
from tests.proof.mail_test import customers, fixed, play


@pytest.mark.slow
def test_sleeping_dogs_are_left_alone_and_the_others_are_not() -> None:
    found = dogs(people=300, weeks=14, more_weeks=2, seed=1)

    assert found["decisions"] == 300 * 16
    assert found["dogs_left_alone"] >= 0.6
    assert found["others_left_alone"] <= found["dogs_left_alone"] - 0.3
    assert found["mean"] >= max(found["never"], found["always"])


@pytest.mark.slow
def test_of_two_emails_and_none_the_better_one_is_sent_ever_oftener(data_dir: Path) -> None:
    every = customers(data_dir)

    found = play(every[:10_000], 0.0, seed=2)
    late = found.actions[-len(found.actions) // 3 :]

    assert np.mean(found.visits) > fixed(every, 0.0)["uniform"]
    assert late.count("mens-mail") / len(late) > 0.6
    assert late.count(None) / len(late) < 0.1


@pytest.mark.slow
def test_beside_vowpal_wabbit_both_are_measured(data_dir: Path) -> None:
    workspace = opened("")
    if workspace is None:
        pytest.skip(ABSENT)

    found = play_beside(data_dir, 20, workspace)

    assert found["decisions"] > 300
    assert 0.0 < found["mean"] < 0.2
    assert min(found["examples_per_s"], found["examples_per_s_platinum"]) > 0.0


def test_without_vowpal_wabbit_the_comparison_says_that_it_was_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "vowpalwabbit", None)

    assert main(["--json"]) == 0
    assert ABSENT in capsys.readouterr().out
