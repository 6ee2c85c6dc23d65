"""Started as a script between platinum and its Valkey server: the server must not outlive platinum.

``python -I -S guard.py <parent pid or 0> <server> <arguments>``. With a parent's pid (Linux), the kernel is told to end
this process when the thread that started it ends, and the script becomes the server; the request survives exec. With 0
it stays, and ends the server when its standard input closes, which the parent holds open. A ``preexec_fn`` could do the
first, but runs Python between fork and exec, which may deadlock under threads.
"""

import ctypes
import os
import signal
import subprocess
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> int:
    """Become the server, or run it until the parent is gone."""
    if parent:
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died before the request was made
            return 1
        os.execv(command[0], command)  # noqa: S606 - the server's path comes from the wheel, no shell is involved
    return watch(command)


def watch(command: list[str]) -> int:
    """Run the server until it ends or standard input closes; pass SIGTERM on."""
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, close_fds=False)  # noqa: S603 - as above
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    signal.signal(signal.SIGCHLD, lambda *_: os.close(0) if server.poll() is not None else None)
    try:
        while os.read(0, 1):
            pass
    except OSError:  # the server ended first
        return server.wait()
    server.terminate()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
