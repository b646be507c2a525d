from __future__ import annotations

import pytest

from portals.admin.tests.conftest import sign_in


@pytest.mark.django_db
def test_stranger_is_sent_to_the_sign_in_page() -> None:
    response = sign_in(None).get("/tenants/agency/", follow=True)

    assert [status for _url, status in response.redirect_chain] == [302, 302]
    address = response.redirect_chain[-1][0]
    assert address == "/accounts/login/?next=%2Ftenants%2Fagency%2F"
    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/", "/tenants/agency/", "/tenants/user/"])
def test_owner_of_an_agency_is_refused_with_an_explanation(owner, path) -> None:
    response = sign_in(owner).get(path, follow=True)

    assert response.status_code == 403
    assert "no access" in response.content.decode()
    assert "Sign in with another account" in response.content.decode()


def test_deactivated_staff_is_nobody(staff) -> None:
    client = sign_in(staff)
    staff.is_active = False
    staff.save()

    response = client.get("/", follow=True)

    assert response.redirect_chain[-1][0].startswith("/accounts/login/")


def test_session_of_another_portal_does_not_count(staff, client_for) -> None:
    client = client_for(staff)

    response = client.get("/", headers={"host": "admin.localhost"})

    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_signing_out_ends_at_the_sign_in_page(staff_client) -> None:
    response = staff_client.post("/logout/")

    assert response["Location"] == "/accounts/login/"
    assert staff_client.get("/").status_code == 302


def test_password_is_changed_on_our_own_page(staff_client) -> None:
    assert staff_client.get("/password_change/")["Location"] == "/accounts/password/change/"


def test_content_policy_is_relaxed_for_the_admin_only(staff_client) -> None:
    inside = staff_client.get("/")["Content-Security-Policy"]
    outside = sign_in(None).get("/accounts/login/")["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-eval'" in inside
    assert "style-src 'self' 'unsafe-inline'" in inside
    assert "unsafe" not in outside


def test_admin_is_not_on_other_hosts(staff, client_for) -> None:
    assert client_for(staff).get("/tenants/agency/").status_code == 404
