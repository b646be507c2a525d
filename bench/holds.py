"""P7: hold attempts on hot slots through the service layer, against the bare INSERT by pgbench."""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from django.db import connection, connections
from django.utils import timezone

from bench.measure import Result
from bench.spaces import count_overlaps, ensure_house
from booking.bookers import Booker
from booking.models import Claim, Space
from booking.periods import Period
from booking.services.holds import SlotTaken, hold_space
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.tenancy import agency_scope
from spotex.runtime.postgres import find_binaries

CLIENTS: Final = 32
SECONDS: Final = 8
SLOTS: Final = 200
_PROCESSES: Final = 4


def run() -> Iterator[Result]:
    """Let 32 clients ask for the same slots, through us and by pgbench."""
    agency = ensure_house(spaces=1)
    with agency_scope(agency):
        space = Space.objects.select_related("location").earliest("pk")
        ours = _attempt_ours(agency.schema_name, space.pk)
        overlaps = count_overlaps()
        Claim.objects.all().delete()
        theirs = _attempt_bare(agency.schema_name, space)
    yield Result(
        number="P7",
        what=f"attempt to hold one of {SLOTS} slots, {CLIENTS} clients, {overlaps} overlaps",
        peer="INSERT … ON CONFLICT DO NOTHING by pgbench",
        ours_seconds=1 / ours,
        peer_seconds=1 / theirs,
        target=1 / 0.25,
    )


def _list_stays() -> list[Period]:
    first = timezone.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    starts = (
        first + timedelta(days=day, hours=hour) for day in range(SLOTS // 10) for hour in range(10)
    )
    return [Period(start=start, end=start + timedelta(hours=1)) for start in starts]


def _attempt_ours(schema: str, space: int) -> float:
    """Return the attempts a second of all clients together: four processes of eight threads."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(_PROCESSES, mp_context=context) as pool:
        jobs = [pool.submit(_attempt_in_threads, schema, space, n) for n in range(_PROCESSES)]
        return sum(job.result() for job in jobs) / SECONDS


def _attempt_in_threads(schema: str, space: int, process: int) -> int:
    clients = CLIENTS // _PROCESSES
    first = process * clients
    with ThreadPoolExecutor(clients) as pool:
        numbers = range(first, first + clients)
        return sum(pool.map(partial(_attempt_for_a_while, schema, space), numbers))


def _attempt_for_a_while(schema: str, space_pk: int, client: int) -> int:
    """Try to hold slots, each time as another person, until the time is over; return how often."""
    choice = random.Random(client)
    stays = _list_stays()
    tries, end = 0, time.perf_counter() + SECONDS
    with agency_scope(schema):
        space = Space.objects.select_related("location").get(pk=space_pk)
        while time.perf_counter() < end:
            tries += 1
            with suppress(SlotTaken):
                hold_space(
                    space,
                    stay=choice.choice(stays),
                    booker=Booker(key=f"guest_{client}_{tries}", is_guest=True),
                    actor=ANONYMOUS,
                    now=timezone.now(),
                )
    connection.close()
    return tries


def _attempt_bare(schema: str, space: Space) -> float:
    """Return the same by PostgreSQL's own tool, one statement for each attempt."""
    script = f"""
        \\set slot random(0, {SLOTS - 1})
        INSERT INTO "{schema}".booking_claim (unit, busy, valid, kind, subject, created_at)
        SELECT int8range({space.unit_low}, {space.unit_high}),
               tstzrange(day + interval '1 hour' * :slot, day + interval '1 hour' * (:slot + 1)),
               tstzrange(clock_timestamp(), clock_timestamp() + interval '15 minutes'),
               'HOLD', 'hold_x', now()
        FROM date_trunc('day', now() + interval '1 day') AS day
        ON CONFLICT DO NOTHING;
    """
    settings = connection.settings_dict
    environ = {**os.environ, "PGPASSWORD": str(settings["PASSWORD"])}
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "hold.sql"
        path.write_text(script.replace("\n        ", "\n"), encoding="utf-8")
        said = subprocess.run(
            [
                str(find_binaries() / "pgbench"),
                *("-n", "-f", str(path), "-T", str(SECONDS)),
                *("-c", str(CLIENTS), "-j", "2"),
                *("-h", str(settings["HOST"]), "-p", str(settings["PORT"])),
                *("-U", str(settings["USER"]), str(settings["NAME"])),
            ],
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found.group(1))
