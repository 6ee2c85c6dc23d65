"""What is hashed for a whole batch equals what is hashed one at a time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from platinum.events.refs import decision_refs, hashes
from platinum.events.scan import depth, suspicions
from platinum.hashing import hash64
from platinum.ids import decision_ref, http_decision_id, stream_decision_id

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
DIGITS = st.text("0123456789", max_size=20)
NEARLY_IDS = st.one_of(
    st.builds(stream_decision_id, *(st.integers(0, 10**n - 1) for n in (9, 5, 18, 4))),
    st.builds(http_decision_id, st.integers(0, 9999), TEXT, TEXT, TEXT, st.integers(0, 9), TEXT),
    st.lists(DIGITS, min_size=3, max_size=5).map(lambda parts: "d." + ".".join(parts)),
    st.text("dh.0123456789abcdefG", max_size=42),
    st.builds(
        lambda digits, rest: f"h.{digits}.{rest}", st.text("0123456789", min_size=4, max_size=4), st.text("0af9g", min_size=31, max_size=33)
    ),
    TEXT,
)


@given(st.lists(TEXT, min_size=1, max_size=8))
def test_hashes_of_a_batch_equal_single_ones(texts: list[str]) -> None:
    assert hashes(texts).tolist() == [hash64(text.encode()) if text else 0 for text in texts]


@given(st.lists(NEARLY_IDS, min_size=1, max_size=8))
def test_decision_references_of_a_batch_equal_single_ones(texts: list[str]) -> None:
    assert decision_refs(texts).tolist() == [decision_ref(text) for text in texts]


@given(st.lists(st.binary(max_size=80).map(lambda b: b.replace(b"a", b"{").replace(b"b", b"[[[[")), min_size=1, max_size=6))
def test_no_value_that_could_break_a_limit_goes_unsuspected(values: list[bytes]) -> None:
    for value, found in zip(values, suspicions(values), strict=True):
        assert found & 2 or value.count(b"{") + value.count(b"[") <= 32
        assert bool(found & 4) is not value.isascii()


def test_depth_counts_brackets_outside_of_text_only() -> None:
    nested = b'{"a[{\\"[": [[], {"b": "]]}}"}, [1]]}'

    assert depth(np.frombuffer(nested, np.uint8)) == 3


def test_many_brackets_in_a_long_value_are_all_counted() -> None:
    value = b'["' + b"x" * 5_000 + b'"]' + b"[" * 33

    assert suspicions([value, b"{}"]) == [2, 0]
