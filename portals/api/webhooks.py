"""Where payment providers send their messages: ``/webhooks/stripe`` on the host of the API."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from portals.shared.access import portal_view
from spotex.kernel.errors import DomainError
from tenants.billing.services.inbox import receive_stripe_event

MOST_BYTES: Final = 512 * 1024


@csrf_exempt
@portal_view(public=True, methods=("POST",))
def receive_stripe(request: HttpRequest) -> HttpResponse:
    """Check the signature over the bytes as they came, store, answer; the rest comes later."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return JsonResponse({"code": "too_large"}, status=413)
    try:
        receive_stripe_event(
            request.body,
            signature=request.headers.get("Stripe-Signature", ""),
            at=timezone.now(),
        )
    except DomainError as error:
        return JsonResponse({"code": error.code}, status=400)
    return JsonResponse({"received": True})
