"""Uvicorn's HTTP protocol with a way past ASGI for decision requests; everything else stays uvicorn's.

An empty ASGI application takes 105 µs CPU per request at 3,000 requests/s: a task, a scope, an event and two messages
for each. What is taken past it is narrow on purpose: a POST to the one address, HTTP/1.1, a body of known and small
length, no header that asks for anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from platinum.api.arrivals import Arrivals
from platinum.api.connection import BoundedConnection
from platinum.api.cycle import DecisionCycle
from platinum.api.heads import Heads
from platinum.api.service import Service

PATH = b"/v1/decisions"
#: Headers that ask for something this way does not do, and uvicorn or the application does.
_ASKING = frozenset({b"expect", b"transfer-encoding", b"content-encoding", b"upgrade", b"te", b"trailer"})
_CLOSE = b"connection: close\r\n"


class DecisionProtocol(BoundedConnection):
    """A connection whose plain decision requests go past ASGI.

    Parameters
    ----------
    service, arrivals, given
        See ``BoundedConnection``.
    heads : Heads
        Shared by all connections.
    """

    def __init__(self, service: Service, arrivals: Arrivals, heads: Heads, **given: Any) -> None:
        super().__init__(service, arrivals, **given)
        self._heads = heads
        self._begun = 0  # requests that the parser has seen the beginning of
        self._between = True  # the parser is new, or stands behind a whole request that went the short way
        self._asking = False  # a header was seen that rules the short way out
        self._body_bytes = -1  # declared length
        self._default: Sequence[tuple[bytes, bytes]] = ()
        self._default_lines = b""

    def _feed(self, data: bytes) -> None:
        """Without the parser, if ``data`` is a request like one that it has read before."""
        between = self._between and self._idle
        if between and (at := self._heads.body_at(data)) > 0:
            self._begin(DecisionCycle(self, keep_alive=True, may_start=True, body=data[at:]))
            self.on_message_complete()
            return
        begun = self._begun
        super()._feed(data)
        last = self._decision
        if between and self._begun == begun + 1 and self._between and last is not None and last.keep_alive:
            self._heads.learn(data, self._body_bytes)

    def _begin(self, cycle: DecisionCycle) -> None:
        self._decision = cycle
        self.cycle = cast("RequestResponseCycle", cycle)
        if cycle.may_start:
            self._active = cycle
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def on_message_begin(self) -> None:
        """Begin without uvicorn's scope: ``_by_uvicorn`` makes it for requests that need one."""
        self._begun += 1
        self._between = False
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._asking = False
        self._body_bytes = -1
        self._in_head = True
        self._head_bytes = 0
        self._head_since_s = self.loop.time()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header, and see whether it rules the short way out."""
        if not self._in_head:
            return  # behind a body, where nobody looks
        name = name.lower()
        self.headers.append((name, value))
        if name == b"content-length":
            self._body_bytes = int(value) if value.isdigit() else -1
        elif name in _ASKING:
            self._asking = True
            self.expect_100_continue |= name == b"expect" and value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        """Choose the way."""
        self._in_head = False
        if self._head_too_large():
            raise ValueError("headers")  # the parser gives up, see ``send_400_response``
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
        self._begin(DecisionCycle(self, parser.should_keep_alive(), may_start=self._idle))

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
            self._between = True
            self._decision.more_body = False
            self._decision.go_on()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._active = cycle
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


def protocol_of(service: Service) -> Callable[..., asyncio.Protocol]:
    """What uvicorn calls for each connection (``Config.http``)."""
    arrivals, heads = Arrivals(), Heads()

    def connection(**given: Any) -> asyncio.Protocol:
        return DecisionProtocol(service, arrivals, heads, **given)

    return connection
