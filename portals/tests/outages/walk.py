"""One process of the product that loses its database and its Redis, and gets them back.

Prints what every host answered, as JSON. Started by the test with addresses of real servers.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from portals.tests.outages.door import Door

HOSTS = {
    "public": "www.localhost",
    "agency": "acme.agency.localhost",
    "customer": "acme.customers.localhost",
    "admin": "admin.localhost",
    "api": "api.localhost",
}
PASSWORD = "not-a-password"
_NUMBERS = itertools.count(1)
CALLS: list[tuple[str, str, str]] = [
    ("public", "GET", "/pricing/"),
    ("public", "POST", "/sign-up/"),
    ("public", "POST", "/api/v1/auth/login"),
    ("agency", "GET", "/"),
    ("agency", "GET", "/accounts/login/"),
    ("agency", "POST", "/accounts/login/"),
    ("agency", "POST", "/api/v1/auth/login"),
    ("customer", "GET", "/"),
    ("customer", "POST", "/accounts/login/"),
    ("customer", "POST", "/api/v1/auth/login"),
    ("admin", "GET", "/"),
    ("admin", "POST", "/accounts/login/"),
    ("api", "POST", "/api/v1/auth/login"),
]


def main() -> None:
    """Walk with everything there, without the database, without Redis, and again with both."""
    doors = {name: _stand_before(name) for name in ("DATABASE_URL", "REDIS_URL")}
    import django

    django.setup()
    from django.conf import settings

    settings.DATABASES["default"]["OPTIONS"]["connect_timeout"] = 2
    answers = {"before": _walk()}
    for name, door in doors.items():
        door.shut()
        answers[name] = _walk()
        door.open()
        time.sleep(0.2)
        answers[f"after {name}"] = _walk()
    json.dump(answers, sys.stdout)


def _stand_before(name: str) -> Door:
    address = urlsplit(os.environ[name])
    door = Door(address.hostname or "127.0.0.1", address.port or 0)
    door.open()
    netloc = address.netloc.replace(f":{address.port}", f":{door.port}")
    os.environ[name] = address._replace(netloc=netloc).geturl()
    return door


def _walk() -> list[dict[str, Any]]:
    from tenants import hosts

    hosts._memory.clear()
    return [_call(*call, headers=headers) for call in CALLS for headers in ({}, _HTMX)]


_HTMX = {"HX-Request": "true"}


def _call(portal: str, method: str, path: str, *, headers: dict[str, str]) -> dict[str, Any]:
    from django.core.signals import request_finished, request_started
    from django.test import Client

    number = next(_NUMBERS)  # a caller of its own each time: limits are another test's subject
    client = Client(
        HTTP_HOST=HOSTS[portal],
        raise_request_exception=False,
        headers={"accept-language": "en", "x-forwarded-for": f"10.0.0.{number}", **headers},
    )
    email = f"nobody-{number}@nowhere.test"
    client.cookies["language"] = "en"
    client.cookies["session"] = "0" * 32
    is_api = path.startswith("/api/")
    request_started.send(None)  # what a server does: old connections are looked at
    started = time.monotonic()
    if method == "GET":
        response = client.get(path)
    elif is_api:
        body = json.dumps({"email": email, "password": PASSWORD})
        response = client.post(path, body, content_type="application/json")
    else:
        response = client.post(path, {"login": email, "password": PASSWORD})
    request_finished.send(None)
    return {
        "call": f"{portal} {method} {path}{' htmx' if headers else ''}",
        "is_api": is_api,
        "is_htmx": bool(headers),
        "status": response.status_code,
        "seconds": time.monotonic() - started,
        "type": response.get("Content-Type", ""),
        "retry_after": response.get("Retry-After", ""),
        "toast": response.get("HX-Trigger", ""),
        "request_id": response.get("X-Request-ID", ""),
        "text": response.content.decode(),
    }


if __name__ == "__main__":
    main()
