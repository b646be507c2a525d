"""Parts that follow events show the last state, however close together changes are.

Each fetching of rows is held until the test lets it go: nothing here depends on how fast the
machine is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD

HOST = "dolomiti.agency"
_PATIENCE_SECONDS = 30
_QUIET_MILLISECONDS = 2_000
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
_TELL_AND_WAIT = """() => new Promise((resolve) => {
    document.body.addEventListener('htmx:trigger', resolve, {once: true});
    window.tell();
})"""
# The demo agency has too few sites for steps through pages: links such as those, inside the part.
_ADD_LINKS = """() => {
    const part = document.querySelector('#site-rows');
    for (const word of ['first', 'last']) {
        part.insertAdjacentHTML('afterbegin', `<a href="?search=${word}" hx-get="?search=${word}"
            hx-target="#site-rows" hx-swap="outerHTML" hx-push-url="true">${word}</a>`);
    }
    htmx.process(part);
}"""


@dataclass(kw_only=True)
class _Sites:
    """The list of sites in a browser, and what was fetched for it, each until it is let go."""

    page: Page
    held: list[Route] = field(default_factory=list)

    @property
    def searched(self) -> list[str]:
        """What was searched for, in the order in which it was asked."""
        queries = [parse_qs(urlsplit(route.request.url).query) for route in self.held]
        return [query.get("search", [""])[0] for query in queries]

    def hold(self, route: Route) -> None:
        """Keep a fetching of the part; let all else pass."""
        if "hx-request" in route.request.headers:
            self.held.append(route)
        else:
            route.continue_()

    def tell(self) -> None:
        """Let the stream tell a change."""
        self.page.evaluate(_TELL)

    def search(self, word: str) -> None:
        """Search as a person does."""
        self.page.get_by_role("searchbox").fill(word)

    def wait_for(self, *searched: str) -> Route:
        """Wait until these were asked and no other; return the last."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while len(self.held) < len(searched) and time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
        assert self.searched == list(searched)
        return self.held[-1]

    def expect_quiet(self) -> None:
        """Nothing more is asked once the last answer is shown."""
        searched = self.searched
        self.page.wait_for_timeout(_QUIET_MILLISECONDS)
        assert self.searched == searched


@contextmanager
def _at_the_sites(visit: Visit) -> Iterator[_Sites]:
    with visit() as hannah:
        hannah.page.add_init_script(_KEEP_STREAMS)
        page = hannah.sign_in(HOST, email="hannah@dolomiti.example", password=DEMO_PASSWORD)
        hannah.open(HOST, "/sites/")
        page.wait_for_function("() => window.streams.at(-1)?.readyState === EventSource.OPEN")
        sites = _Sites(page=page)
        page.route("**/sites/**", sites.hold)
        yield sites
        expect(page.locator("#site-rows")).to_have_count(1)
        hannah.forgive("htmx:")  # it complains of each request that is taken back
        hannah.forgive("Response Status Error Code 503")
        hannah.forgive("Failed to load resource")


def test_a_change_during_a_refresh_is_not_lost(visit: Visit) -> None:
    with _at_the_sites(visit) as sites:
        sites.tell()
        first = sites.wait_for("")

        sites.tell()  # while the first answer is on its way
        first.continue_()

        sites.wait_for("", "").continue_()
        sites.expect_quiet()


def test_a_change_while_the_part_is_replaced_is_not_lost(visit: Visit) -> None:
    with _at_the_sites(visit) as sites:
        sites.page.evaluate(_TELL_AT_SWAP)  # the old part is gone, the new one does not listen yet
        sites.tell()
        sites.wait_for("").continue_()

        sites.wait_for("", "").continue_()
        sites.expect_quiet()


def test_a_refresh_keeps_what_was_searched_for(visit: Visit) -> None:
    with _at_the_sites(visit) as sites:
        sites.search("no such site")
        search = sites.wait_for("no such site")

        sites.tell()
        search.continue_()

        sites.wait_for("no such site", "no such site").continue_()
        expect(sites.page.get_by_text("No site found")).to_be_visible()


def test_a_search_goes_before_refreshes_that_wait(visit: Visit) -> None:
    with _at_the_sites(visit) as sites:
        sites.tell()
        sites.wait_for("")
        sites.page.evaluate(_TELL_AND_WAIT)  # a second refresh waits for the first

        sites.search("no such site")

        sites.wait_for("", "no such site").continue_()
        expect(sites.page.get_by_text("No site found")).to_be_visible()


def test_what_is_asked_last_is_shown_and_followed(visit: Visit) -> None:
    with _at_the_sites(visit) as sites:
        sites.page.evaluate(_ADD_LINKS)
        for word in ("first", "first", "last"):
            sites.page.get_by_role("link", name=word, exact=True).click()
        last = sites.wait_for("first", "last")

        sites.held[0].continue_()  # its answer would come first, were it still waited for
        sites.page.wait_for_timeout(500)
        last.continue_()

        expect(sites.page.get_by_text("Nothing here matches “last”")).to_be_visible()
        expect(sites.page).to_have_url(re.compile("search=last$"))
        sites.tell()
        sites.wait_for("first", "last", "last").continue_()


def test_a_change_outlives_requests_that_fail(visit: Visit) -> None:
    with _at_the_sites(visit) as sites:
        sites.tell()
        sites.wait_for("").fulfill(status=503)
        sites.wait_for("", "")

        sites.search("no such site")  # takes the place of the refresh, and fails too
        sites.wait_for("", "", "no such site").abort()

        sites.wait_for("", "", "no such site", "").continue_()
        sites.expect_quiet()
