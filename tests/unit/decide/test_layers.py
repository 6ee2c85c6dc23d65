"""Draws about one person are independent of each other: no two layers have one number (treatment-formulas 5.4)."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter

import platinum.decide


def test_every_layer_of_draws_has_a_number_of_its_own() -> None:
    modules = [importlib.import_module(f"platinum.decide.{one.name}") for one in pkgutil.iter_modules(platinum.decide.__path__)]
    layers = {name: int(value) for module in modules for name, value in vars(module).items() if name.startswith("LAYER_")}

    assert len(layers) >= 6
    assert [n for n, times in Counter(layers.values()).items() if times > 1] == []
