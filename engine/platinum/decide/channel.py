"""Rules that depend on person and channel alone, computed once per decision for each channel in the running."""

from __future__ import annotations

from typing import Any

from platinum.decide.asking import LISTEN, ask_release
from platinum.decide.caps import cadence_release, cap_releases, later
from platinum.decide.consent import basis_of
from platinum.decide.record import FREE, N_PURPOSES, N_TYPES, NEVER
from platinum.decide.timing import EVER, FOR_PROMOTION, FOR_THANKS, promotion_window, send_at, thank_you_window
from platinum.jit import constant, inner
from platinum.vocabulary.codes import Preference

Record = Any

_CHANNEL_NO, _CHANNEL_ONLY = constant(Preference.CHANNEL_NO), constant(Preference.CHANNEL_ONLY)
_NOW, _HELD = constant(0), constant(1)


@inner
def unwanted(row: Record, channel: Record) -> bool:
    """Whether the person said "never there", or "only there" of another channel (which is about being contacted)."""
    for i in range(row["n_preferences"]):
        wish = row["preferences"][i]
        if wish["on"] == 0:
            continue
        if wish["kind"] == _CHANNEL_NO and wish["name"] == channel["name"]:
            return True
        if wish["kind"] == _CHANNEL_ONLY and channel["outbound"] != 0 and wish["name"] != channel["name"]:
            return True
    return False


@inner
def rules_at(h: int, hold: int, row: Record, now_ms: int, tables: Any, rules: Record) -> None:
    """Fill cadence, caps and windows of channel ``h`` for its send time at once (``hold`` 0) or held (1)."""
    settings = tables.settings[0]
    send_ms = rules["send_ms"][hold]
    at_ms = send_ms if send_ms != NEVER else now_ms
    if rules["wish_ms"][hold] == FREE and rules["outbound"] != 0:
        rules["wish_ms"][hold] = cadence_release(row, at_ms, now_ms)
    cap_releases(h, row, at_ms, now_ms, tables.caps, tables.channels[h], rules["cap_ms"][hold])
    asked = ask_release(row, at_ms, now_ms, settings["ask_interval_ms"])
    rules["cap_ms"][hold, LISTEN] = later(rules["cap_ms"][hold, LISTEN], asked)
    rules["window_ms"][hold, FOR_THANKS] = thank_you_window(row, (at_ms, EVER), now_ms, settings)
    selling = promotion_window(row, (at_ms, EVER), now_ms, settings) if rules["outbound"] != 0 else FREE
    rules["window_ms"][hold, FOR_PROMOTION] = selling


@inner
def same_when_held(rules: Record) -> None:
    """Copy what holds at once: quiet hours hold nothing back now."""
    rules["wish_ms"][_HELD] = rules["wish_ms"][_NOW]
    for kind in range(N_TYPES):
        rules["cap_ms"][_HELD, kind] = rules["cap_ms"][_NOW, kind]
    rules["window_ms"][_HELD, FOR_THANKS] = rules["window_ms"][_NOW, FOR_THANKS]
    rules["window_ms"][_HELD, FOR_PROMOTION] = rules["window_ms"][_NOW, FOR_PROMOTION]


@inner
def rules_of(h: int, row: Record, now_ms: int, tables: Any, rules: Record) -> None:
    """Fill CHANNEL_RULES of channel ``h``; an inbound channel has no quiet hours and no cadence."""
    channel = tables.channels[h]
    rules["running"], rules["outbound"] = 1, channel["outbound"]
    for purpose in range(N_PURPOSES):
        rules["basis"][purpose], rules["evidence"][purpose] = basis_of(row, purpose, channel)
    wish = NEVER if unwanted(row, channel) else FREE
    rules["wish_ms"][_NOW], rules["wish_ms"][_HELD] = wish, wish
    rules["send_ms"][_NOW] = now_ms
    rules["send_ms"][_HELD] = send_at(row, channel, now_ms, tables) if channel["outbound"] != 0 else now_ms
    rules_at(h, _NOW, row, now_ms, tables, rules)
    if rules["send_ms"][_HELD] == now_ms:
        same_when_held(rules)
    else:
        rules_at(h, _HELD, row, now_ms, tables, rules)


@inner
def all_rules(row: Record, trigger: Record, tables: Any, channels: Any) -> None:
    """Fill the rules of the channels in the running: the placement's, or (placement −1) all outbound ones."""
    placement = trigger["placement"]
    only = tables.placements[placement]["channel"] if placement >= 0 else -1
    for h in range(tables.channels.shape[0]):
        if h == only or (placement < 0 and tables.channels[h]["outbound"] != 0):
            rules_of(h, row, trigger["now_ms"], tables, channels[h])
        else:
            channels[h]["running"] = 0
