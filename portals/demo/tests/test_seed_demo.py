from __future__ import annotations

import json
import random

import pytest
from django.core.management import CommandError, call_command

from booking.models import Block, Location, Reservation, Space
from hosting.models import Site
from hosting.operations.models import Operation
from portals.demo.build import STAFF_EMAIL
from portals.demo.numbers import make_vat_number
from portals.demo.world import FULL
from spotex.kernel.tenancy import agency_scope
from tenants.billing.selectors import sum_taken
from tenants.customers.italian import normalize_vat_number
from tenants.customers.models import Contact, Customer
from tenants.models import Agency, Invitation, MailMessage, Membership, User
from tenants.services.accounts import is_email_verified


def _count() -> dict[str, int]:
    counts = {
        model.__name__: model.objects.count()
        for model in (Agency, User, Membership, Invitation, MailMessage, Operation)
    }
    for agency in Agency.objects.all():
        with agency_scope(agency):
            for model in (Customer, Contact, Site, Location, Space, Reservation, Block):
                counts[f"{agency.slug}.{model.__name__}"] = model.objects.count()
    return counts


@pytest.mark.django_db
def test_seed_demo_builds_the_world_once() -> None:
    call_command("seed_demo", "--world", "small", verbosity=0)
    first = _count()

    call_command("seed_demo", "--world", "small", verbosity=0)

    assert _count() == first
    lumen = Agency.objects.get(slug="lumen")
    assert lumen.brand_logo.name
    with agency_scope(lumen):
        assert Customer.objects.count() == 2
        assert Site.objects.exists()
        assert Contact.objects.filter(state="ACTIVE").count() == 4
        assert Location.objects.count() == 2
        assert Space.objects.filter(parent__isnull=False).count() == 2
        states = set(Reservation.objects.values_list("state", flat=True))
        assert states == {"CONFIRMED", "PENDING_APPROVAL"}
        prepaid = Reservation.objects.filter(payment_rule="PREPAID", state="CONFIRMED")
        assert prepaid.exists()
        assert {sum_taken(one.public_id) == one.total_minor for one in prepaid} == {True}
        assert Block.objects.count() == 1


@pytest.mark.django_db
def test_seed_demo_without_sites_opens_no_operation() -> None:
    call_command("seed_demo", "--world", "small", "--no-sites", verbosity=0)

    assert not Operation.objects.exists()


@pytest.mark.django_db
def test_staff_of_the_demo_world_can_sign_in_at_once() -> None:
    call_command("seed_demo", "--world", "small", "--no-sites", verbosity=0)

    staff = User.objects.get(email=STAFF_EMAIL)

    assert staff.is_staff
    assert is_email_verified(staff)


def test_seed_demo_is_refused_in_production(settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="refused in production"):
        call_command("seed_demo")


def test_seed_demo_prints_logins_as_json(capsys) -> None:
    call_command("seed_demo", "--print-logins")

    logins = json.loads(capsys.readouterr().out)
    assert len(logins) == 1 + 2 * len(FULL)
    assert {"who", "url", "email", "password"} == set(logins[0])


@pytest.mark.parametrize("seed", range(50))
def test_make_vat_number_passes_the_check(seed) -> None:
    number = make_vat_number(random.Random(seed), province=15)

    assert normalize_vat_number(number) == number
    assert number == make_vat_number(random.Random(seed), province=15)


def test_the_world_fits_into_its_plans() -> None:
    emails = [person.email for agency in FULL for person in (agency.owner, *agency.members)]
    contacts = [p.email for agency in FULL for company in agency.customers for p in company.people]

    assert len({*emails, *contacts}) == len(emails) + len(contacts)
    assert all(4 <= len(agency.customers) <= 8 for agency in FULL)
    assert all(company.people for agency in FULL for company in agency.customers if company.sites)


@pytest.mark.django_db
def test_log_in_replaces_the_cheap_hash(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    call_command("seed_demo", "--world", "small", "--no-sites", verbosity=0)
    staff = User.objects.get(email=STAFF_EMAIL)
    assert "m=1024,t=1,p=1" in staff.password

    assert staff.check_password("benvenuti-demo")

    staff.refresh_from_db()
    assert "m=102400,t=2,p=8" in staff.password
