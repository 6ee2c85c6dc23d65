"""The part of the page that tells the same past under a policy."""

from __future__ import annotations

from platinum.ops.audit.instead import Comparison
from platinum.ops.audit.tables import fold, paragraph, table
from platinum.ops.audit.terminal import contacts_words, did_words, notes, number


def comparison(compared: Comparison) -> str:
    """Markup of the section."""
    told = (
        f"The same {compared.events:,} events, played through the policy {compared.policy}, without the contacts that you sent: it"
        f" makes {contacts_words(compared)}. What happened stays: a late parcel is late under any policy."
        " What was done about it, and who was written to, is the policy's. Nobody knows how customers would have answered."
    )
    if compared.rejected:
        told += f" {compared.rejected:,} events were not taken by it."
    rows = [(row.title, number(row.breaches), number(row.under_policy), did_words(row)) for row in compared.rows]
    heads = ("", "then", "under the policy", "what it decided in the seven days after (thanks: at any time after)")
    listed = [(row.title, *example) for row in compared.rows for example in row.examples]
    return "".join(
        (
            "<h2>The same past under a policy</h2>",
            paragraph(told),
            table("Breaches", heads, rows, (1, 2)),
            *(paragraph(note) for note in notes(compared)),
            fold("Examples", table("", ("", "customer", "when (UTC)", "the policy"), listed)),
        )
    )
