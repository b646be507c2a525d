"""What nobody can use any more is deleted, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from portals.api.tests.conftest import Caller
from portals.api.tokens import issue_tokens
from portals.tasks import forget_expired
from spotex.kernel.keys import FORGOTTEN_AT_ONCE
from spotex.kernel.models import IdempotencyKey
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope

OLD, YOUNG = timedelta(hours=25), timedelta(hours=23)


def _make_key(key: str, *, age: timedelta) -> None:
    row = IdempotencyKey.objects.create(actor_key="somebody", key=key, request_digest="x")
    IdempotencyKey.objects.filter(pk=row.pk).update(created_at=timezone.now() - age)


def _list_keys() -> list[str]:
    return list(IdempotencyKey.objects.order_by("pk").values_list("key", flat=True))


def test_expired_sessions_and_tokens_are_deleted(owner, owner_actor) -> None:
    now = timezone.now()
    for name, hours in (("gone", -1), ("open", 1)):
        Session.objects.create(session_key=name, expire_date=now + timedelta(hours=hours))
    issue_tokens(owner, actor=owner_actor)
    used = OutstandingToken.objects.get()
    issue_tokens(owner, actor=owner_actor)
    BlacklistedToken.objects.create(token=used)
    OutstandingToken.objects.filter(pk=used.pk).update(expires_at=now - timedelta(days=1))

    forget_expired()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert OutstandingToken.objects.count() == 1
    assert BlacklistedToken.objects.count() == 0


def test_public_keys_live_for_a_day(agency) -> None:
    with agency_scope(agency):
        _make_key("agency", age=OLD)
    with agency_scope(PUBLIC_SCHEMA):
        _make_key("old", age=OLD)
        _make_key("young", age=YOUNG)

        forget_expired()

        assert _list_keys() == ["young"]
    with agency_scope(agency):
        assert _list_keys() == ["agency"]


def test_who_writes_a_key_clears_a_few_old_ones(agency, owner, owner_actor) -> None:
    with agency_scope(agency):
        for number in range(FORGOTTEN_AT_ONCE + 1):
            _make_key(f"old{number}", age=OLD)
        _make_key("young", age=YOUNG)
    calls = Caller(token=issue_tokens(owner, actor=owner_actor)["access"])

    body = {"name": "Bar Sport", "email": "bar@sport.test"}
    calls("POST", "customers", body, status=201, idempotency_key="new")

    with agency_scope(agency):
        assert _list_keys() == [f"old{FORGOTTEN_AT_ONCE}", "young", "new"]
