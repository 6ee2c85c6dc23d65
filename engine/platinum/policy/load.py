"""Policies from files, and those that ship with the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from platinum.errors import UsageError
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.policy.problems import nearest

#: Policies that ship with the package.
EXAMPLES = ("b2b-services", "gift-shop", "grocer", "minimal")


def load_policy(path: str | Path) -> Policy:
    """Read and compile a policy file.

    Raises
    ------
    PolicyInvalid
        With every mistake, in file order.
    OSError
        The file cannot be read.
    """
    file = Path(path)
    return compile_policy(file.read_bytes(), str(file))


def example(name: str) -> bytes:
    """Source of a policy that ships with the package: ``gift-shop``, ``grocer``, ``b2b-services``, ``minimal``.

    Raises
    ------
    UsageError
        There is none of this name.
    """
    if name not in EXAMPLES:
        near = nearest(name, EXAMPLES)
        hint = f" Did you mean {near!r}?" if near else ""
        raise UsageError(f"there is no example policy of this name; there are {', '.join(EXAMPLES)}.{hint}")
    return (files("platinum") / "examples" / f"{name}.yaml").read_bytes()
