"""People who book and pay the same hours while the product is hurt."""

from __future__ import annotations

import random
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from psycopg import sql

from bench.faults.callers import AGENCY, Load
from bench.faults.checks import Books, Check

PEOPLE: Final = 3
HOURS: Final = 12
"""So few that people get in each other's way."""

FIRST_DAY: Final = 14
"""So many days ahead: nothing of the demo is there, and no term of a cancellation is near."""

_ASK_AGAIN: Final = {0, 429, 503}
_OVERLAPS: Final = """
    SELECT count(*) FROM {claims} a JOIN {claims} b
    ON a.id < b.id AND a.unit && b.unit AND a.busy && b.busy AND a.valid && b.valid
"""
_MONEY: Final = """
    SELECT r.public_id, r.state, r.total_minor,
           coalesce(sum(p.amount_minor) FILTER (WHERE p.state = 'CAPTURED'), 0),
           coalesce((SELECT sum(f.amount_minor) FROM {refunds} f JOIN {payments} q
                     ON q.id = f.payment_id WHERE q.subject = r.public_id
                     AND f.state = 'SUCCEEDED'), 0)
    FROM {reservations} r LEFT JOIN {payments} p ON p.subject = r.public_id
    WHERE r.email LIKE '%@faults.test'
    GROUP BY r.id
"""
_SOLD: Final = {"CONFIRMED", "CHECKED_IN", "COMPLETED"}


@dataclass
class Promises:
    """What people were told."""

    booked: set[str] = field(default_factory=set)
    paid: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    refused: int = 0


class Bookers:
    """Some people who want the same hours of one room, pay, and change their minds."""

    def __init__(self, load: Load) -> None:
        self.promises = Promises()
        self._load = load
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Look which hours there are, and begin."""
        host = f"{AGENCY}.agency.localhost"
        with self._load.product.client(host) as client:
            space, hours = self._find_hours(client)
        for number in range(PEOPLE):
            arguments = (space, hours, random.Random(number))
            self._threads.append(threading.Thread(target=self._book, args=arguments, daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let everybody finish what they are at."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _find_hours(self, client: httpx.Client) -> tuple[str, list[dict[str, Any]]]:
        """Return a space that is paid when booking, and the free slots of some days."""
        headers = self._load.api_headers()
        spaces = client.get("/api/v1/spaces", headers=headers).json()["data"]
        space = next(one["id"] for one in spaces if one["payment"] == "PREPAID")
        hours: list[dict[str, Any]] = []
        for day in range(FIRST_DAY, FIRST_DAY + 7):
            date = (datetime.now(UTC) + timedelta(days=day)).date().isoformat()
            said = client.get(f"/api/v1/spaces/{space}/slots?date={date}", headers=headers).json()
            hours += [slot for slot in said["data"] if slot["state"] == "FREE"]
        if not hours:
            raise RuntimeError("The demo has no free hours.")
        return space, hours[:HOURS]

    def _book(self, space: str, hours: list[dict[str, Any]], choice: random.Random) -> None:
        with self._load.product.client(f"{AGENCY}.agency.localhost") as client:
            while not self._stop.is_set():
                slot = choice.choice(hours)
                self._try_once(client, space, slot, changes_mind=choice.random() < 0.5)
                self._stop.wait(0.2)

    def _try_once(
        self, client: httpx.Client, space: str, slot: dict[str, Any], *, changes_mind: bool
    ) -> None:
        body = {
            "space": space,
            "starts_at": slot["starts_at"],
            "ends_at": slot["ends_at"],
            "guest": {"name": "Fausta Guasti", "email": f"{secrets.token_hex(4)}@faults.test"},
        }
        made = self._insist(client, "POST", "/api/v1/reservations", body)
        if made is None or made.status_code != 201:
            self.promises.refused += made is not None
            return
        name = made.json()["data"]["id"]
        self.promises.booked.add(name)
        if not self._pay(client, name) or not changes_mind:
            return
        path = f"/api/v1/reservations/{name}"
        gone = self._insist(client, "DELETE", path, None)
        if gone is not None and gone.status_code in {200, 204}:
            self.promises.cancelled.add(name)

    def _pay(self, client: httpx.Client, name: str) -> bool:
        path = "/api/v1/payments/create-payment-intent"
        opened = self._insist(client, "POST", path, {"reservation": name})
        if opened is None or opened.status_code != 201:
            return False
        body = {"payment": opened.json()["data"]["id"]}
        said = self._insist(client, "POST", "/api/v1/payments/confirm", body)
        is_paid = said is not None and said.json()["data"]["state"] == "CAPTURED"
        if is_paid:
            self.promises.paid.add(name)
        return is_paid

    def _insist(
        self, client: httpx.Client, method: str, path: str, body: dict[str, Any] | None
    ) -> httpx.Response | None:
        """Repeat a call with its key until there is an answer, as a careful program does."""
        headers = self._load.api_headers(secrets.token_hex(8) if method == "POST" else "")
        while not self._stop.is_set():
            response = self._load.ask(client, method, path, json=body, headers=headers)
            if response is not None and response.status_code not in _ASK_AGAIN:
                return response
            self._stop.wait(0.5)
        return None


def check_stays(promises: Promises, books: Books) -> Check:
    """No hour is sold twice; what was acknowledged is there, and so is its money, once."""
    ((schema,),) = books.read(
        sql.SQL("SELECT schema_name FROM tenants_agency WHERE slug = {}").format(AGENCY)
    )
    tables = {
        name: sql.Identifier(schema, table)
        for name, table in (
            ("claims", "booking_claim"),
            ("reservations", "booking_reservation"),
            ("payments", "billing_payment"),
            ("refunds", "billing_refund"),
        )
    }
    ((overlaps,),) = books.read(sql.SQL(_OVERLAPS).format(**tables))
    rows = {row[0]: row[1:] for row in books.read(sql.SQL(_MONEY).format(**tables))}
    wrong = [f"{overlaps} hours sold twice"] if overlaps else []
    wrong += [f"{name} is lost" for name in promises.booked if name not in rows]
    wrong += [
        f"{name} is {rows[name][0]} though it was paid"
        for name in promises.paid - promises.cancelled
        if name in rows and rows[name][0] not in _SOLD | {"CANCELLED"}
    ]
    wrong += [
        f"{name} {state}: {taken} taken, {returned} returned of {total}"
        for name, (state, total, taken, returned) in rows.items()
        if taken - returned != (total if state in _SOLD else 0)
    ]
    return Check(
        promise="no hour is sold twice, each paid one is kept or its money returned",
        counted=f"{len(promises.booked)} booked, {len(promises.paid)} paid, "
        f"{len(promises.cancelled)} cancelled, {promises.refused} refused",
        wrong=tuple(wrong),
    )
