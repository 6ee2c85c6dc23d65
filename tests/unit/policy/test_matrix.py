"""The gate matrix: what the law and our debts demand is not rationed, what sells is stopped by everything."""

from __future__ import annotations

import numpy as np

from platinum.policy.matrix import CELLS, QUESTIONS, matrix
from platinum.vocabulary.codes import N_GATES, N_LANES, Gate, Lane


def test_every_cell_is_decided_and_has_a_reason() -> None:
    assert set(CELLS) == {(gate, lane) for gate in Gate for lane in Lane}
    assert all(reason for _, reason in CELLS.values())
    assert set(QUESTIONS) == set(Gate)
    assert matrix().shape == (N_GATES, N_LANES)


def test_a_recall_is_stopped_by_nothing_but_its_own_conditions_and_a_ground() -> None:
    assert set(np.flatnonzero(matrix()[:, Lane.LEGAL])) == {Gate.CONSENT, Gate.ELIGIBILITY}


def test_what_we_owe_is_not_stopped_by_caps_quarantine_budget_or_ramp() -> None:
    owed = matrix()[:, Lane.OWED]

    assert not owed[[Gate.CAP, Gate.QUARANTINE, Gate.BUDGET, Gate.TERMS, Gate.RAMP]].any()
    assert owed[[Gate.CONSENT, Gate.PREFERENCE, Gate.QUIET_HOURS]].all()


def test_what_sells_passes_every_gate_and_silence_none() -> None:
    assert matrix()[:, Lane.GROWTH].all()
    assert not matrix()[:, Lane.SILENCE].any()
