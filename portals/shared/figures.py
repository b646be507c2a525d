"""An agency in figures, read from all contexts: for the API and for whoever looks at an agency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from hosting.models import Site
from hosting.operations.models import Operation
from hosting.operations.states import OperationState
from hosting.states import SiteState
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Contact, Customer
from tenants.models import Agency
from tenants.usage import Usage, list_usage


@dataclass(frozen=True, kw_only=True)
class AgencyFigures:
    """Counts of what an agency has; by state where a thing has states, every state named."""

    members: int
    customers: int
    contacts: int
    sites: dict[str, int]
    operations: dict[str, int]
    usage: list[Usage]


def measure_agency(agency: Agency) -> AgencyFigures:
    """Count what an agency has, in a fixed number of statements."""
    with agency_scope(agency):
        return AgencyFigures(
            members=agency.members.count(),
            customers=Customer.objects.count(),
            contacts=Contact.objects.count(),
            sites=_by_state(Site.objects.all(), states=SiteState.values),
            operations=_by_state(
                Operation.objects.filter(agency=agency),
                states=OperationState.values,
            ),
            usage=list_usage(agency),
        )


def _by_state(rows: QuerySet[Any], *, states: list[str]) -> dict[str, int]:
    counted = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: counted.get(state, 0) for state in states}
