"""The agency's own people."""

from __future__ import annotations

import pytest

from tenants.models import Invitation, Membership

PERSON = {"full_name": "Nora Nuova", "email": "nora@acme.test", "role": "MEMBER"}


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


def test_invite_and_take_back(client, agency):
    client.post("/people/invite/", PERSON)
    invitation = Invitation.objects.get(agency=agency, email="nora@acme.test")
    assert "nora@acme.test" in client.get("/people/").content.decode()

    client.post(f"/people/invitations/{invitation.public_id}/revoke/")

    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    assert client.post(f"/people/invitations/{invitation.public_id}/revoke/").status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"email": "nobody"}, {"full_name": ""}, {"role": "KING"}, {"email": "owner@acme.test"}],
)
def test_invite_refuses_bad_input(client, change):
    assert client.post("/people/invite/", PERSON | change).status_code == 422


def test_change_role(client, agency, colleague):
    member = Membership.objects.get(user=colleague, agency=agency)

    client.post(f"/people/{member.public_id}/role/", {"role": "ADMIN"})

    member.refresh_from_db()
    assert member.role == "ADMIN"


def test_the_last_owner_stays(client, agency, owner):
    member = Membership.objects.get(user=owner, agency=agency)

    stepped_down = client.post(f"/people/{member.public_id}/role/", {"role": "VIEWER"})
    removed = client.post(f"/people/{member.public_id}/remove/", follow=True)

    assert stepped_down.status_code == 422
    assert "at least one owner" in stepped_down.content.decode()
    assert "at least one owner" in removed.content.decode()
    assert Membership.objects.filter(pk=member.pk, role="OWNER").exists()


def test_remove_member(client, agency, colleague):
    member = Membership.objects.get(user=colleague, agency=agency)

    client.post(f"/people/{member.public_id}/remove/")

    assert not Membership.objects.filter(pk=member.pk).exists()


def test_other_agencys_members_are_missing(client, other_agency, other_owner):
    member = Membership.objects.get(user=other_owner, agency=other_agency)

    assert client.post(f"/people/{member.public_id}/remove/").status_code == 404
    assert client.post(f"/people/{member.public_id}/role/", {"role": "ADMIN"}).status_code == 404


def test_viewer_sees_and_changes_nothing(client_for, viewer, agency, owner):
    client = client_for(viewer)
    member = Membership.objects.get(user=owner, agency=agency)

    assert client.get("/people/").status_code == 200
    assert client.post(f"/people/{member.public_id}/remove/").status_code == 403
    assert client.post("/people/invite/", PERSON).status_code == 403
