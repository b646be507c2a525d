"""Mails that follow from events: invitations and the first verification of an address.

The mail is queued in the transaction of the event, so that an invitation without its mail, or a
mail without its invitation, cannot exist.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.urls import reverse

from spotex.kernel.events import on
from tenants.customers.events import ContactInvited
from tenants.events import AgencyRegistered, MemberInvited
from tenants.hosts import host_of, url_for
from tenants.selectors import find_agency_snapshot, find_user
from tenants.services.mail import queue_mail, render_letter
from tenants.states import PortalName

_URLCONFS = {
    PortalName.AGENCY: "portals.agency.urls",
    PortalName.CUSTOMER: "portals.customer.urls",
}


@on(MemberInvited)
def mail_member_invitation(event: MemberInvited) -> None:
    """Tell a future member how to join."""
    _mail(
        "member_invited",
        agency_id=event.agency_id,
        recipient=event.email,
        portal=PortalName.AGENCY,
        link=("invitation", event.token),
        context={"full_name": event.full_name, "inviter": event.actor.name},
    )


@on(ContactInvited)
def mail_contact_invitation(event: ContactInvited) -> None:
    """Tell a customer's person how to reach the portal."""
    _mail(
        "contact_invited",
        agency_id=event.agency_id,
        recipient=event.email,
        portal=PortalName.CUSTOMER,
        link=("invitation", event.token),
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
        portal=PortalName.AGENCY,
        link=("account_confirm_email", EmailConfirmationHMAC(address).key),
        context={"user": address.user},
    )


def _mail(  # noqa: PLR0913  the parts of a mail
    template: str,
    *,
    agency_id: int,
    recipient: str,
    portal: PortalName,
    link: tuple[str, str],
    context: dict[str, Any],
    language: str = "",
) -> None:
    agency = find_agency_snapshot(agency_id)
    if agency is None:
        return
    name, argument = link
    host = host_of(agency.slug, portal)
    path = reverse(name, args=[argument], urlconf=_URLCONFS[portal])
    letter = render_letter(
        template,
        agency=agency,
        language=_language_of(recipient) or language or agency.language,
        context={**context, "link": url_for(host, path), "host": host},
    )
    queue_mail(letter, recipient=recipient, agency=agency)


def _language_of(recipient: str) -> str:
    user = find_user(recipient)
    return user.language if user else ""
