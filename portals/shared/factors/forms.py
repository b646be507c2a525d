"""allauth's forms with our rules: a code is good once, passkeys are always whole passkeys."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.totp.internal.auth import get_totp_secret
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portals.shared.factors.answers import (
    CredentialField,
    refused_when_malformed,
    require_own_origin,
)
from tenants.services.factors import find_period, use_code

NAME_LENGTH = 60


def _code_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autofocus": True},
        ),
    )


class SignInCodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth is not typed
    """The second step of signing in."""

    code = _code_field(_("Code"))

    def clean_code(self) -> str:
        """Spend the code of the app, or a recovery code."""
        return _spend_code(self)


class ConfirmCodeForm(ReauthenticateForm):  # type: ignore[misc]  # allauth is not typed
    """The second factor as proof that it is still the same person."""

    code = _code_field(_("Code"))

    def clean_code(self) -> str:
        """Spend the code of the app, or a recovery code."""
        return _spend_code(self)


def _spend_code(form: Any) -> str:
    forget_attempts = check_rate_limit(form.user)
    code: str = form.cleaned_data["code"]
    found = use_code(form.user, code, at=timezone.now())
    if found is None:
        raise get_adapter().validation_error("incorrect_code")
    forget_attempts()
    form.authenticator = found
    return code


class ActivateAppForm(forms.Form):
    """The first code of a new authenticator app."""

    code = _code_field(_("Code from the app"))

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.secret = get_totp_secret(regenerate=not self.is_bound)
        self.period = 0

    def clean_code(self) -> str:
        """Compare with the secret that the page showed."""
        validate_can_add_authenticator(self.user)
        forget_attempts = check_rate_limit(self.user, error_key="rate_limited")
        code: str = self.cleaned_data["code"]
        period = find_period(self.secret, code, at=timezone.now())
        if period is None:
            raise get_adapter().validation_error("incorrect_code")
        forget_attempts()
        self.period = period
        return code


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc]  # allauth is not typed
    """A passkey instead of a password."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Look where the answer comes from, then at the answer."""
        require_own_origin(self.cleaned_data["credential"])
        with refused_when_malformed():
            return super().clean_credential()


class PasskeySecondStepForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Look where the answer comes from, then at the answer."""
        require_own_origin(self.cleaned_data["credential"])
        with refused_when_malformed():
            return super().clean_credential()


class PasskeyConfirmForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as proof that it is still the same person."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Look where the answer comes from, then at the answer."""
        require_own_origin(self.cleaned_data["credential"])
        with refused_when_malformed():
            return super().clean_credential()


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is not typed
    """A new passkey: kept by the device, opened by finger, face or PIN."""

    name = forms.CharField(label=_("Name"), required=False, max_length=NAME_LENGTH)
    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)
    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Look where the answer comes from."""
        require_own_origin(self.cleaned_data["credential"])
        return self.cleaned_data["credential"]

    def clean(self) -> Any:
        """Look at the answer itself."""
        with refused_when_malformed():
            return super().clean()


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth is not typed
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
