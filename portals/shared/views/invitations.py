"""Following an invitation: a new person chooses a password, a known one signs in."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portals.shared.access import portal_view
from portals.shared.errors import error_page
from portals.shared.forms import PortalForm
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest, user_of
from spotex.kernel.errors import DomainError, RuleViolation
from tenants.customers.models import Contact
from tenants.customers.services.contacts import accept_contact_invitation, find_invited_contact
from tenants.hosts import AgencySnapshot
from tenants.lengths import NAME_MAX_LENGTH, PASSWORD_MAX_LENGTH
from tenants.models import Invitation, User
from tenants.selectors import find_user
from tenants.services.members import accept_member_invitation, find_open_invitation
from tenants.states import PortalName


class AcceptForm(PortalForm):
    """What a new person tells us."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=NAME_MAX_LENGTH)
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        max_length=PASSWORD_MAX_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@portal_view(public=True, methods=("GET", "HEAD", "POST"))
def accept_invitation(request: PortalRequest, token: str) -> HttpResponse:
    """Show who invites whom to what, and let the person in."""
    agency = _agency_of(request)
    try:
        invited = _find_invited(token, request=request, agency=agency)
    except RuleViolation as error:
        return _explain(request, error=error)
    known = find_user(invited.email)
    if known is not None and known != request.user:
        return _show_sign_in(request, invited=invited)
    form = AcceptForm(request.POST or None, initial={"full_name": invited.full_name})
    if known is not None:
        return _accept_known(request, token, invited=invited, agency=agency)
    if request.method == "POST" and form.is_valid():
        try:
            user = _accept(
                token,
                request=request,
                agency=agency,
                full_name=form.value_of("full_name"),
                password=form.value_of("password"),
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            return _sign_in(request, user=user)
    return render_page(
        request,
        "account/invitation.html",
        {"form": form, "invited": invited, "password_rules": password_validators_help_texts()},
        status=422 if form.is_bound else 200,
    )


def _agency_of(request: PortalRequest) -> AgencySnapshot:
    if request.agency is None:
        raise RuleViolation(_("There is no portal at this address."))
    return request.agency


def _find_invited(
    token: str,
    *,
    request: PortalRequest,
    agency: AgencySnapshot,
) -> Contact | Invitation:
    at = timezone.now()
    if request.portal == PortalName.CUSTOMER:
        return find_invited_contact(token, at=at)
    return find_open_invitation(token, agency_id=agency.id, at=at)


def _accept(
    token: str,
    *,
    request: PortalRequest,
    agency: AgencySnapshot,
    full_name: str = "",
    password: str = "",
) -> User:
    accept = (
        accept_contact_invitation
        if request.portal == PortalName.CUSTOMER
        else accept_member_invitation
    )
    return accept(
        token,
        agency=agency,
        at=timezone.now(),
        full_name=full_name,
        password=password,
    )


def _explain(request: PortalRequest, *, error: RuleViolation) -> HttpResponse:
    return error_page(
        request,
        status=422,
        code=error.code,
        message=error.message,
        template="account/invitation_invalid.html",
    )


def _show_sign_in(request: PortalRequest, *, invited: Contact | Invitation) -> HttpResponse:
    login = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    return render_page(
        request,
        "account/invitation.html",
        {"invited": invited, "login_url": login, "other_user": request.user.is_authenticated},
    )


def _accept_known(
    request: PortalRequest,
    token: str,
    *,
    invited: Contact | Invitation,
    agency: AgencySnapshot,
) -> HttpResponse:
    if request.method != "POST":
        return render_page(request, "account/invitation.html", {"invited": invited, "known": True})
    _accept(token, request=request, agency=agency)
    toast(request, _("Welcome, %(name)s.") % {"name": user_of(request).short_name})
    return go(request, "/")


def _sign_in(request: PortalRequest, *, user: User) -> HttpResponse:
    response = perform_login(request, Login(user=user, redirect_url="/"))
    return response if isinstance(response, HttpResponse) else redirect("/")
