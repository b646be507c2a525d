"""``customers``: the companies that the agency serves."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import read_version
from portals.api.v1.serializers.customers import (
    CustomerChangesIn,
    CustomerIn,
    CustomerOut,
    CustomerQuery,
    show_customer,
)
from spotex.kernel.actor import Actor
from tenants.access import require
from tenants.customers.access import access_customer
from tenants.customers.models import Customer
from tenants.customers.selectors import list_customers_for, search_customers
from tenants.customers.services.customers import (
    archive_customer,
    change_customer,
    create_customer,
    restore_customer,
)
from tenants.permissions import Permission

TAG: Final = "customers"
EXAMPLE: Final = {
    "name": "Trattoria da Gino",
    "email": "gino@trattoria.example",
    "vat_number": "12345678903",
    "language": "it",
}
_BLANKS: Final = {
    "vat_number": "",
    "sdi_code": "",
    "pec": "",
    "language": "",
    "notes": "",
    "is_member": False,
}


class CustomerList(Endpoint):
    """All customers that the caller sees."""

    @operation(
        "List customers",
        tag=TAG,
        scope=Permission.CUSTOMER_VIEW,
        query=CustomerQuery,
        answer=CustomerOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Customers that you see, by name."""
        actor = actor_of(request)
        rows = search_customers(list_customers_for(actor), text=filters["search"])
        if "state" in filters:
            rows = rows.filter(state=filters["state"])
        return paginate(
            sort_rows(rows, ordering=filters["ordering"]),
            filters=filters,
            show=partial(show_customer, actor=actor),
        )

    @operation(
        "Create a customer",
        tag=TAG,
        scope=Permission.CUSTOMER_MANAGE,
        body=CustomerIn,
        answer=CustomerOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Add a company. An Italian VAT number is checked; the plan limits how many there are."""
        actor = actor_of(request)
        require(actor, Permission.CUSTOMER_MANAGE)
        return _answer(create_customer(actor=actor, **data), actor=actor, status=201)


class CustomerDetail(Endpoint):
    """One customer."""

    @operation("Show a customer", tag=TAG, scope=Permission.CUSTOMER_VIEW, answer=CustomerOut)
    def get(self, request: Request, *, customer_id: str) -> Response:
        """One customer; the ``ETag`` is for ``If-Match``."""
        actor = actor_of(request)
        return _answer(access_customer(actor, customer_id), actor=actor)

    @operation(
        "Change a customer",
        tag=TAG,
        scope=Permission.CUSTOMER_MANAGE,
        body=CustomerChangesIn,
        answer=CustomerOut,
        example={"email": "amministrazione@trattoria.example"},
        versioned=True,
    )
    def patch(self, request: Request, *, customer_id: str, data: dict[str, Any]) -> Response:
        """Change some fields. With ``If-Match`` a change of somebody else's answers 409."""
        return _change(request, customer_id, data=data)

    @operation(
        "Replace a customer",
        tag=TAG,
        scope=Permission.CUSTOMER_MANAGE,
        body=CustomerIn,
        answer=CustomerOut,
        example=EXAMPLE,
        versioned=True,
    )
    def put(self, request: Request, *, customer_id: str, data: dict[str, Any]) -> Response:
        """Set all fields; what is left out becomes empty."""
        return _change(request, customer_id, data={**_BLANKS, **data})

    @operation("Archive a customer", tag=TAG, scope=Permission.CUSTOMER_MANAGE, answer=CustomerOut)
    def delete(self, request: Request, *, customer_id: str) -> Response:
        """Stop serving a company: its people cannot log in, its data stays."""
        actor = actor_of(request)
        customer = access_customer(actor, customer_id, permission=Permission.CUSTOMER_MANAGE)
        return _answer(archive_customer(customer, actor=actor), actor=actor)


class CustomerRestore(Endpoint):
    """The way back from the archive."""

    @operation("Restore a customer", tag=TAG, scope=Permission.CUSTOMER_MANAGE, answer=CustomerOut)
    def post(self, request: Request, *, customer_id: str) -> Response:
        """Serve an archived company again."""
        actor = actor_of(request)
        customer = access_customer(actor, customer_id, permission=Permission.CUSTOMER_MANAGE)
        return _answer(restore_customer(customer, actor=actor), actor=actor)


def _change(request: Request, customer_id: str, *, data: dict[str, Any]) -> Response:
    actor = actor_of(request)
    customer = access_customer(actor, customer_id, permission=Permission.CUSTOMER_MANAGE)
    version = read_version(request)
    if data:
        customer = change_customer(customer, actor=actor, version=version, **data)
    return _answer(customer, actor=actor)


def _answer(customer: Customer, *, actor: Actor, status: int = 200) -> Response:
    return answer(
        show_customer(customer, actor=actor),
        status=status,
        headers={"ETag": f'"{customer.version}"'},
    )
