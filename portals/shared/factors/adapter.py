"""Where allauth's second factors ask the project: names, the passkeys' domain, encryption."""

from __future__ import annotations

from typing import Final

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portals.shared.requests import as_portal_request
from portals.shared.sealing import sealer_for

_PURPOSE: Final = b"spotex.second-factors"


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is not typed
    """Brand, domain and secrets of second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("The code is wrong, too old, or was used before."),
        "unverified_email": gettext_lazy("Confirm your e-mail address first."),
    }

    def _get_site_name(self) -> str:
        """Name the host's brand, in the authenticator app and in the browser's dialog."""
        agency = as_portal_request(context.request).agency
        return agency.brand_name if agency else "Spotex"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the domain to which passkeys of this host belong, with the host's brand."""
        return {"id": passkey_domain(context.request.get_host()), "name": self._get_site_name()}

    def generate_authenticator_name(
        self,
        user: AbstractBaseUser,
        type: Authenticator.Type,  # noqa: A002  allauth's signature
    ) -> str:
        """Suggest a name for a new passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}

    def encrypt(self, text: str) -> str:
        """Encrypt what would let a reader of the database make codes."""
        return sealer_for(_PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Undo ``encrypt``."""
        return sealer_for(_PURPOSE).decrypt(encrypted_text.encode()).decode()


def passkey_domain(host: str) -> str:
    """Return the domain to which passkeys of a host belong.

    All hosts of the platform share the base domain; an agency's own domain stands for itself,
    because a browser accepts nothing else there. Nor does it accept a name without a dot: below
    ``localhost`` the hosts share the name one level down, such as ``agency.localhost``.

    Source: HTML, "is a registrable domain suffix of or is equal to".
    """
    name = host.partition(":")[0].lower()
    base = settings.SPOTEX_BASE_DOMAIN
    if name == base or not name.endswith(f".{base}"):
        return name
    return base if "." in base else ".".join(name.split(".")[-2:])
