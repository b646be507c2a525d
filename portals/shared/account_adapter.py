"""allauth in our house: mails through our queue, in the brand of the host; no open sign-up."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from portals.middleware.language import choose_language
from portals.shared.fresh import is_fresh
from portals.shared.requests import as_portal_request
from tenants.models import User
from tenants.selectors import find_user
from tenants.services.mail import Letter, queue_mail, render_letter

_LETTERS: Final = {
    "account/email/email_confirmation": "verify_email",
    "account/email/email_confirmation_signup": "verify_email",
    "account/email/password_reset_key": "password_reset",
    "account/email/unknown_account": "unknown_account",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """The few points where allauth asks the project."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Refuse: people come by registration of an agency or by invitation."""
        return False

    def _get_login_attempts_cache_key(
        self,
        request: HttpRequest,  # noqa: ARG002
        **credentials: Any,
    ) -> str:
        """Count failed sign-ins by account alone: allauth would give every host its own count."""
        return f"login:{str(credentials.get('email', '')).lower()}"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again who somebody is, unless they have just signed in.

        allauth asks even then; who is led to set a second factor up would type the same password
        twice within a minute.
        """
        asked = super().is_reauthentication_required(app=app, **kwargs)
        return bool(asked) and not is_fresh(as_portal_request(self.request))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail in the language of its reader and the brand of the host."""
        request = as_portal_request(self.request)
        user = context.get("user") or find_user(email)
        language = (user.language if isinstance(user, User) else "") or choose_language(request)
        name = _LETTERS.get(template_prefix)
        if name is None:
            letter = self._stock_letter(template_prefix, email=email, context=context)
        else:
            letter = render_letter(
                name,
                agency=request.agency,
                language=language or get_language() or "it",
                context={"user": user, "link": _link_of(context), "host": request.get_host()},
            )
        queue_mail(letter, recipient=email, agency=request.agency)

    def _stock_letter(self, prefix: str, *, email: str, context: dict[str, Any]) -> Letter:
        message = self.render_mail(prefix, email, context)
        return Letter(subject=message.subject, text=str(message.body))

    def get_email_verification_redirect_url(self, email_address: Any) -> str:  # noqa: ARG002
        """Go on to the sign-in page once the address is proved."""
        return reverse("account_login")


def _link_of(context: dict[str, Any]) -> str:
    return str(context.get("activate_url") or context.get("password_reset_url") or "")
