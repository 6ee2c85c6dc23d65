"""The demo's first and last moments."""

from __future__ import annotations

import pytest

from platinum.wiring import demo


class _Interrupted:
    """A terminal at which somebody presses Ctrl-C as soon as they read something."""

    def print(self, *_: object, **__: object) -> None:
        raise KeyboardInterrupt


def test_control_c_at_the_first_word_ends_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "no_log", lambda: None)
    monkeypatch.setattr(demo, "Console", _Interrupted)

    demo.run_demo(seconds=1, seed=1, customers=10)
