"""``platinum demo``: a shop with simulated customers on this machine, two weeks in a minute, leaving nothing behind.

Everything is the embedded form itself: SQLite log, Valkey, stream and HTTP API as ``platinum up`` runs them, on a
clock that runs fast. Only the people are made up.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import uvloop
from rich.console import Console

from platinum.api.service import DecisionRequest
from platinum.errors import Unavailable
from platinum.ops.demo import DemoStats, run_view
from platinum.ops.demo.who import describer
from platinum.ops.population import START_MS, Crowd, Population
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import DECISIONS, INTERACTIONS
from platinum.stream.runner import Outputs
from platinum.wiring.door import Door, listening
from platinum.wiring.loglines import no_log
from platinum.wiring.serve import Running, up
from platinum.wiring.sockets import passing_folder
from platinum.wiring.warm import leave_if_compiling

#: Milliseconds of the shop's time per millisecond of the demo's: two weeks take 60 s.
SPEED = 20_160
#: The shop has been open for so long when the demo begins; that past is folded and decides nothing.
PAST_DAYS = 42
_CHUNK = 4_000
_STEP_S = 0.05
_LONGEST_WAIT_S, _LONGEST_APPEND_S = 5.0, 30.0
#: Of the people who look at products, every second one comes by the home page, which asks over HTTP what to show.
_ASK_EVERY = 2


class FastClock:
    """The shop's clock: stands still until ``start``, then runs ``SPEED`` times as fast as the wall's."""

    def __init__(self, start_ms: int) -> None:
        self._start_ms = start_ms
        self._began = 0.0

    def start(self) -> None:
        """Let it run."""
        self._began = time.monotonic()

    def __call__(self) -> int:
        """Milliseconds since 1970 in the shop."""
        passed_s = time.monotonic() - self._began if self._began else 0.0
        return self._start_ms + int(passed_s * 1000 * SPEED)


def run_demo(seconds: int, seed: int, customers: int) -> None:
    """Run the shop for ``seconds`` after the first decision can be made; print the summary."""
    no_log()
    console = Console()
    # Ctrl-C before the shop listens to signals ends the demo as in order as later: from its first word on.
    with suppress(KeyboardInterrupt), passing_folder("platinum-demo-") as folder:
        console.print("Starting a shop on this machine (the first time, kernels are compiled: about half a minute) ...", style="dim")
        Shop(folder, seed, customers, seconds, console).run()
    leave_if_compiling()


class Shop:
    """One demo: the deployment, its crowd, and what is shown of them."""

    def __init__(self, folder: Path, seed: int, customers: int, seconds: int, console: Console) -> None:
        self._folder, self._seconds, self._console = folder, seconds, console
        self._clock = FastClock(START_MS + PAST_DAYS * 86_400_000)
        self._crowd = Crowd(Population(seed, customers), START_MS)
        self._stats = DemoStats(describer(self._crowd))
        self._policy = compile_policy(example("gift-shop"), "gift-shop.yaml")
        self._over = threading.Event()
        self._view: threading.Thread | None = None
        self._asked = 0

    def run(self) -> None:
        """Up, the crowd, down; whatever happens, the view ends and nothing is left running."""
        try:
            uvloop.run(self._main())
        finally:
            self._over.set()
            if self._view is not None:
                self._view.join()

    async def _main(self) -> None:
        ready: asyncio.Future[Running] = asyncio.get_running_loop().create_future()
        door = Door(listening("127.0.0.1", 0), self._clock)
        shop = asyncio.create_task(up(self._policy, self._folder, None, door, self._decided, ready.set_result))
        either: list[asyncio.Future[Any]] = [shop, ready]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            await shop  # it failed: let its error speak
            return
        await self._remember(ready.result(), door.stop)
        self._view = threading.Thread(target=run_view, args=(self._stats, self._seconds, self._over, self._console))
        self._clock.start()
        self._view.start()
        until = time.monotonic() + self._seconds
        while time.monotonic() < until and not door.stop.is_set():
            await self._let_people_act(ready.result())
            await asyncio.sleep(_STEP_S)
        self._over.set()
        door.stop.set()
        await shop

    async def _remember(self, running: Running, stop: asyncio.Event) -> None:
        """The weeks before: what people did then is known, nothing is decided about it."""
        lines = self._crowd.until(self._clock())
        for at in range(0, len(lines), _CHUNK):
            if stop.is_set():
                return
            await _appended(running, [line.value for line in lines[at : at + _CHUNK]], history=True)
        await _folded(running)

    async def _let_people_act(self, running: Running) -> None:
        """Everything the crowd has done by now, through the same door as HTTP requests."""
        lines = self._crowd.until(self._clock())
        if not lines:
            return
        await _appended(running, [line.value for line in lines])
        visitors = []
        for line in lines:
            event = orjson.loads(line.value)
            self._stats.saw_event(event)
            if event.get("event") == "Product Viewed":
                visitors.append(line.customer)
        # A step is a quarter of an hour in the shop: by then the stream has long seen what came before the visit.
        await _folded(running)
        for customer in dict.fromkeys(visitors):
            await self._ask(running, customer)

    async def _ask(self, running: Running, customer: str) -> None:
        """Somebody is on the site: ask what to show them."""
        self._asked += 1
        if self._asked % _ASK_EVERY == 0:
            place = self._policy.placements[0]
            await running.service.decide(DecisionRequest(customer, (place,), (), None, "web", "", "", None, None))

    def _decided(self, outputs: Outputs) -> None:
        """Decisions as the stream puts them out."""
        for topic, record in outputs:
            if topic == DECISIONS:
                decision = orjson.loads(record.value)
                self._stats.saw_decision(decision)
                self._crowd.hear(decision)


async def _appended(running: Running, events: list[bytes], history: bool = False) -> None:
    """Append, and once more where the log was too slow: a producer does the same, and each event has its id.

    On a machine that is busy with something else while the kernels are compiled, a log of SQLite takes longer than a shop may wait.
    """
    until = time.monotonic() + _LONGEST_APPEND_S
    while True:
        try:
            await running.service.track(events, history=history)
        except Unavailable:
            if time.monotonic() > until:
                raise
        else:
            return


async def _folded(running: Running) -> None:
    """Wait until what is in the log by now is in the profiles."""
    log = running.parts.deployment.log
    for partition in running.runner.partitions if running.runner is not None else ():
        end = await log.end(INTERACTIONS, partition.place.partition)
        until = time.monotonic() + _LONGEST_WAIT_S
        while partition.position < end and time.monotonic() < until:
            await asyncio.sleep(0.002)
