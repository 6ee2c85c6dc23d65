"""Both parsers of date-times against the standard library, and against what only looks like one."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from platinum.events.scan import text_spans
from platinum.events.times import ABSENT, BAD_FORM, BAD_RANGE, instants, parse_ms
from tests.builders.events import draw_time
from tests.reference.validity import epoch_ms


def parsed(texts: list[str]) -> list[int]:
    out = np.empty(len(texts), np.int64)
    instants(*text_spans(texts), out)
    found: list[int] = out.tolist()
    return found


def test_both_parsers_equal_the_standard_library() -> None:
    random = Random(3)
    texts = [draw_time(random) for _ in range(2_000)]
    texts += ["1970-01-01T00:00:00Z", "2000-02-29T23:59:59.999Z", "2099-12-31T23:59:59.999999999Z", "2096-02-29t00:00:00.5z"]

    expected = [epoch_ms(text) for text in texts]

    assert parsed(texts) == expected
    assert [parse_ms(text) for text in texts] == expected


BAD = {
    "2011-12-01": BAD_FORM,
    "2011-12-01 08:26:00Z": BAD_FORM,
    "2011-12-01T08:26:00": BAD_FORM,
    "2011-12-01T08:26Z": BAD_FORM,
    "2011-12-01T08:26:00.Z": BAD_FORM,
    "2011-12-01T08:26:00.0123456789Z": BAD_FORM,
    "2011-12-01T08:26:00ZZ": BAD_FORM,
    "2011-12-01T08:26:00+0100": BAD_FORM,
    "2011-12-01T08:26:00+1:00": BAD_FORM,
    "2011-12-01T08:26:00Z\n": BAD_FORM,
    "２011-12-01T08:26:00Z": BAD_FORM,
    "2011-12-01T08:26:00,5Z": BAD_FORM,
    "-011-12-01T08:26:00Z": BAD_FORM,
    "2011-02-29T08:26:00Z": BAD_RANGE,
    "1900-02-29T08:26:00Z": BAD_RANGE,
    "2011-13-01T08:26:00Z": BAD_RANGE,
    "2011-12-32T08:26:00Z": BAD_RANGE,
    "2011-00-01T08:26:00Z": BAD_RANGE,
    "2011-12-01T24:00:00Z": BAD_RANGE,
    "2011-12-01T08:60:00Z": BAD_RANGE,
    "2011-12-31T23:59:60Z": BAD_RANGE,
    "2011-12-01T08:26:00+24:00": BAD_RANGE,
    "2011-12-01T08:26:00-01:60": BAD_RANGE,
    "1969-12-31T23:59:59.999Z": BAD_RANGE,
    "1970-01-01T00:59:59+01:00": BAD_RANGE,
    "2100-01-01T00:00:00Z": BAD_RANGE,
    "0000-01-01T00:00:00Z": BAD_RANGE,
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_instant_is_refused_by_both(text: str) -> None:
    assert parsed([text]) == [BAD[text]]
    assert parse_ms(text) is None


def test_an_empty_text_is_an_absent_time_among_others() -> None:
    assert parsed(["", "1970-01-01T00:00:01Z", ""]) == [ABSENT, 1000, ABSENT]
