"""Rules about files that no linter knows."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.pages import CHECKOUT

ENGINE = CHECKOUT / "engine" / "platinum"
WRITTEN_BY_HAND = (".py", ".md", ".yaml", ".toml", ".html", ".css", ".js")
BANNED_WORD = "propen" + "sity"  # it means both p_accept and p_chosen
BANNED_NAMES = {"utils", "helpers", "common", "base", "manager", "impl", "data", "info"}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home)/\w")


def ours(*suffixes: str) -> Iterator[Path]:
    """Every file of the repository with one of these suffixes, without what tools have left behind."""
    for top in sorted(CHECKOUT.iterdir()):
        if top.is_file() and top.suffix in suffixes:
            yield top
        elif top.is_dir() and not top.name.startswith("."):
            yield from sorted(path for path in top.rglob("*") if path.suffix in suffixes and path.is_file())


def lines(path: Path) -> int:
    return path.read_text("utf-8").count("\n")


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without decorators and docstring."""
    docstring = function.body[0] if ast.get_docstring(function) is not None else None
    skipped = docstring.end_lineno - docstring.lineno + 1 if docstring and docstring.end_lineno else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - skipped


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(path.relative_to(CHECKOUT)): lines(path) for path in ours(*WRITTEN_BY_HAND) if lines(path) > 400}

    assert long == {}


def test_every_function_fits_on_a_screen() -> None:
    long = {
        f"{path.relative_to(CHECKOUT)}:{node.lineno} {node.name}": own_lines(node)
        for path in ours(".py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and own_lines(node) > 40
    }

    assert long == {}


def test_the_word_that_means_two_things_is_never_used() -> None:
    found = [str(path) for path in ours(*WRITTEN_BY_HAND, ".json") if BANNED_WORD in path.read_text("utf-8").lower()]

    assert found == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(CHECKOUT))
        for path in ours(".py")
        if ENGINE in path.parents and path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]

    assert silent == []


def test_every_module_and_class_has_a_name_that_says_something() -> None:
    modules = [path for path in ENGINE.rglob("*") if path.stem.lower() in BANNED_NAMES and "__pycache__" not in path.parts]
    classes = [
        f"{path.name}: {node.name}"
        for path in ours(".py")
        if ENGINE in path.parents
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Impl", "Helper", "Info"))
    ]

    assert (modules, classes) == ([], [])


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [str(path) for path in ours(*WRITTEN_BY_HAND) if MACHINE_PATH.search(path.read_text("utf-8"))]

    assert found == []


def test_changelog_has_a_place_for_what_is_not_released_yet() -> None:
    changelog = (CHECKOUT / "CHANGELOG.md").read_text("utf-8")

    assert re.search(r"^## \[Unreleased\]\n+### (Added|Changed|Deprecated|Removed|Fixed|Security)$", changelog, re.M)


def test_package_ships_its_licence_types_and_examples() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]

    assert (project["license"], project["license-files"]) == ("Apache-2.0", ["LICENSE"])
    assert (ENGINE / "py.typed").is_file()
    assert {path.stem for path in (ENGINE / "examples").glob("*.yaml")} >= {"gift-shop", "grocer", "b2b-services", "minimal"}


@pytest.mark.parametrize("field", ["dependencies", "dev", "kafka"])
def test_every_dependency_has_a_lower_bound_or_is_exact(field: str) -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] if field == "dependencies" else project["optional-dependencies"][field]

    assert [one for one in wanted if ">=" not in one and "==" not in one] == []
