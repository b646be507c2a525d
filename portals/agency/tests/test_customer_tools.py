"""Many customers at once in the portal."""

from __future__ import annotations

import pytest

from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


def states(agency) -> set[str]:
    with agency_scope(agency):
        return set(Customer.objects.values_list("state", flat=True))


def test_archive_many_and_take_it_back(client, agency, customer, other_customer):
    ids = [customer.public_id, other_customer.public_id]

    answer = client.post("/customers/bulk/", {"action": "archive", "ids": ids}, follow=True)

    text = answer.content.decode()
    assert "2 customers are archived." in text
    assert 'action="/customers/bulk/undo/"' in text
    assert states(agency) == {"ARCHIVED"}

    answer = client.post("/customers/bulk/undo/", follow=True)

    assert "2 customers are active." in answer.content.decode()
    assert states(agency) == {"ACTIVE"}


def test_what_was_refused_is_shown_with_its_reason(client, customer):
    client.post(f"/customers/{customer.public_id}/archive/")

    answer = client.post(
        "/customers/bulk/", {"action": "archive", "ids": [customer.public_id, "x"]}, follow=True
    )

    text = answer.content.decode()
    assert "2 customers were left as they are" in text
    assert f'href="/customers/{customer.public_id}/"' in text
    assert "There is no such customer." in text


@pytest.mark.parametrize("ids", [[], ["x"] * 1, [f"cus_{n}" for n in range(101)], ["a\0b"]])
def test_nonsense_changes_nothing_and_is_explained(client, agency, customer, ids):
    answer = client.post("/customers/bulk/", {"action": "archive", "ids": ids}, follow=True)

    assert answer.status_code == 200
    assert states(agency) == {"ACTIVE"}


@pytest.mark.parametrize("action", ["delete", "", None])
def test_an_unknown_action_is_refused(client, agency, customer, action):
    data = {"ids": [customer.public_id]} | ({"action": action} if action is not None else {})

    answer = client.post("/customers/bulk/", data, follow=True)

    assert answer.status_code == 200
    assert states(agency) == {"ACTIVE"}


def test_undo_without_a_call_before_says_so(client):
    answer = client.post("/customers/bulk/undo/", follow=True)

    assert "Choose between 1 and 100 customers." in answer.content.decode()


def test_rows_are_chosen_only_by_who_may_change_them(client_for, owner, viewer, customer):
    assert "data-select-row" in client_for(owner).get("/customers/").content.decode()
    assert "data-select-row" not in client_for(viewer).get("/customers/").content.decode()
