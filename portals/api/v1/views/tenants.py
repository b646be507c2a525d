"""``tenants``: agencies. Each sees itself; Spotex staff works with all of them in the admin."""

from __future__ import annotations

from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.fields import PageQuery
from portals.api.pagination import paginate
from portals.api.parsing import read_version
from portals.api.v1.serializers.tenants import (
    StatsOut,
    TenantIn,
    TenantOut,
    show_stats,
    show_tenant,
)
from portals.shared.figures import measure_agency
from tenants.access import access_own_agency, require
from tenants.models import Agency
from tenants.permissions import Permission
from tenants.selectors import list_own_agencies
from tenants.services.agencies import change_agency

TAG: Final = "tenants"
LOOK: Final = Permission.AGENCY_VIEW
MANAGE: Final = Permission.AGENCY_MANAGE


class TenantList(Endpoint):
    """The agencies that the caller sees."""

    @operation("List tenants", tag=TAG, scope=LOOK, query=PageQuery, answer=TenantOut, many=True)
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Your agency, which is the only one you see."""
        actor = actor_of(request)
        require(actor, LOOK)
        return paginate(list_own_agencies(actor), filters=filters, show=show_tenant)


class TenantDetail(Endpoint):
    """One agency."""

    @operation("Show a tenant", tag=TAG, scope=LOOK, answer=TenantOut)
    def get(self, request: Request, tenant_id: str) -> Response:
        """Name, plan, addresses; the ``ETag`` is for ``If-Match``."""
        return _answer(access_own_agency(actor_of(request), tenant_id, permission=LOOK))

    @operation(
        "Change a tenant",
        tag=TAG,
        scope=MANAGE,
        body=TenantIn,
        answer=TenantOut,
        example={"name": "Studio Verdi SRL", "time_zone": "Europe/Rome"},
        versioned=True,
    )
    def patch(self, request: Request, tenant_id: str, *, data: dict[str, Any]) -> Response:
        """Change its name, language or time zone; what is left out stays."""
        actor = actor_of(request)
        agency = change_agency(
            access_own_agency(actor, tenant_id, permission=MANAGE),
            actor=actor,
            version=read_version(request),
            **data,
        )
        return _answer(agency)


class TenantStats(Endpoint):
    """One agency in figures."""

    @operation("Show a tenant's figures", tag=TAG, scope=LOOK, answer=StatsOut)
    def get(self, request: Request, tenant_id: str) -> Response:
        """How much there is of everything, and of what the plan includes."""
        agency = access_own_agency(actor_of(request), tenant_id, permission=LOOK)
        return answer(show_stats(measure_agency(agency)))


def _answer(agency: Agency) -> Response:
    return answer(show_tenant(agency), headers={"ETag": f'"{agency.version}"'})
