"""Row + event → row: the order of an event's effects, one kernel per kind of fact."""

from __future__ import annotations

from platinum.events.columns import FLAG_BROUGHT
from platinum.jit import constant, inner, shared
from platinum.policy.tables import Tables
from platinum.profile.affinity import POINTS_ADDED, POINTS_LISTED, POINTS_VIEWED, add_interest, add_ordered
from platinum.profile.agents import tell_resolved
from platinum.profile.bonds import fold_bonds
from platinum.profile.called_off import calls_off, fold_called_off
from platinum.profile.care import state_care, state_use
from platinum.profile.consent import DENIED, OBJECTED, may_profile, state_consent
from platinum.profile.contacts import drop_expired, find_planned
from platinum.profile.effort import fold_ces
from platinum.profile.examples import settle_examples
from platinum.profile.goals import fold_goal
from platinum.profile.gratitude import earn
from platinum.profile.heard import hear, left
from platinum.profile.identity import is_repeat, remember_message, see
from platinum.profile.interests import answer_introduction, leave_community, state_interest
from platinum.profile.journeys import fold_journey
from platinum.profile.ledger import fold_ledger
from platinum.profile.obligations import forget_settled, put_in_order
from platinum.profile.outcomes import fold_outcome
from platinum.profile.pending import find_pending
from platinum.profile.preferences import state_preference
from platinum.profile.roles import fold_role
from platinum.profile.row import Record, wide
from platinum.profile.standing import tell_standing
from platinum.profile.style import may_look_at_style, wipe_style
from platinum.profile.style_events import fold_style
from platinum.profile.talk import listen, state_party
from platinum.profile.tiers import settle_tier
from platinum.profile.timers import arm, set_timer
from platinum.profile.traits import set_trait
from platinum.profile.value import add_order, add_refund, add_view, change_cart
from platinum.profile.welcome import asked_for, gone
from platinum.profile.withdraw import withdraw, withdraw_in_role
from platinum.profile.worth import fold_life
from platinum.vocabulary.codes import Kind, Purpose

_IDENTIFY, _ORDER, _CANCELLED, _REFUNDED = (
    int(Kind.IDENTIFY),
    int(Kind.ORDER_COMPLETED),
    int(Kind.ORDER_CANCELLED),
    int(Kind.ORDER_REFUNDED),
)
_LISTED, _VIEWED, _ADDED, _REMOVED = (
    int(Kind.PRODUCT_LIST_VIEWED),
    int(Kind.PRODUCT_VIEWED),
    int(Kind.PRODUCT_ADDED),
    int(Kind.PRODUCT_REMOVED),
)
_SURVEY, _RESOLVED = int(Kind.SURVEY_ANSWERED), int(Kind.CONTACT_RESOLVED)
_CART_VIEWED, _CHECKOUT = int(Kind.CART_VIEWED), int(Kind.CHECKOUT_STARTED)
_CONSENT, _OBJECTION, _UNSUBSCRIBED = int(Kind.CONSENT_CHANGED), int(Kind.OBJECTION_MADE), int(Kind.UNSUBSCRIBED)
_CARE, _LIFE = int(Kind.VULNERABILITY_STATED), int(Kind.LIFE_EVENT_REPORTED)
_GOAL_STATED, _GOAL_PROGRESSED = int(Kind.GOAL_STATED), int(Kind.GOAL_PROGRESSED)
_MESSAGE, _NOTED, _READ = int(Kind.MESSAGE_RECEIVED), int(Kind.STYLE_NOTED), int(Kind.CONTENT_READ)
_STATED, _SPAM = int(Kind.PREFERENCE_STATED), int(Kind.CONTACT_MARKED_SPAM)
_FIRST_OUTCOME, _LAST_OUTCOME = int(Kind.DECISION_SHOWN), int(Kind.CONTACT_ABORTED)
_REDEEMED = int(Kind.OFFER_REDEEMED)
_OVERRIDDEN = int(Kind.DECISION_OVERRIDDEN)  # says who did it where other outcomes say whose it is
_FIRST_ENGINE_KIND, _LAST_ENGINE_KIND = int(Kind.POLICY_ACTIVATED), int(Kind.ACCOUNT_CONTACTED)
_INTEREST, _INTRODUCED, _EVERYWHERE = int(Kind.INTEREST_STATED), int(Kind.INTRODUCTION_ANSWERED), constant(0)
_GROUP = int(Kind.GROUP)
_PROMOTION, _DENIED = constant(Purpose.PROMOTION), constant(DENIED)


@inner
def is_of_another(event: Record) -> bool:
    """Whether it is an outcome of what was decided for somebody else than who brings it."""
    kind = wide(event["kind"])
    return bool(_FIRST_OUTCOME <= kind <= _LAST_OUTCOME and kind != _OVERRIDDEN and event["high"] != 0.0)


@inner
def is_about_nothing(row: Record, event: Record) -> bool:
    """Whether somebody else brings what came of a decision that the row does not know: anybody may name anybody.

    Offers are looked for where they are kept (``profile.offers``).
    """
    if (event["flags"] & FLAG_BROUGHT) == 0 or event["kind"] == _REDEEMED:
        return False
    return bool(find_pending(row, event["ref"]) < 0 and find_planned(row, event["ref"]) < 0)


@shared
def fold(row: Record, event: Record, items: Record, tables: Tables, more: Record) -> int:
    """Fold one event into its customer's row.

    What was done for an account is the person's as far as it is about them: how they are spoken to, contacts, consents, effort, what is
    owed (named so that it stays in that role). What they bought, looked at and want there is in the account's own row.

    Parameters
    ----------
    row : ROW
        Changed in place.
    event : EVENT
        ``record_ms`` must already be raised to the bucket's clock: it is the fold's ``now_ms``.
    items : ITEM[*]
        Of the whole batch.
    tables : Tables
    more : MORE[*]
        Second rows; ``NO_MORE`` where the row is a copy that is thrown away.

    Returns
    -------
    int
        0 for a repeated message (nothing changed), else 1 + n, where n planned contacts were withdrawn; those stand
        in ``row["planned"][n_planned : n_planned + n]`` until the row is changed again.
    """
    if is_repeat(row, event["message"]):
        return 0
    remember_message(row, event["message"])
    row["acting"] = event["account"]
    kind, now_ms = wide(event["kind"]), wide(event["record_ms"])
    if _FIRST_ENGINE_KIND <= kind <= _LAST_ENGINE_KIND or is_about_nothing(row, event):
        row["acting"] = 0
        return 1  # no sign of life; timers and decisions have their own kernels
    tell_standing(row, more, wide(event["occurred_ms"]), tables)
    see(row, event)
    if is_of_another(event):
        row["acting"] = 0
        return 1  # it is passed on to whom was decided for (``pipeline.whose``)
    settle_examples(row, now_ms, tables)
    moved, own = False, is_own(event) or not _LISTED <= kind <= _REFUNDED
    if own and _LISTED <= kind <= _REFUNDED:
        moved = fold_shopping(row, event, items, tables)
    elif _FIRST_OUTCOME <= kind <= _LAST_OUTCOME:
        fold_outcome(row, more, event, tables)
    fold_statement(row, event, items, tables, more)
    fold_relation(row, more, event, items, tables)
    if own:
        if row["n_examples"] > 0:
            hear(row, event, tables)
        fold_bonds(row, event, tables)
        weight = tables.thank_for[kind]
        if weight != 0.0 and (kind != _ORDER or event["amount"] > 0.0):
            earn(row, weight, event["occurred_ms"], tables)
    drop_expired(row, now_ms)
    fold_ledger(row, more, event, items, tables)
    forget_settled(row, more)
    put_in_order(row, more)
    arm(row, tables, now_ms, moved)
    withdrawn = withdraw(row, more, event, tables)
    if kind == _GROUP and not is_own(event):
        withdrawn += withdraw_in_role(row, more, wide(event["account"]), now_ms, tables)
    set_timer(row, more, tables)
    row["acting"] = 0
    return 1 + withdrawn


@inner
def is_own(event: Record) -> bool:
    """Whether what they bought, looked at or want is theirs, and not an account's."""
    return bool(event["account"] == 0)


@inner
def fold_relation(row: Record, more: Record, event: Record, items: Record, tables: Tables) -> None:
    """Fold what an event says of person and firm: whether contacts are welcome, roles, journeys, talk, what a team settled."""
    kind, at_ms = wide(event["kind"]), wide(event["occurred_ms"])
    if kind == _UNSUBSCRIBED or kind == _SPAM:
        gone_by(row, event, tables)
    elif kind == _CONSENT and event["name_a"] == 0 and event["low"] > 0.0:
        asked_for(row, wide(event["name_b"]), at_ms)
    elif kind == _GROUP and not is_own(event):  # in the row of the account itself it is about nobody
        fold_role(row, event, items)
    fold_journey(row, event, tables)
    listen(row, kind, at_ms)
    if kind == _RESOLVED:
        tell_resolved(row, more, event, tables)
    elif kind == _INTEREST and is_own(event) and event["name_a"] != 0:
        state_interest(row, more, event, tables)
    elif kind == _INTRODUCED and is_own(event) and event["name_a"] != 0 and event["high"] > 0.0:
        answer_introduction(row, more, event, tables)
    elif kind == _SURVEY:
        fold_ces(row, event)


@inner
def fold_shopping(row: Record, event: Record, items: Record, tables: Tables) -> bool:
    """Fold a view, a change of the cart or an order; returns whether the last purchase day moved."""
    kind, at_ms = wide(event["kind"]), wide(event["occurred_ms"])
    if kind == _ORDER:
        if event["amount"] > 0.0:
            add_ordered(row, event, items, tables)
        moved = add_order(row, event, items, tables)
        if event["amount"] > 0.0:
            settle_tier(row, wide(event["record_ms"]), tables)
        return moved
    if kind == _VIEWED or kind == _LISTED:
        add_view(row, event, tables)
        add_interest(row, event["name_a"], POINTS_VIEWED if kind == _VIEWED else POINTS_LISTED, at_ms, tables)
    elif kind == _ADDED:
        change_cart(row, abs(event["amount"]), at_ms)
        add_interest(row, event["name_a"], POINTS_ADDED, at_ms, tables)
    elif kind == _REMOVED:
        change_cart(row, -abs(event["amount"]), at_ms)
    elif (kind == _CART_VIEWED or kind == _CHECKOUT) and event["amount"] > 0.0:
        change_cart(row, event["amount"] - row["cart_value"], at_ms)
    elif calls_off(kind):
        fold_called_off(row, event, items)
        if kind == _CANCELLED:
            row["cancellations"] += 1
        else:
            add_refund(row, event["amount"])
    return False


@inner
def fold_statement(row: Record, event: Record, items: Record, tables: Tables, more: Record) -> None:
    """Fold what a customer said about themselves: traits, consent, objections, preferences."""
    kind, at_ms, offset = wide(event["kind"]), wide(event["occurred_ms"]), wide(event["offset"])
    if kind == _IDENTIFY:
        for i in range(wide(event["item_start"]), wide(event["item_start"] + event["item_count"])):
            set_trait(row, items[i], at_ms, tables)
            state_party(row, items[i], at_ms)
    elif kind == _STATED:
        state_preference(row, event)
    elif kind == _MESSAGE or kind == _NOTED or kind == _READ:
        fold_style(row, event, items, tables, more)
    elif kind == _CARE:
        state_care(row, event)
    elif kind == _LIFE or kind == _GOAL_STATED or kind == _GOAL_PROGRESSED:
        if is_own(event):
            fold_plans(row, event, tables)
    elif kind == _CONSENT and event["name_a"] != 0:
        state_use(row, wide(event["name_a"]), wide(event["code"]), wide(event["low"]), at_ms, offset)
    elif kind == _CONSENT or kind == _OBJECTION or kind == _UNSUBSCRIBED:
        state = wide(event["low"])
        if state == 0:  # the bare event says enough
            state = OBJECTED if kind == _OBJECTION else DENIED
        state_consent(row, wide(event["code"]), wide(event["name_b"]), state, at_ms, offset)
        forget_objected(row, more, at_ms, tables)
    elif kind == _SPAM:
        # Whoever marks a message as spam wants no more of its kind there, whether or not they find the opt-out. When
        # nobody knows any more where that was, they want no more of it anywhere.
        state_consent(row, _PROMOTION, marked_channel(row, event), _DENIED, at_ms, offset)


@inner
def fold_plans(row: Record, event: Record, tables: Tables) -> None:
    """Fold what a customer told of their life and of what they want to reach."""
    if event["kind"] == _LIFE:
        fold_life(row, event, tables)
    else:
        fold_goal(row, event)


@inner
def forget_objected(row: Record, more: Record, at_ms: int, tables: Tables) -> None:
    """Let go of what the person objects to: how they write, and being introduced to others."""
    if row["style_as_of_ms"] > 0 and not may_look_at_style(row):
        wipe_style(row)
    if row["n_interests"] > 0 and not may_profile(row, _EVERYWHERE):
        leave_community(row, more, at_ms, tables)


@inner
def gone_by(row: Record, event: Record, tables: Tables) -> None:
    """Whoever unsubscribes or takes a message for spam did not welcome what was sent there, or (channel 0) anywhere."""
    channel = wide(event["name_b"]) if event["kind"] == _UNSUBSCRIBED else marked_channel(row, event)
    gone(row, channel, wide(event["occurred_ms"]), tables)
    left(row, channel, wide(event["occurred_ms"]), wide(event["record_ms"]), tables)


@inner
def marked_channel(row: Record, event: Record) -> int:
    """Channel (name hash) of the message that was marked as spam: of the decision, else as the event says; 0 = all."""
    at = find_pending(row, event["ref"])
    if at >= 0:
        return wide(row["pending"][at]["channel"])
    at = find_planned(row, event["ref"])
    return wide(row["planned"][at]["channel"] if at >= 0 else event["channel"])
