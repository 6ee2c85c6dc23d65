"""``platinum demo``: a shop with simulated customers, on this machine, for a minute."""

from __future__ import annotations

from typing import Annotated

import typer


def demo(
    seconds: Annotated[int, typer.Option("--seconds", help="How long it runs.", min=1, max=3600)] = 60,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other people.", min=0)] = 1,
    customers: Annotated[int, typer.Option("--customers", help="How many people.", min=3, max=100_000)] = 400,
) -> None:
    """Watch a small shop treat its customers one by one; leaves nothing behind."""
    from platinum.wiring.demo import run_demo

    run_demo(seconds, seed, customers)
