"""Mails with a link into a branded portal.

Shared by the flows, which mail because something happened, and by the API, which mails because
somebody asked. The mail is queued in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portals.addresses import address_in
from tenants.hosts import AgencySnapshot, portal_host_of
from tenants.services.mail import queue_mail, render_letter
from tenants.states import PortalName


@dataclass(frozen=True, kw_only=True)
class Link:
    """An address in one of an agency's portals, by the name of its view."""

    portal: PortalName
    name: str
    arguments: Sequence[str]


def mail_link(
    template: str,
    *,
    agency: AgencySnapshot,
    recipient: str,
    link: Link,
    language: str,
    context: dict[str, Any],
) -> None:
    """Queue ``emails/<template>`` in the agency's brand, with ``link`` and ``host`` to use.

    Args:
        template: name of the mail.
        agency: whose brand and hosts.
        recipient: one address.
        link: where the mail leads.
        language: the reader's, the agency's for ``""``.
        context: further values.
    """
    host = portal_host_of(agency, link.portal)
    address = address_in(link.portal, link.name, *link.arguments, agency=agency)
    letter = render_letter(
        template,
        agency=agency,
        language=language or agency.language,
        context={**context, "link": address, "host": host},
    )
    queue_mail(letter, recipient=recipient, agency=agency)
