"""The widget: a frame that only allowed sites show, and that needs no cookie."""

from __future__ import annotations

import pytest

from booking.services.holds import hold_space
from booking.services.widgets import allow_widget_site
from portals.conftest import stay_in
from tenants.states import PortalName


@pytest.fixture
def client(client_for, in_agency):
    client = stay_in(in_agency, client_for(portal=PortalName.CUSTOMER))
    client.cookies.clear()
    return client


@pytest.fixture
def page(space, make_stay) -> str:
    return f"/book/frame/{space.public_id}/?day={make_stay().start.date()}"


def test_nobody_frames_it_until_a_site_is_allowed(client, page) -> None:
    assert "frame-ancestors 'none'" in client.get(page)["Content-Security-Policy"]


def test_allowed_sites_and_no_others_frame_it(client, page, owner_actor) -> None:
    for address in ("https://b.example", "a.example"):
        allow_widget_site(actor=owner_actor, address=address)

    answer = client.get(page)

    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors https://a.example https://b.example" in policy
    assert "default-src 'none'" in policy
    assert "X-Frame-Options" not in answer
    assert not answer.cookies


def test_other_pages_are_framed_by_nobody(client, space, owner_actor) -> None:
    allow_widget_site(actor=owner_actor, address="a.example")

    answer = client.get(f"/book/{space.public_id}/")

    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_a_free_time_leads_to_the_booking_page_in_a_window_of_its_own(
    client, page, space, make_stay, rival, contact_actor, now
) -> None:
    hold_space(space, stay=make_stay(12), booker=rival, actor=contact_actor, now=now)

    shown = client.get(page).content.decode()

    day = make_stay().start.date()
    assert f'href="/book/{space.public_id}/?day={day}#' in shown
    assert 'target="_blank" rel="noopener"' in shown
    assert "On hold" in client.get(f"{page}&lang=en").content.decode()
    assert "<form" not in shown


@pytest.mark.parametrize(
    ("query", "language"),
    [("", "it"), ("&lang=en", "en"), ("&lang=en-GB", "en"), ("&lang=x", "it")],
)
def test_the_site_says_the_language(client, page, query, language) -> None:
    answer = client.get(page + query)

    assert f'<html lang="{language}"' in answer.content.decode()
    assert answer["Content-Language"] == language


def test_days_stay_in_the_frame_and_its_language(client, page, space) -> None:
    shown = client.get(f"{page}&lang=en").content.decode()

    assert f'href="/book/frame/{space.public_id}/?day=' in shown
    assert "&amp;lang=en" in shown


def test_a_space_that_is_not_for_guests_has_no_frame(client, make_space) -> None:
    private = make_space(name="Riservata", members_only=True)

    assert client.get(f"/book/frame/{private.public_id}/").status_code == 404


def test_the_script_has_an_address_that_stays(client) -> None:
    answer = client.get("/book/widget.js")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert b"booking-height" in answer.content
