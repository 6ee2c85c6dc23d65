"""What a row keeps of an outcome that is about somebody else, or that somebody else brings."""

from __future__ import annotations

import numpy as np
import pytest

from platinum.events.columns import FLAG_BROUGHT
from platinum.profile.row import ROW
from platinum.vocabulary.codes import Kind
from tests.builders.rows import NOON, Made, an_event, columns_of, fold_all, new_rows
from tests.builders.tables import some_tables


def folded(*events: Made) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    rows, (columns, items) = new_rows(), columns_of(events)
    fold_all(rows, np.zeros(len(events), np.int64), columns, items, some_tables(), np.zeros(len(events), np.int64))
    return rows


@pytest.mark.parametrize("kind", [Kind.DECISION_ACCEPTED, Kind.CONTACT_MARKED_SPAM, Kind.CONTACT_ABORTED])
def test_it_is_a_sign_of_life_of_who_brings_it_and_for_no_account(kind: Kind) -> None:
    (row,) = folded(an_event(kind, message="m", high=12345.0, account=7))

    assert (row["acting"], row["last_seen_ms"]) == (0, NOON)
    assert (row["n_consents"], row["n_roles"]) == (0, 0)


@pytest.mark.parametrize("kind", [Kind.DECISION_ACCEPTED, Kind.CONTACT_MARKED_SPAM, Kind.CONTACT_ABORTED])
def test_of_a_decision_that_nobody_remembers_it_is_word_about_nothing(kind: Kind) -> None:
    (row,) = folded(an_event(kind, message="m", ref=99, flags=FLAG_BROUGHT))
    (untouched,) = np.zeros(1, ROW)

    changed = [name for name in ROW.names or () if row[name].tobytes() != untouched[name].tobytes()]
    assert set(changed) <= {"recent", "n_recent", "recent_next"}, "beside that the message is known"
