"""P13: what one web process keeps, against plain Django with REST framework doing one list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.lists import describe_peer, ensure_agency, request_list
from bench.load import compose, count_answers
from bench.measure import MemoryResult
from bench.servers import running_ours, running_plain
from tenants.hosts import host_of
from tenants.states import PortalName

LIMIT: Final = 1.6
SECONDS: Final = 3.0
_PRIVATE: Final = re.compile(r"^(?:Private_Clean|Private_Dirty):\s+(\d+) kB", re.MULTILINE)


def run() -> Iterator[MemoryResult]:
    """Let both answer lists for some seconds, then look at their worker processes."""
    agency, owner = ensure_agency()
    host = host_of(agency.slug, PortalName.AGENCY)
    environ = describe_peer(agency, host=host)
    with (
        running_ours() as (ours, process),
        running_plain("bench.peers.plain:application", environ=environ) as (peer, plain),
    ):
        count_answers(ours, request_list(agency, owner), seconds=SECONDS)
        count_answers(peer, compose(host, "/customers"), seconds=SECONDS)
        mine, theirs = _measure(process), _measure(plain)
    yield MemoryResult(
        number="P13",
        what="one web process after some thousand lists, private memory",
        peer="plain Django and REST framework",
        ours_bytes=mine,
        peer_bytes=theirs,
        target=LIMIT,
    )


def _measure(supervisor: int) -> int:
    """Return the private bytes of the worker that a server started."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    return max(private_bytes(int(child)) for child in children)


def private_bytes(process: int) -> int:
    """Return the memory that a process shares with nobody."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    return sum(int(kilobytes) for kilobytes in _PRIVATE.findall(text)) * 1024
