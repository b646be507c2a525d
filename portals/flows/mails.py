"""Mails that follow from events: invitations, first verification, changes of the sign-in.

The mail is queued in the transaction of the event, so that an invitation without its mail, or a
mail without its invitation, cannot exist.
"""

from __future__ import annotations

from typing import Any, Final

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.utils.translation import gettext_lazy

from portals.letters import Link, mail_link
from spotex.kernel.events import on
from tenants.customers.events import ContactInvited
from tenants.events import (
    AgencyRegistered,
    FactorAdded,
    FactorEvent,
    FactorRemoved,
    FactorsReset,
    MemberInvited,
    RecoveryCodesRenewed,
)
from tenants.models import User
from tenants.selectors import find_agency_snapshot, find_user
from tenants.services.mail import queue_mail, render_letter
from tenants.states import PortalName


@on(MemberInvited)
def mail_member_invitation(event: MemberInvited) -> None:
    """Tell a future member how to join."""
    _mail(
        "member_invited",
        agency_id=event.agency_id,
        recipient=event.email,
        link=Link(portal=PortalName.AGENCY, name="invitation", arguments=[event.token]),
        context={"full_name": event.full_name, "inviter": event.actor.name},
    )


@on(ContactInvited)
def mail_contact_invitation(event: ContactInvited) -> None:
    """Tell a customer's person how to reach the portal."""
    _mail(
        "contact_invited",
        agency_id=event.agency_id,
        recipient=event.email,
        link=Link(portal=PortalName.CUSTOMER, name="invitation", arguments=[event.token]),
        context={"full_name": event.full_name},
        language=event.language,
    )


@on(AgencyRegistered)
def mail_first_verification(event: AgencyRegistered) -> None:
    """Ask a new owner to prove the address, on the new portal's host."""
    address = EmailAddress.objects.filter(user_id=event.actor.user_id, verified=False).first()
    if address is None or event.actor.agency_id is None:
        return
    _mail(
        "verify_email",
        agency_id=event.actor.agency_id,
        recipient=address.email,
        link=Link(
            portal=PortalName.AGENCY,
            name="account_confirm_email",
            arguments=[EmailConfirmationHMAC(address).key],
        ),
        context={"user": address.user},
    )


_SECURITY_MAILS: Final = {
    FactorAdded: gettext_lazy("A second factor was added to your account."),
    FactorRemoved: gettext_lazy("A second factor was removed from your account."),
    RecoveryCodesRenewed: gettext_lazy("New recovery codes were made for your account."),
    FactorsReset: gettext_lazy(
        "The second factors of your account were reset, and you were signed out everywhere. "
        "Sign in with your password and set a new one up.",
    ),
}


@on(FactorAdded, FactorRemoved, RecoveryCodesRenewed, FactorsReset)
def mail_security_change(event: FactorEvent) -> None:
    """Tell a person what changed about their sign-in, in the brand under which it happened."""
    user = User.objects.get(pk=event.user_id)
    agency_id = event.actor.agency_id
    agency = find_agency_snapshot(agency_id) if agency_id is not None else None
    letter = render_letter(
        "security_changed",
        agency=agency,
        language=user.language or (agency.language if agency else settings.LANGUAGE_CODE),
        context={"user": user, "what": _SECURITY_MAILS[type(event)]},
    )
    queue_mail(letter, recipient=user.email, agency=agency)


def _mail(
    template: str,
    *,
    agency_id: int,
    recipient: str,
    link: Link,
    context: dict[str, Any],
    language: str = "",
) -> None:
    agency = find_agency_snapshot(agency_id)
    if agency is None:
        return
    user = find_user(recipient)
    mail_link(
        template,
        agency=agency,
        recipient=recipient,
        link=link,
        language=(user.language if user else "") or language,
        context=context,
    )
