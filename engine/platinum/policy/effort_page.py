"""The reference page of effort."""

from __future__ import annotations

from platinum.policy.action_keys import ASKS
from platinum.policy.effort_keys import BURDENS, HALF_LIFE_MS, THRESHOLD
from platinum.policy.published import keys_on
from platinum.policy.scalars import DAY_MS

_FROM_CODE = "This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."
_INTRO = """A **journey** is what one person goes through about one intent without a pause of seven days: `Contact Started`,
`Contact Transferred`, `Contact Resolved`, `Request Made`, `Request Refused`, `Waited`, `Form Error`, `Self Service Failed` and `Asked
Again`, whatever the channel. Every burden has points, and a cap, so that no single one decides (`effort.points`, `effort.caps`):"""
_INDEX = f"""The **effort index** of a journey is EI = 1 - exp(-points / 6): 0 is no effort, 0.63 is six points, 1 is never reached.
`effort` of a person is that of the hardest open journey, or the sum of those that are over, fading with a half-life of
{HALF_LIFE_MS // DAY_MS} days from their last event (1 at most), whichever is more. The predicted customer effort score is 7 - 6 · EI
(1 hard, 7 easy). `Survey Answered` with `survey: ces` says it outright: an answer on another scale (`scale` is its best) is stretched to
1 to 7, and `surveyed_ces` is the mean of all.

Of a call and the request that is made in it, one counts: contacts are, per channel, those started or the requests made there, whichever
are more. A channel that was left and taken up again is no second switch. An event without an intent belongs to the journey that was the
last then."""
_RELIEF = f"""While a person's `effort` is at `effort.threshold` ({THRESHOLD:g}) or above:

- **In the lane of help and offers only what saves effort is chosen**: an action with `effort` below 0 that is no offer and has nothing to
  buy in it (products, or a link without `commerce: no`). Others are blocked by the gate `suitability`. A question (`listen`)
  that costs effort waits too. What is owed, asked for, or law is not touched, and thanks are not either.
- **The debt `effort`** is owed while the journey is open (seven days after its last event): an `amends` action with `pays: [effort]`, such
  as a call-back or a word to the agent, is chosen in the lane of what you owe, once per journey. It is paid when it met the customer.

Whatever the effort, what an action saves counts more the harder it was: an action with `effort: e` below 0 gains
weights.effort · (-e) · (1 + EI) in utility; `term_effort` of a decision says so.

`effort: {{relief: no}}` turns all of this off, so that you can compare; effort is folded and shown all the same."""
_ASKS = """**Nobody is asked for what they have said.** An action of type `listen` or `answer` names what it asks for, such as
`asks: [order_id, reason]`, and is not chosen while one of these is known:

| word | known |
|---|---|
| `intent`, `reason` | an open journey names its intent, or an open case what it is about |
| `order_id` | a case is open that names the order, or has an id under which you have it |
| `channel` | an open journey or case came by one |
| `language` | it was stated, or an event said it |
| `country`, `timezone` | an event said it |
| `tone` | they have stated one |
| `presentation` | they have said how much detail they like, and whether facts or people come first |
| `goal` | they have stated one that they have not reached |
| a trait of yours | the person has it |"""
_ORDER = """**The order of arrival does not matter** for the counts of a journey, its first and last event, its process, and for `effort`,
`journey_contacts`, `predicted_ces`, `surveyed_ces` and the last process, as long as events are late by two days at most: a journey is
kept so much longer than it lasts. Three things are not so: a fifth journey that is open at once closes the one whose last event is the
oldest, a fifth channel within a journey counts with the fourth, and an event without an intent joins what was there when it arrived. Two
halves of a history that are merged give the whole where none of them has closed a journey that goes on in the other."""


_LISTS = """`platinum report effort FILE... --policy FILE`, or `--data DIR`, says **which processes make the same people work more** than
others do. Means per process mislead: a desk that the impatient crowd looks bad, whatever it does. So every person is their own
measure. The model is: effort of a contact = what this person finds everything to be, times what this process is (a Poisson
regression with an effect per person; errors are clustered by person). Only people who met two processes or more say anything.

- A contact counts when its journey is over. A repeat contact, and a switch of the channel, count for the process that left the matter
  open, not for the one that is met next.
- `times` (`ratio`) is the effort that the same people have at the usual process, the median of all. Its interval is corrected for the
  number of processes, so that in 19 of 20 histories nothing is listed that is like the others.
- **kill**: the whole interval lies above 1.1. **keep**: it lies below 1 / 1.1. Fewer than 30 contacts of people who can be compared are
  not looked at.
- `added_index` is the effort index that its contacts would not have had at the usual process: what there is to gain.

With ten processes, about five thousand contacts find what is half as hard again or a third easier. `--by channel` compares channels,
`--by action` what had reached the person in the seven days before (`none` stands for nothing); what comes after an action need not come
from it, since actions choose whom they reach."""


def effort_page() -> str:
    """Contents of ``docs/reference/effort.md``."""
    burdens = [f"| `{name}` | {what} | {points:g} | {cap:g} |" for name, (points, cap, what) in BURDENS.items()]
    named = {"order_id", "reason", "intent", "channel", "language", "country", "timezone", "tone", "presentation", "goal"}
    assert set(ASKS) == named, "the table below names them all"
    parts = [
        "# Effort: how hard you were to deal with",
        "",
        _FROM_CODE,
        "",
        _INTRO,
        "",
        "| burden | what | points | cap |",
        "|---|---|---|---|",
    ]
    parts += [
        *burdens,
        "",
        _INDEX,
        "",
        "## After a hard journey",
        "",
        _RELIEF,
        "",
        "## Asked once",
        "",
        _ASKS,
        "",
        "## Late events",
        "",
        _ORDER,
    ]
    parts += ["", "## Kill list and keep list", "", _LISTS]
    parts += ["", "## Keys", "", *keys_on("effort")]
    return "\n".join(parts).rstrip() + "\n"
