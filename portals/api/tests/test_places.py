"""Where a log-in on ``api.<base>`` leads when the host does not say it."""

from __future__ import annotations

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import PASSWORD
from portals.api.tests.conftest import Caller
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Contact
from tenants.customers.selectors import list_agencies_of_contact
from tenants.customers.tests.factories import ContactFactory, CustomerFactory
from tenants.models import Agency, Membership, User

LOGIN = "auth/login"


def _body(user: User, **more: str) -> dict[str, str]:
    return {"email": user.email, "password": PASSWORD, **more}


def _make_contact(user: User, agency: Agency) -> Contact:
    with agency_scope(agency):
        return ContactFactory(customer=CustomerFactory(), active=True, user=user)


def test_who_belongs_to_several_agencies_gets_their_list(
    anonymous: Caller, owner: User, agency: Agency, other_agency: Agency
) -> None:
    Membership.objects.create(user=owner, agency=other_agency, role="VIEWER")

    refused = anonymous("POST", LOGIN, _body(owner), status=422)

    assert refused["code"] == "agency_required"
    assert set(refused["errors"]) == {"agency"}
    assert refused["data"]["agencies"] == [
        {
            "id": other_agency.public_id,
            "slug": "beta",
            "name": "Beta Digital",
            "role": "VIEWER",
            "customer": None,
        },
        {
            "id": agency.public_id,
            "slug": "acme",
            "name": "Studio Acme",
            "role": "OWNER",
            "customer": None,
        },
    ]


def test_every_slug_of_the_list_opens_its_agency(
    anonymous: Caller, owner: User, other_agency: Agency
) -> None:
    Membership.objects.create(user=owner, agency=other_agency, role="VIEWER")
    listed = anonymous("POST", LOGIN, _body(owner), status=422)["data"]["agencies"]

    roles = {
        one["slug"]: anonymous("POST", LOGIN, _body(owner, agency=one["slug"]), status=200)["data"][
            "role"
        ]
        for one in listed
    }

    assert roles == {"acme": "OWNER", "beta": "VIEWER"}


def test_a_person_of_customers_of_two_agencies_chooses(
    anonymous: Caller, contact: Contact, agency: Agency, other_agency: Agency
) -> None:
    assert contact.user is not None
    elsewhere = _make_contact(contact.user, other_agency)

    refused = anonymous("POST", LOGIN, _body(contact.user), status=422)
    chosen = anonymous("POST", LOGIN, _body(contact.user, agency="beta"), status=200)

    assert [(one["slug"], one["customer"]) for one in refused["data"]["agencies"]] == [
        ("beta", elsewhere.customer.public_id),
        ("acme", contact.customer.public_id),
    ]
    assert chosen["data"]["customer"] == {"id": elsewhere.customer.public_id}


def test_a_person_of_one_customer_need_not_name_the_agency(
    anonymous: Caller, contact: Contact, customer, agency: Agency, other_agency: Agency
) -> None:
    assert contact.user is not None

    data = anonymous("POST", LOGIN, _body(contact.user), status=200)["data"]

    assert (data["agency"]["slug"], data["customer"]) == ("acme", {"id": customer.public_id})


def test_who_is_a_member_of_one_agency_means_that(
    anonymous: Caller, owner: User, other_agency: Agency
) -> None:
    elsewhere = _make_contact(owner, other_agency)

    plain = anonymous("POST", LOGIN, _body(owner), status=200)["data"]
    customer = elsewhere.customer.public_id
    named = anonymous("POST", LOGIN, _body(owner, customer=customer), status=200)["data"]

    assert (plain["agency"]["slug"], plain["role"]) == ("acme", "OWNER")
    assert (named["agency"]["slug"], named["customer"]) == ("beta", {"id": customer})


def test_who_belongs_nowhere_has_no_role(anonymous: Caller, stranger: User) -> None:
    assert anonymous("POST", LOGIN, _body(stranger), status=403)["code"] == "no_role"


@pytest.mark.parametrize("slug", ["beta", "no-such-agency"])
def test_agencies_of_others_and_none_at_all_look_the_same(
    anonymous: Caller, owner: User, other_agency: Agency, slug: str
) -> None:
    refused = anonymous("POST", LOGIN, _body(owner, agency=slug), status=403)

    assert (refused["code"], refused["data"]) == ("no_role", None)


def test_a_wrong_password_lists_nothing(
    anonymous: Caller, owner: User, other_agency: Agency
) -> None:
    Membership.objects.create(user=owner, agency=other_agency, role="VIEWER")

    refused = anonymous("POST", LOGIN, {**_body(owner), "password": "wrong"}, status=401)

    assert refused["data"] is None


def test_an_agencys_host_names_no_other_agency(
    agency_host: str, owner: User, other_agency: Agency
) -> None:
    Membership.objects.create(user=owner, agency=other_agency, role="VIEWER")

    data = Caller(agency_host)("POST", LOGIN, _body(owner, agency="beta"), status=200)["data"]

    assert data["agency"]["slug"] == "acme"


def test_choosing_comes_before_the_second_step(
    anonymous: Caller, owner: User, other_agency: Agency
) -> None:
    Membership.objects.create(user=owner, agency=other_agency, role="VIEWER")
    TOTP.activate(owner, generate_totp_secret())
    code = RecoveryCodes.activate(owner).get_unused_codes()[0]

    unnamed = anonymous("POST", LOGIN, _body(owner), status=422)
    named = anonymous("POST", LOGIN, _body(owner, agency="beta"), status=401)
    step = {"challenge": named["data"]["challenge"], "code": code}
    done = anonymous("POST", "auth/login/verify", step, status=200)

    assert (unnamed["code"], named["code"]) == ("agency_required", "mfa_required")
    assert done["data"]["agency"]["slug"] == "beta"


def test_a_removed_contact_is_not_listed(
    contact: Contact, agency: Agency, other_agency: Agency
) -> None:
    assert contact.user is not None
    before = list_agencies_of_contact(contact.user.pk)
    with agency_scope(agency):
        Contact.objects.filter(pk=contact.pk).update(state="REMOVED")

    assert (before, list_agencies_of_contact(contact.user.pk)) == ([agency], [])


def test_a_schema_that_is_gone_is_left_out(
    contact: Contact, agency: Agency, other_agency: Agency
) -> None:
    assert contact.user is not None
    Agency.objects.filter(pk=other_agency.pk).update(schema_name="agency_that_is_gone")

    assert list_agencies_of_contact(contact.user.pk) == [agency]


def test_a_hundred_schemas_are_asked_by_two_statements(
    contact: Contact, agency: Agency, other_agency: Agency
) -> None:
    assert contact.user is not None

    with CaptureQueriesContext(connection) as queries:
        list_agencies_of_contact(contact.user.pk)

    assert len(queries) == 3
