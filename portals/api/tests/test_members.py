"""``members`` and ``users`` through the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.models import Invitation, MailMessage, Membership
from tenants.states import Role
from tenants.tests.factories import NOON, InvitationFactory, MembershipFactory

INVITED = {"email": "nina@company.test", "full_name": "Nina Nuova", "role": "MEMBER"}


def test_members_are_listed_searched_filtered_and_ordered(owner_calls, owner, agency) -> None:
    MembershipFactory(agency=agency, user__full_name="Aldo Alfa", role=Role.VIEWER)
    MembershipFactory(agency=agency, user__full_name="Zita Zeta", role=Role.MEMBER)

    def names(query: str) -> list[str]:
        rows = owner_calls("GET", f"members{query}", status=200)["data"]
        return [row["full_name"] for row in rows]

    assert names("") == ["Aldo Alfa", owner.full_name, "Zita Zeta"]
    assert names("?ordering=-full_name") == ["Zita Zeta", owner.full_name, "Aldo Alfa"]
    assert names("?search=zita") == ["Zita Zeta"]
    assert names("?role=VIEWER") == ["Aldo Alfa"]
    owner_calls("GET", "members?role=KING", status=400)


def test_a_member_is_shown_changed_and_removed(owner_calls, agency) -> None:
    member = MembershipFactory(agency=agency, role=Role.VIEWER)
    path = f"members/{member.public_id}"
    shown = owner_calls("GET", path, status=200)["data"]
    etag = owner_calls.response["ETag"]

    assert (shown["user"], shown["role"]) == (member.user.public_id, "VIEWER")
    changed = owner_calls("PATCH", path, {"role": "ADMIN"}, status=200, if_match=etag)
    assert changed["data"] == {**shown, "role": "ADMIN"}
    assert owner_calls("PATCH", path, {"role": "VIEWER"}, status=409, if_match=etag)["code"] == (
        "stale"
    )
    owner_calls("DELETE", path, status=200)
    owner_calls("GET", path, status=404)


def test_the_last_owner_stays(owner_calls, owner, agency) -> None:
    member = Membership.objects.get(user=owner, agency=agency)

    for method, body in (("PATCH", {"role": "VIEWER"}), ("DELETE", None)):
        answer = owner_calls(method, f"members/{member.public_id}", body, status=422)
        assert answer["code"] == "last_owner"


def test_somebody_is_invited_again_and_taken_back(owner_calls, agency) -> None:
    made = owner_calls("POST", "members/invite", INVITED, status=201, idempotency_key="n")["data"]
    again = owner_calls("POST", "members/invite", INVITED, status=201, idempotency_key="n")["data"]
    path = f"members/invitations/{made['id']}"

    assert made == again
    assert (made["email"], made["state"]) == ("nina@company.test", "INVITED")
    listed = owner_calls("GET", "members/invitations?search=nina&role=MEMBER", status=200)["data"]
    assert listed == [made] == [owner_calls("GET", path, status=200)["data"]]
    before = Invitation.objects.get(public_id=made["id"]).token_digest
    owner_calls("POST", f"{path}/resend", status=200)
    assert Invitation.objects.get(public_id=made["id"]).token_digest != before
    assert MailMessage.objects.filter(recipient="nina@company.test").count() == 2
    owner_calls("DELETE", path, status=200)
    owner_calls("GET", path, status=404)
    assert owner_calls("GET", "members/invitations", status=200)["data"] == []


def test_who_only_looks_changes_nobody(viewer_calls, contact_calls, agency) -> None:
    member = MembershipFactory(agency=agency)
    invitation = InvitationFactory(agency=agency, expires_at=NOON)

    viewer_calls("GET", "members", status=200)
    viewer_calls("POST", "members/invite", INVITED, status=403)
    viewer_calls("PATCH", f"members/{member.public_id}", {"role": "OWNER"}, status=403)
    viewer_calls("POST", f"members/invitations/{invitation.public_id}/resend", status=403)
    contact_calls("GET", "members", status=403)
    contact_calls("GET", f"members/{member.public_id}", status=404)


def test_users_are_those_whom_the_caller_sees(
    owner_calls, contact_calls, other_calls, owner, contact, other_owner
) -> None:
    def emails(calls, query: str = "") -> set[str]:
        return {row["email"] for row in calls("GET", f"users{query}", status=200)["data"]}

    assert {owner.email, contact.email} <= emails(owner_calls)
    assert other_owner.email not in emails(owner_calls)
    assert emails(owner_calls, "?search=gino") == {contact.email}
    assert emails(contact_calls) == {contact.email}
    assert emails(other_calls) == {other_owner.email}
    person = owner_calls("GET", f"users/{contact.user.public_id}", status=200)["data"]
    assert (person["full_name"], person["member_role"]) == ("Gino Bianchi", None)
    assert owner_calls("GET", f"users/{owner.public_id}")["data"]["member_role"] == "OWNER"
    contact_calls("GET", f"users/{owner.public_id}", status=404)
    other_calls("GET", f"users/{owner.public_id}", status=404)


def test_a_person_changes_only_themselves(owner_calls, owner) -> None:
    owner_calls("GET", f"users/{owner.public_id}", status=200)
    etag = owner_calls.response["ETag"]

    changed = owner_calls("PATCH", "users/me", {"language": "en"}, status=200, if_match=etag)
    assert (changed["data"]["language"], changed["data"]["full_name"]) == ("en", owner.full_name)
    stale = owner_calls("PATCH", "users/me", {"language": "it"}, status=409, if_match=etag)
    assert stale["code"] == "stale"
    owner_calls("PATCH", "users/me", {"email": "x@y.test"}, status=400)
    owner_calls("PATCH", "users/me", {"full_name": "see www.x.example/1"}, status=422)


@pytest.mark.parametrize("path", ["members", "members/invitations", "users"])
def test_a_list_costs_the_same_for_any_number_of_rows(owner_calls, agency, path) -> None:
    def add(count: int) -> None:
        MembershipFactory.create_batch(count, agency=agency)
        InvitationFactory.create_batch(count, agency=agency, expires_at=NOON)

    add(1)
    owner_calls("GET", path, status=200)
    with CaptureQueriesContext(connection) as few:
        owner_calls("GET", path, status=200)
    add(2)

    with CaptureQueriesContext(connection) as many:
        assert len(owner_calls("GET", path, status=200)["data"]) >= 3
    assert len(many) == len(few)
