from __future__ import annotations

import time

import pytest

from hosting.drivers.base import DiskFull
from hosting.drivers.fake import FakeEngine
from hosting.tests.drivers.conftest import say_nothing


def test_fails_once_or_always(spec) -> None:
    engine = FakeEngine()
    engine.fail("place_files", DiskFull(free_mb=0, needed_mb=1))
    engine.fail("stop", DiskFull(free_mb=0, needed_mb=1), always=True)

    with pytest.raises(DiskFull):
        engine.place_files(spec, log=say_nothing)
    engine.place_files(spec, log=say_nothing)
    for _ in range(2):
        with pytest.raises(DiskFull):
            engine.stop(spec, log=say_nothing)
    engine.heal()
    engine.stop(spec, log=say_nothing)


def test_takes_its_time(spec) -> None:
    engine = FakeEngine()
    engine.delay("place_files", seconds=0.05)
    began = time.monotonic()

    engine.place_files(spec, log=say_nothing)

    assert time.monotonic() - began >= 0.05
