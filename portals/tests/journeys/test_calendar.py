"""What a colleague books stands in the calendar at once, without a reload."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone
from playwright.sync_api import Page, expect

from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD
from portals.tests.journeys.visitor import Visitor

HOST = "dolomiti.agency"
_STREAM_OPEN = "() => document.querySelector('[sse-connect]')?.['htmx-internal-data']?.sseEventSource?.readyState === 1"


def _find_open_day(visitor: Visitor, page: Page) -> str:
    """Return the address of the next day on which something can be booked."""
    today = timezone.now().date()
    for number in range(2, 14):
        path = f"/calendar/?day={today + timedelta(days=number)}"
        visitor.open(HOST, path)
        if page.locator("a.cal-book").count():
            return path
    raise AssertionError("nothing is open for two weeks")


def test_a_reservation_appears_in_the_calendar_of_a_colleague(visit: Visit) -> None:
    with visit() as hannah, visit() as stefan:
        watching = hannah.sign_in(HOST, email="hannah@dolomiti.example", password=DEMO_PASSWORD)
        path = _find_open_day(hannah, watching)
        watching.wait_for_function(_STREAM_OPEN)
        booking = stefan.sign_in(HOST, email="stefan@dolomiti.example", password=DEMO_PASSWORD)
        stefan.open(HOST, path)
        free = booking.locator("a.cal-book").first.get_attribute("href") or ""

        stefan.open(HOST, free)
        booking.get_by_label("Who comes").fill("Vera Vivace")
        booking.get_by_label("E-mail address").fill("vera@vivace.example")
        booking.locator("main form button[type=submit]").first.click()

        entry = watching.locator(".cal-entry", has_text="Vera Vivace")
        expect(entry.first).to_be_visible(timeout=10_000)
        assert parse_qs(urlsplit(watching.url).query)["day"]
