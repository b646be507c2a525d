"""Customers: list, data, archive."""

from __future__ import annotations

from typing import Final

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from booking.selectors.reservations import list_reservations_for
from booking.states import LIVE
from hosting.selectors import list_sites_for
from portals.agency.forms.customers import CustomerChangeForm, CustomerForm
from portals.agency.looks import ACTIVITY_PAGES, CONTACT_LOOKS, CUSTOMER_LOOKS
from portals.shared.access import portal_view
from portals.shared.actions import carry_out, list_action_buttons
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.columns import read_columns
from portals.shared.contacts import list_contact_rows
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast, toast_with_undo
from portals.shared.lists import (
    change_query,
    list_sort_heads,
    list_view_tabs,
    order_rows,
    paginate,
    read_choice,
    read_ordering,
    read_search,
)
from portals.shared.requests import PortalRequest
from portals.shared.saved_views import build_view_bar, find_default_address
from portals.shared.sites import with_site_count
from portals.shared.stale import list_differences
from spotex.kernel.actor import Actor
from tenants.customers.access import access_customer
from tenants.customers.models import Customer
from tenants.customers.selectors import (
    list_customers_for,
    search_customers,
    with_contact_count,
)
from tenants.customers.services.customers import (
    StaleCustomer,
    archive_customer,
    change_customer,
    create_customer,
    restore_customer,
)
from tenants.customers.states import CUSTOMER_MACHINE, CustomerState, ListName
from tenants.permissions import Permission

_MOST_STAYS: Final = 6
COLUMNS: Final = {"name": "name", "created": "created_at"}
_HEADS: Final = {"name": gettext_lazy("Name"), "created": gettext_lazy("Added")}
_HIDEABLE: Final = {
    "vat": gettext_lazy("VAT number"),
    "people": gettext_lazy("People"),
    "sites": gettext_lazy("Sites"),
    "created": gettext_lazy("Added"),
}
_VIEWS: Final = {
    CustomerState.ACTIVE.value: gettext_lazy("Active customers"),
    CustomerState.ARCHIVED.value: pgettext_lazy("customers", "Archived"),
}


@portal_view(Permission.CUSTOMER_VIEW)
def list_customers(request: PortalRequest) -> HttpResponse:
    """Show the agency's customers."""
    first = find_default_address(request, list_name=ListName.CUSTOMERS)
    if first:
        return redirect(first)
    rows = find_customers_asked(request)
    state, ordering = _read_view(request)
    columns = read_columns(request, labels=_HIDEABLE)
    counts = _count_by_state(request.actor, text=read_search(request))
    context = {
        "page": paginate(request, with_site_count(with_contact_count(rows))),
        "search": read_search(request),
        "state": state,
        "ordering": ordering,
        "tabs": list_view_tabs(request, name="state", labels=_VIEWS, counts=counts, active=state),
        "heads": list_sort_heads(request, labels=_HEADS, ordering=ordering),
        "has_any": bool(counts) or bool(read_search(request)),
        "export_query": change_query(request),
        "columns": columns,
        "address": request.path,
        "bar": build_view_bar(
            request,
            list_name=ListName.CUSTOMERS,
            now={
                "search": read_search(request),
                "state": state,
                "ordering": ordering,
                "show": columns.as_text,
            },
            usual={"state": CustomerState.ACTIVE, "ordering": "name"},
        ),
        "can_create": request.actor.can(Permission.CUSTOMER_MANAGE),
    }
    return render_page(
        request,
        "portals/agency/customers/list.html",
        context,
        partials={"customer-rows": "rows"},
    )


def find_customers_asked(request: PortalRequest) -> QuerySet[Customer]:
    """Return the customers that the list's address asks for, in its order."""
    found = search_customers(list_customers_for(request.actor), text=read_search(request))
    state, ordering = _read_view(request)
    return order_rows(found.filter(state=state), ordering=ordering, columns=COLUMNS)


def _read_view(request: PortalRequest) -> tuple[str, str]:
    state = read_choice(request, "state", among=tuple(_VIEWS), default=CustomerState.ACTIVE)
    return state, read_ordering(request, among=COLUMNS, default="name")


def _count_by_state(actor: Actor, *, text: str) -> dict[str, int]:
    found = search_customers(list_customers_for(actor), text=text).order_by()
    return dict(found.values_list("state").annotate(rows=Count("pk")))


@portal_view(Permission.CUSTOMER_MANAGE, methods=("GET", "HEAD", "POST"))
def add_customer(request: PortalRequest) -> HttpResponse:
    """Show and save the form of a new customer."""
    form = CustomerForm(posted(request))
    customer = apply_form(form, lambda: create_customer(actor=request.actor, **form.values()))
    if customer is not None:
        toast(request, _("%(name)s is added.") % {"name": customer.name})
        return go(request, _page_of(customer))
    return render_page(
        request,
        "portals/agency/customers/form.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@portal_view(Permission.CUSTOMER_VIEW)
def show_customer(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show what the agency knows about one customer, its people, its sites, what happened."""
    customer = access_customer(request.actor, public_id)
    is_active = customer.state == CustomerState.ACTIVE
    entries = list_activity_for(request.actor, customer_public_id=customer.public_id)
    context = {
        "customer": customer,
        "contacts": list_contact_rows(request.actor, customer=customer, looks=CONTACT_LOOKS),
        "sites": list_sites_for(request.actor).filter(customer=customer)[:50],
        "activity": describe_activity(entries[:6], actor=request.actor, pages=ACTIVITY_PAGES),
        "buttons": list_action_buttons(
            CUSTOMER_MACHINE,
            customer,
            actor=request.actor,
            looks=CUSTOMER_LOOKS,
        ),
        "is_active": is_active,
        "can_change": request.actor.can(Permission.CUSTOMER_MANAGE),
        "stays": list_reservations_for(request.actor)
        .filter(customer=customer, state__in=LIVE, ends_at__gt=timezone.now())
        .order_by("starts_at", "pk")[:_MOST_STAYS],
        "can_see_credits": request.actor.can(Permission.RESERVATION_VIEW),
        "can_invite": request.actor.can(Permission.CONTACT_MANAGE),
        "can_deploy": is_active and request.actor.can(Permission.SITE_DEPLOY),
    }
    return render_page(request, "portals/agency/customers/detail.html", context)


@portal_view(Permission.CUSTOMER_MANAGE, methods=("GET", "HEAD", "POST"))
def edit_customer(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save the data of a customer; somebody else's change is shown, not overwritten."""
    customer = access_customer(request.actor, public_id, permission=Permission.CUSTOMER_MANAGE)
    form = CustomerChangeForm(posted(request), initial=CustomerChangeForm.initial_of(customer))
    try:
        saved = apply_form(form, lambda: _save(customer, form=form, actor=request.actor))
    except StaleCustomer as error:
        return _show_stale(request, form=form, customer=customer, message=error.message)
    if saved is not None:
        toast(request, _("The changes are saved."))
        return go(request, _page_of(customer))
    return render_page(
        request,
        "portals/agency/customers/form.html",
        {"form": form, "customer": customer},
        status=422 if form.is_bound else 200,
    )


def _save(customer: Customer, *, form: CustomerChangeForm, actor: Actor) -> Customer:
    return change_customer(
        customer,
        actor=actor,
        version=form.value_of("version"),
        **form.values(),
    )


def _show_stale(
    request: PortalRequest,
    *,
    form: CustomerChangeForm,
    customer: Customer,
    message: str,
) -> HttpResponse:
    customer = access_customer(request.actor, customer.public_id)
    data = request.POST.copy()
    data["version"] = str(customer.version)
    context = {
        "form": CustomerChangeForm(data),
        "customer": customer,
        "stale": message,
        "differences": list_differences(form, current=CustomerChangeForm.initial_of(customer)),
    }
    return render_page(request, "portals/agency/customers/form.html", context, status=409)


@portal_view(Permission.CUSTOMER_MANAGE, methods=("POST",))
def archive(request: PortalRequest, public_id: str) -> HttpResponse:
    """Archive a customer; the next page offers to undo it."""
    customer = access_customer(request.actor, public_id, permission=Permission.CUSTOMER_MANAGE)

    def call() -> None:
        archive_customer(customer, actor=request.actor)
        toast_with_undo(
            request,
            _("%(name)s is archived.") % {"name": customer.name},
            undo=reverse("agency:customer-restore", args=[customer.public_id]),
        )

    return carry_out(request, call, done="", then=_page_of(customer))


@portal_view(Permission.CUSTOMER_MANAGE, methods=("POST",))
def restore(request: PortalRequest, public_id: str) -> HttpResponse:
    """Serve an archived customer again."""
    customer = access_customer(request.actor, public_id, permission=Permission.CUSTOMER_MANAGE)
    return carry_out(
        request,
        lambda: restore_customer(customer, actor=request.actor),
        done=_("%(name)s is active again.") % {"name": customer.name},
        then=_page_of(customer),
    )


def _page_of(customer: Customer) -> str:
    return reverse("agency:customer-detail", args=[customer.public_id])
