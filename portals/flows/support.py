"""Mails to an agency's owners about the platform's support."""

from __future__ import annotations

from portals.letters import Link, mail_link
from spotex.kernel.events import on
from tenants.events import SupportStarted
from tenants.hosts import snapshot_of
from tenants.models import Impersonation
from tenants.selectors import list_owners_of
from tenants.states import PortalName


@on(SupportStarted)
def mail_support_notice(event: SupportStarted) -> None:
    """Tell the owners who entered, in whose place, why and until when."""
    session = Impersonation.objects.select_related("agency", "staff", "person").get(
        pk=event.support_id
    )
    agency = session.agency
    for owner in list_owners_of(agency.pk):
        mail_link(
            "support_started",
            agency=snapshot_of(agency),
            recipient=owner.email,
            link=Link(
                portal=PortalName.AGENCY,
                name="agency:support-detail",
                arguments=[session.public_id],
            ),
            language=owner.language,
            context={"session": session, "user": owner},
        )
