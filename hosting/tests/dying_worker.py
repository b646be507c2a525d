"""A worker that is killed where it is told: ``python -m hosting.tests.dying_worker < plan.json``.

The plan names an operation and a list of deaths, each a verb of the engine and a moment. For each
death a child process takes the operation up, a lease later than the one before, and kills itself
with signal 9; the last child lives to the end. Prints how each child ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import django

LEASE = timedelta(seconds=16)


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.db import connections

    plan = json.load(sys.stdin)
    settings.SPOTEX_PORT = 0
    connections.close_all()
    ends = []
    for number, death in enumerate([*plan["deaths"], None]):
        child = os.fork()
        if child == 0:
            work(plan["operation"], death, offset=LEASE * number)
        ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    json.dump(ends, sys.stdout)


def work(operation_id: str, death: list[str] | None, *, offset: timedelta) -> None:
    from django.utils import timezone

    from hosting.operations.execution import run_operation

    if death:
        arrange_death(*death)
    worked = run_operation(operation_id, clock=lambda: timezone.now() + offset)
    os._exit(0 if worked else 3)


def arrange_death(verb: str, moment: str) -> None:
    from django.conf import settings

    from hosting.drivers.embedded.engine import EmbeddedEngine

    real = getattr(EmbeddedEngine, verb)
    die = partial(os.kill, os.getpid(), signal.SIGKILL)

    def dying(self, spec, **keywords):
        if moment == "before":
            die()
        if moment == "during":
            data = Path(settings.SPOTEX_SITES_DIR) / spec.site_id / "data"
            threading.Thread(target=partial(die_when_file_appears, data, die), daemon=True).start()
        real(self, spec, **keywords)
        die()

    setattr(EmbeddedEngine, verb, dying)


def die_when_file_appears(folder: Path, die) -> None:
    while not any(path.stat().st_size > 10_000 for path in folder.glob("installing-*")):
        time.sleep(0.005)
    die()


if __name__ == "__main__":
    main()
