"""The event loop of a worker: uvloop's where it is installed, else Python's own."""

from __future__ import annotations

import sys

import pytest

from pointsman.server import worker


def test_uvloop_is_used_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    uvloop = pytest.importorskip("uvloop")
    assert worker._loop_factory() is uvloop.new_event_loop
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert worker._loop_factory() is None
