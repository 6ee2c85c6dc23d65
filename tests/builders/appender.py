"""A process that appends to a log file until it is killed, and prints what was acknowledged.

``python -m tests.builders.appender <file> <name> <callers> <calls> [pause_s]``: each caller appends ``calls`` times
one to five records and prints ``partition offset value`` of each after the acknowledgement.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

from platinum.logs.sqlite import SqliteLog
from platinum.ports import Record
from tests.builders.logs import NOON_MS, TOPIC


async def main(path: Path, name: str, callers: int, calls: int) -> None:
    """Append; every line goes out in one write, so that a kill cuts no line in two."""
    log = SqliteLog(path, 4, 1, None)
    draw = random.Random(name)

    async def caller(c: int) -> None:
        for i in range(calls):
            values = [b"%s/%d/%d/%d" % (name.encode(), c, i, j) for j in range(draw.randint(1, 5))]
            placed = await log.append(TOPIC, [Record(b"c-%d" % c, value, NOON_MS, (), c % 4) for value in values])
            os.write(1, b"".join(b"%d %d %s\n" % (*place, value) for place, value in zip(placed, values, strict=True)))

    os.write(1, b"ready\n")
    await asyncio.gather(*map(caller, range(callers)))
    await log.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
