"""What decoding gave, in a form in which two ways of decoding can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from platinum.events.columns import Columns
from platinum.events.decode import Decoding, Rejection, decode, decode_each
from platinum.events.fast.batch import read_plain
from tests.reference.validity import Record


def spelled_out(columns: Columns) -> list[tuple[bytes, Any, bytes, bytes]]:
    """Key, registers (to be read, and to be compared) and items of each event; where its items lie is nobody's business."""
    found = []
    for key, event in zip(columns.keys, columns.events.copy(), strict=True):
        items = columns.items[event["item_start"] : event["item_start"] + event["item_count"]]
        event["item_start"] = 0
        found.append((key, event.tolist(), event.tobytes(), items.tobytes()))
    return found


def both_ways(records: Sequence[Record], decoding: Decoding) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Everything that ``decode`` gives, and everything that its slow path gives for all of the records."""
    return _comparable(*decode(records, decoding)), _comparable(*decode_each(records, decoding))


def _comparable(columns: Columns, rejections: list[Rejection]) -> tuple[Any, ...]:
    return spelled_out(columns), rejections


def plain_share(records: Sequence[Record], decoding: Decoding) -> float:
    """Share of the records that the compiled path reads."""
    return 1 - len(read_plain(records, decoding.fast).left) / len(records)
