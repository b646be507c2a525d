from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from spotex.kernel.versions import Stale, version_of
from tenants.access import ScopeMissing, access_api_key, actor_of_key, require, system_actor
from tenants.hosts import snapshot_of
from tenants.models import Agency, ApiKey, User
from tenants.permissions import GRANTABLE, Permission
from tenants.selectors import (
    compute_key_state,
    find_api_key,
    list_api_keys_of,
    list_effective_scopes,
)
from tenants.services import keys
from tenants.services.keys import change_api_key, create_api_key, note_key_use, revoke_api_key
from tenants.states import KeyState
from tenants.tests.factories import NOON, ApiKeyFactory
from tenants.tokens import digest_of, is_api_key, new_api_key


def _create(actor: Actor, **values) -> tuple[ApiKey, str]:
    given = {"name": "Conti", "scopes": ["customers:read"], "at": NOON, **values}
    return create_api_key(actor=actor, **given)


def test_a_new_key_is_kept_as_a_digest(owner_actor, owner) -> None:
    key, secret = _create(owner_actor, name=" Conti ", scopes=["sites:read", "customers:read"])

    assert is_api_key(secret)
    assert (key.digest, key.prefix, key.name) == (digest_of(secret), secret[:12], "Conti")
    assert (key.scopes, key.created_by) == (["customers:read", "sites:read"], owner)
    assert find_api_key(secret) == key


def test_making_a_key_is_in_the_trail_without_its_secret(owner_actor, in_agency) -> None:
    key, secret = _create(owner_actor, expires_at=NOON + timedelta(days=1))

    entry = ActivityEntry.objects.get(event="tenants.api_key.created")
    assert entry.subject_public_id == key.public_id
    assert entry.details == {
        "prefix": key.prefix,
        "scopes": [None, ["customers:read"]],
        "expires_at": [None, "2026-03-03T12:00:00+00:00"],
        "requests_per_minute": [None, None],
    }
    assert secret not in str(entry.details)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": "  "}, keys.KeyNameMissing),
        ({"scopes": []}, keys.ScopesMissing),
        ({"scopes": ["api-keys:write"]}, keys.ScopeNotGrantable),
        ({"scopes": ["anything"]}, keys.ScopeNotGrantable),
        ({"expires_at": NOON}, keys.ExpiryOutOfRange),
        ({"expires_at": NOON + keys.LONGEST_LIFE + timedelta(1)}, keys.ExpiryOutOfRange),
    ],
)
def test_a_key_that_cannot_be_is_refused(owner_actor, values, error) -> None:
    with pytest.raises(error):
        _create(owner_actor, **values)

    assert ApiKey.objects.count() == 0


def test_a_key_lives_ten_years_at_most(owner_actor) -> None:
    key, _secret = _create(owner_actor, expires_at=NOON + keys.LONGEST_LIFE)

    assert key.expires_at == NOON + keys.LONGEST_LIFE


def test_only_those_who_manage_keys_make_them(colleague_actor) -> None:
    with pytest.raises(NotAllowed):
        _create(colleague_actor)


def test_the_platform_itself_makes_no_keys(agency) -> None:
    with pytest.raises(Missing):
        _create(system_actor(agency))


def test_nobody_gives_what_they_do_not_have(owner_actor) -> None:
    weaker = replace(
        owner_actor,
        permissions=owner_actor.permissions - {Permission.SITE_DELETE},
    )

    with pytest.raises(keys.ScopeNotGrantable) as caught:
        _create(weaker, scopes=["customers:read", "sites:delete"])
    assert "sites:delete" in caught.value.message
    assert "customers:read" not in caught.value.message


def test_there_are_so_many_keys_and_no_more(owner_actor, agency) -> None:
    ApiKeyFactory.create_batch(keys.KEYS_MAX - 1, agency=agency)
    revoked, _secret = _create(owner_actor)

    with pytest.raises(keys.TooManyKeys):
        _create(owner_actor)
    revoke_api_key(revoked, actor=owner_actor, at=NOON)
    _create(owner_actor)


def test_a_change_tells_before_and_after(owner_actor, agency, in_agency) -> None:
    key = ApiKeyFactory(agency=agency, name="A", scopes=["customers:read", "sites:read"])
    before = version_of(key)

    changed = change_api_key(
        key,
        actor=owner_actor,
        version=before,
        name="A",
        scopes=["sites:read"],
        requests_per_minute=9,
    )

    entry = ActivityEntry.objects.get(event="tenants.api_key.changed")
    assert entry.details == {
        "prefix": key.prefix,
        "scopes": [["customers:read", "sites:read"], ["sites:read"]],
        "requests_per_minute": [None, 9],
    }
    assert version_of(changed) > before


def test_a_change_of_nothing_leaves_no_trace(owner_actor, agency, in_agency) -> None:
    key = ApiKeyFactory(agency=agency, name="A")

    same = change_api_key(key, actor=owner_actor, name="A")

    assert version_of(same) == version_of(key)
    assert not ActivityEntry.objects.filter(event="tenants.api_key.changed").exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": " "}, keys.KeyNameMissing),
        ({"scopes": []}, keys.ScopesMissing),
        ({"scopes": ["customers:read", "sites:read"]}, keys.ScopesWidened),
        ({"version": 7}, Stale),
    ],
)
def test_a_change_that_cannot_be_is_refused(owner_actor, agency, changes, error) -> None:
    key = ApiKeyFactory(agency=agency)

    with pytest.raises(error):
        change_api_key(key, actor=owner_actor, **changes)


def test_a_revoked_key_stays_so(owner_actor, agency, in_agency) -> None:
    key = ApiKeyFactory(agency=agency)

    revoked = revoke_api_key(key, actor=owner_actor, at=NOON)

    assert revoked.revoked_at == NOON
    for again in (
        lambda: revoke_api_key(key, actor=owner_actor, at=NOON),
        lambda: change_api_key(key, actor=owner_actor, name="x"),
    ):
        with pytest.raises(keys.KeyRevoked):
            again()
    assert ActivityEntry.objects.filter(event="tenants.api_key.revoked").count() == 1


def test_a_use_is_noted_once_a_minute(agency) -> None:
    key = ApiKeyFactory(agency=agency)

    for seconds, address, noted in (
        (0, "192.0.2.1", (0, "192.0.2.1")),
        (59, "192.0.2.2", (0, "192.0.2.1")),
        (60, "192.0.2.2", (60, "192.0.2.2")),
    ):
        note_key_use(key, at=NOON + timedelta(seconds=seconds), address=address)
        key.refresh_from_db()
        assert key.last_used_at == NOON + timedelta(seconds=noted[0])
        assert key.last_used_from == noted[1]


def _find(secret: str) -> ApiKey:
    found = find_api_key(secret)
    assert found is not None
    return found


def test_a_key_has_a_state(agency: Agency, colleague: User) -> None:
    secret = new_api_key()
    key = ApiKeyFactory(
        agency=agency,
        secret=secret,
        created_by=colleague,
        expires_at=NOON,
        scopes=["customers:write", "members:write"],
    )
    just_before = NOON - timedelta(microseconds=1)

    assert compute_key_state(_find(secret), at=just_before) == KeyState.ACTIVE
    assert compute_key_state(_find(secret), at=NOON) == KeyState.EXPIRED
    assert list_effective_scopes(_find(secret)) == {Permission.CUSTOMER_MANAGE}
    colleague.memberships.all().delete()
    assert compute_key_state(_find(secret), at=just_before) == KeyState.DISABLED
    assert list_effective_scopes(_find(secret)) == frozenset()
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=NOON)
    assert compute_key_state(_find(secret), at=just_before) == KeyState.REVOKED


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["", "key_", "a" * 56, "key_aaaaaaaa_" + 44 * "b"])
def test_a_text_of_another_shape_is_not_looked_up(secret, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert find_api_key(secret) is None


def test_the_actor_of_a_key_is_nobodys_person(agency, other_agency) -> None:
    secret = new_api_key()
    ApiKeyFactory(agency=agency, secret=secret, name="Conti", scopes=sorted(GRANTABLE))
    key = _find(secret)

    actor = actor_of_key(key, agency=snapshot_of(agency), address="192.0.2.1")

    assert (actor.user_id, actor.user_public_id) == (None, key.public_id)
    assert (actor.is_key, actor.is_authenticated) == (True, True)
    assert actor.permissions == GRANTABLE
    with pytest.raises(ScopeMissing):
        require(actor, Permission.API_KEY_MANAGE)


def test_keys_are_seen_by_those_who_manage_them(
    owner_actor, colleague_actor, contact_actor, other_actor, agency
) -> None:
    key = ApiKeyFactory(agency=agency, name="Conti")

    assert list(list_api_keys_of(owner_actor, text="cont")) == [key]
    assert list(list_api_keys_of(owner_actor, text=key.prefix)) == [key]
    assert list(list_api_keys_of(owner_actor, text="zzz")) == []
    assert access_api_key(owner_actor, key.public_id) == key
    for stranger, error in (
        (colleague_actor, NotAllowed),
        (contact_actor, Missing),
        (other_actor, Missing),
    ):
        assert list(list_api_keys_of(stranger)) == []
        with pytest.raises(error):
            access_api_key(stranger, key.public_id)
