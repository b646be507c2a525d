"""Mails to the owners of an agency about its plan, from the platform itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from django.urls import reverse
from django.utils import timezone, translation

from portals.addresses import URLCONFS
from portals.flows import notices
from portals.flows.notices import Notice
from spotex.kernel.events import on
from tenants.events import (
    AgencyResumed,
    AgencySuspended,
    LimitNearlyReached,
    SubscriptionCancelled,
    SubscriptionChanged,
    SubscriptionChangeDropped,
    SubscriptionChangePlanned,
    SubscriptionEvent,
    SubscriptionPaid,
    SubscriptionPastDue,
    SubscriptionReactivated,
    SubscriptionReminded,
    SubscriptionRenewed,
    SubscriptionSuspended,
)
from tenants.hosts import host_of, url_for
from tenants.models import Agency, Subscription, User
from tenants.selectors import list_owners_of
from tenants.services.mail import queue_mail, render_letter
from tenants.states import PortalName, SuspensionCause

Writer = Callable[[Agency, Subscription], Notice]

WRITERS: Final[dict[type[SubscriptionEvent], Writer]] = {
    SubscriptionReminded: notices.write_reminder,
    SubscriptionPastDue: notices.write_past_due,
    SubscriptionRenewed: notices.write_renewed,
    SubscriptionChanged: notices.write_changed,
    SubscriptionChangePlanned: notices.write_planned,
    SubscriptionChangeDropped: notices.write_dropped,
    SubscriptionSuspended: notices.write_suspended,
    SubscriptionCancelled: notices.write_cancelled,
    SubscriptionPaid: notices.write_paid,
    SubscriptionReactivated: notices.write_reactivated,
}


@on(*WRITERS)
def mail_subscription_notice(event: SubscriptionEvent) -> None:
    """Tell the owners what happened to their subscription."""
    current = Subscription.objects.get(pk=event.subscription_id)
    write = WRITERS[type(event)]
    mail_owners(event.agency_id, write=lambda agency: write(agency, current))


@on(AgencySuspended)
def mail_closing(event: AgencySuspended) -> None:
    """Tell the owners that staff closed the agency; the subscription has mails of its own."""
    if event.cause == SuspensionCause.STAFF:
        mail_owners(event.agency_id, write=notices.write_closed)


@on(AgencyResumed)
def mail_opening(event: AgencyResumed) -> None:
    """Tell the owners that staff opened the agency again."""
    if event.cause == SuspensionCause.STAFF:
        mail_owners(event.agency_id, write=notices.write_opened)


@on(LimitNearlyReached)
def mail_limit_warning(event: LimitNearlyReached) -> None:
    """Warn the owners once before a limit is reached."""
    mail_owners(
        event.agency_id,
        write=lambda agency: notices.write_near_limit(
            agency,
            resource=event.resource,
            used=event.details["used"],
            allowed=event.details["allowed"],
        ),
    )


def mail_owners(
    agency_id: int,
    *,
    write: Callable[[Agency], Notice],
    page: str = "agency:plan-detail",
    arguments: Sequence[str] = (),
    people: Iterable[User] | None = None,
) -> None:
    """Tell the owners something, in each one's language; the mail leads to a page of their portal.

    Args:
        agency_id: whose owners.
        write: returns the mail in the active language; a button of its own names the page.
        page: the name of the page.
        arguments: what its address names.
        people: others whom it concerns, instead of the owners.
    """
    agency = Agency.objects.select_related("plan").get(pk=agency_id)
    host = host_of(agency.slug, PortalName.AGENCY)
    path = reverse(page, args=arguments, urlconf=URLCONFS[PortalName.AGENCY])
    for owner in list_owners_of(agency_id) if people is None else people:
        language = owner.language or agency.language
        with translation.override(language), timezone.override(agency.time_zone):
            notice = write(agency)
        letter = render_letter(
            "owner_notice",
            agency=None,
            language=language,
            context={
                "notice": notice,
                "user": owner,
                "link": url_for(host, path),
                "button": notice.button,
            },
        )
        queue_mail(letter, recipient=owner.email, agency=None, about=agency)
