"""Slow twin of claims: every contact that was ever planned, with what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Contact:
    """One planned contact, of a promotion."""

    action: str
    channel: str
    expires_ms: int
    send_ms: int = 0
    claimant: str = ""
    over: str = ""  # "withdrawn", "aborted", "dispatched"


@dataclass
class Twin:
    """All contacts of one customer, and what the policy in force stops: (action, channel), "" = any."""

    contacts: dict[int, Contact] = field(default_factory=dict)
    stops: list[tuple[str, str]] = field(default_factory=list)

    def live(self, now_ms: int) -> list[int]:
        """Contacts that may still be sent."""
        return [n for n, c in self.contacts.items() if not c.over and c.expires_ms > now_ms]

    def claim(self, n: int, by: str, now_ms: int) -> str:
        """What ``by`` is told."""
        contact = self.contacts.get(n)
        if contact is None or n not in self.live(now_ms) or contact.claimant not in ("", by):
            return "drop"
        if self.is_stopped(contact):
            contact.over = "withdrawn"
            return "drop"
        if not contact.claimant and now_ms < contact.send_ms:
            return "later"
        contact.claimant = by
        return "send"

    def ends(self, n: int, how: str, now_ms: int) -> None:
        """It was dispatched or aborted."""
        if n in self.live(now_ms):
            self.contacts[n].over = how

    def takes_back(self, now_ms: int, only_stopped: bool) -> list[int]:
        """The customer opts out of everything, or what is stopped is swept; which contacts are withdrawn."""
        gone = [n for n in self.live(now_ms) if not self.contacts[n].claimant and (not only_stopped or self.is_stopped(self.contacts[n]))]
        for n in gone:
            self.contacts[n].over = "withdrawn"
        return gone

    def is_stopped(self, contact: Contact) -> bool:
        """Whether the policy in force forbids to send it."""
        return any(action in ("", contact.action) and channel in ("", contact.channel) for action, channel in self.stops)
