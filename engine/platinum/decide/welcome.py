"""Who does not want to hear from us is left in peace (treatment-formulas 3.11, "sleeping dog").

Where even the upper bound of what a contact is worth to the person lies below 0, nothing unsolicited goes out on that channel but
thanks; elsewhere it weighs on what is expected of a contact (``decide.utility``).
"""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner, int64
from platinum.profile.welcome import welcome_factor, welcome_mean
from platinum.vocabulary.codes import ActionType, Lane

Record = Any

_THANK = constant(Lane.THANK)
_THANK_YOU = constant(ActionType.THANK_YOU)


@inner
def welcome_by_channel(row: Record, now_ms: int, tables: Any, channels: Any) -> None:
    """Fill ``welcome``, ``welcome_upper`` and ``unwelcome`` of CHANNEL_RULES[H]; who comes to us is always welcome to be spoken to."""
    for h in range(channels.shape[0]):
        rules = channels[h]
        rules["welcome"], rules["welcome_upper"], rules["unwelcome"] = 1.0, 0.0, 0
        if row["n_received"] > 0 and tables.channels[h]["outbound"] != 0:
            mean, upper = welcome_mean(row, int64(tables.channels[h]["name"]), now_ms, tables)
            rules["welcome"], rules["welcome_upper"] = welcome_factor(mean), upper
            rules["unwelcome"] = 1 if upper < 0.0 else 0


@inner
def intrudes(action: Record, rules: Record) -> bool:
    """Whether an action is unsolicited and its channel one on which this person does not want to hear from us."""
    return bool(rules["unwelcome"] != 0 and action["lane"] >= _THANK and action["type"] != _THANK_YOU)
