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
            work(plan, death, offset=LEASE * number)
        ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    json.dump(ends, sys.stdout)


def work(plan: dict, death: list[str] | None, *, offset: timedelta) -> None:
    from django.utils import timezone

    from hosting.operations.execution import run_operation

    if death:
        arrange_death(*death, engine=plan.get("engine", "embedded"))
    worked = run_operation(plan["operation"], clock=lambda: timezone.now() + offset)
    os._exit(0 if worked else 3)


def arrange_death(verb: str, moment: str, *, engine: str) -> None:
    from hosting.drivers.choice import find_engine

    kind = type(find_engine(engine))
    real = getattr(kind, verb)
    die = partial(os.kill, os.getpid(), signal.SIGKILL)

    def dying(self, spec, *others, **keywords):
        if moment == "before":
            die()
        if moment == "during":
            threading.Thread(
                target=WATCHERS[engine], args=(self, spec.site_id, die), daemon=True
            ).start()
        real(self, spec, *others, **keywords)
        die()

    setattr(kind, verb, dying)


def die_when_file_appears(engine, site_id: str, die) -> None:
    folder = engine.layout.sites_dir / site_id / "data"
    while not any(path.stat().st_size > 10_000 for path in folder.glob("installing-*")):
        time.sleep(0.005)
    die()


def die_when_tables_appear(engine, site_id: str, die) -> None:
    """Die while the installer fills the database; it lives on as an orphan."""
    import docker

    server = docker.DockerClient(engine.config.host).containers.get(f"{engine.config.prefix}-db")
    admin = "--defaults-file=/var/lib/mysql/admin.cnf"
    while not server.exec_run(["mariadb", admin, "-N", site_id, "-e", "SHOW TABLES"]).output:
        time.sleep(0.02)
    die()


WATCHERS = {"embedded": die_when_file_appears, "docker": die_when_tables_appear}


if __name__ == "__main__":
    main()
