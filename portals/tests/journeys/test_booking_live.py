"""Two people at the same space: what one does, the other sees without a reload."""

from __future__ import annotations

import http.client
import json
import re
import time

from playwright.sync_api import Locator, Page, Request, Route, expect

from portals.tests.journeys.axe import list_violations
from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD, Product
from portals.tests.journeys.visitor import Visitor

HOST = "dolomiti.customers"
SPACE = "Phone box"
GRETA = "greta@hoteledelweiss.example"
PHONE = {"width": 390, "height": 844}
HOLD_IS_OVER = "15:02"
_ABORTED = "error: htmx:"  # htmx complains of a refresh that a click made needless


def _open_space(visitor: Visitor, page_of_list: str) -> Page:
    """Go to a day of the week after next, where nothing depends on the present hour."""
    page = visitor.open(HOST, page_of_list)
    page.locator("main a.list-row", has_text=SPACE).click()
    space = page.url.split("?")[0]
    for _week in range(2):
        page.goto(_address(space, page.locator(".days > a").last))
    address = _address(space, page.locator("a.day:not(.day-full)").first)
    with page.expect_response(lambda answer: _is_of_part(answer.request)):
        page.goto(address)  # the stream is open when it has told the part for the first time
    page.wait_for_load_state("networkidle")
    expect(page.locator("button.slot-free").nth(3)).to_be_visible()
    return page


def _address(space: str, link: Locator) -> str:
    """Return the page of the space on the day to which a link leads."""
    return space + "?" + (link.get_attribute("href") or "").partition("?")[2]


def _is_of_part(request: Request) -> bool:
    return request.headers.get("hx-target") == "space-live"


def _slot(page: Page, hours: str) -> Locator:
    return page.locator(".slot", has_text=hours)


def _hours_of(page: Page, number: int) -> str:
    return page.locator("button.slot-free .slot-time").nth(number).inner_text()


def _read_mails(product: Product, recipient: str) -> list[dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
    host = {"Host": f"www.localhost:{product.port}"}
    connection.request("GET", f"/_mail/messages.json?to={recipient}", headers=host)
    mails: list[dict[str, str]] = json.loads(connection.getresponse().read())["messages"]
    return mails


def test_a_guest_holds_and_a_customer_sees_it_at_once(visit: Visit) -> None:
    with visit() as greta, visit(viewport=PHONE) as rita:
        greta.sign_in(HOST, email=GRETA, password=DEMO_PASSWORD)
        hers, his = _open_space(greta, "/spaces/"), _open_space(rita, "/book/")
        assert hers.url.split("day=")[1] == his.url.split("day=")[1]
        hours = _hours_of(his, 2)

        _slot(his, hours).click()
        expect(_slot(his, hours)).to_have_class(re.compile("slot-mine"))
        expect(_slot(hers, hours)).to_have_class(re.compile("slot-held"), timeout=3_000)
        expect(his.locator("[data-countdown]")).to_have_text(re.compile(r"^1[45]:\d\d$"))

        _slot(his, hours).click()
        expect(_slot(his, hours)).to_have_class(re.compile("slot-free"))
        expect(_slot(hers, hours)).to_have_class(re.compile("slot-free"), timeout=3_000)
        greta.forgive(_ABORTED)
        rita.forgive(_ABORTED)


def test_a_hold_that_is_over_frees_itself_on_others_screens(visit: Visit) -> None:
    with visit() as greta, visit() as rita:
        greta.sign_in(HOST, email=GRETA, password=DEMO_PASSWORD)
        greta.page.clock.install()
        hers, his = _open_space(greta, "/spaces/"), _open_space(rita, "/book/")
        hours = _hours_of(his, 1)
        _slot(his, hours).click()
        expect(_slot(hers, hours)).to_have_class(re.compile("slot-held"))
        hers.wait_for_load_state("networkidle")

        asked: list[str] = []

        def delay(route: Route) -> None:
            asked.append(route.request.url)
            time.sleep(1.5)  # what the browser draws by itself is seen meanwhile
            route.continue_()

        hers.route("**/spaces/**", delay)
        hers.clock.fast_forward(HOLD_IS_OVER)

        expect(_slot(hers, hours)).to_have_class(re.compile("slot-free"))
        # The clock of this browser was wrong: what the server answers corrects it.
        expect(_slot(hers, hours)).to_have_class(re.compile("slot-held"))
        assert asked
        his.locator(".held form button").click()
        expect(_slot(hers, hours)).to_have_class(re.compile("slot-free"))
        greta.forgive(_ABORTED)
        rita.forgive(_ABORTED)


def test_a_guest_books_with_a_code_and_cancels_without_scripts(visit: Visit) -> None:
    email = f"rita-{time.time_ns()}@ospite.example"
    with visit(java_script_enabled=False, viewport=PHONE) as rita:
        page = rita.open(HOST, "/book/")
        page.locator("main a.list-row", has_text=SPACE).click()
        page.locator(".days > a").last.click()
        page.locator("a.day:not(.day-full)").first.click()
        page.locator("button.slot-free").nth(0).click()
        page.locator("button.slot-free").nth(0).click()
        page.locator(".held a.button-primary").first.click()
        rita.fill(name="Rita Ospite", email=email, notes="Una lavagna")
        page.locator("main form button.button-primary").click()
        expect(page.locator("[name=code]")).to_be_visible()

        code = re.search(r"^\d{6}$", _read_mails(rita.product, email)[0]["text"], re.MULTILINE)
        assert code is not None
        rita.fill(code=code[0])
        page.locator("main form button.button-primary").click()
        expect(page).to_have_url(re.compile("/book/reservations/"))
        expect(page.locator("main")).to_contain_text("Una lavagna")

        confirmation = _read_mails(rita.product, email)[0]
        assert "BEGIN:VEVENT" in confirmation["file"]
        assert confirmation["links"][0] == page.url
        page.locator("a.button-danger-ghost").click()
        page.locator("main form button.button-danger").click()
        expect(page).to_have_url(re.compile("/book/reservations/"))
        assert "METHOD:CANCEL" in _read_mails(rita.product, email)[0]["file"]


def test_the_pages_are_accessible(visit: Visit) -> None:
    found: list[str] = []
    with visit(viewport=PHONE, color_scheme="dark") as rita, visit() as greta:
        page = _open_space(rita, "/book/")
        page.locator("button.slot-free").nth(3).click()
        page.locator(".held").first.wait_for()
        found += list_violations(page)
        page.locator(".held a.button-primary").first.click()
        found += list_violations(page)
        page.locator("main form button.button-ghost").click()
        greta.sign_in(HOST, email=GRETA, password=DEMO_PASSWORD)
        page = _open_space(greta, "/spaces/")
        page.locator("button.slot-free").nth(4).click()
        page.locator(".held").first.wait_for()
        found += list_violations(page)
        page.locator(".held a.button-primary").first.click()
        found += list_violations(page)
        page.locator("main form button.button-primary").first.click()
        expect(page).to_have_url(re.compile("/reservations/"))
        found += list_violations(page)
        page.locator("a.button-danger-ghost").click()
        found += list_violations(page)
        page.locator("main form button.button-danger").click()
        for path in ("/spaces/", "/reservations/", "/book/"):
            found += list_violations(greta.open(HOST, path))
        greta.forgive(_ABORTED)
        rita.forgive(_ABORTED)
    assert found == []
