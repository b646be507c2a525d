"""The widget on a website of others: another host, another origin, no cookies."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Page, expect

from portals.tests.journeys.axe import list_violations
from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD

GIULIA, AGENCY = "giulia@lumen.example", "lumen.agency"


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


def test_a_website_shows_free_times_once_it_is_allowed(visit: Visit) -> None:
    with visit() as giulia:
        giulia.sign_in(AGENCY, email=GIULIA, password=DEMO_PASSWORD)
        page = giulia.open(AGENCY, "/spaces/")
        page.locator("main table a").first.click()
        page.locator("a", has_text=re.compile("Condividi|Share")).click()
        snippets = _read_snippets(page)
        snippet = next(one for one in snippets if "data-booking" in one)
        assert list_violations(page) == []

        with _website(f'<html lang="en"><body><h1>Hotel</h1>{snippet}</body></html>') as site:
            with visit() as guest:
                stranger = guest.page.context.new_page()
                stranger.goto(site)
                frame = stranger.frame_locator("iframe")
                expect(stranger.locator("iframe")).to_be_visible()
                assert frame.locator(".slots").count() == 0

            page.fill("[name=address]", site)
            page.locator("#widget form button[type=submit]").last.click()
            expect(page.locator("#widget td", has_text="hotel.localhost")).to_be_visible()

            with visit() as guest:
                stranger = guest.page.context.new_page()
                stranger.goto(site)
                frame = stranger.frame_locator("iframe")
                frame.locator("a.day:not(.day-full)").last.click()
                expect(frame.locator("a.slot-free").first).to_be_visible()
                expect(stranger.locator("iframe")).not_to_have_attribute("height", "640")
                with stranger.expect_popup() as opened:
                    frame.locator("a.slot-free").first.press("Enter")
                booking = opened.value
                booking.wait_for_load_state()
                assert "/book/spc_" in booking.url
                expect(booking.locator("button.slot-free").first).to_be_visible()
                assert guest.page.context.cookies(site) == []
