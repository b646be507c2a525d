"""``auth``: mailed keys — verification, new passwords, invitations."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.auth import host_request, require_open_agency
from portals.api.endpoint import Endpoint, operation
from portals.api.recovery import (
    count_attempt,
    mail_password_reset,
    mail_verification,
    reset_password,
    verify_email,
)
from portals.api.v1.serializers.auth import (
    AcceptInvitationIn,
    AddressIn,
    KeyIn,
    ResetPasswordIn,
    UserOut,
    show_user,
)
from portals.api.v1.views.auth import AgencyRequired
from portals.shared.devices import end_token_chains
from portals.shared.requests import PortalRequest
from spotex.kernel.actor import Via
from spotex.kernel.errors import RuleViolation
from spotex.kernel.tenancy import enter_schema
from tenants.customers.services.contacts import accept_contact_invitation, find_invited_contact
from tenants.hosts import AgencySnapshot
from tenants.selectors import find_agency_by_slug, find_user
from tenants.services.accounts import is_email_verified, mark_email_verified
from tenants.services.members import accept_member_invitation, find_open_invitation
from tenants.states import PortalName

TAG: Final = "auth"
ADDRESS: Final = {"email": "olga@studio-verdi.example"}


class AccountExists(RuleViolation):
    """A known person accepts an invitation signed in, in the browser."""

    code = "account_exists"


class VerifyEmail(Endpoint):
    """The end of a registration."""

    public = True

    @operation("Verify an address", tag=TAG, body=KeyIn, answer=UserOut)
    def post(self, _request: Request, *, data: dict[str, Any]) -> Response:
        """Prove an address with the key from the mailed link (its last part)."""
        user = verify_email(data["key"])
        return answer(show_user(user, email_verified=is_email_verified(user)))


class ResendVerification(Endpoint):
    """Another verification mail."""

    public = True

    @operation("Mail a verification link", tag=TAG, body=AddressIn, example=ADDRESS)
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Mail a new link if the address belongs to somebody who needs one; 200 either way."""
        here = host_request(request)
        count_attempt(here, action="confirm_email", key=data["email"])
        mail_verification(here, email=data["email"], agency=data.get("agency", ""))
        return answer(
            message=_("If the address is waiting for verification, a mail is on its way.")
        )


class ForgotPassword(Endpoint):
    """The way back in."""

    public = True

    @operation("Mail a password link", tag=TAG, body=AddressIn, example=ADDRESS)
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Mail a link if there is an account with the address; 200 either way."""
        here = host_request(request)
        count_attempt(here, action="reset_password", key=data["email"])
        mail_password_reset(here, email=data["email"], agency=data.get("agency", ""))
        return answer(message=_("If there is an account with this address, a mail is on its way."))


class ResetPassword(Endpoint):
    """A new password."""

    public = True

    @operation("Set a new password", tag=TAG, body=ResetPasswordIn, answer=UserOut)
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Choose a new password with the key from the mailed link; all API sessions end."""
        here = host_request(request)
        count_attempt(here, action="reset_password_from_key")
        with transaction.atomic():
            user = reset_password(here, key=data["key"], password=data["password"])
            end_token_chains(user)
            mark_email_verified(user)  # the key came by mail
        return answer(show_user(user, email_verified=True))


class AcceptInvitation(Endpoint):
    """The way in for an invited person."""

    public = True

    @operation("Accept an invitation", tag=TAG, body=AcceptInvitationIn, answer=UserOut)
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Join with the token from the mailed link (its last part) and choose a password.

        A person who has an account accepts in the browser, signed in.
        """
        here = host_request(request)
        agency = _find_agency(here, slug=data.get("agency", ""))
        require_open_agency(agency)
        enter_schema(agency.schema_name)
        is_contact = data["kind"] == "contact"
        if here.agency is not None:
            is_contact = here.portal == PortalName.CUSTOMER
        at = timezone.now()
        if is_contact:
            email = find_invited_contact(data["token"], at=at).email
        else:
            email = find_open_invitation(data["token"], agency_id=agency.id, at=at).email
        if find_user(email) is not None:
            raise AccountExists(_("You have an account already: open the link in the browser."))
        accept = accept_contact_invitation if is_contact else accept_member_invitation
        user = accept(
            data["token"],
            agency=agency,
            at=at,
            full_name=data.get("full_name", ""),
            password=data.get("password", ""),
            via=Via.API,
        )
        return answer(show_user(user, email_verified=True))


def _find_agency(request: PortalRequest, *, slug: str) -> AgencySnapshot:
    agency = request.agency or (find_agency_by_slug(slug) if slug else None)
    if agency is None:
        raise AgencyRequired(_("Name the agency (its address) that invites you."), field="agency")
    return agency
