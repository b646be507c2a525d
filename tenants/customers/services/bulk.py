"""One move of many customers: each by itself, with its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, Missing, RuleViolation
from tenants.access import require
from tenants.customers.access import access_customer
from tenants.customers.models import Customer
from tenants.customers.services.customers import archive_customer, restore_customer
from tenants.customers.states import CustomerAction
from tenants.permissions import Permission

CUSTOMERS_AT_ONCE: Final = 100

_MOVES: Final[Mapping[CustomerAction, Callable[..., Customer]]] = MappingProxyType(
    {
        CustomerAction.ARCHIVE: archive_customer,
        CustomerAction.RESTORE: restore_customer,
    },
)


class TooManyCustomers(RuleViolation):
    """More customers than one call takes, or none."""

    code = "too_many_customers"


@dataclass(frozen=True, kw_only=True)
class CustomerOutcome:
    """What became of one customer of many; ``message`` says why nothing did."""

    public_id: str
    name: str = ""
    message: str = ""


def act_on_customers(
    public_ids: Iterable[str],
    *,
    actor: Actor,
    action: CustomerAction,
) -> list[CustomerOutcome]:
    """Move many customers; one that refuses does not stop the others.

    Raises:
        NotAllowed: the role may not change customers.
        TooManyCustomers: no customer, or more than one call takes.
    """
    require(actor, Permission.CUSTOMER_MANAGE)
    wanted = list(dict.fromkeys(public_ids))
    if not 0 < len(wanted) <= CUSTOMERS_AT_ONCE:
        raise TooManyCustomers(
            _("Choose between 1 and %(most)s customers.") % {"most": CUSTOMERS_AT_ONCE},
        )
    return [_act(public_id, actor=actor, action=action) for public_id in wanted]


def _act(public_id: str, *, actor: Actor, action: CustomerAction) -> CustomerOutcome:
    name = ""
    try:
        customer = access_customer(actor, public_id)
        name = customer.name
        _MOVES[action](customer, actor=actor)
    except (Conflict, Missing, RuleViolation) as error:
        return CustomerOutcome(public_id=public_id, name=name, message=error.message)
    return CustomerOutcome(public_id=public_id, name=name)
