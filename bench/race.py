"""R1: forty people hold, pay, pay late and cancel the same hours, and nobody sweeps up.

``make race`` runs it and writes ``bench/RACE.md``.
``--tries`` makes it shorter. Each client goes through the services that
pages and API use, with the trial provider of payments. Holds last for a moment instead of a
quarter of an hour, so that many expire while money is on its way. Half of the clients skip the look
that spares a busy slot's loser the transaction: for them the constraint alone decides each time. At
the end, and only then, the work that fell due is done, and the books of the provider are held
against the reservations.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final
from unittest.mock import patch

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotex.settings")
os.environ.setdefault("SPOTEX_HOLD_SECONDS", "0.4")
os.environ.setdefault("SPOTEX_LONGEST_HOLD_SECONDS", "1.2")
django.setup()

from django.core.management import call_command  # noqa: E402  settings come first
from django.db import OperationalError, connection, connections  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from bench.books import audit_books  # noqa: E402
from bench.race_report import describe_race  # noqa: E402
from bench.spaces import count_overlaps, ensure_house  # noqa: E402
from booking.bookers import Booker  # noqa: E402
from booking.models import Hold, Reservation, Space  # noqa: E402
from booking.periods import Period  # noqa: E402
from booking.services import holds  # noqa: E402
from booking.services.cancelling import cancel_reservation  # noqa: E402
from booking.services.holds import (  # noqa: E402
    SlotTaken,
    change_hold,
    extend_hold,
    hold_space,
    release_hold,
)
from booking.services.moving import move_reservation  # noqa: E402
from booking.services.payments import (  # noqa: E402
    open_reservation_payment,
    proceed_with_payment,
)
from booking.services.reservations import Visitor, book_space  # noqa: E402
from booking.services.spaces import change_space, create_space  # noqa: E402
from booking.states import PaymentRule  # noqa: E402
from spotex.kernel.actor import Actor  # noqa: E402
from spotex.kernel.errors import DomainError  # noqa: E402
from spotex.kernel.tenancy import agency_scope  # noqa: E402
from tenants.access import system_actor  # noqa: E402
from tenants.billing.services.payments import pay  # noqa: E402
from tenants.billing.states import SandboxOutcome  # noqa: E402
from tenants.models import Agency, DueWork  # noqa: E402
from tenants.tasks import run_all_due_work  # noqa: E402

CLIENTS: Final = 40
TRIES: Final = 100_000
DAYS: Final = 2
HOURS: Final = 10
REPORT: Final = Path(__file__).parent / "RACE.md"
BY_CONSTRAINT: Final = "slot_taken, said by the constraint"
_PROCESSES: Final = 4
_LATE_SECONDS: Final = 0.6
"""Longer than a hold lasts."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where everybody meets."""

    agency: Agency
    actor: Actor
    spaces: list[Space]


def main() -> int:
    """Let them race, clear up, check, report; 1 when anything is wrong."""
    options = _read_options()
    call_command("migrate_schemas", shared=True, verbosity=0)
    agency = _set_stage()
    _warm_up(agency)
    begin = time.perf_counter()
    counts = _race(agency, tries=options.tries)
    seconds = time.perf_counter() - begin
    with agency_scope(agency):
        overlaps = count_overlaps()
    _do_due_work()
    with agency_scope(agency):
        books = audit_books()
        overlaps = max(overlaps, count_overlaps())
    report = describe_race(counts, clients=CLIENTS, seconds=seconds, overlaps=overlaps, books=books)
    print(report)
    if options.tries >= TRIES:
        REPORT.write_text(report, encoding="utf-8")
    return 1 if overlaps or books.wrong or counts["fault"] else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Race for the same hours.")
    parser.add_argument("--tries", type=int, default=TRIES, help="fewer write no report")
    options = parser.parse_args()
    if options.tries < CLIENTS:
        parser.error(f"--tries must be at least {CLIENTS}: one for each client.")
    return options


def _set_stage() -> Agency:
    """Make a hall with two rooms and a table of four places: whole, parts and seats."""
    agency = ensure_house(spaces=1)
    actor = system_actor(agency)
    with agency_scope(agency):
        hall = change_space(
            Space.objects.select_related("location__customer").get(),
            actor=actor,
            payment=PaymentRule.PREPAID,
            hourly_minor=2_000,
            late_refund_percent=50,
        )
        add = partial(
            create_space,
            actor=actor,
            location=hall.location,
            payment=PaymentRule.PREPAID,
            hourly_minor=1_000,
        )
        for name in ("Sinistra", "Destra"):
            add(name=name, parent=hall)
        add(name="Banco", capacity=4, seats=4)
    return agency


def _warm_up(agency: Agency) -> None:
    """Book, pay and cancel once, long after the race: what follows loads no template any more."""
    with agency_scope(agency), translation.override("en"):
        actor, now = system_actor(agency), timezone.now()
        space = Space.objects.select_related("location__customer").earliest("pk")
        start = now.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=30)
        reservation = book_space(
            space,
            stay=Period(start=start, end=start + timedelta(hours=1)),
            booker=Booker(key="guest_first", is_guest=True),
            visitor=Visitor(name="Rita", email="rita@race.test"),
            actor=actor,
            now=now,
        )
        payment, _intent = open_reservation_payment(reservation, actor=actor, now=now)
        proceed_with_payment(
            pay(payment, method=SandboxOutcome.SUCCEED, actor=actor), actor=actor, now=now
        )
        reservation.refresh_from_db()
        cancel_reservation(reservation, actor=actor, now=now)


def _race(agency: Agency, *, tries: int) -> Counter[str]:
    connections.close_all()
    context = multiprocessing.get_context("fork")
    play = partial(_race_in_threads, agency, tries // CLIENTS)
    with ProcessPoolExecutor(_PROCESSES, mp_context=context) as pool:
        return sum(pool.map(play, range(_PROCESSES)), Counter[str]())


def _race_in_threads(agency: Agency, tries: int, process: int) -> Counter[str]:
    clients = CLIENTS // _PROCESSES
    numbers = range(process * clients, (process + 1) * clients)
    look = patch.object(holds, "_refuse_at_a_glance") if process % 2 else nullcontext()
    with look, ThreadPoolExecutor(clients) as pool:
        counts = sum(pool.map(partial(_play, agency, tries), numbers), Counter[str]())
    if process % 2:
        counts[BY_CONSTRAINT] = counts.pop(SlotTaken.code, 0)
    return counts


def _play(agency: Agency, tries: int, client: int) -> Counter[str]:
    """Be one person until the tries are over; count what came of them."""
    choice = random.Random(client)
    counts: Counter[str] = Counter()
    with agency_scope(agency), translation.override("en"):
        spaces = list(Space.objects.select_related("location__customer"))
        stage = Stage(agency=agency, actor=system_actor(agency), spaces=spaces)
        while counts["tries"] < tries:
            counts["tries"] += 1
            counts[_try_once(stage, choice=choice, client=client)] += 1
    connection.close()
    return counts


def _try_once(stage: Stage, *, choice: random.Random, client: int) -> str:
    try:
        return _hold_and_go_on(stage, choice=choice, client=client)
    except DomainError as error:
        return error.code
    except OperationalError as error:
        print(f"fault: {error}", file=sys.stderr)
        return "fault"


def _hold_and_go_on(stage: Stage, *, choice: random.Random, client: int) -> str:
    space, now = choice.choice(stage.spaces), timezone.now()
    booker = Booker(key=f"guest_{client}", is_guest=True)
    stay = _choose_stay(choice)
    hold = hold_space(space, stay=stay, booker=booker, actor=stage.actor, now=now)
    hold = _change_mind(hold, booker=booker, stage=stage, choice=choice)
    stay = Period(start=hold.starts_at, end=hold.ends_at)
    step = choice.random()
    if step < 0.1:
        release_hold(hold, booker=booker, actor=stage.actor)
        return "released"
    if step < 0.2:
        return "abandoned"
    if step < 0.3:
        time.sleep(_LATE_SECONDS)
    reservation = book_space(
        space,
        stay=stay,
        booker=booker,
        visitor=Visitor(name="Rita", email="rita@race.test"),
        actor=stage.actor,
        now=timezone.now(),
        hold=hold,
    )
    return _pay_and_go_on(reservation, stage=stage, choice=choice)


def _change_mind(hold: Hold, *, booker: Booker, stage: Stage, choice: random.Random) -> Hold:
    """Extend a hold, or want another time instead, or neither."""
    step = choice.random()
    if step < 0.15:
        return extend_hold(hold, booker=booker, actor=stage.actor)
    if step < 0.3:
        return change_hold(
            hold,
            stay=_choose_stay(choice),
            booker=booker,
            actor=stage.actor,
            now=timezone.now(),
        )
    return hold


def _pay_and_go_on(reservation: Reservation, *, stage: Stage, choice: random.Random) -> str:
    if choice.random() < 0.1:
        return "not paid"
    actor = stage.actor
    payment, _intent = open_reservation_payment(reservation, actor=actor, now=timezone.now())
    if choice.random() < 0.1:
        pay(payment, method=SandboxOutcome.DECLINE, actor=actor)
        return "declined"
    is_late = choice.random() < 0.3
    if is_late:
        time.sleep(_LATE_SECONDS)
    payment = pay(payment, method=SandboxOutcome.SUCCEED, actor=actor)
    if choice.random() < 0.1:
        return "paid, and left"  # the due work has to answer it
    proceed_with_payment(payment, actor=actor, now=timezone.now())
    reservation.refresh_from_db()
    if choice.random() < 0.2:
        _move(reservation, stage=stage, choice=choice)
    if choice.random() < 0.85:
        hours = choice.choice((1, 48))
        moment = reservation.starts_at - timedelta(hours=hours)
        cancel_reservation(reservation, actor=actor, now=moment)
        return "paid late, cancelled" if is_late else "paid, cancelled"
    return "paid late" if is_late else "paid"


def _move(reservation: Reservation, *, stage: Stage, choice: random.Random) -> None:
    """Want another time of the same length; where that is taken, it stays as it is."""
    start = _choose_stay(choice).start
    length = reservation.ends_at - reservation.starts_at
    with suppress(DomainError):
        move_reservation(
            reservation,
            stay=Period(start=start, end=start + length),
            booker=Booker(key=reservation.booker, is_guest=True),
            actor=stage.actor,
            now=timezone.now(),
        )
    reservation.refresh_from_db()


def _choose_stay(choice: random.Random) -> Period:
    morning = timezone.now().replace(hour=8, minute=0, second=0, microsecond=0)
    first = morning + timedelta(days=1)
    start = first + timedelta(days=choice.randrange(DAYS), hours=choice.randrange(HOURS))
    return Period(start=start, end=start + timedelta(hours=choice.choice((1, 1, 1, 2))))


def _do_due_work() -> None:
    """Do all that fell due until nothing is left but what is for later."""
    DueWork.objects.filter(kind__startswith="billing.").update(due_at=timezone.now())
    for _round in range(10_000):
        if not DueWork.objects.filter(
            due_at__lte=timezone.now(), kind__regex=r"^(billing|booking)\."
        ).exists():
            return
        run_all_due_work()


if __name__ == "__main__":
    raise SystemExit(main())
