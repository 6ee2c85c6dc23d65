"""``platinum import --history --to URL``: events of the past into a running deployment."""

from __future__ import annotations

import urllib.error
import urllib.request

import orjson

from platinum.errors import Unavailable, UsageError
from platinum.ops.importing import ImportReport, Sink
from platinum.ops.importing.write import Line

#: Bytes of events per request; the API takes 1 MiB.
MOST_BYTES = 512 << 10
MOST_EVENTS = 5_000


class HistorySink:
    """Posts events in batches; each is folded and decides nothing. What the deployment rejects goes into ``report``."""

    def __init__(self, url: str, report: ImportReport) -> None:
        if not url.startswith(("http://", "https://")):
            raise UsageError("'--to' must be an http:// or https:// address of a running `platinum up`")
        self._report = report
        self._url = f"{url.rstrip('/')}/v1/batch"
        self._waiting: list[bytes] = []
        self._bytes = 0

    def put(self, line: Line) -> None:
        """Take one event; a full batch is posted and durable before this returns."""
        if self._waiting and (self._bytes + len(line.value) > MOST_BYTES or len(self._waiting) == MOST_EVENTS):
            self._post()
        self._waiting.append(line.value)
        self._bytes += len(line.value) + 1

    def close(self, complete: bool) -> None:
        """Post what waits. Sending a history again is safe: messages count once while they are recent."""
        if complete and self._waiting:
            self._post()

    def _post(self) -> None:
        body = b'{"batch":[' + b",".join(self._waiting) + b"]}"
        headers = {"content-type": "application/json", "platinum-history": "1"}
        request = urllib.request.Request(self._url, body, headers)  # noqa: S310 - scheme checked above
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                rejected = orjson.loads(response.read())["rejected"]
        except urllib.error.HTTPError as error:
            raise Unavailable(f"{self._url} answered {error.code}: {error.read(500).decode(errors='replace')}") from error
        except OSError as error:
            raise Unavailable(f"{self._url} does not answer: {error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise Unavailable(f"{self._url} does not answer as Platinum does; is it another program's?") from error
        for one in rejected:
            self._report.reject(f"{one['reason']}: {one['message']}")
        self._waiting, self._bytes = [], 0


def history_sink(url: str, report: ImportReport) -> Sink:
    """Sink for ``platinum import --history``."""
    return HistorySink(url, report)
