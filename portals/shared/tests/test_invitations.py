"""Following an invitation, on the right host and on wrong ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import PASSWORD, ClientFor
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Contact
from tenants.customers.tests.factories import ContactFactory
from tenants.models import Agency, Invitation, Membership, User
from tenants.states import PortalName
from tenants.tests.factories import InvitationFactory

PATH = "/invitations/t1/"
ANSWER = {"full_name": "Ida Nuova", "password": PASSWORD}


@pytest.fixture
def invitation(agency: Agency) -> Invitation:
    later = timezone.now() + timedelta(days=7)
    return InvitationFactory(agency=agency, token="t1", expires_at=later)


@pytest.fixture
def invited(agency: Agency) -> Contact:
    later = timezone.now() + timedelta(days=7)
    with agency_scope(agency):
        return ContactFactory(token="t1", expires_at=later)


def test_a_new_member_chooses_a_password_and_is_signed_in(
    invitation: Invitation, client_for: ClientFor
) -> None:
    client = client_for()
    page = client.get(PATH)

    response = client.post(PATH, ANSWER)

    user = User.objects.get(email=invitation.email)
    assert (page.status_code, response.status_code, response["Location"]) == (200, 302, "/")
    assert Membership.objects.get(user=user).role == invitation.role
    assert client.get("/").status_code == 200


def test_a_new_contact_chooses_a_password_and_is_signed_in(
    invited: Contact, client_for: ClientFor
) -> None:
    client = client_for(portal=PortalName.CUSTOMER)

    response = client.post(PATH, ANSWER)

    assert (response.status_code, client.get("/").status_code) == (302, 200)


def test_a_weak_password_is_explained_and_nothing_is_used_up(
    invitation: Invitation, client_for: ClientFor
) -> None:
    client = client_for()

    response = client.post(PATH, {**ANSWER, "password": "short"})

    assert response.status_code == 422
    assert not User.objects.filter(email=invitation.email).exists()
    assert client.post(PATH, ANSWER).status_code == 302


def test_a_link_works_once(invitation: Invitation, client_for: ClientFor) -> None:
    client_for().post(PATH, ANSWER)

    response = client_for().get(PATH)

    assert response.status_code == 422
    assert Membership.objects.filter(user__email=invitation.email).count() == 1


def test_an_old_link_says_so(invitation: Invitation, client_for: ClientFor) -> None:
    Invitation.objects.update(expires_at=timezone.now())

    response = client_for().post(PATH, ANSWER)

    assert response.status_code == 422
    assert "expired" in response.content.decode() or "scadut" in response.content.decode()


@pytest.mark.parametrize(
    ("slug", "portal"),
    [("beta", PortalName.AGENCY), ("acme", PortalName.CUSTOMER), ("beta", PortalName.CUSTOMER)],
)
def test_a_members_link_works_on_its_own_host_only(
    invitation: Invitation,
    other_agency: Agency,
    client_for: ClientFor,
    slug: str,
    portal: PortalName,
) -> None:
    agency = Agency.objects.get(slug=slug)

    response = client_for(portal=portal, agency=agency).post(PATH, ANSWER)

    assert response.status_code == 422
    assert not User.objects.filter(email=invitation.email).exists()


@pytest.mark.parametrize(
    ("slug", "portal"),
    [("beta", PortalName.CUSTOMER), ("acme", PortalName.AGENCY)],
)
def test_a_contacts_link_works_on_its_own_host_only(
    invited: Contact,
    other_agency: Agency,
    client_for: ClientFor,
    slug: str,
    portal: PortalName,
) -> None:
    agency = Agency.objects.get(slug=slug)

    response = client_for(portal=portal, agency=agency).post(PATH, ANSWER)

    assert response.status_code == 422
    assert not User.objects.filter(email=invited.email).exists()


def test_a_known_person_signs_in_first(
    invitation: Invitation, client_for: ClientFor, stranger: User
) -> None:
    Invitation.objects.update(email=stranger.email)

    page = client_for().get(PATH)
    attempt = client_for().post(PATH, ANSWER)

    assert (page.status_code, attempt.status_code) == (200, 200)
    assert "/accounts/login/?next=%2Finvitations%2Ft1%2F" in page.content.decode()
    assert not Membership.objects.filter(user=stranger).exists()


def test_a_known_person_joins_with_one_click(
    invitation: Invitation, client_for: ClientFor, stranger: User
) -> None:
    Invitation.objects.update(email=stranger.email)
    client = client_for(stranger)
    page = client.get(PATH)

    response = client.post(PATH)

    assert (page.status_code, response.status_code) == (200, 302)
    assert Membership.objects.filter(user=stranger).exists()
    assert client.get("/").status_code == 200


def test_somebody_elses_session_does_not_take_the_place(
    invitation: Invitation, client_for: ClientFor, stranger: User, owner: User
) -> None:
    Invitation.objects.update(email=stranger.email)

    response = client_for(owner).post(PATH)

    assert response.status_code == 200
    assert not Membership.objects.filter(user=stranger).exists()


@pytest.mark.parametrize("token", ["x", "é", "x" * 2_000, "%00", "..", "t1%20"])
def test_an_unknown_link_is_explained(agency: Agency, client_for: ClientFor, token: str) -> None:
    response = client_for().get(f"/invitations/{token}/")

    assert response.status_code in {404, 422}
    assert b"<html" in response.content
