from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from platinum.emit.write import civil, put_day, put_instant, put_integer, put_number, put_text
from platinum.jit import kernel

EPOCH = date(1970, 1, 1).toordinal()


@kernel
def write_number(out: NDArray[np.uint8], x: float) -> int:
    return put_number(out, 0, x)


@kernel
def write_integer(out: NDArray[np.uint8], x: int) -> int:
    return put_integer(out, 0, x)


@kernel
def write_instant(out: NDArray[np.uint8], ms: int) -> int:
    return put_instant(out, 0, ms)


@kernel
def write_text(out: NDArray[np.uint8], text: NDArray[np.uint8]) -> int:
    return put_text(out, 0, text, 0, text.shape[0])


@kernel
def write_day(out: NDArray[np.uint8], day: int) -> int:
    civil(day)
    return put_day(out, 0, day)


def number(x: float) -> str:
    out = np.zeros(64, np.uint8)
    return out[: write_number(out, x)].tobytes().decode()


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1.0, "-1"),
        (0.1, "0.1"),
        (0.0512345678, "0.0512346"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (-0.000012345678, "-1.23457e-05"),
        (123456.0, "123456"),
        (999999.5, "1e+06"),
        (1234567.0, "1.23457e+06"),
        (100.0, "100"),
        (120.5, "120.5"),
        (1e-120, "1e-120"),
        (1e300, "1e+300"),
        (1e-310, "0"),
    ],
)
def test_numbers_look_as_in_c(x: float, text: str) -> None:
    assert number(x) == text


@given(st.floats(1e-290, 1e290), st.booleans())
def test_numbers_are_those_of_c_unless_beside_a_tie(x: float, negative: bool) -> None:
    seventh_on = f"{x:.16e}"[7:18]
    assume(not "49999999" <= seventh_on[:8] <= "50000001")

    assert number(-x if negative else x) == f"{-x if negative else x:.6g}"


@given(st.integers(0, 2**62))
def test_integers_are_decimal(x: int) -> None:
    out = np.zeros(64, np.uint8)

    assert out[: write_integer(out, x)].tobytes().decode() == str(x)


@given(st.integers(0, 253_402_300_799_999))
def test_instants_are_rfc_3339(ms: int) -> None:
    out = np.zeros(64, np.uint8)

    written = out[: write_instant(out, ms)].tobytes().decode()

    second = datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    assert written == f'"{second}.{ms % 1000:03d}Z"'


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_days_are_those_of_the_calendar(day: date) -> None:
    out = np.zeros(64, np.uint8)

    assert out[: write_day(out, day.toordinal() - EPOCH)].tobytes().decode() == day.isoformat()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_text_survives_json_and_cannot_end_a_script_element(text: str) -> None:
    out = np.zeros(2 + 6 * 4 * 30, np.uint8)

    written = out[: write_text(out, np.frombuffer(text.encode(), np.uint8))].tobytes()

    assert orjson.loads(written) == text
    assert not {60, 62, 38} & set(written)
