"""The closing words of the demo, for the person who owns the shop."""

from __future__ import annotations

from datetime import datetime

from platinum.ops.demo.stats import Snapshot


def summary_lines(shown: Snapshot, seconds: float, currency: str = "GBP") -> list[str]:
    """What happened, in about a dozen sentences.

    Parameters
    ----------
    seconds : float
        How long the demo took on the wall clock.
    """
    types, names, blocked = shown.types, shown.names, shown.blocked
    spoken = shown.decisions - types["silence"]
    lines = [
        f"In {seconds:.0f} seconds you watched {_days(shown)} of a small shop: {shown.people:,} people did {shown.events:,} things.",
        f"{shown.decisions:,} times Platinum decided, for one person at a time, what to do next.",
        f"  {types['silence']:,} times it kept silent ({_share(types['silence'], shown.decisions)}): leaving them alone was best.",
        f"  {types['thank_you']:,} thank-yous; {_none(shown.impure)} of them sold anything.",
        f"  {types['help']:,} times it helped, {types['offer']:,} times it made an offer.",
    ]
    other = spoken - types["thank_you"] - types["help"] - types["offer"]
    if other:
        lines.append(f"  {other:,} answers, apologies, questions and surprises.")
    accepted, shut = names["Decision Accepted"], names["Unsubscribed"] + names["Objection Made"] + names["Contact Marked Spam"]
    lines += [
        f"People took up {accepted:,} of them. Of {shown.sales:,.2f} {currency} sold, {shown.accepted_sales:,.2f} went through an offer.",
        f"{shut:,} {'person' if shut == 1 else 'people'} shut a door on us.",
        "What it did not do:",
        f"  {blocked['preference']:,} ideas were dropped because the person had asked for something else,",
        f"  {blocked['consent']:,} because there was no consent or basis, {blocked['cap']:,} because they had heard enough,",
        f"  {blocked['quiet_hours']:,} because of the hour; {shown.held:,} messages waited for the morning.",
    ]
    if shown.explored:
        lines.append(
            f"{shown.explored:,} times it tried the second-best idea on purpose, to learn; each says so, with its exact probability."
        )
    return lines


def _days(shown: Snapshot) -> str:
    if not shown.since:
        return "no time"
    span = datetime.fromisoformat(shown.until) - datetime.fromisoformat(shown.since)
    hours = span.total_seconds() / 3600
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def _none(count: int) -> str:
    return "none" if count == 0 else f"{count:,}"
