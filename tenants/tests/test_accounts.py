from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from conftest import PASSWORD
from spotex.kernel.actor import Actor
from spotex.kernel.models import ActivityEntry
from tenants.models import User
from tenants.services.accounts import (
    EmailInvalid,
    EmailTaken,
    PasswordWeak,
    change_profile,
    change_single_keys,
    is_email_verified,
    mark_email_verified,
    register_user,
    require_good_password,
)
from tenants.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def _register(**changes) -> User:
    values = {"email": " Ada@People.Test ", "password": PASSWORD, "full_name": " Ada Lovelace "}
    return register_user(**{**values, **changes})


def test_register_user_keeps_the_address_in_lower_case() -> None:
    user = _register(language="en")

    assert (user.email, user.full_name, user.language) == ("ada@people.test", "Ada Lovelace", "en")
    assert user.check_password(PASSWORD)
    assert not is_email_verified(user)


def test_register_user_with_a_proved_address() -> None:
    assert is_email_verified(_register(verified=True))


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@", "@people.test", "a b@people.test", "ada@people", "ada@people.test\nBcc: x"],
)
def test_register_user_refuses_what_is_no_address(email: str) -> None:
    with pytest.raises(EmailInvalid) as caught:
        _register(email=email)

    assert (caught.value.field, caught.value.code) == ("email", "email_invalid")


def test_register_user_refuses_a_known_address() -> None:
    UserFactory(email="ada@people.test")

    with pytest.raises(EmailTaken) as caught:
        _register(email="ADA@people.test")

    assert (caught.value.field, caught.value.code) == ("email", "email_taken")


@pytest.mark.parametrize(
    "password", ["", "short", "12345678901", "password123", "adalovelace", "ada@people.test"]
)
def test_register_user_refuses_a_weak_password(password: str) -> None:
    with pytest.raises(PasswordWeak) as caught:
        _register(password=password)

    assert (caught.value.field, caught.value.code) == ("password", "password_weak")
    assert not User.objects.filter(email="ada@people.test").exists()


def test_require_good_password_passes() -> None:
    require_good_password(PASSWORD, user=UserFactory.build())


def test_mark_email_verified_twice_keeps_one_row() -> None:
    user = UserFactory()

    mark_email_verified(user)
    mark_email_verified(user)

    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == (user.email, True, True)


def test_change_profile_tells_what_changed() -> None:
    user = UserFactory(full_name="Ada", language="")

    change_profile(
        user, full_name=" Ada Lovelace ", language="it", actor=Actor(user_id=user.pk, name="Ada")
    )

    user.refresh_from_db()
    entry = ActivityEntry.objects.get(event="tenants.profile.changed")
    assert (user.full_name, user.language) == ("Ada Lovelace", "it")
    assert entry.details == {"full_name": ["Ada", "Ada Lovelace"], "language": ["", "it"]}


def test_the_manager_makes_staff() -> None:
    staff = get_user_model().objects.create_superuser("Root@Spotex.Test", PASSWORD, full_name="R")

    assert (staff.email, staff.is_staff, staff.is_superuser) == ("root@spotex.test", True, True)


def test_the_manager_finds_any_spelling() -> None:
    user = UserFactory(email="ada@people.test")

    assert User.objects.get_by_natural_key(" ADA@people.test") == user
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(None)


def test_the_database_refuses_an_address_in_upper_case() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="Ada@people.test")


def test_single_keys_are_noted_once_when_they_change(owner, owner_actor, in_agency):
    change_single_keys(owner, is_on=False, actor=owner_actor)
    change_single_keys(owner, is_on=False, actor=owner_actor)

    notes = ActivityEntry.objects.filter(event="tenants.profile.changed")
    assert [note.details for note in notes] == [{"single_keys": [True, False]}]
