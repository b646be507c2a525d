"""The main job, from the first visit to a customer's own portal, in a real browser."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.visitor import Visitor

RUN = secrets.token_hex(3)
SLUG = f"rossi-{RUN}"
EMAIL = f"rita-{RUN}@rossi.example"
GUEST = f"gino-{RUN}@trattoria.example"
PASSWORD = "una-frase-lunga-42"
CUSTOMER = "Trattoria da Gino"
OTHER_CUSTOMER = "Palestra Vigor"


def test_an_agency_signs_up_and_its_customer_gets_a_site(visit: Visit) -> None:
    with visit() as rita:
        _sign_up(rita)
        _confirm_and_sign_in(rita)
        _add_customer(rita, OTHER_CUSTOMER, "info@vigor.example")
        _add_customer(rita, CUSTOMER, GUEST)
        _invite(rita)
        site_url = _deploy(rita)
        _see_the_site(rita, site_url)
        _log_in_to_wordpress(rita, site_url)
        with visit() as gino:
            _accept(gino)
            _see_own_site_and_nothing_else(gino, site_url)


def _sign_up(rita: Visitor) -> None:
    rita.open("www")
    rita.page.goto(rita.product.url("www", "/sign-up/"))
    rita.fill(
        agency_name="Rossi Web",
        agency_slug=SLUG,
        full_name="Rita Rossi",
        email=EMAIL,
        password=PASSWORD,
    )
    rita.page.locator("#sign-up button[type=submit]").click()
    expect(rita.page.get_by_role("heading", level=1)).to_have_text("Check your mail")


def _confirm_and_sign_in(rita: Visitor) -> None:
    rita.page.goto(rita.product.read_link(EMAIL))
    rita.page.locator("main button[type=submit]").first.click()
    expect(rita.page).to_have_url(re.compile("/accounts/login/"))
    rita.fill(login=EMAIL, password=PASSWORD)
    rita.page.locator("main button[type=submit]").first.click()
    expect(rita.page).to_have_url(rita.product.url(f"{SLUG}.agency"))
    expect(rita.page.locator("body")).not_to_contain_text("Spotex")


def _add_customer(rita: Visitor, name: str, email: str) -> None:
    rita.open(f"{SLUG}.agency", "/customers/new/")
    rita.fill(name=name, email=email)
    rita.page.locator("main button[type=submit]").first.click()
    expect(rita.page.get_by_role("heading", level=1)).to_contain_text(name)


def _invite(rita: Visitor) -> None:
    rita.page.goto(f"{rita.page.url}invite/")
    rita.fill(full_name="Gino Bianchi", email=GUEST)
    rita.page.locator("main [name=role][value=ADMIN]").check()
    rita.page.locator("main button[type=submit]").first.click()
    expect(rita.page.locator("main")).to_contain_text("Gino Bianchi")


def _deploy(rita: Visitor) -> str:
    rita.open(f"{SLUG}.agency", "/sites/new/")
    rita.page.locator("main [name=customer]").select_option(label=CUSTOMER)
    rita.fill(name="Vetrina", title=CUSTOMER, admin_email=GUEST)
    rita.page.locator("main button[type=submit]").first.click()
    rita.page.wait_for_url(re.compile(r"/sites/site_\w+/$"))
    _mark_window(rita.page)
    expect(rita.page.locator("#site-live")).to_contain_text("Active", timeout=120_000)
    assert _is_same_window(rita.page)
    link = rita.page.locator("main a[href*='.sites.']").first.get_attribute("href")
    return str(link)


def _mark_window(page: Page) -> None:
    page.evaluate("window.notReloaded = true")


def _is_same_window(page: Page) -> bool:
    return bool(page.evaluate("window.notReloaded === true"))


def _see_the_site(rita: Visitor, site_url: str) -> None:
    site = rita.page.context.new_page()
    answer = site.goto(site_url)
    assert answer is not None
    assert answer.status == 200
    expect(site).to_have_title(re.compile(CUSTOMER))
    site.close()


def _log_in_to_wordpress(rita: Visitor, site_url: str) -> None:
    with rita.page.context.expect_page() as opened:
        rita.page.locator("form[action$='/login/'] button").first.click()
    dashboard = opened.value
    dashboard.wait_for_url(re.compile("/wp-admin/"))
    assert urlsplit(dashboard.url).netloc == urlsplit(site_url).netloc
    expect(dashboard.locator("#wpadminbar")).to_be_visible()
    dashboard.close()


def _accept(gino: Visitor) -> None:
    link = gino.product.read_link(GUEST)
    assert link.startswith(gino.product.url(f"{SLUG}.customers", "/invitations/"))
    gino.page.goto(link)
    gino.fill(full_name="Gino Bianchi", password=PASSWORD)
    gino.page.locator("main button[type=submit]").first.click()
    expect(gino.page).to_have_url(gino.product.url(f"{SLUG}.customers"))


def _see_own_site_and_nothing_else(gino: Visitor, site_url: str) -> None:
    body = gino.page.locator("body")
    expect(body).to_contain_text("Vetrina")
    gino.open(f"{SLUG}.customers", "/sites/")
    expect(gino.page.locator("main")).to_contain_text("Vetrina")
    expect(body).not_to_contain_text(OTHER_CUSTOMER)
    expect(body).not_to_contain_text("Spotex")
    gino.open(f"{SLUG}.agency", "/customers/")
    expect(gino.page).to_have_url(re.compile("/accounts/login/"))
