"""How the report of the firm, and the segments that it counts, are broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from platinum.ops.firm import talked
from platinum.ops.firm.decided import Decided
from platinum.ops.firm.measures import Measure
from platinum.ops.firm.talked import ratio_of
from platinum.pipeline.inside_out import InsideOut
from platinum.policy import segments
from platinum.policy.segment_codes import SegmentCodes
from platinum.policy.tables import TRUE
from tests.stories.breaking import Break
from tests.stories.broken_kernels import always

_take = Decided.take


def nothing_is_a_lever(self: InsideOut, inputs: bytes) -> bool:
    self.looked_at += 1
    return False


def a_lever_decides_wherever_there_is_one(self: InsideOut, inputs: bytes) -> bool:
    self.looked_at += 1
    self.turned += self._has_levers
    return self._has_levers


def every_value_is_a_lever(self: InsideOut, inputs: bytes) -> bool:
    self.looked_at += 1
    self.turned += 1
    return True


def silence_is_a_talk(self: Decided, decision: Mapping[str, Any], outbound: frozenset[str]) -> None:
    _take(self, {**decision, "type": "offer"}, outbound)


def everybody_is_in_it(self: SegmentCodes, node: Any, at: Any) -> Sequence[Sequence[int]]:
    return [[TRUE]]


def everything_counts_as_talk(party: str, spoken: list[tuple[float, float]]) -> Measure:
    return ratio_of(party, [(one + 9.0, heard) for one, heard in spoken])


BREAKS = (
    Break("firm", "listening does not count", [(talked.ratio_of, everything_counts_as_talk)]),
    Break("firm", "no lever is looked at", [(InsideOut.look_at, nothing_is_a_lever)]),
    Break("firm", "where there is a lever, it decides", [(InsideOut.look_at, a_lever_decides_wherever_there_is_one)]),
    Break("firm", "every value is a lever", [(InsideOut.look_at, every_value_is_a_lever)]),
    Break("firm", "whatever is decided sells", [(Decided.take, silence_is_a_talk)]),
    Break("segments", "everybody is in every segment", [(SegmentCodes.asked, everybody_is_in_it)]),
    Break("segments", "a place is a need", [(segments.is_superficial, always(False))]),
)
