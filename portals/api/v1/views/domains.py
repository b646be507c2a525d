"""``portal-domains``: the own domains under which an agency's portals answer."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate
from portals.api.parsing import read_version
from portals.api.v1.serializers.domains import (
    DomainChangesIn,
    DomainIn,
    DomainOut,
    DomainQuery,
    show_domain,
)
from spotex.kernel.actor import Actor
from tenants.access import access_domain, require
from tenants.models import Domain
from tenants.permissions import Permission
from tenants.selectors import list_domains_of
from tenants.services.domains import (
    add_domain,
    change_domain,
    remove_domain,
    request_domain_check,
)

TAG: Final = "portal-domains"
VIEW: Final = Permission.DOMAIN_VIEW
MANAGE: Final = Permission.DOMAIN_MANAGE


class DomainList(Endpoint):
    """All own domains of the agency."""

    @operation("List domains", tag=TAG, scope=VIEW, query=DomainQuery, answer=DomainOut, many=True)
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Own domains of the agency, by name."""
        actor = actor_of(request)
        require(actor, VIEW)
        rows = list_domains_of(actor)
        if "state" in filters:
            rows = rows.filter(state=filters["state"])
        return paginate(rows, filters=filters, show=partial(show_domain, actor=actor))

    @operation(
        "Add a domain",
        tag=TAG,
        scope=MANAGE,
        body=DomainIn,
        answer=DomainOut,
        status=201,
        example={"domain": "clients.agency.example", "portal": "customer"},
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Ask for a domain. The answer names the records to set; they are then looked for."""
        actor = actor_of(request)
        require(actor, MANAGE)
        added = add_domain(actor=actor, at=timezone.now(), **data)
        return _answer(added, actor=actor, status=201)


class DomainDetail(Endpoint):
    """One own domain."""

    @operation("Show a domain", tag=TAG, scope=VIEW, answer=DomainOut)
    def get(self, request: Request, *, domain_id: str) -> Response:
        """One domain with its records, findings and certificate; the ``ETag`` is for ``If-Match``."""
        actor = actor_of(request)
        return _answer(access_domain(actor, domain_id, permission=VIEW), actor=actor)

    @operation(
        "Change a domain",
        tag=TAG,
        scope=MANAGE,
        body=DomainChangesIn,
        answer=DomainOut,
        example={"is_primary": True},
        versioned=True,
    )
    def patch(self, request: Request, *, domain_id: str, data: dict[str, Any]) -> Response:
        """Let it serve the other portal, or links and mails use it."""
        actor = actor_of(request)
        domain = access_domain(actor, domain_id, permission=MANAGE)
        version = read_version(request)
        if data:
            domain = change_domain(domain, actor=actor, version=version, **data)
        return _answer(domain, actor=actor)

    @operation("Remove a domain", tag=TAG, scope=MANAGE)
    def delete(self, request: Request, *, domain_id: str) -> Response:
        """Let the domain lead nowhere, at once."""
        actor = actor_of(request)
        remove_domain(access_domain(actor, domain_id, permission=MANAGE), actor=actor)
        return answer()


class DomainVerify(Endpoint):
    """Look at the records now."""

    @operation("Verify a domain", tag=TAG, scope=MANAGE, answer=DomainOut)
    def post(self, request: Request, *, domain_id: str) -> Response:
        """Have the records looked at; ``checking`` is false again when the findings are there."""
        actor = actor_of(request)
        domain = access_domain(actor, domain_id, permission=MANAGE)
        asked = request_domain_check(domain, actor=actor, at=timezone.now())
        return _answer(asked, actor=actor)


def _answer(domain: Domain, *, actor: Actor, status: int = 200) -> Response:
    shown = show_domain(domain, actor=actor)
    return answer(shown, status=status, headers={"ETag": f'"{domain.version}"'})
