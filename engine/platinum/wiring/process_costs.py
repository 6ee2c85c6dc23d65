"""What another process has used, as Linux tells it: that process alone, all its threads, without its children."""

from __future__ import annotations

import os
from pathlib import Path

from platinum.errors import UsageError

_TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")


def require_proc() -> None:
    """Raise ``UsageError`` where there is no ``/proc``."""
    if not Path("/proc/self/stat").exists():
        raise UsageError("this bench reads the CPU time of other processes from /proc, which only Linux has")


def cpu_s(pid: int) -> float:
    """User and system seconds; steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


def stolen_s() -> float:
    """Seconds that other machines on the same host took from this one's cores when they had work to do; all cores together."""
    of_all = Path("/proc/stat").read_text().partition("\n")[0].split()
    return int(of_all[8]) * _TICK_S


def peak_rss_mib(pid: int) -> float:
    """Most memory that the process has had so far."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0
