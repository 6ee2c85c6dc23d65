"""The schedule of a paced load."""

from __future__ import annotations

import pytest

from platinum.logs.kafka_paced import STEP_S, _step_ends


@pytest.mark.parametrize(("records", "rate"), [(5_000, 5_000), (1_000, 333), (7, 1), (15_001, 15_000)])
def test_every_record_is_due_once_and_at_its_rate(records: int, rate: int) -> None:
    ends = _step_ends(records, rate)

    assert ends[-1] == records
    assert ends == sorted(ends)
    assert all(abs(end - (step + 1) * STEP_S * rate) <= 1 for step, end in enumerate(ends[:-1]))
    assert len(ends) * STEP_S == pytest.approx(records / rate, abs=2 * STEP_S + 1 / rate)
