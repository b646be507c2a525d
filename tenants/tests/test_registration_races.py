"""Two people register the same thing at the same moment: one wins, the other is told."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection, transaction

from conftest import PASSWORD
from spotex.kernel.actor import Via
from spotex.kernel.locks import Busy
from spotex.kernel.machine import IllegalMove
from tenants import blueprint
from tenants.access import system_actor
from tenants.hosts import snapshot_of
from tenants.models import Agency, Membership, User
from tenants.services.agencies import AgencyNameMissing, create_agency, register_agency
from tenants.services.members import accept_member_invitation
from tenants.services.suspension import suspend_agency
from tenants.tests.factories import NOON, InvitationFactory
from tenants.tests.threads import run_together


def _register(*, slug: str, email: str) -> Agency:
    agency, _user = register_agency(
        email=email,
        password=PASSWORD,
        full_name="Nora Nuova",
        agency_name="Agenzia Nuova",
        agency_slug=slug,
    )
    return agency


@pytest.mark.django_db(transaction=True)
def test_one_address_of_an_agency_is_taken_once() -> None:
    results = run_together(4, lambda n: _register(slug="nuova", email=f"n{n}@agenzia.test"))

    codes = sorted(getattr(result, "code", type(result).__name__) for result in results)
    assert codes == ["Agency", "slug_taken", "slug_taken", "slug_taken"]
    assert Agency.objects.filter(slug="nuova").count() == 1
    assert User.objects.filter(email__endswith="@agenzia.test").count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_sign_up_at_once() -> None:
    results = run_together(4, lambda n: _register(slug=f"nuova-{n}", email=f"n{n}@agenzia.test"))

    assert [type(result).__name__ for result in results] == ["Agency"] * 4


@pytest.mark.django_db(transaction=True)
def test_people_join_and_sign_in_while_others_sign_up() -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    snapshot = snapshot_of(agency)
    for number in range(4):
        InvitationFactory(agency=agency, token=f"t{number}")

    def act(number: int) -> object:
        if number % 2:
            return _register(slug=f"nuova-{number}", email=f"n{number}@agenzia.test")
        user = accept_member_invitation(f"t{number}", agency=snapshot, at=NOON, password=PASSWORD)
        return User.objects.filter(pk=user.pk).update(last_login=NOON)

    results = run_together(4, act)

    assert [type(result).__name__ for result in results] == ["int", "Agency"] * 2


@pytest.mark.django_db(transaction=True)
def test_one_address_of_a_person_is_taken_once() -> None:
    results = run_together(4, lambda n: _register(slug=f"nuova-{n}", email="n@agenzia.test"))

    codes = sorted(getattr(result, "code", type(result).__name__) for result in results)
    assert codes == ["Agency", "email_taken", "email_taken", "email_taken"]
    assert Agency.objects.filter(slug__startswith="nuova").count() == 1


@pytest.mark.django_db
def test_an_agency_needs_a_name(owner: User) -> None:
    with pytest.raises(AgencyNameMissing) as caught:
        create_agency(name=" ", slug="nuova", tier="STARTER", owner=owner, via=Via.COMMAND)

    assert caught.value.field == "agency_name"


def test_one_person_may_own_two_agencies(owner: User) -> None:
    second = create_agency(
        name="Seconda", slug="seconda", tier="STARTER", owner=owner, via=Via.COMMAND
    )

    assert Membership.objects.filter(user=owner).count() == 2
    assert (second.language, second.support_email) == ("it", "owner@acme.test")


@pytest.mark.parametrize("automatic", [True, False])
def test_addresses_are_verified_by_themselves_only_where_allowed(
    agency: Agency, settings, *, automatic: bool
) -> None:
    settings.SPOTEX_AUTO_VERIFY_EMAIL = automatic

    _register(slug="nuova", email="n@agenzia.test")

    user = User.objects.get(email="n@agenzia.test")
    assert user.emailaddress_set.get().verified == automatic


def test_suspend_twice_is_refused(agency: Agency) -> None:
    suspended = suspend_agency(agency, actor=system_actor(agency), reason="x" * 300)

    assert suspended.suspended_reason == "x" * 200
    with pytest.raises(IllegalMove):
        suspend_agency(agency, actor=system_actor(agency), reason="again")


class _WatchfulHasher(MD5PasswordHasher):
    """Notes whether a transaction, and so a lock, was open while a password was hashed."""

    seen: ClassVar[list[bool]] = []

    def encode(self, password: str, salt: str) -> str:
        self.seen.append(connection.in_atomic_block)
        return super().encode(password, salt)


@pytest.mark.django_db(transaction=True)
def test_passwords_are_hashed_before_anything_is_locked(settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}._WatchfulHasher"]

    _register(slug="nuova", email="nora@agenzia.test")

    assert _WatchfulHasher.seen == [False]


@pytest.mark.django_db(transaction=True)
def test_a_sign_up_does_not_queue_for_ever(monkeypatch) -> None:
    monkeypatch.setattr(blueprint, "QUEUE_MILLISECONDS", 50)

    with transaction.atomic():
        blueprint.lock_shared_tables()
        (result,) = run_together(1, lambda _: _register(slug="nuova", email="n@agenzia.test"))

    assert isinstance(result, Busy)
