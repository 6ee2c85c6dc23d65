"""A decision request past ASGI: what uvicorn's protocol sees of it, and how it is asked and answered."""

from __future__ import annotations

import logging
from typing import Protocol

from platinum.api.app import problem_of
from platinum.api.problems import CONTENT_TYPE, Problem
from platinum.api.requests import decision_request
from platinum.api.service import Service

_JSON, _PROBLEM = b"content-type: application/json\r\n", b"content-type: " + CONTENT_TYPE + b"\r\n"
_TEXT = b"content-type: text/plain; charset=utf-8\r\n"


class Connection(Protocol):
    """What a cycle needs of its connection."""

    @property
    def service(self) -> Service:
        """Whom to ask."""

    @property
    def logger(self) -> logging.Logger:
        """The server's."""

    def answer(self, status: int, headers: bytes, body: bytes, keep_alive: bool) -> None:
        """Write an answer and go on with the connection's next request."""


class _Heard:
    """Stands in for the event on which an ASGI application would wait."""

    @staticmethod
    def set() -> None:
        """Nobody waits."""


class DecisionCycle:
    """One decision request and its answer; to uvicorn's protocol a ``RequestResponseCycle``.

    Parameters
    ----------
    may_start : bool
        False: an earlier request of the connection is still to be answered.
    refused : Problem, optional
        The answer, whatever the request was.
    body : bytes
        What of it is there already.
    """

    __slots__ = ("_protocol", "_refused", "body", "disconnected", "keep_alive", "may_start", "more_body", "response_complete")
    message_event = _Heard

    def __init__(self, protocol: Connection, keep_alive: bool, may_start: bool, refused: Problem | None = None, body: bytes = b"") -> None:
        self._protocol = protocol
        self.keep_alive = keep_alive
        self.may_start = may_start
        self._refused = refused
        self.body = body
        self.more_body = refused is None
        self.disconnected = False
        self.response_complete = False

    def go_on(self) -> None:
        """Ask, once the body is there and it is this request's turn."""
        if self.more_body or not self.may_start:
            return
        if self._refused is not None:
            self._refuse(self._refused)
            return
        service = self._protocol.service
        try:
            request = decision_request(self.body, service.accepts_now)
        except Problem as problem:
            self._refuse(problem)
        else:
            service.ask(request, self._reply)

    def _reply(self, result: list[bytes] | Exception) -> None:
        if not isinstance(result, Exception):
            self._answer(200, _JSON, b'{"decisions":[' + b",".join(result) + b"]}")
        elif problem := problem_of(result):
            self._refuse(problem)
        else:
            self._protocol.logger.error("Exception in a decision request\n", exc_info=result)
            self.keep_alive = False
            self._answer(500, _TEXT, b"Internal Server Error")

    def _refuse(self, problem: Problem) -> None:
        more = b"".join([b"%b: %b\r\n" % header for header in problem.headers])
        self._answer(problem.status, _PROBLEM + more, problem.body())

    def _answer(self, status: int, headers: bytes, body: bytes) -> None:
        self.response_complete = True
        self._protocol.answer(status, headers, body, self.keep_alive)
