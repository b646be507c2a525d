from __future__ import annotations

import pytest
from django.db import connection

from spotex.kernel.events import on
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.events import AgencyRegistered
from tenants.models import Agency, MailMessage, Membership, Subscription, User
from tenants.services.accounts import EmailInvalid, EmailTaken, PasswordWeak
from tenants.services.agencies import SlugInvalid, SlugReserved, SlugTaken, register_agency
from tenants.services.suspension import resume_agency, suspend_agency
from tenants.slugs import SLUG_MAX_LENGTH

GOOD = {
    "email": "nuova@agenzia.test",
    "password": "correct-horse-9-battery",
    "full_name": "Nora Nuova",
    "agency_name": "Agenzia Nuova",
    "agency_slug": "nuova",
}


def _schemas() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db
def test_register_agency_creates_everything_together() -> None:
    agency, user = register_agency(**GOOD)

    assert agency.schema_name in _schemas()
    assert Membership.objects.get(agency=agency).user == user
    assert Subscription.objects.get(agency=agency).status == "TRIAL"
    mail = MailMessage.objects.get(recipient=user.email)
    assert "http://nuova.agency.localhost:8000/accounts/confirm-email/" in mail.text
    with agency_scope(agency):
        assert ActivityEntry.objects.get().event == "tenants.agency.registered"


@pytest.mark.parametrize(
    ("slug", "error"),
    [
        ("www", SlugReserved),
        ("admin", SlugReserved),
        ("api", SlugReserved),
        ("acme", SlugTaken),
        ("x" * 64, SlugInvalid),
        ("x" * (SLUG_MAX_LENGTH + 1), SlugInvalid),
        ("Maiuscola", SlugInvalid),
        ("città", SlugInvalid),
        ("a", SlugInvalid),
        ("-abc", SlugInvalid),
        ("abc-", SlugInvalid),
        ("a--b", SlugInvalid),
        ("a.b", SlugInvalid),
        ("abc\n", None),
        ("", SlugInvalid),
        ("a\x00bc", SlugInvalid),
    ],
)
def test_register_agency_explains_a_bad_address(agency: Agency, slug: str, error: type) -> None:
    if error is None:
        assert register_agency(**{**GOOD, "agency_slug": slug})[0].slug == slug.strip()
        return
    with pytest.raises(error) as caught:
        register_agency(**{**GOOD, "agency_slug": slug})

    assert caught.value.field == "agency_slug"
    assert not User.objects.filter(email=GOOD["email"]).exists()


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("email", "owner@acme.test", EmailTaken),
        ("email", "OWNER@Acme.Test", EmailTaken),
        ("email", "not an address", EmailInvalid),
        ("password", "short", PasswordWeak),
        ("password", "1234567890123", PasswordWeak),
        ("password", "nuova@agenzia.test", PasswordWeak),
    ],
)
def test_register_agency_explains_bad_people(
    agency: Agency,
    field: str,
    value: str,
    error: type,
) -> None:
    with pytest.raises(error) as caught:
        register_agency(**{**GOOD, field: value})

    assert caught.value.field == field
    assert not Agency.objects.filter(slug="nuova").exists()


@pytest.mark.django_db(transaction=True)
def test_a_failure_at_the_last_moment_leaves_nothing_and_a_retry_works() -> None:
    failures = ["once"]

    @on(AgencyRegistered)
    def fail(event: AgencyRegistered) -> None:
        if event.actor.email == "rotta@agenzia.test" and failures:
            failures.pop()
            raise RuntimeError("the power went out")

    data = {**GOOD, "email": "rotta@agenzia.test", "agency_slug": "rotta"}
    before = _schemas()

    with pytest.raises(RuntimeError):
        register_agency(**data)

    assert _schemas() == before
    assert not User.objects.filter(email=data["email"]).exists()
    assert not MailMessage.objects.filter(recipient=data["email"]).exists()
    assert register_agency(**data)[0].slug == "rotta"


def test_suspend_and_resume_agency(agency: Agency, owner_actor) -> None:
    suspend_agency(agency, actor=owner_actor, reason="Fattura non pagata")
    agency.refresh_from_db()
    assert (agency.state, agency.suspended_reason) == ("SUSPENDED", "Fattura non pagata")

    resume_agency(agency, actor=owner_actor)
    agency.refresh_from_db()
    assert (agency.state, agency.suspended_reason) == ("ACTIVE", "")
