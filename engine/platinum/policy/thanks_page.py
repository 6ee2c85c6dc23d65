"""The reference page of thanks and questions."""

from __future__ import annotations

from platinum.policy.listening import MOMENTS
from platinum.policy.published import keys_on

_FROM_CODE = "This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."
_WHEN = """A thank-you is due when the gratitude that a person has earned (`thank.for`, fading with `thank.half_life`), less the thanks
they were given, reaches the threshold; what may stand in one, and what may not, is in [Words](words.md#thank-yous). It is then chosen in
the lane `thank`, where nothing of a higher lane is, and held by the gates of that lane: not against their will, not while a case of yours
is open or its rest runs, within the caps, not in quiet hours. How often:

- **Not more often than `thank.interval`** for one person, whatever they have earned and whatever channel it comes by.
- **`thank.daily`** is a quota for a day: of those to whom thanks are due, this share may be thanked today, drawn by a hash of person and
  day. The others have their day later; `blocked` says the gate `eligibility` and the next midnight.
- **`thank.delay`** lets thanks come at an hour of the person's own, drawn by hash, within so long after what they are for. Until then
  nothing is decided; they come with the first event or timer behind it that asks for a decision.
- **No promotion is sent to them from `thank.quiet_before` before to `thank.quiet_after` after it**, planned or sent, whichever came
  first; a thank-you waits for what was sold, and what would be sold waits for it."""
_HOLDOUT = """**`thank.holdout` of all people (5 %) are not thanked for a calendar month**, drawn by a hash of person and month that does
not depend on the policy. Where a thank-you would have been chosen for one of them the decision goes on without it and has the reason
`thanks_held_out`; so those who were thanked and those who would have been are alike. Nobody is held out of anything that is owed, asked
for, or law, and
nobody in need of care, in recovery or whose trust is low of thanks. `holdout: 0` turns it off, and then nobody can say what thanks do."""
_REPORT = "`platinum report thanks FILE... --policy FILE --decisions FILE`, or `--data DIR`, says, with `--json` for programs:"
_SAID = {
    "coverage": "of those who ordered in the last 365 days, the share that was thanked in them",
    "purity": "the share of thank-yous that break none of these: an offer, terms, products or a link to buy from, a price or a word that "
    "sells, no fact about the customer, a promotion sent to them within 24 hours before or 72 hours after, a case open. It must be 1",
    "specificity": "the share that cites a fact about the customer (`content.cites`), and which",
    "lag_hours": "from what was thanked for last until the thanks met them: median, and what a tenth exceeds",
    "effect": "orders and spend in the `--days` (90) after the first thank-you, against those after the first time somebody was held out: "
    "difference per person and 95 % interval; unknown below 20 people on a side",
}
_COUNTED = """What met somebody is what `Contact Dispatched`, `Contact Delivered`, `Decision Shown` or `Decision Accepted` say; in a history
without any of these, all that was decided counts as sent (`confirmed: false`). The effect goes by what was decided, whatever became of it,
and only by people whose days are over."""
_ASKED = """A question is an action of type `listen`. Its answer (`Survey Answered` with an `answer_id`) opens a loop that only something
done because of it (`Feedback Acted On`) **and** a word to the customer (`Feedback Reported Back`, or an action that pays the debt `answer`)
close; after `listening.owed_after` that is owed, or, while nothing came of it, a word that it is being worked on: the debt `answer_pending`
([ledger](ledger.md)). Questions are held like thanks, and besides:

- **Not more often than `listening.interval`** (30 days) for one person: one in an e-mail and one on a page are two questions. The gate is
  `cap`, beside the caps that you state.
- **Only what is not known**, and only what could change a decision. An action names what it asks for (`asks`, see
  [Effort](effort.md)); where no condition or word of another action, and no rule, depends on any of it, it is never asked, and
  `platinum policy check` warns and names it. A question without `asks` may be asked: what came of it is owed.
- **After moments and to key accounts**: a question without `when` of its own is asked only after one of `listening.moments`, or of those
  for whom `listening.key_accounts` holds, where either is stated. With `when` it says for itself whom it is for.

| moment | when |
|---|---|"""
_NOT_AFTER_HARM = """While a case of yours is open and its rest runs, nobody is asked (gate `quarantine`)."""


def thanks_page() -> str:
    """Contents of ``docs/reference/thanks.md``."""
    parts = [
        "# Thanks and questions",
        "",
        _FROM_CODE,
        "",
        _WHEN,
        "",
        "## Those who are not thanked",
        "",
        _HOLDOUT,
        "",
        "## The report",
        "",
        _REPORT,
        "",
    ]
    parts += ["| | what |", "|---|---|", *(f"| `{name}` | {what} |" for name, what in _SAID.items()), "", _COUNTED, ""]
    parts += ["## Questions", "", _ASKED, *(f"| `{name}` | {what} |" for name, (_, _, what) in MOMENTS.items()), "", _NOT_AFTER_HARM, ""]
    return "\n".join([*parts, "## Keys", "", *keys_on("thanks")]).rstrip() + "\n"
