"""``credits``: the minutes that customers have, and the book of them."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_credit, access_package
from booking.models import Credit
from booking.selectors.credits import list_credits_for, list_entries_for
from booking.services.credits import correct_credit, grant_credit
from booking.services.packages import PackageInvalid
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate
from portals.api.v1.serializers.credits import (
    CorrectionIn,
    CreditOut,
    CreditQuery,
    EntryOut,
    GrantIn,
    show_credit,
    show_entry,
)
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from tenants.customers.access import access_customer
from tenants.permissions import Permission

TAG: Final = "credits"


class CustomerCredits(Endpoint):
    """What one customer has."""

    @operation(
        "List a customer's credits",
        tag=TAG,
        scope=Permission.RESERVATION_VIEW,
        query=CreditQuery,
        answer=CreditOut,
        many=True,
    )
    def get(self, request: Request, *, customer_id: str, filters: dict[str, Any]) -> Response:
        """What is left of each package, in the order in which it is used up."""
        actor = actor_of(request)
        customer = access_customer(actor, customer_id)
        rows = list_credits_for(actor).filter(account__customer=customer)
        return paginate(rows.prefetch_related("spaces"), filters=filters, show=show_credit)

    @operation(
        "Grant a package to a customer",
        tag=TAG,
        scope=Permission.PAYMENT_MANAGE,
        body=GrantIn,
        answer=CreditOut,
        status=201,
        example={"package": "pkg_01jd3vq8x0v4k5m6n7p8q9r0st", "reason": "Invoice 2030/17"},
        idempotent=True,
    )
    def post(self, request: Request, *, customer_id: str, data: dict[str, Any]) -> Response:
        """Give a customer the minutes of a package that was paid outside, such as by invoice.

        Its days count from now, and the customer gets a mail.
        """
        actor = actor_of(request)
        customer = access_customer(actor, customer_id, permission=Permission.PAYMENT_MANAGE)
        try:
            package = access_package(actor, data["package"])
        except Missing as error:
            raise PackageInvalid(error.message, field="package") from error
        credit = grant_credit(
            customer,
            package=package,
            actor=actor,
            now=timezone.now(),
            zone=timezone.get_current_timezone(),
            reason=data.get("reason", ""),
        )
        return _answer(actor, credit, status=201)


class CreditDetail(Endpoint):
    """One credit."""

    @operation("Show a credit", tag=TAG, scope=Permission.RESERVATION_VIEW, answer=CreditOut)
    def get(self, request: Request, *, credit_id: str) -> Response:
        """What is left of one package."""
        return answer(show_credit(access_credit(actor_of(request), credit_id)))


class CreditEntries(Endpoint):
    """The book of one credit."""

    @operation(
        "List the entries of a credit",
        tag=TAG,
        scope=Permission.RESERVATION_VIEW,
        query=CreditQuery,
        answer=EntryOut,
        many=True,
    )
    def get(self, request: Request, *, credit_id: str, filters: dict[str, Any]) -> Response:
        """Where every minute came from and went, the newest first."""
        actor = actor_of(request)
        rows = list_entries_for(actor).filter(credit=access_credit(actor, credit_id))
        return paginate(rows, filters=filters, show=show_entry)

    @operation(
        "Correct a credit",
        tag=TAG,
        scope=Permission.PAYMENT_MANAGE,
        body=CorrectionIn,
        answer=CreditOut,
        status=201,
        example={"minutes": 60, "reason": "The projector was broken."},
        idempotent=True,
    )
    def post(self, request: Request, *, credit_id: str, data: dict[str, Any]) -> Response:
        """Add minutes, or take some away that are neither used nor reserved."""
        actor = actor_of(request)
        credit = access_credit(actor, credit_id, permission=Permission.PAYMENT_MANAGE)
        return _answer(actor, correct_credit(credit, actor=actor, **data), status=201)


def _answer(actor: Actor, credit: Credit, *, status: int) -> Response:
    """Answer a credit with what is left of it now."""
    return answer(show_credit(access_credit(actor, credit.public_id)), status=status)
