"""Error pages, in the brand of the host and in the right form: page, toast or JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from portals.middleware.language import choose_language
from portals.shared.closing import notice_code, notice_for_agency, notice_for_programs
from portals.shared.failures import translate_failure
from portals.shared.requests import PortalRequest, as_portal_request
from spotex.kernel.errors import (
    Conflict,
    DomainError,
    Missing,
    NotAllowed,
    RuleViolation,
    UpstreamFailure,
)
from spotex.kernel.limits import LimitExceeded
from spotex.kernel.locks import Busy
from tenants.states import AgencyState, PortalName

STATUS_OF: Final = {
    LimitExceeded: 429,  # a rule as well, so it comes first
    RuleViolation: 422,
    Conflict: 409,
    NotAllowed: 403,
    Missing: 404,
    UpstreamFailure: 503,
}
API_PREFIX: Final = "/api/"
RETRY_SECONDS: Final = 2


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a domain error's kind."""
    return next(status for kind, status in STATUS_OF.items() if isinstance(error, kind))


def retry_after_of(error: DomainError) -> int | None:
    """Return after how many seconds the same request may succeed, None if that will not help."""
    if isinstance(error, LimitExceeded):
        return error.wait
    return RETRY_SECONDS if isinstance(error, (Busy, UpstreamFailure)) else None


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
    """Answer with a designed page; with the envelope below ``/api/``; with a toast to htmx.

    The page of a 503 stands alone: asking who is there would need what is away.
    """
    if request.path.startswith(API_PREFIX):
        return JsonResponse(error_body(code=code, message=message), status=status)
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=status)
        response["HX-Reswap"] = "none"
        return trigger_client_event(response, "toast", {"text": message, "tone": "error"})
    html = render_to_string(
        template or f"errors/{status}.html",
        {"message": message, "status": status, "support_email": settings.SPOTEX_SUPPORT_EMAIL},
        request=None if status == 503 else request,
    )
    return HttpResponse(html, status=status)


def domain_error(request: PortalRequest, *, error: DomainError) -> HttpResponse:
    """Answer a domain error that no form could show."""
    response = error_page(
        request,
        status=status_of(error),
        code=error.code,
        message=error.message,
    )
    wait = retry_after_of(error)
    if wait is not None:
        response["Retry-After"] = str(wait)
    return response


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
    """Answer for an agency whose portals are closed; the API says 402.

    Only the agency's own portal says why: what its customers read is neutral.
    """
    agency = request.agency
    is_api = request.path.startswith(API_PREFIX)
    is_own = request.portal == PortalName.AGENCY
    message = _("This portal is not available at the moment.")
    if agency is not None and (is_api or is_own):
        message = notice_for_programs(agency) if is_api else notice_for_agency(agency)
    return error_page(
        request,
        status=402 if is_api else 403,
        code=notice_code(agency) if agency else "agency_suspended",
        message=message,
        template=_NOTICES[agency.state if agency and is_own else ""],
    )


_NOTICES: Final = {
    "": "errors/suspended.html",
    AgencyState.SUSPENDED: "portals/agency/suspended.html",
    AgencyState.CLOSING: "portals/agency/closing.html",
    AgencyState.CLOSED: "portals/agency/closed.html",
}


def no_role(request: PortalRequest) -> HttpResponse:
    """Answer a signed-in person who is a stranger here."""
    return error_page(
        request,
        status=403,
        code="no_role",
        message=_("Your account has no access to this portal. Ask for an invitation."),
        template="errors/no_role.html",
    )


def support_ended(request: PortalRequest) -> HttpResponse:
    """Answer the platform's support when its time in this portal is over."""
    return error_page(
        request,
        status=403,
        code="support_ended",
        message=_("The support session has ended."),
        template="errors/support_ended.html",
    )


def support_closed(request: PortalRequest) -> HttpResponse:
    """Answer the platform's support where it must not act."""
    return error_page(
        request,
        status=403,
        code="support_closed",
        message=_("A support session does not do this. Only the person themselves can."),
        template="errors/support_closed.html",
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


def method_not_allowed(request: PortalRequest, *, allowed: Iterable[str]) -> HttpResponse:
    """Answer whoever opens an address that only a button on a page may call."""
    response = error_page(
        request,
        status=405,
        code="method_not_allowed",
        message=_("There is no page at this address."),
    )
    response["Allow"] = ", ".join(allowed)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django could not read."""
    return error_page(
        as_portal_request(request),
        status=400,
        code="bad_request",
        message=_("The request could not be understood."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours; its cause is in the log under the request's id.

    Django comes here from every middleware, too, so this is also where a database that is away
    is met before any view.
    """
    portal_request = as_portal_request(request)
    with translation.override(choose_language(portal_request, by_person=False)):
        failure = translate_failure(sys.exception())
        if failure is not None:
            return domain_error(portal_request, error=failure)
        return _fault(portal_request)


def _fault(request: PortalRequest) -> HttpResponse:
    return error_page(
        request,
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
        message=_(
            "The page this came from is no longer valid: it was open for long, you signed in or out meanwhile, or the browser keeps no cookies. Go back, reload it and try again."
        ),
    )
