"""allauth's pages of second factors, each change with its event in the same transaction."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from allauth.account.mixins import NextRedirectMixin
from allauth.account.models import Login
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth, flows
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy

from portals.shared.actors import acting_person
from portals.shared.factors.adapter import passkey_domain
from portals.shared.requests import as_portal_request, user_of
from tenants.models import User
from tenants.services.factors import (
    LAST_PERIOD,
    tell_codes_renewed,
    tell_factor_added,
    tell_factor_removed,
)

SECURITY = reverse_lazy("mfa_index")


def works_here(passkey: Authenticator, request: HttpRequest) -> bool:
    """Tell whether a browser offers the passkey on this host: it is bound to one domain."""
    domain = passkey_domain(request.get_host())
    belongs: bytes = passkey.wrap().authenticator_data.rp_id_hash
    return belongs == sha256(domain.encode()).digest()


def list_passkeys(user: User) -> list[Authenticator]:
    """Return the person's passkeys, the oldest first."""
    kind = Authenticator.Type.WEBAUTHN
    return list(Authenticator.objects.filter(user=user, type=kind).order_by("pk"))


def _as_json(options: dict[str, Any]) -> str:
    return json.dumps(options["publicKey"], default=dict)


class SignInStep(base.AuthenticateView):  # type: ignore[misc]  # allauth is not typed
    """The second step of signing in: a code, or a passkey that works on this host."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the browser needs to ask for a passkey."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        passkeys = list_passkeys(self.stage.login.user)
        if any(works_here(passkey, self.request) for passkey in passkeys):
            context["passkey_options"] = _as_json(context["js_data"]["request_options"])
        return context


class ActivateApp(totp.ActivateTOTPView):  # type: ignore[misc]  # allauth is not typed
    """Set an authenticator app up."""

    success_url = SECURITY

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the app; the code that proved it is spent."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            request = as_portal_request(self.request)
            row = Authenticator.objects.get(user=request.user, type=Authenticator.Type.TOTP)
            row.data[LAST_PERIOD] = form.period
            row.save(update_fields=["data"])
            tell_factor_added(user_of(request), actor=acting_person(request), kind=row.type)
        return response


class RemoveApp(totp.DeactivateTOTPView):  # type: ignore[misc]  # allauth is not typed
    """Ask, then remove the authenticator app."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove the app."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            request = as_portal_request(self.request)
            tell_factor_removed(
                user_of(request),
                actor=acting_person(request),
                kind=Authenticator.Type.TOTP,
            )
        return response


class RenewCodes(codes.GenerateRecoveryCodesView):  # type: ignore[misc]  # allauth is not typed
    """Ask, then make new recovery codes."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Make the codes; the old ones are worth nothing."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            request = as_portal_request(self.request)
            tell_codes_renewed(user_of(request), actor=acting_person(request))
        return response


class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc]  # allauth is not typed
    """Register a passkey for this host's domain."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask the browser for a passkey that its owner must unlock."""
        context: dict[str, Any] = super(webauthn.AddWebAuthnView, self).get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, passwordless=True)
        context["passkey_options"] = _as_json(options)
        host = self.request.get_host().partition(":")[0]
        context["domain"] = passkey_domain(host)
        context["is_shared"] = context["domain"] != host
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the passkey."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            request = as_portal_request(self.request)
            tell_factor_added(
                user_of(request),
                actor=acting_person(request),
                kind=Authenticator.Type.WEBAUTHN,
            )
        return response


class RenamePasskey(webauthn.EditWebAuthnView):  # type: ignore[misc]  # allauth is not typed
    """Give a passkey another name."""

    success_url = SECURITY


class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]  # allauth is not typed
    """Ask, then remove a passkey."""

    success_url = SECURITY

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove the passkey."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            request = as_portal_request(self.request)
            tell_factor_removed(
                user_of(request),
                actor=acting_person(request),
                kind=Authenticator.Type.WEBAUTHN,
            )
        return response


class ConfirmByPasskey(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]  # allauth is not typed
    """A passkey as proof that it is still the same person."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the browser needs to ask for a passkey."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["passkey_options"] = _as_json(context["js_data"]["request_options"])
        return context


class SignInByPasskey(NextRedirectMixin, webauthn.LoginWebAuthnView):  # type: ignore[misc]  # allauth is not typed
    """Sign in with a passkey alone, and go where the sign-in page would have led."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Let the owner of the passkey in."""
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=self.get_next_url())
        response: HttpResponse = flows.perform_passwordless_login(self.request, passkey, login)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say why not, on the sign-in page."""
        super().form_invalid(form)
        address: str = self.passthrough_next_url(reverse("account_login"))
        return HttpResponse(status=302, headers={"Location": address})
