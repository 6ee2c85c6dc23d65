"""``platinum topics``: the topics of a deployment on Kafka."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from platinum.cli.options import ExistingFolder, Json, check_partitions
from platinum.cli.output import FAILED, print_json
from platinum.errors import UsageError

app = typer.Typer(
    help="Make and check the topics of a deployment on Kafka; accept a log that contradicts the profiles.", no_args_is_help=True
)
Replication = Annotated[int, typer.Option("--replication", help="Replicas of each partition.", min=1)]


@app.command()
def create(  # noqa: PLR0913 - what a deployment on Kafka is
    data: Annotated[Path, typer.Option("--data", help="Directory that will say where the deployment is.", file_okay=False)],
    brokers: Annotated[str, typer.Option("--brokers", help="Kafka's bootstrap addresses, host:port, separated by commas.")],
    store: Annotated[str, typer.Option("--store", help="Valkey or Redis server, such as valkey://127.0.0.1:6379/0.")],
    policy: Annotated[Path, typer.Option("--policy", help="Policy whose channels get topics.", exists=True, dir_okay=False)],
    partitions: Annotated[int, typer.Option("--partitions", help="Partitions of each topic, a power of two.")] = 4,
    buckets: Annotated[int, typer.Option("--buckets", help="Buckets, a power of two; workers can never be more.")] = 256,
    replication: Replication = 1,
    prefix: Annotated[str, typer.Option("--prefix", help="In front of every topic's name.")] = "",
    snapshots: Annotated[
        str,
        typer.Option("--snapshots", help="Directory or URL for snapshots, the same for all workers.", show_default="in --data"),
    ] = "",
    as_json: Json = False,
) -> None:
    """Write down a deployment on Kafka and make the topics that are missing."""
    check_partitions(partitions)
    from platinum.wiring.topics import create_topics

    made = create_topics(data, brokers, store, policy, (partitions, buckets, replication), prefix, snapshots)
    if as_json:
        print_json({"created": made})
    else:
        typer.echo("\n".join(f"created {name}" for name in made) or "every topic was there")


@app.command()
def check(data: ExistingFolder, as_json: Json = False) -> None:
    """Compare the topics with what they must be; exit code 1 if anything differs."""
    from platinum.wiring.topics import check_topics

    faults = check_topics(data)
    if as_json:
        print_json([fault._asdict() for fault in faults])
    else:
        typer.echo("\n".join(map(str, faults)) or "every topic is as it must be")
    if faults:
        raise typer.Exit(FAILED)


@app.command()
def accept(
    data: ExistingFolder,
    partition: Annotated[int, typer.Option("--partition", help="Partition that a worker has stopped.", min=0)],
    where: Annotated[str, typer.Option("--from", help="Where to read on: earliest, latest or an offset that the log holds.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Accept a partition's log as it now is, where it lost records or is another one; profiles are kept. Workers may run."""
    from platinum.wiring.accepting import accept_log

    done = accept_log(data, partition, where, (lambda _: True) if yes else _asked)
    if done is None:
        typer.echo("nothing was changed", err=True)
        raise typer.Exit(FAILED)
    if as_json:
        print_json(done)
    else:
        typer.echo(f"partition {partition} is read on at offset {done['from']}, under generation {done['generation']}")


def _asked(what: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(f"{what} Nothing was changed: say --yes if that is meant")
    return typer.confirm(f"{what} Go on?", err=True)
