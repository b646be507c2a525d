"""How the customer portal offers the moves of its objects."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from hosting.states import SiteAction
from portals.shared.actions import ActionLook
from tenants.customers.states import ContactAction

SITE_LOOKS: Final = {
    SiteAction.LOGIN: ActionLook(
        label=_("Log in to WordPress"),
        icon="log-in",
        url_name="customer:site-login",
        tone="primary",
        new_window=True,
    ),
    SiteAction.RESTART: ActionLook(
        label=_("Restart"),
        icon="rotate-cw",
        url_name="customer:site-restart",
    ),
}

CONTACT_LOOKS: Final = {
    ContactAction.INVITE_AGAIN: ActionLook(
        label=_("Send the invitation again"),
        icon="send",
        url_name="customer:contact-resend",
    ),
    ContactAction.REMOVE: ActionLook(
        label=_("Remove"),
        icon="user-minus",
        url_name="customer:contact-remove",
        tone="danger",
        asks=True,
    ),
}
