"""What a race for the same hours came to, for people to read."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterable

from django.utils import timezone

from bench.books import Books


def describe_race(
    counts: Counter[str], *, clients: int, seconds: float, overlaps: int, books: Books
) -> str:
    """Return the report as Markdown."""
    outcomes = (
        f"| {name} | {count:,} |" for name, count in counts.most_common() if name != "tries"
    )
    pairs = (f"| {state} | {money} | {n:,} |" for (state, money), n in books.pairs.most_common())
    wrong = (f"- WRONG: {line}" for line in books.wrong[:20])
    python = platform.python_version()
    return (
        f"""# Race for the same hours

{timezone.now():%Y-%m-%d}, {os.cpu_count()} cores, Python {python}. {counts["tries"]:,} tries by
{clients} clients, {seconds:.0f} s, no sweeper running.

- Overlaps: **{overlaps}**
- Faults (deadlocks, lost connections): **{counts["fault"]}**
- Reservations whose money is not what their state says: **{len(books.wrong)}** of {books.reservations:,}

| what came of a try | times |
|---|---:|
{_join(outcomes)}

| reservations | payments | number |
|---|---|---:|
{_join(pairs)}
{_join(wrong)}""".rstrip()
        + "\n"
    )


def _join(lines: Iterable[str]) -> str:
    return "\n".join(lines)
