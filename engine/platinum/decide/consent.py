"""On what ground a decision stands (treatment-formulas 3.11).

What the person has said is read most restrictively by ``profile.consent.standing``: a denial or objection for the
purpose (or everything) on the channel (or everywhere) wins, unless a newer permission is at least as specific in both.
"""

from __future__ import annotations

from typing import Any

from platinum.decide.record import DENIED
from platinum.jit import constant, inner, int64
from platinum.profile.consent import GRANTED, OBJECTED, denied_here, may_profile, standing
from platinum.vocabulary.codes import Basis, Obligation, Purpose

Record = Any

_CASE, _OPEN_REQUEST, _PROMISE = constant(Obligation.CASE), constant(Obligation.REQUEST), constant(Obligation.PROMISE)
_LEGAL, _SERVICE = constant(Purpose.LEGAL), constant(Purpose.SERVICE)
_PROMOTION, _PROFILING = constant(Purpose.PROMOTION), constant(Purpose.PROFILING)
_ON_REQUEST = constant(Basis.REQUEST)
_NONE, _CONSENT, _CONTRACT = constant(Basis.NONE), constant(Basis.CONSENT), constant(Basis.CONTRACT)
_BY_LAW, _INBOUND = constant(Basis.LEGAL), constant(Basis.INBOUND)


@inner
def outbound_basis(row: Record, purpose: int, channel: Record) -> tuple[int, int]:
    """(Basis or DENIED, evidence offset or -1) of a contact that we begin.

    What is open between us carries service; the contract carries service and relationship; promotion needs consent, or a
    channel that the policy opens to existing customers (goods like those they bought).
    """
    if purpose == _LEGAL:
        return _BY_LAW, -1
    said, evidence = standing(row, purpose, int64(channel["name"]))
    if said < 0:
        return DENIED, -1
    if purpose == _SERVICE and row["n_obligations"] > 0:
        asked = evidence_of_service(row)
        if asked >= 0:
            return _ON_REQUEST, asked
    customer = row["orders"] > 0
    if customer and purpose != _PROMOTION:
        return _CONTRACT, -1
    if said == GRANTED:
        return _CONSENT, evidence
    if customer and channel["existing_customer"] != 0:
        return _CONTRACT, -1
    return _NONE, -1


@inner
def evidence_of_service(row: Record) -> int:
    """Offset of the record that opened the weightiest case, request or promise; -1 = none: then nothing was asked of us."""
    offset = -1
    for i in range(row["n_obligations"]):
        entry = row["obligations"][i]
        if entry["kind"] == _CASE:
            return int(entry["offset"])
        if offset < 0 and (entry["kind"] == _OPEN_REQUEST or entry["kind"] == _PROMISE):
            offset = int(entry["offset"])
    return offset


@inner
def inbound_basis(row: Record, purpose: int, channel: Record) -> tuple[int, int]:
    """(INBOUND or DENIED, -1) where the person came to us.

    That needs no consent, but an objection to promotion or relationship building holds here too, and so does a denial of
    consent that names this channel (in general it is about being contacted). What they asked for and what we owe they always get.
    """
    if purpose == _LEGAL or purpose == _SERVICE:
        return _INBOUND, -1
    name = int64(channel["name"])
    if standing(row, purpose, name)[0] == OBJECTED or denied_here(row, purpose, name):
        return DENIED, -1
    return _INBOUND, -1


@inner
def basis_of(row: Record, purpose: int, channel: Record) -> tuple[int, int]:
    """(Basis or DENIED, evidence offset or -1) of a decision of this purpose on this channel.

    For ``PROFILING`` the answer is DENIED or INBOUND: whether the person may be scored at all.
    """
    if purpose == _PROFILING:
        return (_INBOUND if may_profile(row, int64(channel["name"])) else DENIED), -1
    if channel["outbound"] != 0:
        return outbound_basis(row, purpose, channel)
    return inbound_basis(row, purpose, channel)
