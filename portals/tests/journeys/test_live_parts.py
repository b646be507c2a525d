"""Parts that follow events show the last state, however close together changes are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Request, Route, expect

from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD

HOST = "dolomiti.agency"
_QUIET_SECONDS = 3  # more than a fetching, and the pause before the next, take
_PATIENCE_SECONDS = 30
# The product's own changes are kept out: requests are counted here, and a site checked
# in this very second by the product would be one more.
_KEEP_STREAMS = """
const Stream = window.EventSource;
window.streams = [];
window.EventSource = class extends Stream {
    constructor(...args) {
        super(...args);
        window.streams.push(this);
        this.addEventListener('changed', (event) => {
            if (event.isTrusted) event.stopImmediatePropagation();
        });
    }
};
window.tell = () => window.streams.at(-1).dispatchEvent(new MessageEvent('changed'));
"""
_TELL = "() => window.tell()"
_TELL_AT_SWAP = "() => document.body.addEventListener('htmx:afterSwap', window.tell, {once: true})"


def _is_of_part(request: Request) -> bool:
    return "hx-request" in request.headers


def _slow_parts_down(page: Page) -> list[str]:
    """Let each fetching of rows take a second; return the list of what will be searched for."""
    searched: list[str] = []

    def delay(route: Route) -> None:
        if _is_of_part(route.request):
            query = parse_qs(urlsplit(route.request.url).query)
            searched.append(query.get("search", [""])[0])
            time.sleep(1)
        route.continue_()

    page.route("**/sites/**", delay)
    return searched


@contextmanager
def _at_the_sites(visit: Visit) -> Iterator[tuple[Page, list[str]]]:
    """Yield the list of sites, slowed down, and what will be searched for."""
    with visit() as hannah:
        hannah.page.add_init_script(_KEEP_STREAMS)
        page = hannah.sign_in(HOST, email="hannah@dolomiti.example", password=DEMO_PASSWORD)
        hannah.open(HOST, "/sites/")
        page.wait_for_function("() => window.streams.at(-1)?.readyState === EventSource.OPEN")
        yield page, _slow_parts_down(page)
        expect(page.locator("#site-rows")).to_have_count(1)


def _wait_until_quiet(page: Page, searched: list[str]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    seen = -1
    while seen != len(searched) and time.monotonic() < deadline:
        seen = len(searched)
        page.wait_for_timeout(_QUIET_SECONDS * 1_000)


def test_a_change_during_a_refresh_is_not_lost(visit: Visit) -> None:
    with _at_the_sites(visit) as (page, searched):
        with page.expect_request(_is_of_part):
            page.evaluate(_TELL)
        page.evaluate(_TELL)  # while the first answer is on its way

        _wait_until_quiet(page, searched)
        assert searched == ["", ""]


def test_a_change_while_the_part_is_replaced_is_not_lost(visit: Visit) -> None:
    with _at_the_sites(visit) as (page, searched):
        page.evaluate(_TELL_AT_SWAP)  # the old part is gone, the new one does not listen yet
        page.evaluate(_TELL)

        _wait_until_quiet(page, searched)
        assert searched == ["", ""]


def test_a_refresh_keeps_what_was_searched_for(visit: Visit) -> None:
    with _at_the_sites(visit) as (page, searched):
        with page.expect_response(lambda answer: _is_of_part(answer.request)):
            page.get_by_role("searchbox").fill("no such site")
            page.wait_for_timeout(1_200)  # sent; the answer comes before the refresh would begin
            page.evaluate(_TELL)

        _wait_until_quiet(page, searched)
        assert searched == ["no such site", "no such site"]
        expect(page.get_by_text("No site found")).to_be_visible()
