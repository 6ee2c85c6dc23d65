"""Commands and options as the pages ``docs/reference/cli.md`` and ``cli-policy.md``, made from the typer application."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import typer

from platinum.cli.commands import app_of
from platinum.cli.output import BUG, FAILED, OK, UNAVAILABLE, USAGE

#: What each exit code means, for every command.
EXIT_CODES = (
    (OK, "done"),
    (FAILED, "failed: not found, not ready, a file or folder that cannot be used; standard error says what"),
    (USAGE, "a mistake in the command line or in a policy or import map; trying again gives the same"),
    (UNAVAILABLE, "store, log or server does not answer; trying again later may help"),
    (BUG, "a bug in Platinum; `PLATINUM_DEBUG=1` shows the traceback, which may quote customer data"),
    (130, "stopped with Ctrl-C"),
)

#: What means the same in every command that has it, so that it is said once.
SHARED = {
    "--data": ("Data directory of the deployment.", "Data directory of a deployment on this machine."),
    "--url": ("Address of a running deployment, such as http://127.0.0.1:8080.",),
    "--json": ("Print JSON.",),
    "--host": ("Address to listen on.",),
    "FILES": ("Event files, one event per line; plain or .gz.",),
    "--policy": ("Policy that reads the files.",),
    "--decisions": ("Decisions that belong to the files.",),
}

_INTRO = """# Commands

`platinum COMMAND --help` says the same in a terminal. Results go to standard output, progress and errors to standard error, so that
`--json` can be piped. `--data`, where a command has it, is the data directory of a deployment on this machine,
`--url` the address of one that runs, such as http://127.0.0.1:8080, `--host` the address to listen on (`127.0.0.1`), and `--json` prints
JSON. Reports take event files (plain or .gz, one event per line), `--policy` that reads them and `--decisions` that belong to them. The
tables leave these out.

This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."""


_POLICY_INTRO = """# Commands about policies, and about what is learned

How they go together: [how to change a policy safely](../how-to/change-a-policy-safely.md), [snapshots](learning.md#snapshots). All other
commands, what options that are left out here mean, and exit codes: [commands](cli.md).

This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."""


def cli_page() -> str:
    """Contents of ``docs/reference/cli.md``."""
    elsewhere = ["## platinum policy, platinum model", "See [commands about policies, and about what is learned](cli-policy.md)."]
    parts = [_INTRO, *_told(of_policies=False), *elsewhere]
    codes = [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES]
    parts += ["## Exit codes", "\n".join(["| code | meaning |", "|---|---|", *codes])]
    return "\n\n".join(parts) + "\n"


def cli_policy_page() -> str:
    """Contents of ``docs/reference/cli-policy.md``."""
    return "\n\n".join([_POLICY_INTRO, *_told(of_policies=True)]) + "\n"


def _told(*, of_policies: bool) -> list[str]:
    """Paragraphs about the commands, those of `platinum policy` and `platinum model`, or all others."""
    parts: list[str] = []
    for path, command in _commands(typer.main.get_command(app_of()), "platinum"):
        if path.startswith(("platinum policy ", "platinum model ")) != of_policies:
            continue
        usage = f"`{_usage(path, command.params)}`"
        rows = [_row(parameter) for parameter in command.params if parameter.help not in SHARED.get(_name(parameter), ())]
        if rows:
            parts += [f"## {path}", command.help, usage, "\n".join(["| | meaning | default |", "|---|---|---|", *rows])]
        else:
            parts += [f"## {path}", f"{command.help} {usage}"]  # a page has 400 lines at most
    return parts


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command below ``command`` that does something, in the order of ``--help``."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name, one in below.items():
        yield from _commands(one, f"{path} {name}")


def _usage(path: str, parameters: list[Any]) -> str:
    needed = [f"{_name(p)} {_value(p)}" for p in parameters if p.required and _is_option(p)]
    arguments = [_name(p) if p.required else f"[{_name(p)}]" for p in parameters if not _is_option(p)]
    optional = ["[OPTIONS]"] if any(not p.required for p in parameters if _is_option(p)) else []
    return " ".join([path, *needed, *optional, *arguments])


def _row(parameter: Any) -> str:
    takes = "" if isinstance(parameter.default, bool) or not _is_option(parameter) else f" {_value(parameter)}"
    return f"| `{_name(parameter)}{takes}` | {(parameter.help or '').replace('|', '&#124;')} | {_default(parameter)} |"


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    if default is None or isinstance(default, bool):
        return ""
    return f"`{default.value if isinstance(default, Enum) else default}`"


def _is_option(parameter: Any) -> bool:
    return bool(parameter.opts[0].startswith("-"))


def _name(parameter: Any) -> str:
    name: str = parameter.opts[0]
    return name if _is_option(parameter) else name.upper()


def _value(parameter: Any) -> str:
    """What stands for the option's value."""
    return _name(parameter).lstrip("-").upper()
