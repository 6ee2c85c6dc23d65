"""Every command on a documentation page runs as written, page by page, in a copy of the checkout."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.pages import CHECKOUT, Block, blocks, page_name, pages

PAGE_S = 420
READY_S = 180
WITH_COMMANDS = [page for page in pages() if any(blocks(page.read_text("utf-8")))]

PROLOGUE = f"""\
set -euo pipefail
servers=()
stop() {{
    status=$?
    for pid in "${{servers[@]}}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
    for pid in "${{servers[@]}}"; do wait "$pid" || [ $? = 143 ] || status=1; done
    exit $status
}}
trap stop EXIT
serve() {{  # URL COMMANDS: a server of its own process group, until the page ends
    setsid bash -euc "$2" &
    servers+=($!)
    for _ in $(seq {READY_S * 5}); do
        curl --fail --silent --output /dev/null "$1" && return
        kill -0 $! || {{ echo "it ended before $1 answered"; return 1; }}
        sleep 0.2
    done
    echo "$1 did not answer within {READY_S} s"
    return 1
}}
"""


def step(name: str, block: Block) -> str:
    """One block as a piece of the page's script; the heading tells which block failed."""
    heading = f"echo '== {name}:{block.line}'\n"
    match block.mark:
        case "not run":
            return f"echo '== {name}:{block.line} not run: '{shlex.quote(block.note)}\n"
        case "background":
            return heading + f"serve {shlex.quote(block.note)} {shlex.quote(block.commands)}\n"
        case "exit":
            return heading + f"status=0; ({block.commands}) || status=$?; [ $status = {int(block.note)} ]\n"
        case _:
            # The suite would run itself.
            return heading + "".join(line for line in block.commands.splitlines(True) if line.strip() != "make test")


def files() -> list[str]:
    """What a fresh clone of the present state would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=CHECKOUT, capture_output=True, check=True, text=True
    )
    return [name for name in listed.stdout.split("\0") if name and (CHECKOUT / name).is_file()]


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """A copy of the checkout whose environment is ready, as after ``make env``."""
    copy = tmp_path / "platinum"
    for name in files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CHECKOUT / name, copy / name)
    environment = copy / ".venv"
    environment.mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name != ".ready":
            (environment / part.name).symlink_to(part)
    (environment / ".ready").touch()  # newer than pyproject.toml: `make env` has nothing to do
    yield copy
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=page_name)
def test_commands_run_as_written(page: Path, clone: Path, data_dir: Path) -> None:
    script = PROLOGUE + "".join(step(page_name(page), block) for block in blocks(page.read_text("utf-8")))
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PLATINUM_DATA": str(data_dir), "PATH": path, "NO_COLOR": "1"}

    with (clone.parent / "output").open("w+", encoding="utf-8") as output:
        shell = subprocess.Popen(
            ["bash", "-c", script],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            status = shell.wait(PAGE_S)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGTERM)  # the trap stops the servers
            shell.wait(30)
            status = None
        output.seek(0)
        said = output.read()

    assert status == 0, f"{said[-4000:]}\n{f'not done after {PAGE_S} s' if status is None else f'exit code {status}'}"
