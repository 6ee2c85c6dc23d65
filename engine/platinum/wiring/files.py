"""``platinum run``: an event file through the engine in memory, decisions and profiles out as JSON lines."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import orjson

from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.ports import DEAD_LETTERS
from platinum.profile.readable import readable_blob

#: Lines handed to the engine at once; the result does not depend on it.
CHUNK = 20_000


def run_file(
    policy: Path,
    events: Path,
    decisions: Path,
    profiles: Path | None,
    now_ms: int | None,
    partitions: int,
    advance: Callable[[int], None],
) -> dict[str, Any]:
    """Play ``events`` through ``policy`` and write what was decided.

    Parameters
    ----------
    now_ms : int or None
        Instant as of which profiles are written; the newest record's when None.
    advance : callable
        Told the bytes of input consumed since its last call.

    Returns
    -------
    dict
        ``events, decisions, dead_letters, customers, policy``.
    """
    refuse_overwriting({"--policy": policy, "--events": events}, {"--decisions": decisions, "--profiles": profiles})
    n_events = n_decisions = 0
    with ExitStack() as stack:
        engine = stack.enter_context(Engine.open(policy, partitions=partitions))
        out = stack.enter_context(_open_out(decisions))
        for chunk, consumed in _chunks(events):
            bodies = engine.process_json(chunk)
            out.writelines(body + b"\n" for body in bodies)
            n_events += len(chunk)
            n_decisions += len(bodies)
            advance(consumed)
        customers = engine.customers()
        if profiles is not None:
            with _open_out(profiles) as target:
                as_of_ms = engine.clock_ms if now_ms is None else now_ms
                for key, blob in customers.items():
                    target.write(orjson.dumps(readable_blob(blob, engine.policy, as_of_ms, key.decode())) + b"\n")
        return {
            "events": n_events,
            "decisions": n_decisions,
            "dead_letters": engine.count(DEAD_LETTERS),
            "customers": len(customers),
            "policy": engine.policy.version,
        }


def refuse_overwriting(inputs: Mapping[str, Path], outputs: Mapping[str, Path | None]) -> None:
    """Refuse to write over what is read, or twice to one file; names are those of the options.

    Raises
    ------
    UsageError
        Nothing was opened yet.
    """
    seen = {path.resolve(): name for name, path in inputs.items()}
    for name, path in outputs.items():
        if path is None or (path.exists() and not path.is_file()):
            continue  # /dev/null and pipes hold nothing that could be lost
        if (other := seen.setdefault(path.resolve(), name)) != name:
            raise UsageError(f"'{name}' must be another file than '{other}': it would be written over")


def _chunks(path: Path) -> Iterator[tuple[list[bytes], int]]:
    """(lines, bytes of the file consumed by them); blank lines are passed over."""
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        source: Iterable[bytes] = stack.enter_context(gzip.open(raw)) if path.suffix == ".gz" else raw
        chunk: list[bytes] = []
        at = 0
        for line in source:
            text = line.strip()
            if text:
                chunk.append(text)
            if len(chunk) == CHUNK:
                yield chunk, raw.tell() - at
                at, chunk = raw.tell(), []
        yield chunk, raw.tell() - at


def _open_out(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        # No name and no time in the header: the same decisions give the same bytes.
        return gzip.GzipFile(filename="", fileobj=path.open("wb"), mode="wb", mtime=0)  # type: ignore[return-value]
    return path.open("wb")
