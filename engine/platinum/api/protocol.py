"""Uvicorn's HTTP protocol with a way past ASGI for decision requests; everything else stays uvicorn's.

An empty ASGI application takes 105 µs CPU per request at 3,000 requests/s: a task, a scope, an event and two messages
for each. What is taken past it is narrow on purpose: a POST to the one address, HTTP/1.1, a body of known and small
length, no header that asks for anything. Connections, pipelining, keep-alive and shutdown are uvicorn's own code, for
which a decision in the making is a cycle like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from platinum.api.app import problem_of
from platinum.api.arrivals import Arrivals
from platinum.api.problems import CONTENT_TYPE, Problem
from platinum.api.requests import decision_request
from platinum.api.service import Service

PATH = b"/v1/decisions"
#: Headers that ask for something this way does not do, and uvicorn or the application does.
_ASKING = frozenset({b"expect", b"transfer-encoding", b"content-encoding", b"upgrade", b"te", b"trailer"})
_JSON, _PROBLEM = b"content-type: application/json\r\n", b"content-type: " + CONTENT_TYPE + b"\r\n"
_TEXT = b"content-type: text/plain; charset=utf-8\r\n"
_CLOSE = b"connection: close\r\n"


class _Heard:
    """Stands in for the event on which an ASGI application would wait."""

    @staticmethod
    def set() -> None:
        """Nobody waits."""


class DecisionCycle:
    """One decision request and its answer; to uvicorn's protocol a ``RequestResponseCycle``."""

    __slots__ = ("_protocol", "body", "disconnected", "keep_alive", "may_start", "more_body", "response_complete")
    message_event = _Heard

    def __init__(self, protocol: DecisionProtocol, keep_alive: bool, may_start: bool) -> None:
        self._protocol = protocol
        self.keep_alive = keep_alive
        self.may_start = may_start  # False: an earlier request of the connection is still to be answered
        self.body = b""
        self.more_body = True
        self.disconnected = False
        self.response_complete = False

    def go_on(self) -> None:
        """Ask, once the body is there and it is this request's turn."""
        if self.more_body or not self.may_start:
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


class DecisionProtocol(HttpToolsProtocol):
    """One connection.

    Parameters
    ----------
    service : Service
    arrivals : Arrivals
        Shared by all connections.
    given : Any
        Uvicorn's own arguments.
    """

    def __init__(self, service: Service, arrivals: Arrivals, **given: Any) -> None:
        super().__init__(**given)
        self.service = service
        self._arrivals = arrivals
        self._unread: list[bytes] = []
        self._decision: DecisionCycle | None = None  # the request that is being read, if it goes the short way
        self._held: DecisionCycle | None = None  # waits for the client to read its answers
        self._asking = False  # a header was seen that rules the short way out
        self._body_bytes = -1  # declared length
        self._idle_since_s = 0.0
        self._default: Sequence[tuple[bytes, bytes]] = ()
        self._default_lines = b""

    @property
    def _idle(self) -> bool:
        """No request is being read or answered."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is None or cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Leave a new request for the next turn; what belongs to a running one is read at once."""
        if not self._idle:
            super().data_received(data)
            return
        if not self._unread:
            self._arrivals.add(self)
        self._unread.append(data)

    def read_now(self) -> None:
        """See ``arrivals.Unread``."""
        if self._unread:
            data = b"".join(self._unread)
            self._unread.clear()
            super().data_received(data)

    def _unset_keepalive_if_required(self) -> None:
        """Leave the timer; it looks for itself. A timer set and cancelled for every request took 3 µs."""

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has been silent for long enough, else look again when it may have been."""
        self.timeout_keep_alive_task = None
        if self.transport.is_closing():
            return
        left_s = self.timeout_keep_alive - (self.loop.time() - self._idle_since_s)
        if self._idle and not self._unread and left_s <= 0.0:
            self.transport.close()
        else:
            self.timeout_keep_alive_task = self.loop.call_later(max(left_s, 1.0), self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        """A request that had come whole counts, even if its sender did not wait."""
        if self._unread:
            self.read_now()
            self.loop.call_soon(self._lost, exc)  # behind the application's first step, which takes the body
        else:
            self._lost(exc)

    def _lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def shutdown(self) -> None:
        """Answer what has arrived, then close."""
        self.read_now()
        super().shutdown()

    def on_message_begin(self) -> None:
        """Begin without uvicorn's scope: ``_by_uvicorn`` makes it for requests that need one."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._asking = False
        self._body_bytes = -1

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header, and see whether it rules the short way out."""
        name = name.lower()
        self.headers.append((name, value))
        if name == b"content-length":
            self._body_bytes = int(value) if value.isdigit() else -1
        elif name in _ASKING:
            self._asking = True
            self.expect_100_continue |= name == b"expect" and value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        """Choose the way."""
        parser = self.parser
        if (
            self.url != PATH
            or self._asking
            or not 0 <= self._body_bytes <= HIGH_WATER_LIMIT
            or parser.get_method() != b"POST"
            or parser.get_http_version() != "1.1"
            or parser.should_upgrade()
        ):
            self._by_uvicorn()
            return
        cycle = DecisionCycle(self, parser.should_keep_alive(), may_start=self._idle)
        self._decision = cycle
        self.cycle = cast("RequestResponseCycle", cycle)
        if not cycle.may_start:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _by_uvicorn(self) -> None:
        self._decision = None
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Bytes of a body."""
        if self._decision is None:
            super().on_body(body)
        else:
            self._decision.body += body

    def on_message_complete(self) -> None:
        """A request is there."""
        if self._decision is None:
            super().on_message_complete()
        else:
            self._decision.more_body = False
            self._decision.go_on()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        if isinstance(cycle, DecisionCycle):
            if self.flow.write_paused:
                self._held = cycle
            else:
                cycle.may_start = True
                cycle.go_on()
        else:
            super()._start_asgi_task(cycle, app)

    def answer(self, status: int, headers: bytes, body: bytes, keep_alive: bool) -> None:
        """Write an answer and go on with the connection's next request."""
        if self.transport.is_closing():
            return
        given = self.server_state.default_headers  # uvicorn makes a new list when the date changes
        if given is not self._default:
            self._default = given
            self._default_lines = b"".join([b"%b: %b\r\n" % header for header in given])
        closing = b"" if keep_alive or _CLOSE in headers else _CLOSE
        lines = (STATUS_LINE[status], self._default_lines, headers, b"content-length: %d\r\n" % len(body), closing, b"\r\n", body)
        self.transport.write(b"".join(lines))
        if closing or _CLOSE in headers:
            self.transport.close()
        self.on_response_complete()

    def on_response_complete(self) -> None:
        """Uvicorn's, but for the timer; and of a client that does not read its answers nothing more is read."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self._idle_since_s = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        if self.flow.write_paused:
            self.flow.pause_reading()
        else:
            self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def pause_writing(self) -> None:
        """The client lets answers pile up."""
        super().pause_writing()
        self.flow.pause_reading()

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        held, self._held = self._held, None
        if held is not None:
            self._start_asgi_task(held, self.app)
        elif self._idle:
            self.flow.resume_reading()


def protocol_of(service: Service) -> Callable[..., asyncio.Protocol]:
    """What uvicorn calls for each connection (``Config.http``)."""
    arrivals = Arrivals()

    def connection(**given: Any) -> asyncio.Protocol:
        return DecisionProtocol(service, arrivals, **given)

    return connection
