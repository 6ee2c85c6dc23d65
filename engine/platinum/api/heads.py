"""Heads of requests that were read before: the same bytes again mean the same, so nobody has to parse them again.

A client that keeps its connections sends the same request line and headers with every request, but for the length of the
body. Looking a head up takes 1 µs, parsing it 10, most of it in calls back from the parser.
"""

from __future__ import annotations

#: Heads kept at most. When there are more, clients send something of their own in each, such as a trace id: then all are
#: let go, and those that do come again are soon there again.
MOST = 256
#: A longer one is not kept.
MOST_BYTES = 2 << 10
_END = b"\r\n\r\n"


class Heads:
    """The bytes of heads, each with the length of the body that it declares.

    Only of requests that were alone in what was read, went past ASGI and left their connection open.
    """

    def __init__(self) -> None:
        self._body_bytes: dict[bytes, int] = {}

    def body_at(self, data: bytes) -> int:
        """Where the body begins, when ``data`` is exactly one request with a head of these; else 0."""
        at = data.find(_END, 0, MOST_BYTES) + len(_END)
        return at if self._body_bytes.get(data[:at]) == len(data) - at else 0

    def learn(self, data: bytes, body_bytes: int) -> None:
        """Keep the head of ``data``, one request with a body of so many bytes."""
        at = len(data) - body_bytes
        # Another end before that one, or none: there are bytes around the request, or lines that end in a bare \n.
        if data.find(_END, 0, MOST_BYTES) + len(_END) != at:
            return
        if len(self._body_bytes) >= MOST:
            self._body_bytes.clear()
        self._body_bytes[data[:at]] = body_bytes
