"""Whatever is sent, the decoder does not crash, and refuses exactly what breaks the published rules."""

from __future__ import annotations

from random import Random

from platinum.events.decode import Decoding, Rejection, decode
from platinum.vocabulary import REJECTION_REASONS
from tests.builders.events import NOW_MS, draw_event
from tests.builders.hostile_events import HEAVY, draw_hostile, draw_record
from tests.reference.validity import Invalid, Record, payload_of

N_EACH = 20_000
N_HEAVY = 200


def is_valid(record: Record) -> bool:
    try:
        payload_of(record)
    except Invalid:
        return False
    return True


def mixed(seed: int) -> list[Record]:
    """20,000 fuzzed records among 20,000 valid ones."""
    random = Random(seed)
    heavy = [(0, None, random.choice(HEAVY)(draw_event(random), random), NOW_MS, ()) for _ in range(N_HEAVY)]
    fuzzed = heavy + [draw_hostile(random, 0) for _ in range(N_EACH - N_HEAVY)]
    records: list[Record] = fuzzed + [draw_record(random, 0) for _ in range(N_EACH)]
    random.shuffle(records)
    return [(i, *record[1:]) for i, record in enumerate(records)]


def test_hostile_input_is_refused_exactly_where_schema_and_limits_say_so() -> None:
    records = mixed(seed=20_111_201)

    refused: dict[int, Rejection] = {}
    accepted: list[int] = []
    for at in range(0, len(records), 1_000):
        columns, rejections = decode(records[at : at + 1_000], Decoding())
        refused |= {at + rejection.index: rejection for rejection in rejections}
        accepted += columns.events["offset"].tolist()

    invalid = {i for i, record in enumerate(records) if not is_valid(record)}
    assert {i: records[i] for i in invalid ^ set(refused)} == {}
    assert accepted == [i for i in range(len(records)) if i not in invalid]
    assert {rejection.reason for rejection in refused.values()} <= set(REJECTION_REASONS)
    assert 10_000 < len(invalid) < N_EACH, "the fuzzer breaks too little to show anything"
