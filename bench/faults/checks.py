"""What must be true afterwards: nothing lost, nothing twice, nothing left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from bench.faults.callers import AGENCY, Load, Record
from bench.faults.sink import MailSink
from bench.faults.story import Outcome

QUIET_SECONDS: Final = 120.0
FRAME_SECONDS: Final = 30.0
INTERNAL: Final = "internal"
OVER: Final = {"DONE", "FAILED", "CANCELLED"}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One promise: what was counted, and what contradicts it."""

    promise: str
    counted: str
    wrong: tuple[str, ...] = ()


class Books:
    """The product's own database, read from outside."""

    def __init__(self, url: str) -> None:
        self._url = url

    def read(self, query: sql.Composed | sql.SQL) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with psycopg.connect(self._url, connect_timeout=10) as connection:
            return connection.execute(query).fetchall()

    def list_customers(self) -> Counter[str]:
        """Return how often each customer of the agency exists."""
        ((schema,),) = self.read(
            sql.SQL("SELECT schema_name FROM tenants_agency WHERE slug = {}").format(AGENCY)
        )
        query = sql.SQL("SELECT name FROM {}").format(sql.Identifier(schema, "customers_customer"))
        return Counter(name for (name,) in self.read(query))

    def list_agencies(self) -> Counter[str]:
        """Return how often each agency exists."""
        return Counter(slug for (slug,) in self.read(sql.SQL("SELECT slug FROM tenants_agency")))

    def list_mails(self) -> list[tuple[str, str, str]]:
        """Return public id, recipient and state of every mail."""
        query = sql.SQL("SELECT public_id, recipient, state FROM tenants_mailmessage")
        return [(str(name), str(to), str(state)) for name, to, state in self.read(query)]

    def list_operations(self) -> dict[str, tuple[str, str]]:
        """Return state and failure of each operation."""
        query = sql.SQL("SELECT public_id, state, error->>'code' FROM operations_operation")
        return {str(name): (str(state), str(why or "")) for name, state, why in self.read(query)}


def wait_for_quiet(books: Books) -> None:
    """Give background work the time it needs to catch up."""
    deadline = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < deadline:
        waiting = [one for one in books.list_mails() if one[2] == "QUEUED"]
        working = [one for one, (state, _) in books.list_operations().items() if state not in OVER]
        if not waiting and not working:
            return
        time.sleep(1)


def check_answers(record: Record, outcomes: list[Outcome]) -> Check:
    """Every answer is clear; nobody answers only while the proxy itself is away."""
    spans = [(one.began, one.ended) for one in outcomes if "proxy" in one.fault.services]

    def is_excused(at: float, seconds: float) -> bool:
        return any(began <= at and at - seconds <= ended for began, ended in spans)

    wrong = Counter(
        f"{one.call.split('?')[0]}: {one.status or one.kind}"
        for one in record.answers
        if not one.is_clear and not (one.status == 0 and is_excused(one.at, one.seconds))
    )
    said = Counter(one.status for one in record.answers)
    counted = ", ".join(f"{count} of {status}" for status, count in sorted(said.items()))
    return Check(
        promise="each answer is right or a 503 that says when to come back",
        counted=counted,
        wrong=tuple(f"{what} ({count} times)" for what, count in wrong.items()),
    )


def check_recovery(outcomes: list[Outcome]) -> Check:
    """Everything comes back, and nothing else was restarted for it."""
    wrong = [f"not back: {one.fault.name}" for one in outcomes if one.recovery_seconds is None]
    wrong += [f"{one.fault.name}: {', '.join(one.restarted)}" for one in outcomes if one.restarted]
    longest = max((one.recovery_seconds or 0.0 for one in outcomes), default=0.0)
    return Check(
        promise="each fault passes without a restart of anything else",
        counted=f"{len(outcomes)} faults, the longest felt for {longest:.1f} s",
        wrong=tuple(wrong),
    )


def check_writes(record: Record, books: Books) -> Check:
    """What was acknowledged exists once; what was not, at most once; a repeat changes nothing."""
    there = books.list_customers()
    wrong = [f"{mark} exists {there[mark]} times" for mark in record.customers if there[mark] != 1]
    wrong += [f"{mark} exists {there[mark]} times" for mark in record.asked if there[mark] > 1]
    wrong += [f"repeat of {mark} differs" for mark in record.wrong_replays]
    return Check(
        promise="each acknowledged write exists once, a repeated key repeats its answer",
        counted=f"{len(record.customers)} customers, {record.replays} repeats",
        wrong=tuple(wrong),
    )


def check_agencies(record: Record, books: Books) -> Check:
    """Each acknowledged sign-up made one agency and queued one mail."""
    there = books.list_agencies()
    mails = Counter(recipient for _name, recipient, _state in books.list_mails())
    wrong = [f"{slug} exists {there[slug]} times" for slug in record.agencies if there[slug] != 1]
    wrong += [f"{to}: {mails[to]} mails" for to in record.agencies.values() if mails[to] != 1]
    return Check(
        promise="each sign-up is one agency and one mail",
        counted=f"{len(record.agencies)} sign-ups",
        wrong=tuple(wrong),
    )


def check_mails(books: Books, sink: MailSink) -> Check:
    """Every mail arrives; a sender that dies in the middle may send it again under its old id."""
    taken = Counter({name.strip("<>").partition("@")[0]: n for name, n in sink.taken.items()})
    mails = books.list_mails()
    wrong = [f"{name} is {state}" for name, _to, state in mails if state != "SENT"]
    wrong += [f"{name} never arrived" for name, _to, _state in mails if not taken[name]]
    twice = sum(1 for count in taken.values() if count > 1)
    return Check(
        promise="each mail arrives (one sent twice has the same Message-ID)",
        counted=f"{len(mails)} mails, {twice} of them more than once",
        wrong=tuple(wrong),
    )


def check_operations(record: Record, books: Books) -> Check:
    """Every operation comes to an end, and a failed one says why."""
    there = books.list_operations()
    wrong = [f"{name} is lost" for name in record.operations if name not in there]
    for name, (state, why) in there.items():
        if state not in OVER or (state == "FAILED" and (not why or why == INTERNAL)):
            wrong.append(f"{name}: {state} {why}")
    ends = Counter(state for state, _why in there.values())
    return Check(
        promise="each operation ends done or with a reason",
        counted=", ".join(f"{count} of {state}" for state, count in sorted(ends.items())) or "none",
        wrong=tuple(wrong),
    )


def check_streams(load: Load, *, change: Callable[[], None]) -> Check:
    """Whoever listens comes back and hears of the next change."""
    before = len(load.record.frames)
    change()
    deadline = time.monotonic() + FRAME_SECONDS
    while len(load.record.frames) == before and time.monotonic() < deadline:
        time.sleep(0.1)
    heard = len(load.record.frames) > before
    return Check(
        promise="listeners come back and hear of the next change",
        counted=f"{load.record.streams} streams, {len(load.record.frames)} messages",
        wrong=() if heard else ("nothing was heard",),
    )


def check_left(left: list[str]) -> Check:
    """No process outlives the platform."""
    return Check(
        promise="nothing is left running afterwards",
        counted=f"{len(left)} processes",
        wrong=tuple(line[:120] for line in left),
    )
