"""Offer and terms as JSON; a duration such as ``ends: 14d`` becomes the last day on which the offer holds."""

from __future__ import annotations

from platinum.emit.forms import Op
from platinum.emit.words import Piece, dumps, hole, pieces
from platinum.policy.ends import NEVER, ends_of
from platinum.policy.policy import Action
from platinum.policy.terms import whole_terms
from platinum.vocabulary.codes import ActionType

_DECIMAL_COMMA = frozenset({"de", "fr", "es", "it", "nl"})


def offer_pieces(action: Action) -> list[Piece]:
    """``"offer":…,"terms":…`` of one action; a thank-you has neither, whatever the policy says."""
    shown: list[Piece] = ['"offer":null,"terms":']
    ending = ends_of(action.terms) != NEVER
    if action.type == ActionType.OFFER:
        fields = {name: value for name, value in (action.offer or {}).items() if name != "valid_until"}
        opened = dumps({"id": action.name, **fields})[:-1]
        # Valid through the whole last day: an instant before the date in the terms would be a surprise.
        shown = [f'"offer":{opened},"valid_until":', Op.UNTIL if ending else "null", '},"terms":']
    if action.terms is None or action.type == ActionType.THANK_YOU:
        return [*shown, "null"]
    told = whole_terms(action.terms)
    return [*shown, *pieces({**told, "ends": hole(Op.ENDS_ISO)} if ending else told)]


def offer_words(action: Action, language: str) -> dict[str, str]:
    """Placeholders that the offer itself fills: ``{code}``, ``{price}`` and its other plain values."""
    if action.type != ActionType.OFFER or not action.offer:
        return {}
    return {name: _written(value, language) for name, value in action.offer.items() if isinstance(value, str | int | float)}


def _written(value: str | float, language: str) -> str:
    if not isinstance(value, float):
        return str(value)
    text = f"{value:.2f}"
    return text.replace(".", ",") if language in _DECIMAL_COMMA else text
