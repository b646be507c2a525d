"""The till: a page at which whoever has its signed address pays."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.shared.access import portal_view
from portals.shared.htmx import go, render_page
from portals.shared.payments import (
    describe_payment,
    payer_actor,
    read_payment_link,
    refresh_payment,
)
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import DomainError
from spotex.kernel.limits import require_within
from tenants.billing.gateways.sandbox import APPROVE
from tenants.billing.models import Payment
from tenants.billing.selectors import find_payment_account
from tenants.billing.services.payments import is_wanted, pay
from tenants.billing.states import OPEN, PaymentState, SandboxOutcome
from tenants.payment_providers import PaymentProvider

LOOKS_PER_MINUTE: Final = 60
"""How often the page of one payment may be opened: each time its provider is asked."""

_METHODS: Final = {*SandboxOutcome, APPROVE}


@portal_view(public=True, methods=("GET", "HEAD", "POST"))
def show_payment(request: PortalRequest, token: str) -> HttpResponse:
    """Show what is to be paid and where it stands; at the trial till, let the person choose."""
    payment, after = read_payment_link(token, agency=request.agency)
    require_within("till", payment.public_id, allowed=LOOKS_PER_MINUTE, seconds=60)
    actor = payer_actor(request, payment=payment)
    problem = page = ""
    try:
        method = request.POST.get("outcome", "")
        if method in _METHODS and payment.provider == PaymentProvider.SANDBOX:
            payment = pay(payment, method=method, actor=actor)
        payment, page = refresh_payment(payment, actor=actor)
    except DomainError as error:
        problem = error.message
        payment.refresh_from_db()
    if request.method == "POST" and not problem:
        return go(request, request.path)
    return _render(request, payment, after=after, problem=problem, page=page)


def _render(
    request: PortalRequest, payment: Payment, *, after: str, problem: str, page: str
) -> HttpResponse:
    is_transfer = payment.provider == PaymentProvider.BANK_TRANSFER
    now, term = timezone.now(), payment.expires_at
    context: dict[str, Any] = {
        "payment": payment,
        "now": now,
        "is_kept": payment.state in OPEN and term is not None and term > now,
        "stand": describe_payment(payment, now=now),
        "after": after,
        "problem": problem,
        "is_open": is_wanted(payment),
        "is_trial": payment.provider == PaymentProvider.SANDBOX,
        "is_transfer": is_transfer,
        "account": find_payment_account(request.agency.id)
        if is_transfer and request.agency
        else None,
        "page": page,
        "is_waiting": payment.state in {PaymentState.PROCESSING, PaymentState.AUTHORISED},
        "outcomes": _list_outcomes(payment),
    }
    return render_page(
        request,
        "portals/shared/payment.html",
        context,
        partials={"payment": "payment"},
        status=422 if problem else 200,
    )


def _list_outcomes(payment: Payment) -> list[tuple[str, str, str]]:
    """Return what the trial till offers: value, label, tone."""
    if payment.state == PaymentState.REQUIRES_ACTION:
        return [
            (APPROVE, _("Approve the payment"), "primary"),
            (SandboxOutcome.DECLINE, _("Refuse it"), "neutral"),
        ]
    if payment.state != PaymentState.REQUIRES_PAYMENT:
        return []
    return [
        (SandboxOutcome.SUCCEED, _("Pay: the card works"), "primary"),
        (SandboxOutcome.REQUIRE_ACTION, _("The bank asks for approval (3-D Secure)"), "neutral"),
        (SandboxOutcome.DELAY, _("The bank takes ten seconds"), "neutral"),
        (SandboxOutcome.DECLINE, _("The bank says no"), "neutral"),
    ]
