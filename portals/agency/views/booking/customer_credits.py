"""A customer's credits: what is left, the book, granting and correcting."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_credit
from booking.models import Credit
from booking.selectors.credits import (
    current_first,
    list_credits_for,
    list_entries_for,
    list_packages_for,
)
from booking.services.credits import correct_credit, grant_credit
from portals.agency.forms.credits import CREDIT_RENAMED, CorrectForm, GrantForm
from portals.shared.access import portal_view
from portals.shared.booking.credits import write_credits, write_entries, write_left
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest
from tenants.customers.access import access_customer
from tenants.customers.models import Customer
from tenants.customers.states import CustomerState
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.PAYMENT_MANAGE
_MOST_CREDITS: Final = 100


@portal_view(Permission.RESERVATION_VIEW)
def list_credits(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show what time a customer has, and where it went."""
    customer = access_customer(request.actor, public_id)
    mine = list_credits_for(request.actor).filter(account__customer=customer)
    entries = list_entries_for(request.actor).filter(credit__account__customer=customer)
    page = paginate(request, entries)
    now = timezone.now()
    can_grant = request.actor.can(_MANAGE) and customer.state == CustomerState.ACTIVE
    context = {
        "customer": customer,
        "credits": write_credits(current_first(mine, at=now)[:_MOST_CREDITS], now=now),
        "left": write_left(mine, now=now),
        "page": page,
        "entries": write_entries(page.object_list),
        "can_grant": can_grant,
        "can_correct": request.actor.can(_MANAGE),
        "has_packages": list_packages_for(request.actor).filter(archived_at=None).exists(),
    }
    return render_page(
        request, "portals/agency/credits/list.html", context, partials={"entry-rows": "rows"}
    )


@portal_view(_MANAGE, methods=_FORM)
def grant(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show the form, then give a customer the time of a package."""
    customer = access_customer(request.actor, public_id, permission=_MANAGE)
    packages = list_packages_for(request.actor).filter(archived_at=None)
    form = GrantForm(posted(request), packages=list(packages))

    def save() -> Credit:
        return grant_credit(
            customer,
            actor=request.actor,
            now=timezone.now(),
            zone=timezone.get_current_timezone(),
            **form.values(),
        )

    made = apply_form(form, save)
    if made is not None:
        toast(request, _("%(name)s has the credits.") % {"name": customer.name})
        return go(request, _page_of(customer))
    context = {"form": form, "customer": customer}
    return _show_form(request, "grant", context, is_bound=form.is_bound)


@portal_view(_MANAGE, methods=_FORM)
def correct(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show the form, then add time to a credit or take some away."""
    credit = access_credit(request.actor, public_id, permission=_MANAGE)
    customer = credit.account.customer
    form = CorrectForm(posted(request))
    done = apply_form(
        form,
        lambda: correct_credit(credit, actor=request.actor, **form.values()),
        renamed=CREDIT_RENAMED,
    )
    if done is not None:
        toast(request, _("The credit is corrected."))
        return go(request, _page_of(customer))
    shown = write_credits([credit], now=timezone.now())[0]
    context = {"form": form, "customer": customer, "credit": shown}
    return _show_form(request, "correct", context, is_bound=form.is_bound)


def _show_form(
    request: PortalRequest, name: str, context: dict[str, Any], *, is_bound: bool
) -> HttpResponse:
    template = f"portals/agency/credits/{name}.html"
    return render_page(request, template, context, status=422 if is_bound else 200)


def _page_of(customer: Customer) -> str:
    return reverse("agency:credit-list", args=[customer.public_id])
