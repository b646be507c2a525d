"""What tests of portals share with those of the pillars."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

from booking.conftest import (  # noqa: F401  fixtures
    booker,
    location,
    make_space,
    make_stay,
    now,
    rival,
    space,
    stay,
)
from spotex.kernel.tenancy import enter_schema
from tenants.models import Agency


def stay_in(agency: Agency, client: Client) -> Client:
    """Return a client after whose requests the test is still in the agency's schema."""
    ask = client.request

    def request(**details: Any) -> HttpResponse:
        try:
            return ask(**details)
        finally:
            enter_schema(agency.schema_name)

    client.request = request  # type: ignore[method-assign]
    return client
