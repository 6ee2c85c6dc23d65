"""One call of a running API by a command."""

from __future__ import annotations

import urllib.error
import urllib.request
from contextlib import suppress
from typing import Any

import orjson

from platinum.errors import Unavailable, UsageError

#: Longer than an API makes anybody wait.
_PATIENCE_S = 10.0


def call(url: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Answer of the API at ``url`` to a POST of ``body``, or to a GET where that is None.

    Raises
    ------
    UsageError
        It refuses what was asked; its own words say why.
    Unavailable
        It does not answer, or says that it cannot.
    """
    packed = None if body is None else orjson.dumps(body)
    request = urllib.request.Request(f"{url.rstrip('/')}{path}", packed, {"content-type": "application/json"})  # noqa: S310 - the scheme is checked (one_place)
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as response:  # noqa: S310
            said: dict[str, Any] = orjson.loads(response.read())
            return said
    except urllib.error.HTTPError as error:
        if error.code < 500:
            raise UsageError(_detail(error)) from None
        raise Unavailable(f"{url} answered {error.code}") from error
    except OSError as error:
        raise Unavailable(f"{url} does not answer: {error}") from error


def _detail(error: urllib.error.HTTPError) -> str:
    with suppress(orjson.JSONDecodeError, KeyError, TypeError):
        return str(orjson.loads(error.read())["detail"])
    return f"the deployment refused what was asked ({error.code})"
