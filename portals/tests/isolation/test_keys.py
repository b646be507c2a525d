"""Every method of every endpoint, called by programs whose keys must not open it."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from portals.api.schema import build_document
from portals.tests.isolation.cases import API
from portals.tests.isolation.walk import Answer, call_endpoints, list_endpoints
from portals.tests.isolation.world import World
from tenants.access import system_actor
from tenants.models import Agency, Membership, User
from tenants.permissions import GRANTABLE, Permission
from tenants.services.suspension import suspend_agency
from tenants.states import Role
from tenants.tests.factories import ApiKeyFactory
from tenants.tokens import new_api_key

HOSTS_OF_ACME = ("api.localhost", "acme.agency.localhost")
EVERY_SCOPE = sorted(scope.value for scope in GRANTABLE)
OK = {200, 201, 202, 204}


def _call(world: World, *, key: str, host: str = "api.localhost", scope: str = "") -> list[Answer]:
    """Call everything, or what one scope opens to a program."""
    client = Client(HTTP_HOST=host)
    is_meant = partial(_needs, scope=scope) if scope else None
    return list(
        call_endpoints(client, token="", key=key, cases=API, world=world, is_meant=is_meant)
    )


def _needs(name: str, method: str, *, scope: str) -> bool:
    return API[name].needs[method] == scope and not API[name].person


def _make(agency: Agency, *scopes: str, **values: object) -> str:
    secret = new_api_key()
    ApiKeyFactory(agency=agency, secret=secret, scopes=list(scopes) or EVERY_SCOPE, **values)
    return secret


def _wrong(statuses: set[int], answers: list[Answer]) -> list[str]:
    return [str(one) for one in answers if one.status not in statuses or one.leaks or one.ticket]


@pytest.mark.parametrize("host", HOSTS_OF_ACME)
def test_a_key_with_every_scope_reaches_all_that_is_not_personal(
    world: World, agency: Agency, host: str
) -> None:
    answers = _call(world, key=_make(agency), host=host)

    for one in answers:
        assert one.status in ({403} if API[one.name].person else OK), str(one)
    assert sum(one.leaks for one in answers) > 10


def test_a_key_opens_what_its_one_scope_names_and_nothing_else(
    world: World, agency: Agency
) -> None:
    opened, shut = [], []
    for scope in EVERY_SCOPE:
        others = [one for one in EVERY_SCOPE if one != scope]
        opened += _call(world, key=_make(agency, scope), scope=scope)
        shut += _call(world, key=_make(agency, *others), scope=scope)

    assert [str(one) for one in opened if one.status == 403] == []
    assert _wrong({403}, shut) == []
    assert len(opened) == len(shut) > 100


@pytest.mark.parametrize("host", ["acme.agency.localhost", "acme.customers.localhost"])
def test_another_agencys_key_is_refused_on_this_agencys_hosts(
    world: World, other_agency: Agency, host: str
) -> None:
    assert _wrong({403}, _call(world, key=_make(other_agency), host=host)) == []


def test_another_agencys_key_finds_none_of_these_ids(world: World, other_agency: Agency) -> None:
    answers = _call(world, key=_make(other_agency))

    foreign = [one for one in answers if API[one.name].ids and not API[one.name].person]
    assert _wrong({404}, foreign) == []
    assert [str(one) for one in answers if one.leaks] == []
    assert len(foreign) > 15


def test_an_agencys_key_is_refused_on_its_customers_host(world: World, agency: Agency) -> None:
    answers = _call(world, key=_make(agency), host="acme.customers.localhost")

    assert _wrong({403}, answers) == []


@pytest.mark.parametrize("host", HOSTS_OF_ACME)
def test_a_revoked_key_opens_nothing(world: World, agency: Agency, host: str) -> None:
    key = _make(agency, revoked_at=timezone.now())

    assert _wrong({401}, _call(world, key=key, host=host)) == []


@pytest.mark.parametrize("host", HOSTS_OF_ACME)
def test_an_expired_key_opens_nothing(world: World, agency: Agency, host: str) -> None:
    key = _make(agency, expires_at=timezone.now() - timedelta(seconds=1))

    assert _wrong({401}, _call(world, key=key, host=host)) == []


def test_an_unknown_key_opens_nothing(world: World) -> None:
    for key in ("x", "key_", "key_aaaaaaaa_" + 43 * "b", "key_\x00", "é" * 56):
        assert _wrong({401}, _call(world, key=key)) == [], key


def test_the_key_of_somebody_who_left_opens_nothing(
    world: World, agency: Agency, colleague: User
) -> None:
    key = _make(agency, created_by=colleague)
    Membership.objects.filter(user=colleague, agency=agency).delete()

    assert _wrong({401}, _call(world, key=key)) == []


def test_a_key_does_no_more_than_its_makers_role(
    world: World, agency: Agency, colleague: User
) -> None:
    key = _make(agency, created_by=colleague)
    Membership.objects.filter(user=colleague, agency=agency).update(role=Role.VIEWER)

    answers = _call(world, key=key)

    changed = [one for one in answers if one.method != "GET"]
    assert _wrong({403}, changed) == []


def test_a_suspended_agencys_key_waits(world: World, agency: Agency) -> None:
    key = _make(agency)
    suspend_agency(agency, actor=system_actor(agency), reason="unpaid")

    for host in HOSTS_OF_ACME:
        assert _wrong({402}, _call(world, key=key, host=host)) == []


def test_the_document_names_the_scope_that_each_method_needs() -> None:
    described = build_document()["paths"]
    wrong = []
    for name, route in list_endpoints().items():
        path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.pattern)
        for method, needed in API[name].needs.items():
            stated = described[path][method.lower()]
            ways = [way["key"] for way in stated["security"] if "key" in way]
            expected: list[list[Permission]] = [] if API[name].person else [[needed]]
            if needed is None and not API[name].person:
                expected = [[]]
            if ways != expected:
                wrong.append((name, method, ways, expected))

    assert wrong == []
