"""Entry point of ``platinum``: commands by name, and errors turned into exit codes.

0 ok · 1 failed · 2 usage or policy mistake · 69 a dependency is down · 70 a bug.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from platinum.cli.commands import COMMANDS, app_of
from platinum.cli.output import BUG, FAILED, cause_of, exit_code_of, tell
from platinum.errors import PlatinumError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (``sys.argv`` by default) and return its exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        app_of(words[:1] if words[:1] and words[0] in COMMANDS else COMMANDS)(args=words, prog_name="platinum")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else (0 if done.code is None else FAILED)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of a pipe has gone; a second failure at exit, when Python flushes, would print.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001  # the one place where every error becomes an exit code
        return _exit_code(cause_of(error))
    return 0


def _exit_code(error: Exception) -> int:
    if os.environ.get("PLATINUM_DEBUG"):
        traceback.print_exception(error)
    code = exit_code_of(error)
    if isinstance(error, PlatinumError):
        tell(str(error))
        return code
    if isinstance(error, OSError) and code != BUG:
        tell(f"{error.filename or 'input or output'}: {error.strerror}")
        return code
    # The text of an unexpected error may quote what a customer sent; its type and place may not.
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    tell(f"This is a bug in platinum: {type(error).__name__}{place}.")
    tell("Run again with PLATINUM_DEBUG=1 for the traceback; it may show customer data.")
    return code


if __name__ == "__main__":
    sys.exit(main())
