"""People and programs at work: each is a thread that writes down every answer it gets."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from bench.faults.product import Product

AGENCY: Final = "dolomiti"
EMAIL: Final = "hannah@dolomiti.example"
PASSWORD: Final = "benvenuti-demo"
REPLAYED: Final = "Idempotent-Replayed"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What somebody got, and when; status 0 where nobody answered."""

    at: float
    call: str
    status: int
    retry_after: str
    kind: str
    seconds: float

    @property
    def is_clear(self) -> bool:
        """Tell whether it is what was asked for, or says in the right form why not and when."""
        if self.status == 503:
            in_form = "/api/" not in self.call or self.kind.startswith("application/json")
            return self.retry_after.isdigit() and in_form
        return 200 <= self.status < 500


@dataclass
class Record:
    """Everything that was answered and promised during a run."""

    answers: list[Answer] = field(default_factory=list)
    customers: dict[str, str] = field(default_factory=dict)
    """Marks that were acknowledged, and the public id in the answer."""
    asked: set[str] = field(default_factory=set)
    agencies: dict[str, str] = field(default_factory=dict)
    """Slugs of acknowledged sign-ups, and the person's address."""
    operations: list[str] = field(default_factory=list)
    replays: int = 0
    wrong_replays: list[str] = field(default_factory=list)
    frames: list[float] = field(default_factory=list)
    streams: int = 0


class Load:
    """All callers of a run."""

    def __init__(self, product: Product, *, deploys: int) -> None:
        self.product = product
        self.record = Record()
        self._deploys = deploys
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._token = ""
        host = f"{AGENCY}.agency.localhost"
        self._program, self._reader, self._listener = (product.client(host) for _ in range(3))

    def start(self) -> None:
        """Sign in and begin."""
        self._token = sign_in_to_api(self._program)
        for client in (self._reader, self._listener):
            sign_in(client)
        work = (self._read_pages, self._write, self._write, self._sign_up, self._deploy)
        self._threads = [threading.Thread(target=one, daemon=True) for one in (*work, self._listen)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let everybody finish what they are at."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def ask(
        self, client: httpx.Client, method: str, path: str, **keywords: Any
    ) -> httpx.Response | None:
        """Make one call and write down the answer."""
        began = time.monotonic()
        try:
            response = client.request(method, path, **keywords)
        except httpx.TransportError as error:
            self._note(method, path, began, status=0, kind=type(error).__name__)
            return None
        self._note(
            method,
            path,
            began,
            status=response.status_code,
            retry_after=response.headers.get("Retry-After", ""),
            kind=response.headers.get("Content-Type", ""),
        )
        return response

    def _note(
        self, method: str, path: str, began: float, *, status: int, kind: str, retry_after: str = ""
    ) -> None:
        now = time.monotonic()
        answer = Answer(
            at=now,
            call=f"{method} {path}",
            status=status,
            retry_after=retry_after,
            kind=kind,
            seconds=now - began,
        )
        self.record.answers.append(answer)

    def insist(
        self, client: httpx.Client, path: str, body: dict[str, Any], *, key: str
    ) -> httpx.Response | None:
        """Repeat a call with its key until it is acknowledged, as a careful program does."""
        while not self._stop.is_set():
            response = self.ask(client, "POST", path, json=body, headers=self.api_headers(key))
            if response is not None and response.status_code in {200, 201, 202}:
                return response
            if response is not None and response.status_code in {409, 422}:
                raise RuntimeError(f"POST {path}: {response.status_code} {response.text[:500]}")
            self._stop.wait(0.5)
        return None

    def api_headers(self, key: str = "") -> dict[str, str]:
        """Return the headers of a call of the API."""
        keys = {"Idempotency-Key": key} if key else {}
        return {"Authorization": f"Bearer {self._token}", **keys}

    # --- Callers ------------------------------------------------------------------------------

    def _read_pages(self) -> None:
        while not self._stop.is_set():
            for path in ("/", "/customers/", "/sites/", "/settings/"):
                self.ask(self._reader, "GET", path)
                self._stop.wait(0.15)

    def _write(self) -> None:
        with self.product.client(f"{AGENCY}.agency.localhost") as client:
            while not self._stop.is_set():
                mark = f"fault-{secrets.token_hex(6)}"
                self.record.asked.add(mark)
                body = {"name": mark, "email": f"{mark}@faults.test"}
                first = self.insist(client, "/api/v1/customers", body, key=mark)
                if first is not None:
                    self.record.customers[mark] = first.json()["data"]["id"]
                    self._repeat(client, body, key=mark)
                self._stop.wait(1.5)

    def _repeat(self, client: httpx.Client, body: dict[str, Any], *, key: str) -> None:
        again = self.insist(client, "/api/v1/customers", body, key=key)
        if again is None:
            return
        self.record.replays += 1
        same = again.json()["data"]["id"] == self.record.customers[key]
        if not same or REPLAYED not in again.headers:
            self.record.wrong_replays.append(key)

    def _sign_up(self) -> None:
        with self.product.client("www.localhost") as client:
            while not self._stop.is_set():
                mark = f"fault-{secrets.token_hex(5)}"
                body = {
                    "email": f"{mark}@faults.test",
                    "password": "una-frase-lunga-42",
                    "full_name": "Fausta Guasti",
                    "agency_name": mark,
                    "agency_slug": mark,
                }
                if self.insist(client, "/api/v1/auth/register", body, key=mark):
                    self.record.agencies[mark] = body["email"]
                self._stop.wait(4)

    def _deploy(self) -> None:
        with self.product.client(f"{AGENCY}.agency.localhost") as client:
            for _number in range(self._deploys):
                while not self.record.customers and not self._stop.is_set():
                    self._stop.wait(0.2)
                if self._stop.is_set():
                    return
                self.create_site(client, deploy=True)
                self._stop.wait(15)

    def create_site(self, client: httpx.Client, *, deploy: bool) -> None:
        """Make a site for one of the customers, and note the operation that deploys it."""
        mark = f"fault-{secrets.token_hex(6)}"
        body = {
            "customer": next(iter(self.record.customers.values())),
            "name": mark,
            "title": "Sito di prova",
            "admin_email": f"{mark}@faults.test",
            "deploy": deploy,
        }
        made = self.insist(client, "/api/v1/websites", body, key=mark)
        if made is not None and deploy:
            self.record.operations.append(made.json()["data"]["operation"])

    def _listen(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(httpx.TransportError):  # a browser comes back as well
                self._follow(self._listener)
            self._stop.wait(1)

    def _follow(self, client: httpx.Client) -> None:
        timeout = httpx.Timeout(45.0, read=25.0)
        with client.stream("GET", "/live/sites", timeout=timeout) as response:
            if response.status_code != 200:
                response.read()
                self._note(
                    "GET",
                    "/live/sites",
                    time.monotonic(),
                    status=response.status_code,
                    kind=response.headers.get("Content-Type", ""),
                    retry_after=response.headers.get("Retry-After", ""),
                )
                return
            self.record.streams += 1
            for line in response.iter_lines():
                if line.startswith("data: agency:"):
                    self.record.frames.append(time.monotonic())
                if self._stop.is_set():
                    return


def sign_in(client: httpx.Client) -> None:
    """Sign in with the form.

    Raises:
        RuntimeError: the start page does not open afterwards.
    """
    client.get("/accounts/login/")
    token = client.cookies.get("csrf", "")
    fields = {"login": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token}
    client.post("/accounts/login/", data=fields)
    status = client.get("/").status_code
    if status != 200:
        raise RuntimeError(f"Signing in did not work: {status}")


def sign_in_to_api(client: httpx.Client) -> str:
    """Return an access token."""
    response = client.post("/api/v1/auth/login", json={"email": EMAIL, "password": PASSWORD})
    response.raise_for_status()
    return str(response.json()["data"]["access"])
