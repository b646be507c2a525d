"""Sites on which the widget may stand."""

from __future__ import annotations

import pytest

from booking.models import WidgetSite
from booking.origins import read_origin
from booking.outside_access import access_widget_site
from booking.selectors.widgets import list_widget_origins, list_widget_sites_for
from booking.services import widgets
from booking.services.widgets import (
    SiteInvalid,
    TooManySites,
    allow_widget_site,
    remove_widget_site,
)
from spotex.kernel.errors import Missing
from spotex.kernel.models import ActivityEntry


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("www.hotel.example", "https://www.hotel.example"),
        (" HTTPS://WWW.Hotel.example:443/a?b ", "https://www.hotel.example"),
        ("http://hotel.example:8080", "http://hotel.example:8080"),
        ("http://localhost:80/", "http://localhost"),
        ("città.example.", "https://xn--citt-3na.example"),
    ],
)
def test_an_address_becomes_the_origin_that_browsers_know(text, origin) -> None:
    assert read_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "https://", "ftp://hotel.example", "javascript:alert(1)", "*", "*.example"),
        *("https://a b.example", "https://me@hotel.example", "hotel.example; script-src *"),
        *("https://hotel.example:99999", "https://-a.example", "a..example", "'none'"),
    ],
)
def test_what_has_no_origin_is_none(text) -> None:
    assert read_origin(text) is None


def test_a_site_is_allowed_once_and_removed(in_agency, owner_actor) -> None:
    site = allow_widget_site(actor=owner_actor, address="www.hotel.example")

    assert allow_widget_site(actor=owner_actor, address="https://www.hotel.example/it/") == site
    assert list_widget_origins() == ["https://www.hotel.example"]
    assert access_widget_site(owner_actor, site.public_id) == site
    remove_widget_site(site, actor=owner_actor)
    assert list_widget_origins() == []
    lines = ActivityEntry.objects.filter(event__startswith="booking.widget.")
    assert list(lines.order_by("pk").values_list("event", "subject_name")) == [
        ("booking.widget.allowed", "https://www.hotel.example"),
        ("booking.widget.removed", "https://www.hotel.example"),
    ]


def test_nonsense_and_too_much_are_refused(in_agency, owner_actor, monkeypatch) -> None:
    monkeypatch.setattr(widgets, "SITES_MAX", 1)
    with pytest.raises(SiteInvalid):
        allow_widget_site(actor=owner_actor, address="*")
    allow_widget_site(actor=owner_actor, address="a.example")

    with pytest.raises(TooManySites):
        allow_widget_site(actor=owner_actor, address="b.example")

    assert WidgetSite.objects.count() == 1


def test_only_who_manages_spaces_sees_the_sites(
    in_agency, owner_actor, viewer_actor, contact_actor
) -> None:
    site = allow_widget_site(actor=owner_actor, address="a.example")

    for actor in (viewer_actor, contact_actor):
        assert not list_widget_sites_for(actor).exists()
        with pytest.raises(Missing):
            access_widget_site(actor, site.public_id)
