"""Where a person is signed in, and how that ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from conftest import PASSWORD
from portals.shared.agents import name_device
from portals.shared.devices import Place, list_open_sessions, note_session
from portals.shared.forgetting import forget_dead_devices
from tenants.models import Agency, User

ACME = "acme.agency.localhost"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1"


def _sign_in(user: User, *, host: str = ACME, agent: str = PHONE) -> Client:
    client = Client(HTTP_HOST=host, headers={"user-agent": agent, "accept-language": "en"})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.get("/")
    return client


def _sessions(user: User) -> list[UserSession]:
    return list(list_open_sessions(user, at=timezone.now()))


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Version/17 Safari/605.1", "Safari on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko Firefox/130.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537", "Chrome on Android"),
        ("okhttp/4.12 Android", "Android"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown program"),
    ],
)
def test_a_device_has_a_name_that_people_know(agent: str, name: str) -> None:
    assert name_device(agent) == name


def test_the_page_shows_each_device_and_which_one_is_this(owner: User) -> None:
    _sign_in(owner, agent="Mozilla/5.0 (Windows NT 10.0) Firefox/130.0")
    phone = _sign_in(owner)
    phone.cookies["language"] = "en"

    page = phone.get("/devices/").content.decode()

    assert "Safari on iPhone" in page
    assert page.count("127.0.0.1") == 2
    assert "Firefox" in page
    assert all(session.session_key not in page for session in _sessions(owner))


def test_one_device_is_signed_out(owner: User) -> None:
    lost, mine = _sign_in(owner), _sign_in(owner)
    key = lost.session.session_key
    (session,) = [one for one in _sessions(owner) if one.session_key == key]

    response = mine.post(f"/devices/{session.data['id']}/end/")

    assert response["Location"] == "/devices/"
    assert lost.get("/").status_code == 302
    assert mine.get("/").status_code == 200
    assert not Session.objects.filter(session_key=key).exists()


def test_somebody_elses_device_is_not_there(owner: User, colleague: User) -> None:
    _sign_in(colleague)
    (session,) = _sessions(colleague)

    assert _sign_in(owner).post(f"/devices/{session.data['id']}/end/").status_code == 404
    assert len(_sessions(colleague)) == 1


def test_signing_this_device_out_leads_to_the_sign_in_page(owner: User) -> None:
    client = _sign_in(owner)
    (session,) = _sessions(owner)

    client.post(f"/devices/{session.data['id']}/end/")

    assert client.get("/").status_code == 302
    assert _sessions(owner) == []


def test_signing_out_everywhere_ends_all_hosts(
    owner: User, agency: Agency, other_agency: Agency
) -> None:
    clients = [_sign_in(owner), _sign_in(owner), _sign_in(owner, host="beta.agency.localhost")]

    clients[0].post("/devices/end/")

    owner.refresh_from_db()
    assert [client.get("/").status_code for client in clients] == [302, 302, 302]
    assert all("_auth_user_id" not in client.session for client in clients[:1])
    assert _sessions(owner) == []
    assert _sign_in(owner).get("/").status_code == 200


def test_a_new_password_takes_other_devices_off_the_list(owner: User) -> None:
    lost, mine = _sign_in(owner), _sign_in(owner)

    mine.post(
        "/accounts/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "another-good-phrase-7",
            "password2": "another-good-phrase-7",
        },
    )
    owner.refresh_from_db()
    mine.get("/")

    assert lost.get("/").status_code == 302
    assert [one.session_key for one in _sessions(owner)] == [mine.session.session_key]


def test_pages_write_nothing_for_minutes(owner: User, django_assert_num_queries) -> None:
    client = _sign_in(owner)
    client.get("/profile/")
    (before,) = _sessions(owner)

    with django_assert_num_queries(3):  # person, membership, requests that wait
        client.get("/profile/")
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        client.get("/profile/")

    (after,) = _sessions(owner)
    assert after.last_seen_at - before.last_seen_at > timedelta(minutes=5)
    assert after.data["id"] == before.data["id"]


def test_the_page_costs_the_same_for_one_and_three_devices(
    client_for, owner: User, django_assert_num_queries
) -> None:
    client = client_for(owner)
    _plant(owner, 1)
    client.get("/devices/")

    with django_assert_num_queries(5):
        client.get("/devices/")
    _plant(owner, 3)
    with django_assert_num_queries(5):
        client.get("/devices/")


def test_signing_in_by_a_browser_keeps_programs_signed_in(owner: User) -> None:
    _plant(owner, 2)

    _sign_in(owner)

    assert [one.data["kind"] for one in _sessions(owner)] == ["browser", "api", "api"]


def _plant(user: User, count: int) -> None:
    for number in range(count):
        name = f"ses_{str(number) * 26}"
        place = Place(address="192.0.2.7", agent="curl/8", portal="agency")
        note_session(user, key=name, public_id=name, place=place, at=timezone.now())


def test_what_is_over_is_forgotten_at_night(owner: User) -> None:
    kept = _sign_in(owner)
    gone = _sign_in(owner)
    Session.objects.filter(session_key=gone.session.session_key).delete()
    _plant(owner, 2)
    UserSession.objects.filter(session_key=f"ses_{'0' * 26}").update(
        last_seen_at=timezone.now() - timedelta(days=15)
    )

    forget_dead_devices(at=timezone.now())

    assert set(UserSession.objects.values_list("session_key", flat=True)) == {
        kept.session.session_key,
        f"ses_{'1' * 26}",
    }
