"""How the agency portal offers the moves of its objects, and where objects are shown."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from booking.states import ReservationAction
from hosting.states import SiteAction
from portals.shared.actions import ActionLook
from tenants.customers.states import ContactAction, CustomerAction

ACTIVITY_PAGES: Final = {
    "cus": "agency:customer-detail",
    "site": "agency:site-detail",
    "loc": "agency:location-detail",
    "spc": "agency:space-detail",
    "res": "agency:reservation-detail",
    "pay": "agency:payment-detail",
    "vou": "agency:voucher-detail",
    "eqp": "agency:equipment-detail",
    "pkg": "agency:package-detail",
}

CUSTOMER_LOOKS: Final = {
    CustomerAction.ARCHIVE: ActionLook(
        label=_("Archive"),
        icon="archive",
        url_name="agency:customer-archive",
    ),
    CustomerAction.RESTORE: ActionLook(
        label=_("Restore"),
        icon="archive-restore",
        url_name="agency:customer-restore",
    ),
}

CONTACT_LOOKS: Final = {
    ContactAction.INVITE_AGAIN: ActionLook(
        label=_("Send the invitation again"),
        icon="send",
        url_name="agency:contact-resend",
    ),
    ContactAction.REMOVE: ActionLook(
        label=_("Remove"),
        icon="user-minus",
        url_name="agency:contact-remove",
        tone="danger",
        asks=True,
    ),
}

RESERVATION_LOOKS: Final = {
    ReservationAction.APPROVE: ActionLook(
        label=_("Approve"),
        icon="check",
        url_name="agency:reservation-approve",
        tone="primary",
        asks=True,
    ),
    ReservationAction.DECLINE: ActionLook(
        label=_("Decline"),
        icon="circle-x",
        url_name="agency:reservation-decline",
        asks=True,
    ),
    ReservationAction.CHECK_IN: ActionLook(
        label=_("Check in"),
        icon="user-check",
        url_name="agency:reservation-check-in",
        tone="primary",
    ),
    ReservationAction.MISS: ActionLook(
        label=_("Nobody came"),
        icon="user-x",
        url_name="agency:reservation-no-show",
    ),
    ReservationAction.UNDO_CHECK_IN: ActionLook(
        label=_("Undo the check-in"),
        icon="undo-2",
        url_name="agency:reservation-check-in-undo",
    ),
    ReservationAction.UNDO_MISS: ActionLook(
        label=_("They came after all"),
        icon="undo-2",
        url_name="agency:reservation-no-show-undo",
    ),
    ReservationAction.CANCEL: ActionLook(
        label=_("Cancel it"),
        icon="calendar-x",
        url_name="agency:reservation-cancel",
        tone="danger-ghost",
        asks=True,
    ),
}

SITE_LOOKS: Final = {
    SiteAction.LOGIN: ActionLook(
        label=_("Log in to WordPress"),
        icon="log-in",
        url_name="agency:site-login",
        tone="primary",
        new_window=True,
    ),
    SiteAction.RESUME: ActionLook(
        label=_("Resume"),
        icon="play",
        url_name="agency:site-resume",
        tone="primary",
    ),
    SiteAction.RESTART: ActionLook(
        label=_("Restart"),
        icon="rotate-cw",
        url_name="agency:site-restart",
    ),
    SiteAction.SUSPEND: ActionLook(
        label=_("Suspend"),
        icon="pause",
        url_name="agency:site-suspend",
        asks=True,
    ),
    SiteAction.DEPLOY: ActionLook(
        label=_("Try again"),
        icon="refresh-cw",
        url_name="agency:site-deploy",
        tone="primary",
    ),
    SiteAction.DELETE: ActionLook(
        label=_("Delete"),
        icon="trash-2",
        url_name="agency:site-delete",
        tone="danger",
        asks=True,
    ),
}
