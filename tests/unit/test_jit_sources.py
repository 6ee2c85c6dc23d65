"""What kernels freeze is part of the hash that their compiled code is kept under: a constant that changed must compile them anew."""

from __future__ import annotations

import ast
from pathlib import Path

import platinum
from platinum.jit import _SOURCES

ROOT = Path(platinum.__file__).parent
HASHED = {path for pattern in _SOURCES for path in ROOT.glob(pattern)}
#: What set-up functions beside kernels are given: no kernel freezes any of it.
SET_UP = {"policy.py", "budgets.py", "promise_classes.py", "zones.py", "content.py", "ends.py", "facts.py", "terms.py", "told.py"}


def imported(path: Path) -> set[Path]:
    """Modules of Platinum that a file takes names from when it is imported."""
    names = [node.module or "" for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    found = {ROOT.parent / (name.replace(".", "/") + ".py") for name in names if name.startswith("platinum.")}
    return {module for module in found if module.exists()}


def has_kernels(path: Path) -> bool:
    return any(mark in path.read_text("utf-8") for mark in ("@inner", "@kernel", "@shared"))


def test_every_module_from_which_a_kernel_takes_a_constant_is_hashed() -> None:
    kernels = [path for path in sorted(ROOT.rglob("*.py")) if has_kernels(path) and path.name != "jit.py"]
    taken = {module for path in kernels for module in imported(path)}

    assert len(kernels) > 100
    assert {module.relative_to(ROOT).as_posix() for module in taken - HASHED if module.name not in SET_UP} == set()


def test_what_is_hashed_exists() -> None:
    assert all(list(ROOT.glob(pattern)) for pattern in _SOURCES)
