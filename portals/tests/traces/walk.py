"""Calling the addresses that are for everybody, and all documents of the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.test import Client

from portals.tests.isolation.walk import Answer, list_pages, read_answer
from portals.tests.routes import Route, list_routes
from tenants.hosts import AgencySnapshot

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")


def call_open_pages(client: Client, *, portal: str, agency: AgencySnapshot) -> Iterator[Answer]:
    """Call, in every way, each address of a portal that needs no role, the API's included.

    Arguments are filled with what exists where a brand's file is meant, and with nonsense
    elsewhere: the answer to nonsense is a page, too.
    """
    guarded = list_pages(portal)
    for route in list_routes(portal):
        if guarded.get(route.name) == route:
            continue
        for method in _METHODS:
            with transaction.atomic():
                response = client.generic(method, _fill(route, agency))
                transaction.set_rollback(True)
            yield read_answer(route.name or route.pattern, method, response)


def _fill(route: Route, agency: AgencySnapshot) -> str:
    known = {"digest": agency.brand_digest, "filename": agency.brand_logo_url.rsplit("/", 1)[-1]}
    pattern = route.pattern.replace("^", "").replace("$", "")
    pattern = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: known.get(match[1]) or "abc", pattern)
