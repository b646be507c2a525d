"""Objects that a body names by their ids."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from booking.models import Space
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


def find_chosen_spaces(
    spaces: QuerySet[Space], public_ids: Iterable[str], *, refusal: RuleViolation
) -> list[Space]:
    """Return those of some spaces that a body names.

    Raises:
        RuleViolation: the refusal, when one of them is not among these.
    """
    wanted = set(public_ids)
    found = list(spaces.filter(public_id__in=wanted))
    if len(found) != len(wanted):
        raise refusal
    return found
