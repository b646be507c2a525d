"""Run the benchmarks, print the table, write ``bench/RESULTS.md``."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotex.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  settings come first

from bench import (  # noqa: E402
    agencies,
    archives,
    connections,
    deploy,
    due,
    free_time,
    holds,
    lists,
    memory,
    migrations,
    pages,
    pooler,
    resolution,
    streams,
)
from bench.measure import Comparison, forget_memory  # noqa: E402
from bench.reasons import describe_missed  # noqa: E402

BENCHMARKS: dict[str, Callable[[], Iterable[Comparison]]] = {
    "agencies": agencies.run,
    "due": due.run,
    "migrations": migrations.run,
    "holds": holds.run,
    "free_time": free_time.run,
    "streams": streams.run,
    "resolution": resolution.run,
    "pooler": pooler.run,
    "connections": connections.run,
    "deploy": deploy.run,
    "lists": lists.run,
    "pages": pages.run,
    "memory": memory.run,
    "archives": archives.run,
}
REPORT = Path(__file__).parent / "RESULTS.md"
RACE = REPORT.with_name("RACE.md")
"""Overlaps and money under forty clients at once, as ``make race`` found them."""

HEAD = "| # | what | ours | peer | ratio | target | met |\n|---|---|---|---|---|---|---|"


def main(names: list[str]) -> int:
    """Run the named benchmarks, all without a name; 1 when a target is missed."""
    call_command("migrate_schemas", shared=True, verbosity=0)
    results = [result for name in names or BENCHMARKS for result in _run(name)]
    table = "\n".join([HEAD, *(_line(result) for result in results)])
    print(table)
    if not names:
        missed = describe_missed({result.number for result in results if not result.is_met})
        REPORT.write_text(
            f"# Benchmarks\n\n{_where()}\n\n{table}\n{missed}\n#{RACE.read_text(encoding='utf-8')}",
            encoding="utf-8",
        )
    return 0 if all(result.is_met for result in results) else 1


def _run(name: str) -> list[Comparison]:
    """Run one benchmark; what others left in memory is not looked through again and again."""
    forget_memory()
    return list(BENCHMARKS[name]())


def _line(result: Comparison) -> str:
    ours, peer = (result.describe(amount) for amount in result.amounts)
    return (
        f"| {result.number} | {result.what} | {ours} | {result.peer}: {peer} "
        f"| {result.ratio:.3g} | ≤ {result.target:.3g} | {'yes' if result.is_met else 'NO'} |"
    )


def _where() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit or 'unknown'}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}. Ratios hold within one run; times do not travel."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
