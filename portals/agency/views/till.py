"""Who takes the money of the agency's customers: the page "Payments" of the settings."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portals.agency.forms.payments import TillForm
from portals.shared.access import portal_view
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest, url_of
from spotex.kernel.errors import DomainError
from tenants.billing.ibans import write_iban
from tenants.billing.selectors import find_payment_account
from tenants.billing.services.accounts import choose_till
from tenants.billing.services.onboarding import (
    connect_stripe,
    link_to_stripe,
    refresh_stripe_account,
)
from tenants.models import PaymentAccount
from tenants.payment_providers import PaymentProvider
from tenants.permissions import Permission

_MANAGE: Final = Permission.PAYMENT_MANAGE
PAGE: Final = "agency:payment-account-change"


@portal_view(_MANAGE, methods=("GET", "HEAD", "POST"))
def edit_till(request: PortalRequest) -> HttpResponse:
    """Show and save who takes the money."""
    account = _find_account(request)
    form = TillForm(
        posted(request), providers=_list_providers(account), initial=_initial_of(account)
    )
    saved = apply_form(form, lambda: choose_till(form.till(), actor=request.actor))
    if saved is not None:
        toast(request, _("Saved. Payments that are open stay where they are."))
        return go(request, reverse(PAGE))
    context: dict[str, Any] = {
        "form": form,
        "account": account,
        "has_stripe": bool(settings.SPOTEX_STRIPE_KEY),
        "is_trial": account.provider == PaymentProvider.SANDBOX,
    }
    return render_page(
        request,
        "portals/agency/settings/payments.html",
        context,
        status=422 if form.is_bound else 200,
    )


@portal_view(_MANAGE, methods=("POST",))
def connect(request: PortalRequest) -> HttpResponse:
    """Open an account at Stripe for the agency; its questions are answered there."""
    try:
        connect_stripe(actor=request.actor)
    except DomainError as error:
        toast(request, error.message, tone="error")
    return go(request, reverse(PAGE))


@portal_view(_MANAGE)
def open_stripe(request: PortalRequest) -> HttpResponse:
    """Lead to Stripe's questions; Stripe leads back here, also for a new link."""
    here = url_of(request, request.path)
    try:
        link = link_to_stripe(
            actor=request.actor, return_url=url_of(request, reverse(PAGE)), refresh_url=here
        )
    except DomainError as error:
        toast(request, error.message, tone="error")
        return go(request, reverse(PAGE))
    return HttpResponseRedirect(link)


def _find_account(request: PortalRequest) -> PaymentAccount:
    """Return the agency's choice; an account that was not ready may be so by now."""
    agency_id = request.actor.agency_id or 0
    account = find_payment_account(agency_id)
    if not account.account or account.is_ready or not settings.SPOTEX_STRIPE_KEY:
        return account
    try:
        refresh_stripe_account(actor=request.actor)
    except DomainError as error:
        toast(request, error.message, tone="error")
    return find_payment_account(agency_id)


def _list_providers(account: PaymentAccount) -> list[tuple[str, Any]]:
    """Return what can be chosen here and now, and what is chosen."""
    offered = {
        PaymentProvider.SANDBOX: settings.SPOTEX_PAYMENT_TRIALS,
        PaymentProvider.STRIPE: bool(account.account and account.is_ready),
        PaymentProvider.BANK_TRANSFER: True,
    }
    return [
        (one.value, one.label)
        for one, is_offered in offered.items()
        if is_offered or one == account.provider
    ]


def _initial_of(account: PaymentAccount) -> dict[str, Any]:
    return {
        "provider": account.provider,
        "holder": account.holder,
        "iban": write_iban(account.iban),
    }
