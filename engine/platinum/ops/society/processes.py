"""The firm's business processes that people run into, and how much effort each adds."""

from __future__ import annotations

from dataclasses import dataclass

#: What people come for.
INTENTS = ("question", "where_is_parcel", "return_parcel", "damaged")


@dataclass(frozen=True, slots=True)
class Desk:
    """A process in which people are served.

    Attributes
    ----------
    name : str
        As in ``properties.process``.
    channel : str
        As in ``context.channel``.
    load : float
        Factor on the rates of waits, transfers, re-asking, errors, failures and refusals: 1 neutral, above bad, below good.
    p_resolves : float
        Chance that one contact settles the matter.
    lean : float
        With ``confounded``: above 0 the impatient use it more, below 0 the patient.
    staffed : bool
        Whether a person answers (calls, chats): transfers instead of form errors.
    """

    name: str
    channel: str
    load: float = 1.0
    p_resolves: float = 0.75
    lean: float = 0.0
    staffed: bool = False


@dataclass(frozen=True, slots=True)
class Carrier:
    """A process that brings parcels.

    Attributes
    ----------
    name : str
        As in ``properties.process``.
    share : float
        Of the orders.
    median_h, sigma : float
        Of the log-normal time from order to door, in hours and in logs.
    quoted_h : float
        What the till promises (``expected_delivery``), in hours after the order.
    """

    name: str
    share: float
    median_h: float
    sigma: float
    quoted_h: float


#: Three bad, two good, five neutral. Confounded, the impatient crowd two neutral desks and a good one, and the patient two
#: neutral ones and a bad one: means per process then make good ones of bad ones and the other way round.
DESKS: tuple[Desk, ...] = (
    Desk("returns-form", "web", 1.8, 0.60),
    Desk("phone-menu", "call", 1.8, 0.60, -2.5, staffed=True),
    Desk("claims-desk", "email", 1.8, 0.60),
    Desk("chat-desk", "chat", 0.45, 0.90, 2.5, staffed=True),
    Desk("call-back", "call", 0.45, 0.90, staffed=True),
    Desk("help-pages", "web"),
    Desk("account-page", "web", lean=-2.5),
    Desk("mail-desk", "email", lean=2.5),
    Desk("shop-counter", "store", lean=2.5, staffed=True),
    Desk("service-line", "call", lean=-2.5, staffed=True),
)
CARRIERS: tuple[Carrier, ...] = (
    Carrier("courier-a", 0.45, 46.0, 0.30, 72.0),
    Carrier("courier-b", 0.35, 60.0, 0.40, 72.0),
    Carrier("post", 0.20, 70.0, 0.25, 96.0),
)
PROCESSES: tuple[Desk | Carrier, ...] = DESKS + CARRIERS
#: What the kill list and the keep list should find among ``DESKS``.
BAD = tuple(desk.name for desk in DESKS if desk.load > 1.5)
GOOD = tuple(desk.name for desk in DESKS if desk.load < 0.7)
