"""What a colleague books stands in the calendar at once, without a reload."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD
from portals.tests.journeys.visitor import Visitor

HOST = "dolomiti.agency"
_RESERVATION = re.compile("/reservations/res_[a-z0-9]+/$")
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


def test_a_reservation_is_dragged_to_another_time(visit: Visit) -> None:
    with visit() as hannah:
        page = hannah.sign_in(HOST, email="hannah@dolomiti.example", password=DEMO_PASSWORD)
        path = _find_open_day(hannah, page)
        free = page.locator("a.cal-book").first.get_attribute("href") or ""
        hannah.open(HOST, free)
        page.get_by_label("Who comes").fill("Dora Drag")
        page.get_by_label("E-mail address").fill("dora@drag.example")
        if page.locator("[name=pays_later]").count():
            page.locator("[name=pays_later]").check()  # what waits for money is not moved
        page.locator("main form button[type=submit]").first.click()
        expect(page).to_have_url(_RESERVATION)
        hannah.open(HOST, path)
        entry = page.locator(".cal-entry[data-move]", has_text="Dora Drag").first
        before = entry.inner_text().splitlines()[0]

        _drag(page, entry, to=page.locator("td[data-drop]:has(a.cal-book)").nth(1))
        expect(page).to_have_url(re.compile("/move/[?]space=spc_.*at="))
        page.locator("main form button[type=submit]").first.click()

        expect(page).to_have_url(_RESERVATION)
        hannah.open(HOST, path)
        after = page.locator(".cal-entry", has_text="Dora Drag").first.inner_text()
        assert after.splitlines()[0] != before


def _drag(page: Page, entry: Locator, *, to: Locator) -> None:
    """Take something with the mouse and let it go elsewhere, step by step as a hand does."""
    entry.scroll_into_view_if_needed()
    start, end = entry.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 30, start["y"] + 14, steps=5)
    page.mouse.move(end["x"] + 20, end["y"] + 8, steps=15)
    page.mouse.move(end["x"] + 24, end["y"] + 10, steps=3)
    page.mouse.up()
