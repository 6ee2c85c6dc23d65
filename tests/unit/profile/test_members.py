"""Members of an account, as bytes beside its row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.errors import Inconsistent
from platinum.profile.members import MOST_MEMBERS, joined, left, members_key, pack_members, unpack_members
from platinum.profile.second_row import is_second, second_key

KEYS = st.lists(st.binary(min_size=1, max_size=300), unique=True, max_size=8).map(tuple)


@given(KEYS)
def test_bytes_give_the_members_back(members: tuple[bytes, ...]) -> None:
    assert unpack_members(pack_members(members)) == members


@given(KEYS, st.binary(min_size=1, max_size=300))
def test_who_joins_is_there_once_and_who_leaves_is_not(members: tuple[bytes, ...], one: bytes) -> None:
    more = joined(members, one)

    assert more.count(one) == 1
    assert joined(more, one) == more
    assert one not in left(more, one)
    assert list(left(more, one)) == [m for m in members if m != one]


def test_nobody_is_told_beyond_the_most() -> None:
    full = tuple(b"%d" % i for i in range(MOST_MEMBERS))

    assert joined(full, b"one more") == full


@pytest.mark.parametrize("broken", [b"", b"\xf1\x00", pack_members((b"ada",))[:-1], pack_members((b"ada",)) + b"\x07"])
def test_damaged_bytes_are_refused_with_the_remedy(broken: bytes) -> None:
    with pytest.raises(Inconsistent, match="rebuilt from the log"):
        unpack_members(broken)


def test_what_lies_beside_a_row_is_no_customer() -> None:
    assert is_second(members_key(b"account:acme"))
    assert is_second(second_key(b"account:acme"))
    assert not is_second(b"account:acme+")
