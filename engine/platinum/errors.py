"""What can go wrong, named by its remedy.

``Rejected``: dead letter, never retry. ``Unavailable``: retry with back-off. ``PolicyInvalid`` and
``UsageError``: tell the person who typed it. Everything else is a bug and ends the process.
Messages never quote customer data: logs outlive consent.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass


class PlatinumError(Exception):
    """Root of every error that this package raises on purpose."""


class Rejected(PlatinumError):
    """An input that can never be accepted; it goes to the dead letters.

    Attributes
    ----------
    reason : str
        One of ``platinum.vocabulary.REJECTION_REASONS``.
    field : str
        Dotted path of the offending field, or ``""`` when the whole input is meant.
    """

    def __init__(self, reason: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.field = field


class EventRejected(Rejected):
    """An event broke its schema or a named limit."""

    def __init__(self, reason: str, field: str, want: str) -> None:
        # The value stays out of the message: it may be personal data, and logs outlive consent.
        super().__init__(reason, f"{field or 'event'!r} must be {want}; see schemas/event/v1.json", field)


class Unavailable(PlatinumError):
    """A dependency did not answer, or its answer is unknown; calling again is safe."""


class Fenced(PlatinumError):
    """Another owner has taken this partition; stop working on it (design: "Refused?" case d)."""


class Inconsistent(PlatinumError):
    """Log and state contradict each other; the message names the command with which to decide."""


class UsageError(PlatinumError):
    """The caller asked for something that cannot be done; exit code 2."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a policy or map file.

    Attributes
    ----------
    line, column : int
        1-based position in the file.
    path : str
        Dotted path of the entry, such as ``actions.free-delivery.value``.
    message : str
        What was wanted and where the rule is.
    suggestion : str
        Nearest valid name, or ``""``.
    """

    line: int
    column: int
    path: str
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        hint = f". Did you mean {self.suggestion!r}?" if self.suggestion else ""
        return f"{self.line}:{self.column}: {self.path}: {self.message}{hint}"


class PolicyInvalid(PlatinumError):
    """A policy (or map) file has mistakes; all of them, in file order. Exit code 2.

    ``rules`` is the page that says what may stand there.
    """

    def __init__(self, source: str, problems: Sequence[Problem], rules: str = "docs/reference/policy.md") -> None:
        super().__init__("\n".join((*(f"{source}:{p}" for p in problems), f"what may stand there: {rules}")))
        self.source, self.rules = source, rules
        self.problems = tuple(problems)


def raised_at(error: BaseException) -> str:
    """File and line for a log line, in place of an error's text, which may quote a customer."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
