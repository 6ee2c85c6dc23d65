"""The hashes of single values and those of a whole batch are the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.hashing import hash64, mix64, murmur2
from platinum.hashing_kernels import hash64_spans, mix64_u, murmur2_of

TEXTS = st.lists(st.binary(max_size=40), min_size=1, max_size=20)


@given(TEXTS)
def test_a_batch_has_the_hashes_of_its_values(texts: list[bytes]) -> None:
    ends, out = np.cumsum([len(text) for text in texts]), np.empty(len(texts), np.uint64)

    hash64_spans(np.frombuffer(b"".join(texts) or b"-", np.uint8), ends, out)

    assert out.tolist() == [hash64(text) if text else 0 for text in texts]
    assert murmur2_of(texts) == [murmur2(text) for text in texts]


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_one_step_of_a_seed_is_the_same(state: int, value: int) -> None:
    assert int(mix64_u(np.uint64(state), np.uint64(value))) == mix64(state, value)


@pytest.mark.parametrize(("key", "hashed"), [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536)])
def test_murmur2_is_kafkas(key: bytes, hashed: int) -> None:
    """Values of Kafka's own ``UtilsTest.testMurmur2``."""
    assert murmur2(key) == hashed & 0x7FFFFFFF
