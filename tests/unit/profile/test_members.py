"""Members of an account, as bytes beside its row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.errors import Inconsistent
from platinum.profile.members import MOST_MEMBERS, Members, joined, left, members_key, pack_members, unpack_members
from platinum.profile.second_row import is_second, second_key

KEY, SECOND = st.binary(min_size=1, max_size=300), st.integers(0, 2**32 - 1)
MEMBERS = st.lists(st.tuples(KEY, SECOND), unique_by=lambda one: one[0], max_size=8).map(tuple)


@given(MEMBERS)
def test_bytes_give_the_members_back(members: Members) -> None:
    assert unpack_members(pack_members(members)) == members


@given(MEMBERS, KEY, SECOND, SECOND)
def test_the_newest_word_says_whether_somebody_belongs_to_it(members: Members, one: bytes, came_s: int, left_s: int) -> None:
    more = joined(members, one, came_s)
    since_s = max([came_s, *(at_s for key, at_s in members if key == one)])

    assert [key for key, _ in more].count(one) == 1
    assert (one, since_s) in more
    assert joined(more, one, came_s) == more
    assert ((one, since_s) in left(more, one, left_s)) == (since_s > left_s)
    assert [m for m in left(more, one, left_s) if m[0] != one] == [m for m in members if m[0] != one]


ADA = (b"ada", 7)


def test_nobody_is_told_beyond_the_most() -> None:
    full = tuple((b"%d" % i, 1) for i in range(MOST_MEMBERS))

    assert joined(full, b"one more", 2) == full


@pytest.mark.parametrize("broken", [b"", b"\xf1\x00", pack_members((ADA,))[:-1], pack_members((ADA,)) + b"\x07"])
def test_damaged_bytes_are_refused_with_the_remedy(broken: bytes) -> None:
    with pytest.raises(Inconsistent, match="rebuilt from the log"):
        unpack_members(broken)


def test_what_lies_beside_a_row_is_no_customer() -> None:
    assert is_second(members_key(b"account:acme"))
    assert is_second(second_key(b"account:acme"))
    assert not is_second(b"account:acme+")
