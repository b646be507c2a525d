"""The widget on a website of others: another host, another origin, no cookies."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import FrameLocator, Page, expect

from portals.tests.journeys.axe import list_violations
from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD

GIULIA, AGENCY, CUSTOMERS = "giulia@lumen.example", "lumen.agency", "lumen.customers"


@contextmanager
def _website(page: str) -> Iterator[str]:
    """Yield the address of a website of others that shows a page."""
    content = page.encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://hotel.localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _read_snippets(page: Page) -> list[str]:
    return [one.inner_text() for one in page.locator("#widget pre, #widget code").all()]


def _find_space(visit: Visit) -> str:
    """Return the id of a space that guests may book."""
    with visit() as guest:
        page = guest.open(CUSTOMERS, "/book/")
        address = page.locator("main a.list-row").first.get_attribute("href") or ""
    found = re.search(r"spc_\w+", address)
    assert found is not None
    return found[0]


def _go_to_free_day(frame: FrameLocator) -> None:
    """Go to a day of the week after next, where nothing depends on the present hour."""
    for _week in range(2):
        shown = frame.locator(".card-title").inner_text()
        frame.locator("#later").click()
        expect(frame.locator(".card-title")).not_to_have_text(shown)
    frame.locator("a.day:not(.day-full)").first.click()
    expect(frame.locator("a.slot-free").first).to_be_visible()


def test_a_website_shows_free_times_once_it_is_allowed(visit: Visit) -> None:
    with visit() as giulia:
        giulia.sign_in(AGENCY, email=GIULIA, password=DEMO_PASSWORD)
        page = giulia.open(AGENCY, f"/spaces/{_find_space(visit)}/share/")
        snippets = _read_snippets(page)
        snippet = next(one for one in snippets if "data-booking" in one)
        assert list_violations(page) == []

        with _website(f'<html lang="en"><body><h1>Hotel</h1>{snippet}</body></html>') as site:
            with visit() as guest:
                stranger = guest.page.context.new_page()
                with stranger.expect_event("requestfailed", lambda one: "/book/frame/" in one.url):
                    stranger.goto(site)  # it is answered, and the browser does not show it
                expect(stranger.locator("iframe")).to_be_visible()
                expect(stranger.frame_locator("iframe").locator(".slots")).to_have_count(0)

            page.fill("[name=address]", site)
            page.locator("#widget form button[type=submit]").last.click()
            expect(page.locator("#widget td", has_text="hotel.localhost")).to_be_visible()

            with visit() as guest:
                stranger = guest.page.context.new_page()
                stranger.goto(site)
                frame = stranger.frame_locator("iframe")
                _go_to_free_day(frame)
                expect(stranger.locator("iframe")).not_to_have_attribute("height", "640")
                with stranger.expect_popup() as opened:
                    frame.locator("a.slot-free").first.press("Enter")
                booking = opened.value
                booking.wait_for_load_state()
                assert "/book/spc_" in booking.url
                expect(booking.locator("button.slot-free").first).to_be_visible()
                assert guest.page.context.cookies(site) == []
