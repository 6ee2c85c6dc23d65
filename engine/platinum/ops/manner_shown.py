"""What a snapshot of the learner says of tones and send hours, for people to read (``platinum model show``)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Hours that are shown of each channel: where it is taken oftenest.
_MOST_HOURS = 3


def tones_shown(taught: Mapping[str, Any]) -> dict[str, Any]:
    """How much oftener than expected each tone is taken (1 = as often), by everybody and by cohort; ``expected`` acceptances behind it."""
    known = taught.get("tones") or {}
    return {name: known.get(name, {}) for name in ("expected", "all", "cohorts")}


def hours_shown(taught: Mapping[str, Any]) -> dict[str, Any]:
    """Per channel: contacts (``n``), and the hours of the week, on people's own clocks, at which they are taken oftenest."""
    return {channel: {"n": known["n"], "best": _best(known["rates"])} for channel, known in (taught.get("hours") or {}).items()}


def _best(rates: str) -> list[dict[str, Any]]:
    of = np.frombuffer(b64decode(rates), "<f4")
    order = np.argsort(-of, kind="stable")[:_MOST_HOURS].tolist()
    return [{"hour": f"{_DAYS[i // 24]} {i % 24:02d}:00", "accepted": float(f"{float(of[i]):.6g}")} for i in order]


def manner_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Both for a terminal."""
    tones, hours = found["tones"], found["hours"]
    if tones["all"]:
        yield f"{'tone':<28} {'taken':>10}  {'expected':>10}"
        for tone, lift in tones["all"].items():
            yield f"{tone:<28} {lift:>10.3f}  {tones['expected'][tone]:>10.1f}"
        yield "(taken: times as often as expected, whoever hears it; --json shows cohorts)"
    for channel, known in hours.items():
        best = ", ".join(f"{one['hour']} ({one['accepted']:.4f})" for one in known["best"])
        yield f"taken oftenest through {channel}, of {known['n']:,.0f} contacts: {best}"
