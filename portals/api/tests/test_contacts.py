"""``customers/{id}/contacts`` through the API."""

from __future__ import annotations

import pytest

from tenants.models import MailMessage

INVITE = {"email": "anna@verdi.test", "full_name": "Anna Verdi", "role": "MEMBER"}


@pytest.fixture
def path(customer) -> str:
    return f"customers/{customer.public_id}/contacts"


def test_person_is_invited_listed_changed_and_removed(owner_calls, path) -> None:
    made = owner_calls("POST", f"{path}/invite", INVITE, status=201)["data"]

    assert (made["state"], made["role"]) == ("INVITED", "MEMBER")
    assert MailMessage.objects.filter(recipient=INVITE["email"]).count() == 1
    assert owner_calls("GET", path, status=200)["data"] == [made]
    assert owner_calls("GET", f"{path}?state=ACTIVE", status=200)["data"] == []
    one = f"{path}/{made['id']}"
    assert owner_calls("GET", one, status=200)["data"] == made
    assert owner_calls("PATCH", one, {"role": "VIEWER"}, status=200)["data"]["role"] == "VIEWER"
    owner_calls("POST", f"{one}/resend", status=200)
    assert MailMessage.objects.filter(recipient=INVITE["email"]).count() == 2
    assert owner_calls("DELETE", one, status=200)["data"]["state"] == "REMOVED"
    owner_calls("GET", one, status=404)


def test_nobody_is_invited_twice(owner_calls, path) -> None:
    owner_calls("POST", f"{path}/invite", INVITE, status=201)

    answer = owner_calls("POST", f"{path}/invite", INVITE, status=422)

    assert (answer["code"], list(answer["errors"])) == ("contact_exists", ["email"])


def test_nobody_is_invited_to_an_archived_customer(owner_calls, customer, path) -> None:
    owner_calls("DELETE", f"customers/{customer.public_id}", status=200)

    answer = owner_calls("POST", f"{path}/invite", INVITE, status=422)

    assert answer["code"] == "customer_archived"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"role": "OWNER"}, "role"), ({"email": "x"}, "email"), ({"full_name": 1}, "full_name")],
)
def test_wrong_shape_is_refused(owner_calls, path, change, field) -> None:
    answer = owner_calls("POST", f"{path}/invite", {**INVITE, **change}, status=400)

    assert field in answer["errors"]


def test_active_person_gets_no_new_invitation(owner_calls, path, contact) -> None:
    answer = owner_calls("POST", f"{path}/{contact.public_id}/resend", status=409)

    assert answer["code"] == "illegal_move"


def test_a_person_belongs_to_one_customer(owner_calls, other_customer, contact) -> None:
    one = f"customers/{other_customer.public_id}/contacts/{contact.public_id}"

    owner_calls("GET", one, status=404)
    owner_calls("PATCH", one, {"role": "VIEWER"}, status=404)
    owner_calls("DELETE", one, status=404)
    owner_calls("POST", f"{one}/resend", status=404)


def test_others_see_nothing(other_calls, path, contact) -> None:
    other_calls("GET", path, status=404)
    other_calls("POST", f"{path}/invite", INVITE, status=404)
    other_calls("GET", f"{path}/{contact.public_id}", status=404)


def test_viewer_cannot_invite(viewer_calls, path) -> None:
    viewer_calls("GET", path, status=200)
    viewer_calls("POST", f"{path}/invite", INVITE, status=403)


def test_customers_administrator_invites_for_the_own_customer(
    contact_calls, path, other_customer
) -> None:
    contact_calls("POST", f"{path}/invite", INVITE, status=201)
    other = f"customers/{other_customer.public_id}/contacts"
    contact_calls("POST", f"{other}/invite", INVITE, status=404)


def test_list_costs_the_same_for_any_number_of_rows(
    owner_calls, path, django_assert_max_num_queries
) -> None:
    for number in range(3):
        body = {**INVITE, "email": f"p{number}@verdi.test"}
        owner_calls("POST", f"{path}/invite", body, status=201)

    with django_assert_max_num_queries(5):
        assert len(owner_calls("GET", path, status=200)["data"]) == 3


def test_put_sets_the_role(owner_calls, customer, contact) -> None:
    path = f"customers/{customer.public_id}/contacts/{contact.public_id}"

    assert owner_calls("PUT", path, {"role": "VIEWER"}, status=200)["data"]["role"] == "VIEWER"
    assert list(owner_calls("PUT", path, {}, status=400)["errors"]) == ["role"]
