"""Refusals as RFC 9457 problem details: which field, what was wanted, where the rule is; never the value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

CONTENT_TYPE = b"application/problem+json"

#: Slug → title. The type URI is ``urn:platinum:problem:<slug>`` and never changes its meaning.
TITLES = {
    "malformed": "The body is not JSON",
    "invalid": "The request breaks its schema",
    "rejected": "The event cannot be accepted",
    "encoding": "The body is packed in a way that is not read here",
    "too-large": "The body is too large",
    "headers-too-large": "The headers of the request are too many or too large",
    "not-http": "What came is not an HTTP request",
    "not-found": "There is no such thing",
    "method": "This address does not answer to this method",
    "not-ready": "Not ready yet",
    "unavailable": "A dependency does not answer; try again",
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that is wrong: dotted path ("" = the whole body) and what was wanted."""

    field: str
    want: str


class Problem(Exception):
    """Ends a request with a problem+json answer.

    Attributes
    ----------
    status : int
    slug : str
        Key of ``TITLES``.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        errors: Sequence[FieldError] = (),
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.errors = tuple(errors)
        self.headers = tuple(headers)

    def body(self) -> bytes:
        """JSON of the problem."""
        problem: dict[str, Any] = {
            "type": f"urn:platinum:problem:{self.slug}",
            "title": TITLES[self.slug],
            "status": self.status,
            "detail": str(self),
        }
        if self.errors:
            problem["errors"] = [{"field": error.field, "want": error.want} for error in self.errors]
        return orjson.dumps(problem)


def malformed(detail: str) -> Problem:
    """400: nothing in the body can be named, because it is not JSON."""
    return Problem(400, "malformed", detail)


def invalid(field: str, want: str, rule: str = "/openapi.json") -> Problem:
    """422: a field is missing or of the wrong form."""
    return Problem(422, "invalid", f"{field or 'body'!r} must be {want}; see {rule}", [FieldError(field, want)])


def too_large(what: str, limit_bytes: int) -> Problem:
    """413; the connection is closed, because the rest of the body was not read."""
    return Problem(413, "too-large", f"{what} must be at most {limit_bytes} bytes", headers=[(b"connection", b"close")])


def encoding_unknown() -> Problem:
    """415 of a body that is neither plain nor gzip."""
    return Problem(415, "encoding", "'content-encoding' must be gzip or absent", headers=[(b"accept-encoding", b"gzip")])


def headers_too_large(most: int, limit_bytes: int) -> Problem:
    """431; the connection is closed, because the rest of the request was not read."""
    return Problem(
        431, "headers-too-large", f"a request may have at most {most} headers, of at most {limit_bytes} bytes with its first line"
    )


def not_http() -> Problem:
    """400; the connection is closed, because nobody knows where the next request begins."""
    return Problem(400, "not-http", "send requests in HTTP/1.1; the addresses and methods are listed in /openapi.json")


def unavailable() -> Problem:
    """503 of a dependency that is down: the same request may be sent again."""
    return Problem(503, "unavailable", "the log or the profile store does not answer", headers=[(b"retry-after", b"1")])
