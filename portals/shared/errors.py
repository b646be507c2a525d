"""Error pages, in the brand of the host and in the right form: page, toast or JSON."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from portals.shared.requests import PortalRequest, as_portal_request
from spotex.kernel.errors import (
    Conflict,
    DomainError,
    Missing,
    NotAllowed,
    RuleViolation,
    UpstreamFailure,
)

STATUS_OF: Final = {
    RuleViolation: 422,
    Conflict: 409,
    NotAllowed: 403,
    Missing: 404,
    UpstreamFailure: 503,
}
API_PREFIX: Final = "/api/"


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a domain error's kind."""
    return next(status for kind, status in STATUS_OF.items() if isinstance(error, kind))


def error_body(
    *,
    code: str,
    message: str,
    errors: dict[str, list[str]] | None = None,
) -> dict[str, object]:
    """Return the API's error envelope (SPEC §13)."""
    return {
        "success": False,
        "data": None,
        "message": message,
        "code": code,
        "errors": errors or {},
        "timestamp": timezone.now().isoformat().replace("+00:00", "Z"),
    }


def error_page(
    request: PortalRequest,
    *,
    status: int,
    code: str,
    message: str,
    template: str = "",
) -> HttpResponse:
    """Answer with a designed page; with the envelope below ``/api/``; with a toast to htmx."""
    if request.path.startswith(API_PREFIX):
        return JsonResponse(error_body(code=code, message=message), status=status)
    if getattr(request, "htmx", None):
        response = HttpResponse(status=status)
        response["HX-Reswap"] = "none"
        return trigger_client_event(response, "toast", {"text": message, "tone": "error"})
    html = render_to_string(
        template or f"errors/{status}.html",
        {"message": message, "code": code, "status": status},
        request=request,
    )
    return HttpResponse(html, status=status)


def domain_error(request: PortalRequest, *, error: DomainError) -> HttpResponse:
    """Answer a domain error that no form could show."""
    return error_page(
        request,
        status=status_of(error),
        code=error.code,
        message=error.message,
    )


def unknown_host(request: PortalRequest) -> HttpResponse:
    """Answer a host that is nobody's."""
    return error_page(
        request,
        status=404,
        code="unknown_host",
        message=_("There is no portal at this address."),
        template="errors/unknown_host.html",
    )


def suspended(request: PortalRequest) -> HttpResponse:
    """Answer for an agency whose portals are closed; the API says 402."""
    is_api = request.path.startswith(API_PREFIX)
    return error_page(
        request,
        status=402 if is_api else 403,
        code="agency_suspended",
        message=_("This service is paused. Nothing is lost; please contact support."),
        template="errors/suspended.html",
    )


def no_role(request: PortalRequest) -> HttpResponse:
    """Answer a signed-in person who is a stranger here."""
    return error_page(
        request,
        status=403,
        code="no_role",
        message=_("Your account has no access to this portal. Ask for an invitation."),
        template="errors/no_role.html",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that no view has."""
    return error_page(
        as_portal_request(request),
        status=404,
        code="not_found",
        message=_("There is nothing at this address."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer Django's own refusals."""
    return error_page(
        as_portal_request(request),
        status=403,
        code="not_allowed",
        message=_("You may not do this."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django could not read."""
    return error_page(
        as_portal_request(request),
        status=400,
        code="bad_request",
        message=_("The request could not be understood."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours; its cause is in the log under the request's id."""
    return error_page(
        as_portal_request(request),
        status=500,
        code="server_error",
        message=_("Something went wrong on our side. It has been noted."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old."""
    portal_request = as_portal_request(request)
    if getattr(request, "htmx", None):
        return HttpResponseClientRefresh()
    return error_page(
        portal_request,
        status=403,
        code="csrf_failed",
        message=_("This form was open for too long. Go back, reload the page and try again."),
    )
