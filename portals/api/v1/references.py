"""Objects that a body names by their ids."""

from __future__ import annotations

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing, RuleViolation
from tenants.customers.access import access_customer
from tenants.customers.models import Customer


class CustomerUnknown(RuleViolation):
    """The customer in the body does not exist for the caller."""

    code = "customer_unknown"


def find_customer(actor: Actor, public_id: str) -> Customer:
    """Return the customer that a body names.

    Raises:
        CustomerUnknown: there is none that the caller sees.
    """
    try:
        return access_customer(actor, public_id)
    except Missing as error:
        raise CustomerUnknown(error.message, field="customer") from error
