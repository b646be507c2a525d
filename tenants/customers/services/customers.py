"""Customers: what an agency writes about the companies that it serves.

Mail, audit and live updates follow from the events; none is mentioned here.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import Conflict, Missing, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from tenants.customers.events import (
    CustomerArchived,
    CustomerChanged,
    CustomerCreated,
    CustomerRestored,
)
from tenants.customers.italian import normalize_sdi_code, normalize_vat_number
from tenants.customers.models import Customer
from tenants.customers.selectors import count_customers
from tenants.customers.states import (
    CUSTOMER_MACHINE,
    CustomerAction,
    CustomerState,
)
from tenants.models import Agency
from tenants.services.plans import reserve_limit


class CustomerNameMissing(RuleViolation):
    """The name is blank."""

    code = "name_missing"


class VatNumberTaken(RuleViolation):
    """Another active customer of the agency has the VAT number."""

    code = "vat_number_taken"


class StaleCustomer(Conflict):
    """Somebody else changed the customer since the form was opened."""

    code = "stale"


@transaction.atomic
def create_customer(*, actor: Actor, name: str, email: str, **details: Any) -> Customer:
    """Add a company to those that the agency serves.

    Args:
        actor: needs an agency.
        name: as on an invoice.
        email: where the agency writes to.
        **details: ``vat_number``, ``sdi_code``, ``pec``, ``language``, ``notes``, ``is_member``.

    Raises:
        CustomerNameMissing: the name is blank.
        LimitReached: the plan allows no more customers.
        VatNumberInvalid, SdiCodeInvalid, VatNumberTaken: the data cannot be right.
    """
    if not name.strip():
        raise CustomerNameMissing(_("Give the customer a name."), field="name")
    reserve_limit(_agency_id(actor), resource="customers", count=count_customers)
    values = _normalize({"name": name, "email": email, **details})
    _require_free_vat_number(values.get("vat_number", ""))
    customer = Customer.objects.create(**values)
    publish(
        CustomerCreated(
            actor=actor,
            subject_public_id=customer.public_id,
            subject_name=customer.name,
            customer_public_id=customer.public_id,
        ),
    )
    return customer


def _agency_id(actor: Actor) -> int:
    if actor.agency_id is None:
        raise Missing(_("There is no such agency."))
    return actor.agency_id


def _normalize(details: dict[str, Any]) -> dict[str, Any]:
    values = dict(details)
    if "name" in values:
        values["name"] = values["name"].strip()
    if "email" in values:
        values["email"] = values["email"].strip().lower()
    if "vat_number" in values:
        values["vat_number"] = normalize_vat_number(values["vat_number"] or "")
    if "sdi_code" in values:
        values["sdi_code"] = normalize_sdi_code(values["sdi_code"] or "")
    return values


def _require_free_vat_number(number: str, *, besides: Customer | None = None) -> None:
    others = Customer.objects.filter(vat_number=number, state=CustomerState.ACTIVE)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if number and others.exists():
        raise VatNumberTaken(_("Another customer has this VAT number."), field="vat_number")


@transaction.atomic
def change_customer(
    customer: Customer,
    *,
    actor: Actor,
    version: int | None = None,
    **changes: Any,
) -> Customer:
    """Change the data of a company.

    Args:
        customer: the row to change.
        actor: who changes it.
        version: the version that the form was filled from; None to skip the check.
        **changes: any of ``name``, ``email``, ``vat_number``, ``sdi_code``, ``pec``,
            ``language``, ``notes``, ``is_member``.

    Raises:
        StaleCustomer: somebody else was faster.
        CustomerNameMissing, VatNumberInvalid, SdiCodeInvalid, VatNumberTaken: see above.
    """
    if changes.get("vat_number"):
        lock_row(Agency(pk=_agency_id(actor)))  # one number, one customer
    customer = lock_row(customer)
    if version is not None and version != customer.version:
        raise StaleCustomer(
            _("This customer changed meanwhile. Look at it again before saving."),
        )
    values = _normalize(changes)
    if not values.get("name", customer.name):
        raise CustomerNameMissing(_("Give the customer a name."), field="name")
    if customer.state == CustomerState.ACTIVE:
        _require_free_vat_number(values.get("vat_number", ""), besides=customer)
    before = {name: getattr(customer, name) for name in values}
    details = list_changes(before, values)
    if not details:
        return customer
    for name, value in values.items():
        setattr(customer, name, value)
    customer.version += 1
    customer.save()
    publish(
        CustomerChanged(
            actor=actor,
            subject_public_id=customer.public_id,
            subject_name=customer.name,
            customer_public_id=customer.public_id,
            details=details,
        ),
    )
    return customer


@transaction.atomic
def archive_customer(customer: Customer, *, actor: Actor) -> Customer:
    """Stop serving a company; its people cannot log in, its data stays.

    Raises:
        IllegalMove: it is archived already.
    """
    return _move_customer(customer, CustomerAction.ARCHIVE, event=CustomerArchived, actor=actor)


@transaction.atomic
def restore_customer(customer: Customer, *, actor: Actor) -> Customer:
    """Serve an archived company again.

    Raises:
        IllegalMove: it is not archived.
        LimitReached: the plan allows no more customers.
        VatNumberTaken: another customer has the number by now.
    """
    reserve_limit(_agency_id(actor), resource="customers", count=count_customers)
    customer = lock_row(customer)
    _require_free_vat_number(customer.vat_number, besides=customer)
    return _move_customer(customer, CustomerAction.RESTORE, event=CustomerRestored, actor=actor)


def _move_customer(
    customer: Customer,
    action: CustomerAction,
    *,
    event: type[CustomerArchived] | type[CustomerRestored],
    actor: Actor,
) -> Customer:
    customer = lock_row(customer)
    CUSTOMER_MACHINE.apply(customer, action)
    customer.version += 1
    customer.save()
    publish(
        event(
            actor=actor,
            subject_public_id=customer.public_id,
            subject_name=customer.name,
            customer_public_id=customer.public_id,
        ),
    )
    return customer
