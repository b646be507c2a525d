"""``auth/login``: a password, and a code where the person has a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.auth import find_role, host_request, require_open_agency
from portals.api.challenges import ask_for_code, read_challenge, require_code
from portals.api.endpoint import Endpoint, operation
from portals.api.errors import Refusal
from portals.api.places import acts_for, choose_role, no_role
from portals.api.recovery import seconds_locked, too_many_attempts
from portals.api.tokens import issue_tokens
from portals.api.v1.serializers.auth import LoginIn, SecondStepIn, TokensOut, show_who
from portals.api.v1.views.auth import TAG
from portals.shared.requests import PortalRequest
from spotex.kernel.actor import Actor
from tenants.factors import has_factor
from tenants.hosts import AgencySnapshot
from tenants.models import User
from tenants.selectors import find_agency_by_slug
from tenants.services.accounts import is_email_verified
from tenants.states import PortalName


class Login(Endpoint):
    """Tokens for a password."""

    public = True

    @operation(
        "Log in",
        tag=TAG,
        body=LoginIn,
        answer=TokensOut,
        example={"email": "olga@studio-verdi.example", "password": "una-frase-lunga-42"},
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Return tokens for one agency.

        On an agency's own hosts the host decides which; elsewhere ``agency`` does. Without it
        you get the agency you are a member of, or else the one whose customer you work for. If
        there are several the answer is 422 `agency_required`, and its `data.agencies` lists them
        (`id`, `slug`, `name`, `role`, `customer`): call again with a `slug` as `agency`.
        """
        here = host_request(request)
        user = _check_password(here, email=data["email"], password=data["password"])
        agency, actor = choose_role(user, request=here, data=data)
        require_open_agency(agency)
        if has_factor(user.pk):
            raise ask_for_code(
                user,
                agency=agency.slug,
                customer=actor.customer_public_id,
                is_contact=actor.customer_id is not None,
            )
        return answer(_show_tokens(user, request=here, agency=agency, actor=actor))


class SecondStep(Endpoint):
    """Tokens for a code, after the password."""

    public = True

    @operation("Log in: second step", tag=TAG, body=SecondStepIn, answer=TokensOut)
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Return tokens for the challenge of `auth/login` and a code.

        A log-in of somebody with a second factor answers 401 `mfa_required` with a challenge,
        good for five minutes and one log-in. A code is good once.
        """
        here = host_request(request)
        challenge = read_challenge(data["challenge"])
        agency = find_agency_by_slug(challenge["agency"])
        if agency is None or not _is_for(here, agency=agency, challenge=challenge):
            raise no_role()
        require_open_agency(agency)
        require_code(challenge, code=data["code"], at=timezone.now())
        user: User = challenge["user"]
        actor = find_role(
            user,
            agency=agency,
            request=here,
            customer=challenge["customer"],
            as_contact=challenge["is_contact"],
        )
        if actor is None or not acts_for(actor, challenge["customer"]):
            raise no_role()
        return answer(_show_tokens(user, request=here, agency=agency, actor=actor))


def _is_for(
    request: PortalRequest,
    *,
    agency: AgencySnapshot,
    challenge: dict[str, Any],
) -> bool:
    """Tell whether a challenge fits the host: an agency's host takes its own only."""
    if request.agency is None:
        return True
    is_customer_portal = request.portal == PortalName.CUSTOMER
    return request.agency.id == agency.id and is_customer_portal == challenge["is_contact"]


def _check_password(request: PortalRequest, *, email: str, password: str) -> User:
    """Return the person; failures count against the same limits as in the browser."""
    try:
        user = get_adapter(request).authenticate(request, email=email, password=password)
    except DjangoValidationError as error:
        raise too_many_attempts(wait=seconds_locked(request, email=email)) from error
    if not isinstance(user, User) or not user.is_active:
        raise Refusal(
            _("E-mail address or password is wrong."),
            code="wrong_credentials",
            status=401,
        )
    return user


def _show_tokens(
    user: User,
    *,
    request: PortalRequest,
    agency: AgencySnapshot,
    actor: Actor,
) -> dict[str, Any]:
    who = show_who(user, agency=agency, actor=actor, email_verified=is_email_verified(user))
    agent = request.headers.get("User-Agent", "")
    return {**issue_tokens(user, actor=actor, agent=agent), **who}
