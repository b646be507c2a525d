"""Payments: all of them, one with its history, money that goes back, transfers that came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portals.agency.forms.payments import RefundForm
from portals.agency.looks import ACTIVITY_PAGES
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.exports import Column, Export, export_list
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import (
    begin_day,
    change_query,
    list_view_tabs,
    paginate,
    read_choice,
    read_day,
    read_search,
)
from portals.shared.paybacks import give_back, receive_transfer
from portals.shared.requests import PortalRequest
from portals.templatetags.state_looks import STATES
from spotex.kernel.errors import Conflict
from tenants.billing.access import access_payment, access_refund
from tenants.billing.failures import describe_failure, describe_refund_failure
from tenants.billing.models import Payment
from tenants.billing.selectors import (
    VIEWS,
    PaymentFilters,
    count_payments,
    describe_state,
    filter_payments,
    is_refundable,
    is_transfer_expected,
    is_transfer_late,
    list_payments_for,
)
from tenants.billing.services.refunds import record_refund_transfer
from tenants.payment_providers import PaymentProvider
from tenants.permissions import Permission

_VIEW: Final = Permission.PAYMENT_VIEW
_MANAGE: Final = Permission.PAYMENT_MANAGE
_LINES: Final = 50
_TABS: Final = {
    "ALL": gettext_lazy("All"),
    "OPEN": gettext_lazy("To be paid"),
    "PAID": gettext_lazy("Paid"),
    "BACK": gettext_lazy("With refunds"),
    "SEND": gettext_lazy("To send back"),
    "FAILED": gettext_lazy("Not paid"),
}
COLUMNS: Final = (
    Column(name="id", label=gettext_lazy("Id"), read=lambda row: row.public_id, is_chosen=False),
    Column(
        name="asked", label=gettext_lazy("Asked"), read=lambda row: row.created_at, is_moment=True
    ),
    Column(name="what", label=gettext_lazy("What for"), read=lambda row: row.description),
    Column(
        name="customer",
        label=gettext_lazy("Customer"),
        read=lambda row: row.customer.name if row.customer else "",
    ),
    Column(name="email", label=gettext_lazy("E-mail address"), read=lambda row: row.email),
    Column(
        name="provider", label=gettext_lazy("Paid by"), read=lambda row: row.get_provider_display()
    ),
    Column(
        name="state",
        label=gettext_lazy("State"),
        read=lambda row: str(STATES[describe_state(row)].word),
    ),
    Column(
        name="amount",
        label=gettext_lazy("Amount"),
        read=lambda row: f"{row.amount_minor / 100:.2f}",
    ),
    Column(
        name="refunded",
        label=gettext_lazy("Refunded"),
        read=lambda row: f"{row.refunded_minor / 100:.2f}",
    ),
    Column(name="currency", label=gettext_lazy("Currency"), read=lambda row: row.currency),
    Column(name="reference", label=gettext_lazy("Reference"), read=lambda row: row.reference),
)


@portal_view(_VIEW)
def list_payments(request: PortalRequest) -> HttpResponse:
    """Show what customers paid, and what is open."""
    filters, view = _read_filters(request), _read_view(request)
    found = filter_payments(list_payments_for(request.actor), filters)
    counts = count_payments(found)
    page = paginate(request, found.filter(VIEWS[view]))
    is_filtered = filters != PaymentFilters()
    context: dict[str, Any] = {
        "page": page,
        "rows": [(row, describe_state(row)) for row in page.object_list],
        "filters": filters,
        "since": request.GET.get("since", "") if filters.since else "",
        "until": request.GET.get("until", "") if filters.until else "",
        "view": view,
        "tabs": list_view_tabs(request, name="view", labels=_TABS, counts=counts, active=view),
        "providers": [("", _("All")), *PaymentProvider.choices],
        "is_filtered": is_filtered,
        "has_more": filters != PaymentFilters(search=filters.search),
        "has_any": bool(counts["ALL"]) or is_filtered,
        "export_query": change_query(request),
        "can_manage": request.actor.can(_MANAGE),
    }
    return render_page(
        request,
        "portals/agency/payments/list.html",
        context,
        partials={"payment-rows": "rows"},
    )


@portal_view(_VIEW)
def export_payments(request: PortalRequest) -> HttpResponse:
    """Send the payments that the list shows as a file."""
    found = filter_payments(list_payments_for(request.actor), _read_filters(request))
    export = Export(
        title=_("Export payments"),
        file_name=_("payments"),
        back=reverse("agency:payment-list"),
        columns=COLUMNS,
        rows=found.filter(VIEWS[_read_view(request)]),
    )
    return export_list(request, export)


def _read_view(request: PortalRequest) -> str:
    return read_choice(request, "view", among=tuple(_TABS), default="ALL")


def _read_filters(request: PortalRequest) -> PaymentFilters:
    until = read_day(request, "until")
    return PaymentFilters(
        search=read_search(request),
        provider=read_choice(request, "provider", among=PaymentProvider.values),
        since=begin_day(read_day(request, "since")),
        until=begin_day(until + timedelta(days=1)) if until else None,
    )


@portal_view(_VIEW)
def show_payment(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show one payment: where it stands, what went back, and what happened to it."""
    payment = access_payment(request.actor, public_id)
    entries = list_activity_for(request.actor).filter(subject_public_id=payment.public_id)
    can_manage = request.actor.can(_MANAGE)
    context = {
        **_describe(payment),
        "failure": describe_failure(payment),
        "refunds": [(row, describe_refund_failure(row)) for row in payment.refunds.order_by("-pk")],
        "is_transfer": payment.provider == PaymentProvider.BANK_TRANSFER,
        "can_manage": can_manage,
        "can_refund": can_manage and is_refundable(payment),
        "can_receive": can_manage and is_transfer_expected(payment),
        "can_receive_late": can_manage and is_transfer_late(payment),
        "activity": describe_activity(entries[:_LINES], actor=request.actor, pages=ACTIVITY_PAGES),
    }
    return render_page(request, "portals/agency/payments/detail.html", context)


@portal_view(_MANAGE, methods=("GET", "HEAD", "POST"))
def refund(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask how much goes back and why, then give it back."""
    payment = access_payment(request.actor, public_id, permission=_MANAGE)
    words = _describe(payment)
    initial = RefundForm.initial_of(left_minor=words["left_minor"])
    form = RefundForm(posted(request), initial=initial)

    def save() -> str:
        return give_back(payment, actor=request.actor, now=timezone.now(), **form.values())

    try:
        said = apply_form(form, save, renamed={"amount_minor": "amount"})
    except Conflict as error:
        toast(request, error.message, tone="error")
        return go(request, _page_of(payment))
    if said is not None:
        toast(request, said)
        return go(request, _page_of(payment))
    return render_page(
        request,
        "portals/agency/payments/refund.html",
        {**words, "form": form, "back": _page_of(payment)},
        status=422 if form.is_bound else 200,
    )


@portal_view(_MANAGE, methods=("POST",))
def note_transfer(request: PortalRequest, public_id: str) -> HttpResponse:
    """Note that a bank transfer has come."""
    payment = access_payment(request.actor, public_id, permission=_MANAGE)
    return carry_out(
        request,
        lambda: toast(request, receive_transfer(payment, actor=request.actor, now=timezone.now())),
        done="",
        then=_page_of(payment),
    )


@portal_view(_MANAGE, methods=("POST",))
def note_refund(request: PortalRequest, public_id: str) -> HttpResponse:
    """Note that the money was sent back from the bank."""
    found = access_refund(request.actor, public_id, permission=_MANAGE)
    return carry_out(
        request,
        lambda: record_refund_transfer(found, actor=request.actor),
        done=_("Noted: the money went back."),
        then=_page_of(found.payment),
    )


def _describe(payment: Payment) -> dict[str, Any]:
    refunded: int = getattr(payment, "refunded_minor", 0)
    return {
        "payment": payment,
        "state": describe_state(payment),
        "refunded_minor": refunded,
        "left_minor": payment.amount_minor - refunded,
    }


def _page_of(payment: Payment) -> str:
    return reverse("agency:payment-detail", args=[payment.public_id])
