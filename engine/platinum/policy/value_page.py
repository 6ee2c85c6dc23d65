"""The reference page of what customers are worth, of growth and of tiers."""

from __future__ import annotations

from platinum.policy.fields import FIELDS
from platinum.policy.floor import OF_WORTH, ON_TOP
from platinum.policy.published import keys_on
from platinum.policy.value_keys import WORTH

_FROM_CODE = "This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."
_INTRO = """What a customer will probably buy follows from when they bought and what it came to: two models with seven parameters, the same
for all customers ([why](../explanation/what-a-customer-is-worth.md)). It is computed where a condition, a feature, `grows` or a tier reads
it, and for the group `worth` of a profile; an event changes nothing but the profile it is computed from."""
_KNOWN = """With x purchase days after the first, t_x days from the first to the last of them, T days from the first to now, and m̄ the
mean spend of those x days (`frequency`, `recency_days`, `age_days` and `monetary_value` of a profile):"""
_FORMULAS = {
    "`p_alive`": "1 / (1 + a/(b + x - 1) · ((α + T)/(α + t_x))^(r + x)); 1 where x = 0",
    "`expected_orders` in t days": "(a + b + x - 1)/(a - 1) · [1 - ((α + T)/(α + T + t))^(r + x) · ₂F₁(r + x, b + x; a + b + x - 1; "
    "t/(α + T + t))] · `p_alive`",
    "`expected_spend`": "(p·v + p·x·m̄)/(p·x + q - 1); where x = 0, p·v/(q - 1), or if q ≤ 1 what the first day came to",
    "`equity` AV": "Σ over months k of `value.months`: E[purchase days in month k] · `expected_spend` · `value.margin` / (1 + d)^k, d a "
    "month's part of `value.discount`",
    "`potential` PV": "max(AV, P90 of AV among look-alikes) · (1 + Σ γ of events in their life, faded)",
    "`unrealised`, `share_of_potential`": "PV - AV, AV / PV",
}
_PARAMETERS = """A month is a twelfth of 365 days. Who has ordered nothing has none of these: they are unknown, and every condition about
them is false.

**Say your own parameters.** Without `value.orders` and `value.spend` they are those published of another shop, a music shop of 1997, and
`platinum policy check` warns where decisions rest on them. Any package that fits BG/NBD (in days) and Gamma-Gamma finds yours."""
_LEARNED = """**Look-alikes** are the people of the same cohort ([cohorts](../explanation/cohorts.md)) who turn most to the same category:
not those who spend alike, or everybody would be compared with themselves. Once a month and customer, at the first event of a month of
their own, the learner is told one fact `worth` (cohort, category, equity, margin and orders of a year; not who), if the policy has a
`value`, or reads what follows from it. Of a cell with 20 people's months or more, faded as cohorts fade, a policy gets the equity that a
tenth of them exceeds, to within one bin (3 to 6 %). Where a cell is smaller, the whole cohort counts, then everybody; where nothing is
known yet, nobody could be worth more than they are.

**Events in somebody's life** (`Life Event Reported`) that `value.life_events` names add their share γ to the potential; half of it is gone
in 90 days. A sensitive trait cannot be one."""
_GROWTH = """An offer or help that says `grows` is valued by what acceptance changes in the equity, in place of `value`:
v = `money` + `of_equity` · AV + `of_unrealised` · (PV - AV), times the lever, in the utility of the lane of help and offers. So a discount
that sells today what would have been bought next month may say `{money: 4, of_equity: -0.05}` and loses against silence where it costs
more than it brings; and what opens a new category to somebody may be worth most where most of their potential is left. Of who has ordered
nothing, `money` alone counts. `value` of such an action is kept for your reports and weighs nothing."""
_TIERS = """`tiers` names them from low to high. The tier follows from the margin and the orders to be expected in a year, each against its
limits; by both, it is the mean of the two, rounded down. Without limits of yours, tiers are equal parts of your customers, as the learner
knows them; before it does, everybody is in the lowest. Who has ordered nothing is, too.

A tier **changes when a limit is passed by `hysteresis`** (10 %), so that nobody goes to and fro at one. It is kept in the profile and moves
when an order is folded; for who stays away it is read as it would be if they ordered nothing more.

`budgets.<name>.tiers` says to whom one of a budget may be given. Others are blocked by the gate `budget`, and do not count among the people
for whom there would have been one."""
_FLOOR = """**What somebody is worth decides about money given on top, and about nothing else.** Only {types}, and goodwill (`amends` that
`pays: [case]` within a `budget`), may have a condition that reads {fields}, or draw on a budget for some tiers, and what they promise may
not depend on it. Anything else is a mistake of the policy that names this rule. Tone, language, memory, preferences and the deadlines of
cases have no condition at all. And in the lanes of law, of what is owed, of what was asked for and of thanks, **what depends on worth comes
after everything that does not**: a surprise for the best customers takes no thank-you's, question's or answer's place, goodwill comes after
the apology. `p_alive` and `expected_orders` say whether somebody is still there, not what they are worth; anything may read them.

Not held by this rule: conditions on `orders`, `spend` and the like, which you write yourself; the lane of help and offers, where worth may
weigh through `grows` and `features.with`; and what follows from something that was given: a surprise counts in the caps as any contact
does."""


def value_page() -> str:
    """Contents of ``docs/reference/value.md``."""
    read = [f"| `{one.name}` | {one.unit} | {one.doc} |" for one in FIELDS.values() if one.field in WORTH]
    types = " and ".join(f"{kind.name.lower()}s" for kind in ON_TOP)
    fields = ", ".join(f"`{one.name}`" for one in FIELDS.values() if one.field in OF_WORTH)
    parts = ["# What a customer is worth", "", _FROM_CODE, "", _INTRO, "", "| field | unit | meaning |", "|---|---|---|", *read, ""]
    formulas = [f"| {name} | {formula} |" for name, formula in _FORMULAS.items()]
    parts += ["## Formulas", "", _KNOWN, "", "| number | formula |", "|---|---|", *formulas, "", _PARAMETERS, ""]
    for title, text in (
        ("Potential", _LEARNED),
        ("Growth", _GROWTH),
        ("Tiers", _TIERS),
        ("The floor", _FLOOR.format(types=types, fields=fields)),
    ):
        parts += [f"## {title}", "", text, ""]
    return "\n".join([*parts, "## Keys", "", *keys_on("value")]).rstrip() + "\n"
