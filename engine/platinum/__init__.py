"""Platinum: decides, for one customer at a time and in real time, how to treat them next.

``platinum.Engine`` is the whole engine in one process, ``platinum.evaluate`` says from a log what another policy would have achieved;
importing this package compiles and starts nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from platinum.engine import Engine
    from platinum.learn.evaluation import evaluate

__all__ = ["Engine", "__version__", "evaluate"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # numba and the stages are loaded when somebody opens an engine, not when somebody asks for --help.
    if name == "Engine":
        from platinum.engine import Engine

        return Engine
    if name == "evaluate":
        from platinum.learn.evaluation import evaluate

        return evaluate
    raise AttributeError(name)
