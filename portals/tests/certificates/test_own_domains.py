"""An agency's own domain, from the form to the certificate, through real DNS and real ACME."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from portals.tests.certificates.conftest import BASE, TARGET, Platform
from portals.tests.journeys.product import DEMO_PASSWORD

ZONE = "dolomiti-check.com"
DOMAIN = f"clienti.{ZONE}"
PORTAL = f"dolomiti.agency.{BASE}"
OWNER = "hannah@dolomiti.example"
CONTACT = "greta@hoteledelweiss.example"
BRAND = "Dolomiti Digital"
STRANGERS = re.compile(r"spotex|lumen|officina", re.IGNORECASE)


@contextmanager
def _window(chromium: Browser) -> Iterator[Page]:
    """Open a fresh window; the authority is tested by handshakes, the browser knows it not."""
    context = chromium.new_context(locale="en-GB", ignore_https_errors=True)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh window."""
    with _window(chromium) as page:
        yield page


@pytest.fixture(scope="module")
def issued(platform: Platform, chromium: Browser) -> str:
    """The domain, added by its owner and live; what the authority had said until then."""
    with _window(chromium) as page:
        _sign_in(page, platform, PORTAL, OWNER)
        name, value = _add(page, platform, DOMAIN)
        expect(page.get_by_text("txt_missing")).to_be_visible()
        assert _refused(platform, DOMAIN)
        assert DOMAIN not in platform.authority.read_log()

        platform.names.put(ZONE, name, "TXT", value)
        platform.names.put(ZONE, DOMAIN, "CNAME", f"{TARGET}.")
        _verify(page)

        expect(page.get_by_text("Live", exact=True).first).to_be_visible()
        expect(page.get_by_text("Issued", exact=True)).to_be_visible()
        expect(page.get_by_text("Pebble").first).to_be_visible()
    return platform.authority.read_log()


def _sign_in(page: Page, platform: Platform, host: str, email: str) -> None:
    page.goto(platform.url(host, "/accounts/login/"))
    page.locator("form [name=login]").fill(email)
    page.locator("form [name=password]").fill(DEMO_PASSWORD)
    page.locator("main button[type=submit]").first.click()
    expect(page).not_to_have_url(re.compile("/accounts/"))


def _add(page: Page, platform: Platform, domain: str) -> tuple[str, str]:
    """Add a domain; return name and value of its proof."""
    page.goto(platform.url(PORTAL, "/settings/domains/new/"))
    page.locator("[name=domain]").fill(domain)
    page.locator("main form.form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/settings/domains/dom_"))
    value = page.locator("[data-copy^='portal-verification=']").get_attribute("data-copy")
    return f"_portal-challenge.{domain}", f'"{value}"'


def _verify(page: Page) -> None:
    page.get_by_role("button", name="Verify now").click()


def _refused(platform: Platform, name: str) -> bool:
    try:
        platform.shake_hands(name)
    except ssl.SSLError:
        return True
    return False


def test_the_certificate_is_there_before_the_first_visitor(platform: Platform, issued: str) -> None:
    shown = platform.shake_hands(DOMAIN)

    assert shown["subjectAltName"] == (("DNS", DOMAIN),)
    assert DOMAIN in issued
    assert platform.authority.read_log().count(DOMAIN) == issued.count(DOMAIN)


@pytest.mark.usefixtures("issued")
def test_login_portal_and_certificate_are_in_the_agencys_brand_only(
    platform: Platform, page: Page
) -> None:
    answer = page.goto(platform.url(DOMAIN, "/accounts/login/"))

    assert answer is not None
    assert (answer.security_details() or {})["subjectName"] in {DOMAIN, ""}
    expect(page.get_by_text(BRAND).first).to_be_visible()
    assert STRANGERS.findall(page.content()) == []
    assert STRANGERS.findall(json.dumps(answer.all_headers())) == []
    _sign_in(page, platform, DOMAIN, CONTACT)
    for path in ("/", "/sites/", "/profile/"):
        page.goto(platform.url(DOMAIN, path))
        assert BRAND in page.content()
        assert STRANGERS.findall(page.content()) == []
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["__Host-session"]["domain"] == DOMAIN
    assert cookies["__Host-session"]["secure"]
    page.goto(platform.url(f"dolomiti.customers.{BASE}", "/profile/"))
    expect(page).to_have_url(re.compile("/accounts/login/"))  # a session of one host


@pytest.mark.usefixtures("issued")
def test_mails_lead_to_the_own_domain(platform: Platform, page: Page) -> None:
    page.goto(platform.url(DOMAIN, "/accounts/password/reset/"))
    page.locator("form [name=email]").fill(CONTACT)
    page.locator("main button[type=submit]").first.click()
    _sign_in(page, platform, PORTAL, OWNER)
    page.goto(platform.url(PORTAL, "/customers/"))
    page.locator("td.cell-main a").first.click()
    page.goto(page.url + "invite/")
    page.locator("[name=full_name]").fill("Nina Nuova")
    nina = f"nina-{secrets.token_hex(4)}@new-check.example"  # nobody is invited twice
    page.locator("[name=email]").fill(nina)
    page.locator("main form.form button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("/invite/"))

    for recipient in (CONTACT, nina):
        mail = _read_mail(platform, recipient)
        assert mail["links"][0].startswith(platform.url(DOMAIN))
        assert STRANGERS.findall(json.dumps(mail)) == []


def _read_mail(platform: Platform, recipient: str) -> dict:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        raw = platform.send(
            f"www.{BASE}",
            f"GET /_mail/messages.json?to={recipient} HTTP/1.0\nHost: www.{BASE}\n\n",
        )
        messages = json.loads(raw.split("\r\n\r\n", 1)[1])["messages"]
        if messages:
            return messages[0]
        time.sleep(0.2)
    raise AssertionError(f"no mail to {recipient}")


def test_records_that_lead_elsewhere_or_forbid_get_cause_and_no_order(
    platform: Platform, page: Page
) -> None:
    _sign_in(page, platform, PORTAL, OWNER)
    elsewhere, forbidden = f"a.{ZONE}", "b.elsewhere-check.com"
    name, value = _add(page, platform, elsewhere)
    platform.names.put(ZONE, name, "TXT", value)
    platform.names.put(ZONE, elsewhere, "A", "203.0.113.9")
    _verify(page)
    expect(page.get_by_text("wrong_target")).to_be_visible()
    expect(page.get_by_text(f"{elsewhere} leads to 203.0.113.9.")).to_be_visible()

    name, value = _add(page, platform, forbidden)
    platform.names.put("elsewhere-check.com", name, "TXT", value)
    platform.names.put("elsewhere-check.com", forbidden, "A", "127.0.0.1")
    platform.names.put("elsewhere-check.com", "elsewhere-check.com", "CAA", '0 issue "no.test"')
    _verify(page)
    expect(page.get_by_text("caa_forbids")).to_be_visible()

    for host in (elsewhere, forbidden, "never-heard.example.com", f"no-agency.agency.{BASE}"):
        assert _refused(platform, host)
        assert host not in platform.authority.read_log()


@pytest.mark.usefixtures("issued")
@pytest.mark.parametrize(
    ("head", "status", "brand"),
    [
        (f"Host: {DOMAIN.upper()}", 200, True),
        (f"Host: {DOMAIN}.", 200, True),
        (f"Host: {DOMAIN}:8443", 200, True),
        (f"Host: {DOMAIN}\nX-Forwarded-Host: lumen.customers.{BASE}", 200, True),
        (f"Host: {DOMAIN}\nForwarded: host=lumen.customers.{BASE}", 200, True),
        (f"Host: {DOMAIN}\nHost: lumen.customers.{BASE}", 400, False),
        ("Host: never-heard.example.com", 404, False),
        ("Host: ", 400, False),
    ],
)
def test_tricks_with_the_host(platform: Platform, head: str, status: int, *, brand: bool) -> None:
    answer = platform.send(DOMAIN, f"GET /accounts/login/ HTTP/1.1\n{head}\nConnection: close\n\n")

    assert int(answer.split()[1]) == status
    assert (BRAND in answer) == brand
    assert "lumen" not in answer.lower()


@pytest.mark.usefixtures("issued")
def test_nobody_outside_may_ask_for_certificates(platform: Platform) -> None:
    for token in ("", "X-Proxy-Token: x\n"):
        for host in (DOMAIN, BASE, f"www.{BASE}"):
            answer = platform.send(
                host,
                f"GET /_proxy/certificate?domain={DOMAIN} HTTP/1.1\nHost: {host}\n{token}"
                "Connection: close\n\n",
            )
            assert answer.split()[1] == "404"


def test_plain_http_leads_to_tls(platform: Platform) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", platform.plain_port, timeout=10)
    connection.request("GET", "/sites/?a=b", headers={"Host": f"{DOMAIN}:{platform.plain_port}"})
    answer = connection.getresponse()

    assert answer.status == 308
    assert answer.headers["Location"] == platform.url(DOMAIN, "/sites/?a=b")
